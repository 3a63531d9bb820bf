//! The tree: values with their places, as they are written.

use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::scalar::{self, Form, Whole};
use super::{Error, Source, Span, timestamp};

/// The prefix of the tags that YAML itself defines and that files write as `!!`.
pub(super) const CORE_TAG: &str = "tag:yaml.org,2002:";

/// A value as it is written. Cheap to clone: what an alias repeats is shared.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value is written; for an alias, where its anchor stands.
    pub span: Span,
    /// Where the alias is written, when the value was reached through one.
    pub alias: Option<Span>,
    /// The tag in full: `!vault`, `tag:yaml.org,2002:str` for `!!str`, `!` for a lone `!`.
    pub tag: Option<Arc<str>>,
    /// The value.
    pub kind: Kind,
}

/// What a value is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// One value, which [`Node::resolve`] reads.
    Scalar(Scalar),
    /// A list.
    Sequence(Arc<[Node]>),
    /// A map as it is written: keys given twice and `<<` are still there. [`Node::entries`] reads it.
    Mapping(Arc<[(Node, Node)]>),
}

/// The characters of a scalar, and how they were marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The characters after escapes, folding and indentation are taken off.
    pub raw: Arc<str>,
    /// How it is written, which decides whether it can be anything but text.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: may be a number, true, null, a date.
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A number in a file that is JSON from end to end, which Ansible reads as JSON and not as YAML: `1e3` is a
    /// number here, and text in YAML.
    JsonNumber,
}

/// A value as Ansible gets it.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved<'a> {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A whole number of more than 128 bits; Python has no bound.
    HugeInt,
    /// A number with a fraction or an exponent.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// A date, or a date and time, in Python's `isoformat`; a date has no `T`.
    Timestamp(String),
    /// `!!binary`, decoded.
    Binary(Vec<u8>),
    /// A list.
    List(&'a [Node]),
    /// A map; read it with [`Node::entries`].
    Map,
    /// What Ansible refuses to load, and why.
    Refused(String),
}

