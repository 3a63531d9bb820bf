//! What an expression works on: Python's values, as far as templates meet them.

use std::rc::Rc;

use indexmap::IndexMap;

use super::NotChecked;
use crate::inventory::{Author, Text, Value};

/// A value while a template is evaluated. Clones are cheap.
#[derive(Debug, Clone)]
pub(super) enum Data {
    /// Nothing has this name. The sentence says so to whoever needs a value.
    Undefined(Rc<str>),
    /// Ciphertext of the variable with this name, or of one nobody named.
    Encrypted(Option<Rc<str>>),
    /// A template that nobody has asked for yet, and the variable it belongs to.
    Template(Rc<str>, Option<Rc<str>>),
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Rc<str>),
    List(Rc<[Data]>),
    /// Only ever unpacked or indexed: no variable of Ansible's holds one.
    Tuple(Rc<[Data]>),
    /// What a map's `keys()`, `values()` and `items()` give, which can be iterated over and not indexed.
    View(Rc<[Data]>),
    Map(Rc<IndexMap<String, Data>>),
}

impl Data {
    pub(super) fn from_value(value: &Value, owner: Option<&Rc<str>>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(value) => Self::Int(*value),
            Value::Float(value) => Self::Float(*value),
            Value::Text(Text { author: Author::Vault, .. }) => Self::Encrypted(owner.cloned()),
            Value::Text(text) if value.is_template() => Self::Template(text.content.as_str().into(), owner.cloned()),
            Value::Text(text) => Self::text(&text.content),
            Value::List(items) => Self::List(items.iter().map(|item| Self::from_value(item, owner)).collect()),
            Value::Map(map) => {
                let items = map.iter().map(|(key, value)| (key.clone(), Self::from_value(value, owner)));
                Self::Map(Rc::new(items.collect()))
            }
        }
    }

    pub(super) fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().into())
    }

    /// What Python's `bool()` says.
    pub(super) fn is_true(&self) -> Result<bool, NotChecked> {
        Ok(match self {
            Self::Undefined(_) | Self::Encrypted(_) | Self::Template(..) => return Err(self.no_value()),
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Int(value) => *value != 0,
            Self::Float(value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(items) | Self::Tuple(items) | Self::View(items) => !items.is_empty(),
            Self::Map(map) => !map.is_empty(),
        })
    }

    /// Itself, where it is a value at all.
    pub(super) fn defined(self) -> Result<Self, NotChecked> {
        match self {
            Self::Undefined(_) | Self::Encrypted(_) => Err(self.no_value()),
            other => Ok(other),
        }
    }

    fn no_value(&self) -> NotChecked {
        match self {
            Self::Undefined(why) => NotChecked::new(&**why),
            Self::Encrypted(Some(name)) => NotChecked::new(format!("`{name}` is encrypted")),
            _ => NotChecked::new("it is encrypted"),
        }
    }

    /// The characters of a text.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The sort of value, in the words of a sentence.
    pub(super) fn sort(&self) -> &'static str {
        match self {
            Self::Undefined(_) => "nothing",
            Self::Encrypted(_) => "an encrypted text",
            Self::Template(..) => "a template",
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) | Self::View(_) => "a list",
            Self::Tuple(_) => "a tuple",
            Self::Map(_) => "a map",
        }
    }
}

/// A text in quotes, as Python writes one inside a list.
pub(super) fn quoted(text: &str) -> Result<String, NotChecked> {
    if text.contains('\\') || !text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        return Err(NotChecked::new("it writes a list with unusual characters as a text"));
    }
    if text.contains('\'') {
        if text.contains('"') {
            return Ok(format!("'{}'", text.replace('\'', "\\'")));
        }
        return Ok(format!("\"{text}\""));
    }
    Ok(format!("'{text}'"))
}
