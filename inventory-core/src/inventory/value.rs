//! The value of a variable, and who wrote its text.
//!
//! Ansible evaluates every string of an inventory as a template on the controller, so each text carries its
//! author with it: what the user wrote stays a template, what came from outside never becomes one.

use indexmap::IndexMap;

use crate::safe::looks_like_template;

/// Variables by name, in the order they were written.
pub type Variables = IndexMap<String, Value>;

/// The value of a variable.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: YAML's `null`.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number. Python's have no bound; those beyond 128 bits are refused where they are read.
    Int(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// Text, with its author.
    Text(Text),
    /// An ordered list.
    List(Vec<Value>),
    /// Values by key, in the order they were written.
    Map(Variables),
}

/// Text and who is responsible for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The characters, without quotes.
    pub content: String,
    /// Who wrote them.
    pub author: Author,
}

/// Who wrote a text, which decides whether Ansible may evaluate it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// The user, in a file of their own: a template if it looks like one.
    User,
    /// Anybody else: a guest, a tenant, an API. Also the user's own text marked `!unsafe`, or with an outside
    /// text filled into it. Never evaluated.
    Outside,
    /// `ansible-vault`: the text is the cipher text, and only Ansible can read it.
    Vault,
}

impl Value {
    /// Text that the user wrote.
    pub fn user(content: impl Into<String>) -> Self {
        Self::Text(Text { content: content.into(), author: Author::User })
    }

    /// Text that came from outside.
    pub fn outside(content: impl Into<String>) -> Self {
        Self::Text(Text { content: content.into(), author: Author::Outside })
    }

    /// The characters of a text; `None` for other kinds of value and for vault text, which nobody here can read.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(Text { content, author: Author::User | Author::Outside }) => Some(content),
            _ => None,
        }
    }

    /// The value with every text in it, however deep, replaced by what `change` makes of it.
    #[must_use]
    pub fn with_texts(self, change: &impl Fn(Text) -> Text) -> Self {
        match self {
            Self::Text(text) => Self::Text(change(text)),
            Self::List(items) => Self::List(items.into_iter().map(|item| item.with_texts(change)).collect()),
            Self::Map(map) => Self::Map(map.into_iter().map(|(key, value)| (key, value.with_texts(change))).collect()),
            other => other,
        }
    }

    /// Whether Ansible would evaluate it: text of the user's that holds Jinja.
    pub fn is_template(&self) -> bool {
        matches!(self, Self::Text(Text { content, author: Author::User }) if looks_like_template(content))
    }

    /// The value as a person would write it on one line: text as it is, everything else as JSON.
    pub fn to_plain_text(&self) -> String {
        match self {
            Self::Text(Text { author: Author::Vault, .. }) => "(encrypted)".to_owned(),
            Self::Text(text) => text.content.clone(),
            Self::Float(value) => crate::yaml::python_float(*value),
            other => serde_json::to_string(other).unwrap_or_default(),
        }
    }
}