impl Node {
    /// The value as `PyYAML`'s `SafeLoader`, and so Ansible, gets it.
    ///
    /// Local tags, `!vault` and `!unsafe`, are left to the caller, who finds them in [`Node::tag`]: the value is
    /// read as if they were not there, except that vault text is always text.
    pub fn resolve(&self) -> Resolved<'_> {
        match (&self.kind, self.core_tag()) {
            (Kind::Scalar(scalar), Some(tag)) => tagged_scalar(&scalar.raw, tag),
            (Kind::Scalar(scalar), None) => match self.tag.as_deref() {
                Some("!vault" | "!vault-encrypted") => Resolved::Text(&scalar.raw),
                // `!` means "as if without quotes", whatever the specification says.
                Some("!") if self.span.start == self.span.end => Resolved::Text(""),
                Some("!") => plain_scalar(&scalar.raw, self.tag.as_deref()),
                _ => match scalar.style {
                    Style::Plain => plain_scalar(&scalar.raw, self.tag.as_deref()),
                    Style::JsonNumber => json_number(&scalar.raw),
                    _ => Resolved::Text(&scalar.raw),
                },
            },
            (Kind::Sequence(items), None | Some("seq")) => Resolved::List(items),
            (Kind::Mapping(_), None | Some("map" | "python/dict")) => Resolved::Map,
            (Kind::Sequence(_) | Kind::Mapping(_), Some(tag)) => {
                Resolved::Refused(format!("`!!{tag}` has no place here"))
            }
        }
    }

    /// The value of a key: as [`Node::resolve`], but `=` is text.
    fn resolve_key(&self) -> Resolved<'_> {
        match &self.kind {
            Kind::Scalar(Scalar { raw, style: Style::Plain }) if &**raw == "=" && self.core_tag().is_none() => {
                Resolved::Text(raw)
            }
            _ => self.resolve(),
        }
    }

    /// The part after `!!` of a tag that YAML defines.
    fn core_tag(&self) -> Option<&str> {
        self.tag.as_deref()?.strip_prefix(CORE_TAG)
    }

    /// The tag that is the application's own, `!vault` or `!unsafe`: neither YAML's `!!str` nor a lone `!`.
    pub fn local_tag(&self) -> Option<&str> {
        self.tag.as_deref().filter(|tag| *tag != "!" && !tag.starts_with(CORE_TAG))
    }

    /// The text of a scalar as written, without what YAML makes of it.
    pub fn raw(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(&scalar.raw),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    /// The value of a key that is text, as [`Node::entries`] would give it; `None` too when this is no map.
    pub fn get(&self, key: &str, source: &Source) -> Option<&Node> {
        let entries = self.entries(source).ok()?;
        entries
            .into_iter()
            .find(|(name, _)| matches!(name.resolve_key(), Resolved::Text(text) if text == key))
            .map(|(_, value)| value)
    }

    /// The map with `<<` merged and keys given twice reduced to one, as Python's `dict` does it: the last value, at
    /// the first one's place. Empty when this is no map.
    pub fn entries(&self, source: &Source) -> Result<Vec<(&Node, &Node)>, Error> {
        let mut flat = Vec::new();
        self.flatten_into(&mut flat, source)?;
        let mut places: HashMap<Identity<'_>, usize> = HashMap::with_capacity(flat.len());
        let mut entries: Vec<(&Node, &Node)> = Vec::with_capacity(flat.len());
        for (key, value) in flat {
            match places.entry(Identity::of(key, source)?) {
                std::collections::hash_map::Entry::Occupied(place) => entries[*place.get()].1 = value,
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(entries.len());
                    entries.push((key, value));
                }
            }
        }
        Ok(entries)
    }

    /// Every pair in the order Python would store them: what `<<` brings first, maps of a list from its end.
    fn flatten_into<'a>(&'a self, flat: &mut Vec<(&'a Node, &'a Node)>, source: &Source) -> Result<(), Error> {
        let Kind::Mapping(pairs) = &self.kind else { return Ok(()) };
        for (_, value) in pairs.iter().filter(|(key, _)| key.is_merge()) {
            match &value.kind {
                Kind::Mapping(_) => value.flatten_into(flat, source)?,
                Kind::Sequence(items) => {
                    for item in items.iter().rev() {
                        if !matches!(item.kind, Kind::Mapping(_)) {
                            return Err(item.not_mergeable(source));
                        }
                        item.flatten_into(flat, source)?;
                    }
                }
                Kind::Scalar(_) => return Err(value.not_mergeable(source)),
            }
        }
        flat.extend(pairs.iter().filter(|(key, _)| !key.is_merge()).map(|(key, value)| (key, value)));
        Ok(())
    }

    fn not_mergeable(&self, source: &Source) -> Error {
        Error::Merge { location: self.location(source), found: self.describe() }
    }

    /// Whether this, as a key, is `<<`.
    fn is_merge(&self) -> bool {
        match &self.kind {
            Kind::Scalar(scalar) => match self.tag.as_deref() {
                None => scalar.style == Style::Plain && &*scalar.raw == "<<",
                Some("!") => &*scalar.raw == "<<",
                Some(tag) => tag.strip_prefix(CORE_TAG) == Some("merge"),
            },
            Kind::Sequence(_) | Kind::Mapping(_) => false,
        }
    }

    /// Keys that are written more than once in this map itself, as (first, again) in the order of the second.
    /// A key that overrides one brought by `<<` is none.
    pub fn duplicate_keys(&self, source: &Source) -> Vec<(&Node, &Node)> {
        let Kind::Mapping(pairs) = &self.kind else { return Vec::new() };
        let mut seen: HashMap<Identity<'_>, &Node> = HashMap::with_capacity(pairs.len());
        let mut duplicates = Vec::new();
        for (key, _) in pairs.iter().filter(|(key, _)| !key.is_merge()) {
            let Ok(identity) = Identity::of(key, source) else { continue };
            match seen.entry(identity) {
                std::collections::hash_map::Entry::Occupied(first) => duplicates.push((*first.get(), key)),
                std::collections::hash_map::Entry::Vacant(place) => {
                    place.insert(key);
                }
            }
        }
        duplicates
    }

    /// The text of a key as Python's `json.dumps` writes it: `true`, `null` and numbers become text. An error where
    /// Ansible refuses the key.
    pub fn key_text(&self, source: &Source) -> Result<String, Error> {
        Ok(match self.resolve_key() {
            Resolved::Text(text) => text.to_owned(),
            Resolved::Null => "null".to_owned(),
            Resolved::Bool(value) => value.to_string(),
            Resolved::Int(value) => value.to_string(),
            Resolved::HugeInt => self.raw().unwrap_or_default().to_owned(),
            Resolved::Float(value) => scalar::python_float(value),
            Resolved::Timestamp(iso) => iso,
            Resolved::Refused(reason) => return Err(Error::Refused { location: self.location(source), reason }),
            Resolved::Binary(_) | Resolved::List(_) | Resolved::Map => {
                return Err(Error::Key { location: self.location(source), found: self.describe(), is_template: false });
            }
        })
    }

    /// Where the value is written.
    pub fn location(&self, source: &Source) -> super::Location {
        source.location(self.span.start)
    }

    /// The value in words, for a message: `text "x"`, `a list`, `the whole number 5`.
    pub fn describe(&self) -> String {
        if let (Some(tag), Kind::Scalar(_)) = (self.local_tag(), &self.kind) {
            return format!("a value marked `{tag}`");
        }
        match self.resolve() {
            Resolved::Null => "nothing".to_owned(),
            Resolved::Bool(value) => value.to_string(),
            Resolved::Int(value) => format!("the number {value}"),
            Resolved::HugeInt => "a number of more than 128 bits".to_owned(),
            Resolved::Float(value) => format!("the number {}", scalar::python_float(value)),
            Resolved::Text(text) => describe_text(text),
            Resolved::Timestamp(iso) => format!("the date {iso}"),
            Resolved::Binary(_) => "binary data".to_owned(),
            Resolved::List(_) => "a list".to_owned(),
            Resolved::Map => "a map".to_owned(),
            Resolved::Refused(_) => format!("`{}`", self.raw().unwrap_or_default()),
        }
    }
}

