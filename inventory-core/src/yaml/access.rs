//! How a type walks through lists, maps, words and tags: the second half of the `Deserializer`.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::Location;
use super::de::{Context, Value};
use super::fault::Fault;
use super::node::{Node, Resolved};

/// The values of a list.
pub(super) struct Items<'a> {
    items: std::slice::Iter<'a, Node>,
    context: Context<'a>,
}

impl<'a> Items<'a> {
    pub(super) fn new(items: &'a [Node], context: Context<'a>) -> Self {
        Self { items: items.iter(), context }
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.items.next().map(|node| self.context.read(seed, node)).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The pairs of a map.
pub(super) struct Entries<'a> {
    pairs: std::vec::IntoIter<(&'a Node, &'a Node)>,
    value: Option<&'a Node>,
    context: Context<'a>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(entries: Vec<(&'a Node, &'a Node)>, context: Context<'a>) -> Self {
        Self { pairs: entries.into_iter(), value: None, context }
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some((key, value)) = self.pairs.next() else { return Ok(None) };
        self.value = Some(value);
        self.context.read_key(seed, key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        match self.value.take() {
            Some(node) => self.context.read(seed, node),
            None => Err(serde::de::Error::custom("a value was asked for before its key")),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.pairs.len())
    }
}

/// A key: a field's name as written, or the text that Python's `json` would make of it.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) node: &'a Node,
    pub(super) context: Context<'a>,
}

impl Key<'_> {
    fn int<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.resolve() {
            Resolved::Int(value) => Value::visit_int(value, visitor),
            // JSON has no other keys than text.
            Resolved::Text(text) => match text.parse() {
                Ok(value) => Value::visit_int(value, visitor),
                Err(_) => Err(Fault::expected("a whole number", self.node.describe())),
            },
            _ => Err(Fault::expected("a whole number", self.node.describe())),
        }
    }
}

macro_rules! whole_number_keys {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.int(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_string(self.node.key_text(self.context.source)?)
    }

    whole_number_keys!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128);

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.raw() {
            Some(raw) => visitor.visit_str(raw),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.node.raw() {
            Some(raw) => visitor.visit_enum(Word(raw)),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct ignored_any
    }
}

/// A word that names one of several.
pub(super) struct Word<'a>(pub(super) &'a str);

impl<'de> EnumAccess<'de> for Word<'_> {
    type Error = Fault;
    type Variant = NoContent;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, NoContent), Fault> {
        let word: StrDeserializer<'_, Fault> = self.0.into_deserializer();
        Ok((seed.deserialize(word)?, NoContent))
    }
}

/// What follows a lone word: nothing.
pub(super) struct NoContent;

impl<'de> VariantAccess<'de> for NoContent {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, Fault> {
        Err(Fault::expected("a map of one key, this word", "the word alone".to_owned()))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Fault> {
        Err(Fault::expected("a map of one key, this word", "the word alone".to_owned()))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Fault> {
        Err(Fault::expected("a map of one key, this word", "the word alone".to_owned()))
    }
}

/// A map of one key, which names the variant of its value.
pub(super) struct Variant<'a> {
    pub(super) key: &'a Node,
    pub(super) value: &'a Node,
    pub(super) context: Context<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Fault;
    type Variant = Value<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Value<'a>), Fault> {
        let variant = self.context.read_key(seed, self.key)?;
        Ok((variant, Value { node: self.value, context: self.context }))
    }
}

impl<'de> VariantAccess<'de> for Value<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.node.resolve() {
            Resolved::Null => Ok(()),
            _ => Err(self.unexpected("nothing").or_at(self.node.span)),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        self.context.read(seed, self.node)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.items(visitor).map_err(|fault| fault.or_at(self.node.span))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.entries(visitor).map_err(|fault| fault.or_at(self.node.span))
    }
}

/// A value with a tag of the application's own: the tag names the variant.
pub(super) struct Tagged<'a> {
    pub(super) tag: &'a str,
    pub(super) value: Value<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Tagged<'a> {
    type Error = Fault;
    type Variant = TaggedContent<'a>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, TaggedContent<'a>), Fault> {
        let tag: StrDeserializer<'_, Fault> = self.tag.into_deserializer();
        Ok((seed.deserialize(tag)?, TaggedContent(self.value)))
    }
}

/// What follows a tag: the same value without it.
pub(super) struct TaggedContent<'a>(Value<'a>);

impl TaggedContent<'_> {
    /// Vault text stays text: `!vault 12` is no number.
    fn node(&self) -> Node {
        let vault = matches!(self.0.node.local_tag(), Some("!vault" | "!vault-encrypted"));
        Node { tag: vault.then(|| format!("{}str", super::node::CORE_TAG).into()), ..self.0.node.clone() }
    }
}

impl<'de> VariantAccess<'de> for TaggedContent<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Err(self.0.unexpected("a word"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        self.0.context.read(seed, &self.node())
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        Value { node: &self.node(), context: self.0.context }.items(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        Value { node: &self.node(), context: self.0.context }.entries(visitor)
    }
}

/// What a [`super::LOCATED`] newtype asks for: file, line, column, value.
pub(super) struct Place<D> {
    at: Location,
    part: u8,
    content: D,
}

impl<'a> Place<Value<'a>> {
    pub(super) fn of(value: Value<'a>) -> Self {
        Self { at: value.node.location(value.context.source), part: 0, content: value }
    }
}

impl<'de, D: Deserializer<'de, Error = Fault> + Copy> SeqAccess<'de> for Place<D> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.part += 1;
        match self.part {
            1 => seed.deserialize(self.at.file.to_string_lossy().into_deserializer()).map(Some),
            2 => seed.deserialize(self.at.line.into_deserializer()).map(Some),
            3 => seed.deserialize(self.at.column.into_deserializer()).map(Some),
            4 => seed.deserialize(self.content).map(Some),
            _ => Ok(None),
        }
    }
}
