//! What a value in a file is to us.

use std::path::PathBuf;

use crate::inventory::{Author, Text, Value};
use crate::yaml::Location;

/// A value of a variable in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    /// The file, below the directory.
    pub file: PathBuf,
    /// The place of its key.
    pub location: Location,
    /// The value.
    pub reading: Reading,
    /// Whether it counts among the values of its group or host.
    pub wins: bool,
}

/// A value as far as it can be known without running Ansible.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// The value itself.
    Plain(Value),
    /// A value that is Jinja, or has Jinja in it: only Ansible knows what it comes to.
    Template(Value),
    /// A value with text marked `!unsafe`, which Ansible takes as it is.
    Unsafe(Value),
    /// A value that is `!vault`, or has one in it.
    Vault,
    /// A value that only Ansible can know; why, in words.
    Hidden(String),
    /// A value that we cannot hold, or one that stands where the path wants a map; in words.
    Unfit(String),
}

impl Reading {
    pub(crate) fn of(value: Result<Value, String>) -> Self {
        let has_author = |value: &Value, author| any_text(value, &|text| text.author == author);
        match value {
            Err(why) => Self::Unfit(why),
            Ok(value) if has_author(&value, Author::Vault) => Self::Vault,
            Ok(value) if any_text(&value, &is_template) => Self::Template(value),
            Ok(value) if has_author(&value, Author::Outside) => Self::Unsafe(value),
            Ok(value) => Self::Plain(value),
        }
    }

    /// Whether it comes to this value.
    pub fn is(&self, wanted: &Value) -> bool {
        match self {
            Self::Plain(value) => is_same(value, wanted),
            Self::Template(value) => value == wanted,
            Self::Unsafe(value) => is_same(value, wanted) && !any_text(wanted, &is_template),
            Self::Vault | Self::Hidden(_) | Self::Unfit(_) => false,
        }
    }

    /// The value as a person would write it on one line.
    pub fn to_plain_text(&self) -> String {
        match self {
            Self::Plain(value) | Self::Template(value) | Self::Unsafe(value) => value.to_plain_text(),
            Self::Vault => "(encrypted)".to_owned(),
            Self::Hidden(what) | Self::Unfit(what) => what.clone(),
        }
    }
}

fn is_template(text: &Text) -> bool {
    Value::Text(text.clone()).is_template()
}

fn any_text(value: &Value, is: &impl Fn(&Text) -> bool) -> bool {
    match value {
        Value::Text(text) => is(text),
        Value::List(items) => items.iter().any(|item| any_text(item, is)),
        Value::Map(map) => map.values().any(|item| any_text(item, is)),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => false,
    }
}

/// Whether two values are one to Ansible: of one type, and the same text whoever wrote it.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => a.content == b.content,
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_same(a, b)))
        }
        (a, b) => a == b,
    }
}