/// Text in a message: its first line, and not more of it than a message can hold.
pub(super) fn describe_text(text: &str) -> String {
    let mut short: String = text.chars().take(40).take_while(|c| !c.is_control()).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("text \"{short}\"")
}

fn plain_scalar<'a>(raw: &'a str, tag: Option<&str>) -> Resolved<'a> {
    match Form::of(raw) {
        Form::Text => Resolved::Text(raw),
        Form::Null => Resolved::Null,
        Form::Bool => tagged_scalar(raw, "bool"),
        Form::Int => tagged_scalar(raw, "int"),
        Form::Float => tagged_scalar(raw, "float"),
        Form::Timestamp => tagged_scalar(raw, "timestamp"),
        // `!unsafe =` and the like are text, since Ansible looks them up by the tag.
        Form::Merge | Form::Value if tag.is_some_and(|tag| tag != "!") => Resolved::Text(raw),
        Form::Merge | Form::Value => Resolved::Refused(format!("`{raw}` without quotes is no value; write \"{raw}\"")),
    }
}

/// A scalar under `!!tag`, by `PyYAML`'s constructor of that name.
fn tagged_scalar<'a>(raw: &'a str, tag: &str) -> Resolved<'a> {
    let value = match tag {
        "str" | "python/unicode" => Some(Resolved::Text(raw)),
        "null" => Some(Resolved::Null),
        "bool" => scalar::bool_value(raw).map(Resolved::Bool),
        "int" => scalar::int_value(raw).map(|whole| match whole {
            Whole::Int(value) => Resolved::Int(value),
            Whole::Beyond128Bits => Resolved::HugeInt,
        }),
        "float" => scalar::float_value(raw).map(Resolved::Float),
        "timestamp" => timestamp::isoformat(raw).map(Resolved::Timestamp),
        "binary" => scalar::binary_value(raw).map(Resolved::Binary),
        _ => return Resolved::Refused(format!("it knows no tag `!!{tag}` for text")),
    };
    value.unwrap_or_else(|| Resolved::Refused(format!("`{raw}` is no {tag}")))
}

/// A number as Python's `json` reads it.
fn json_number(raw: &str) -> Resolved<'_> {
    if raw.contains(['.', 'e', 'E']) {
        return raw.parse().map_or_else(|_| Resolved::Refused(format!("`{raw}` is no number")), Resolved::Float);
    }
    raw.parse().map_or(Resolved::HugeInt, Resolved::Int)
}

/// When two keys are one key to Python, where `1`, `1.0` and `true` are equal.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Identity<'a> {
    Null,
    Whole(i128),
    /// A whole number beyond 128 bits, by its digits.
    Huge(&'a str),
    /// The bits of a float that is not whole.
    Fraction(u64),
    Text(&'a str),
    Timestamp(String),
    Binary(Vec<u8>),
}

impl<'a> Identity<'a> {
    fn of(key: &'a Node, source: &Source) -> Result<Self, Error> {
        Ok(match key.resolve_key() {
            Resolved::Text(text) => Self::Text(text),
            Resolved::Null => Self::Null,
            Resolved::Bool(value) => Self::Whole(value.into()),
            Resolved::Int(value) => Self::Whole(value),
            Resolved::HugeInt => Self::Huge(key.raw().unwrap_or_default()),
            Resolved::Float(value) => Self::of_float(value),
            Resolved::Timestamp(iso) => Self::Timestamp(iso),
            Resolved::Binary(bytes) => Self::Binary(bytes),
            Resolved::Refused(reason) => return Err(Error::Refused { location: key.location(source), reason }),
            Resolved::List(_) | Resolved::Map => {
                return Err(Error::Key { location: key.location(source), found: key.describe(), is_template: false });
            }
        })
    }

    #[expect(clippy::cast_possible_truncation, reason = "the value is whole and within the bounds of the type")]
    fn of_float(value: f64) -> Self {
        // 2 to the 126th, well inside i128.
        const BOUND: f64 = 8.507_059_173_023_462e37;
        if value.fract() == 0.0 && value.abs() < BOUND {
            Self::Whole(value as i128)
        } else {
            Self::Fraction(value.to_bits())
        }
    }
}
