//! serde's `Deserializer` over the tree, so that every type gets places and nearest-key errors without asking.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Visitor};

use super::access::{Entries, Items, Key, Place, Tagged, Variant, Word};
use super::fault::Fault;
use super::node::{Kind, Node, Resolved, Scalar, Style};
use super::{Error, Source, Span, parse_one};

/// The name of a newtype that asks this deserializer, and no other, for its place: it gets the file, the line, the
/// column and the value, in this order.
pub(crate) const LOCATED: &str = "$inventory_core::yaml::located";

/// The name of a newtype that asks this deserializer, and no other, for the text of a number as it is written: whoever
/// wants text can say better than we what 2.30 was to be.
pub(crate) const AS_WRITTEN: &str = "$inventory_core::yaml::as_written";

/// What a key given twice in one map means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// An error that shows both places: for files that are ours.
    Refused,
    /// The last value counts, at the first one's place: what Ansible makes of its files.
    LastWins,
}

/// Reads a type from a value. A key given twice is an error.
pub fn from_node<T: DeserializeOwned>(node: &Node, source: &Source) -> Result<T, Error> {
    from_node_with(node, source, Duplicates::Refused)
}

/// Reads a type from a value, with a word on keys given twice.
pub fn from_node_with<T: DeserializeOwned>(node: &Node, source: &Source, duplicates: Duplicates) -> Result<T, Error> {
    let context = Context { source, duplicates };
    T::deserialize(Value { node, context }).map_err(|fault| fault.or_at(node.span).explain(source))
}

/// Reads a type from a file of one document. A key given twice is an error; an empty file is nothing (null).
pub fn from_source<T: DeserializeOwned>(source: &Source) -> Result<T, Error> {
    let root = parse_one(source)?.root.unwrap_or_else(|| Node {
        span: Span::default(),
        alias: None,
        tag: None,
        kind: Kind::Scalar(Scalar { raw: "".into(), style: Style::Plain }),
    });
    from_node(&root, source)
}

/// What is the same for every value of one reading.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) source: &'a Source,
    duplicates: Duplicates,
}

impl<'a> Context<'a> {
    /// The pairs of a map, with `<<` merged.
    pub(super) fn entries(self, node: &'a Node) -> Result<Vec<(&'a Node, &'a Node)>, Fault> {
        if self.duplicates == Duplicates::Refused
            && let Some((first, second)) = node.duplicate_keys(self.source).first()
        {
            let key = second.key_text(self.source)?;
            return Err(Fault::duplicate_key(key, first.span, second.span));
        }
        Ok(node.entries(self.source)?)
    }

    pub(super) fn read<'de, S: DeserializeSeed<'de>>(self, seed: S, node: &'a Node) -> Result<S::Value, Fault> {
        seed.deserialize(Value { node, context: self }).map_err(|fault| fault.or_at(node.span))
    }

    pub(super) fn read_key<'de, S: DeserializeSeed<'de>>(self, seed: S, node: &'a Node) -> Result<S::Value, Fault> {
        seed.deserialize(Key { node, context: self }).map_err(|fault| fault.or_at(node.span))
    }
}

/// A value that a type asks for.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    pub(super) node: &'a Node,
    pub(super) context: Context<'a>,
}

impl<'a> Value<'a> {
    pub(super) fn unexpected(self, expected: &str) -> Fault {
        if let Resolved::Refused(reason) = self.node.resolve() {
            return Error::Refused { location: self.node.location(self.context.source), reason }.into();
        }
        let found = self.node.describe();
        match self.node.local_tag() {
            Some(tag) => {
                let hint = format!("remove `{tag}`, and write the value itself; tags are for variables");
                Fault::expected_with_hint(expected, found, hint)
            }
            None => Fault::expected(expected, found),
        }
    }

    /// The value, unless a tag says that it is more than that.
    fn untagged(self, expected: &str) -> Result<Resolved<'a>, Fault> {
        match self.node.local_tag() {
            Some(_) => Err(self.unexpected(expected)),
            None => Ok(self.node.resolve()),
        }
    }

    /// Text; what YAML 1.1 takes for a number, true or false is an error that shows the quotes, since its text may
    /// already be another one: 2.30 and 2.3 are the same number.
    fn text(self) -> Result<Cow<'a, str>, Fault> {
        match self.untagged("text")? {
            Resolved::Text(text) => Ok(Cow::Borrowed(text)),
            Resolved::Timestamp(iso) => Ok(Cow::Owned(iso)),
            Resolved::Bool(_) | Resolved::Int(_) | Resolved::HugeInt | Resolved::Float(_) => {
                let raw = self.node.raw().unwrap_or_default();
                let found = self.node.describe();
                let read_as =
                    if found.ends_with(raw) { found } else { format!("`{raw}`, which YAML reads as {found}") };
                Err(Fault::expected_with_hint("text", read_as, format!("write it in quotes: \"{raw}\"")))
            }
            _ => Err(self.unexpected("text")),
        }
    }

    pub(super) fn visit_int<'de, V: Visitor<'de>>(value: i128, visitor: V) -> Result<V::Value, Fault> {
        // serde's own integers look at the 64-bit forms first, and give the better message there.
        if let Ok(value) = u64::try_from(value) {
            visitor.visit_u64(value)
        } else if let Ok(value) = i64::try_from(value) {
            visitor.visit_i64(value)
        } else {
            visitor.visit_i128(value)
        }
    }

    fn int<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.untagged("a whole number")? {
            Resolved::Int(value) => Self::visit_int(value, visitor),
            Resolved::Text(text) if matches!(text.parse::<i128>(), Ok(number) if number.to_string() == text) => {
                Err(Fault::expected_with_hint("a whole number", self.node.describe(), "remove the quotes".to_owned()))
            }
            _ => Err(self.unexpected("a whole number")),
        }
    }

    fn float<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.untagged("a number")? {
            Resolved::Float(value) => visitor.visit_f64(value),
            Resolved::Int(value) => Self::visit_int(value, visitor),
            _ => Err(self.unexpected("a number")),
        }
    }

    pub(super) fn items<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.untagged("a list")? {
            Resolved::List(items) => self.visit_items(items, visitor),
            _ => Err(self.unexpected("a list")),
        }
    }

    fn visit_items<'de, V: Visitor<'de>>(self, items: &'a [Node], visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_seq(Items::new(items, self.context))
    }

    pub(super) fn entries<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.untagged("a map")? {
            Resolved::Map => self.visit_entries(visitor),
            _ => Err(self.unexpected("a map")),
        }
    }

    fn visit_entries<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let entries = self.context.entries(self.node)?;
        visitor.visit_map(Entries::new(entries, self.context))
    }
}

macro_rules! forward {
    ($to:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.$to(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let Some(tag) = self.node.local_tag() {
            return visitor.visit_enum(Tagged { tag, value: self });
        }
        match self.node.resolve() {
            Resolved::Null => visitor.visit_unit(),
            Resolved::Bool(value) => visitor.visit_bool(value),
            Resolved::Int(value) => Self::visit_int(value, visitor),
            Resolved::Float(value) => visitor.visit_f64(value),
            Resolved::Text(text) => visitor.visit_str(text),
            Resolved::Timestamp(iso) => visitor.visit_string(iso),
            Resolved::Binary(bytes) => visitor.visit_byte_buf(bytes),
            Resolved::List(items) => self.visit_items(items, visitor),
            Resolved::Map => self.visit_entries(visitor),
            Resolved::HugeInt => Err(self.unexpected("a number of at most 128 bits")),
            Resolved::Refused(_) => Err(self.unexpected("a value")),
        }
    }

    forward!(int: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128);
    forward!(float: deserialize_f32 deserialize_f64);
    forward!(items: deserialize_seq);
    forward!(entries: deserialize_map);
    forward!(deserialize_str: deserialize_char deserialize_string);

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(&self.text()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.untagged("true or false")? {
            Resolved::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.unexpected("true or false")),
        }
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.untagged("binary data")? {
            Resolved::Binary(bytes) => visitor.visit_byte_buf(bytes),
            Resolved::Text(text) => visitor.visit_str(text),
            _ => Err(self.unexpected("binary data")),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match (self.node.local_tag(), self.node.resolve()) {
            (None, Resolved::Null) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.untagged("nothing")? {
            Resolved::Null => visitor.visit_unit(),
            _ => Err(self.unexpected("nothing")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        if name == LOCATED {
            return visitor.visit_seq(Place::of(self));
        }
        if name == AS_WRITTEN {
            let is_number = matches!(self.untagged("text")?, Resolved::Int(_) | Resolved::HugeInt | Resolved::Float(_));
            return match self.node.raw().filter(|_| is_number) {
                Some(raw) => visitor.visit_str(raw),
                None => visitor.visit_str(&self.text()?),
            };
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.items(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.items(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.entries(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if let Some(tag) = self.node.local_tag() {
            return visitor.visit_enum(Tagged { tag, value: self });
        }
        match &self.node.kind {
            Kind::Scalar(scalar) if !matches!(self.node.resolve(), Resolved::Null | Resolved::Refused(_)) => {
                visitor.visit_enum(Word(&scalar.raw))
            }
            Kind::Mapping(_) => match self.context.entries(self.node)?.as_slice() {
                &[(key, value)] => visitor.visit_enum(Variant { key, value, context: self.context }),
                entries => Err(Fault::expected("a map of one key", format!("one of {}", entries.len()))),
            },
            _ => Err(self.unexpected("a word")),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.raw() {
            Some(raw) => visitor.visit_str(raw),
            None => Err(self.unexpected("a word")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }
}
