//! YAML and JSON values as Ansible's loader builds them.

use indexmap::IndexMap;

use super::Variable;
use super::error::{Fault, Problem};
use super::literal::Refusal;
use crate::inventory::{Author, Text, Value};
use crate::yaml::{Kind, Node, Resolved, Source, Span};

/// Turns nodes of one document into values.
#[derive(Clone, Copy)]
pub(super) struct Tree<'a> {
    pub(super) source: &'a Source,
    /// Whether the document is JSON, where a map with a mark in it stands for a marked text.
    pub(super) is_json: bool,
}

/// What a node is, with the local tags that Ansible knows applied.
pub(super) enum Shape<'a> {
    Null,
    /// A map, by entries.
    Map(Vec<(&'a Node, &'a Node)>),
    List(&'a [Node]),
    Text(&'a str),
    /// Any other scalar.
    Other,
}

/// Why a value cannot be a variable's.
pub(super) enum Unfit {
    Fault(Fault),
    /// For a reason that needs the variable's name to be told.
    Refusal(Span, Refusal),
}

impl From<Fault> for Unfit {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<'a> Tree<'a> {
    /// Refuses what Ansible refuses to load, wherever in the document it stands.
    pub(super) fn check(self, node: &Node) -> Result<(), Fault> {
        if let Some(tag) = node.local_tag() {
            if !matches!(tag, "!unsafe" | "!vault" | "!vault-encrypted") {
                return Err(Fault::new(place(node), Problem::Tag(tag.to_owned())));
            }
            if tag != "!unsafe" && !is_text_without_tag(node) {
                return Err(Fault::new(place(node), Problem::VaultOfNoText));
            }
        }
        if let Resolved::Refused(reason) = node.resolve() {
            return Err(Fault::new(place(node), Problem::Refused(reason)));
        }
        match &node.kind {
            Kind::Scalar(_) => Ok(()),
            Kind::Sequence(items) => items.iter().try_for_each(|item| self.check(item)),
            Kind::Mapping(pairs) => {
                let entries = self.entries(node)?;
                if self.is_json {
                    marked(&entries)?;
                }
                // Also the values that a later key of the same name replaces: Python builds them all.
                pairs.iter().try_for_each(|(_, value)| self.check(value))
            }
        }
    }

    pub(super) fn shape(self, node: &'a Node) -> Result<Shape<'a>, Fault> {
        Ok(match node.resolve() {
            Resolved::Null => Shape::Null,
            Resolved::Map => {
                let entries = self.entries(node)?;
                match if self.is_json { marked(&entries)? } else { None } {
                    None => Shape::Map(entries),
                    Some((_, Author::Vault)) => Shape::Other,
                    Some((text, _)) => Shape::Text(text),
                }
            }
            Resolved::List(items) => Shape::List(items),
            Resolved::Text(_) => text(node).map_or(Shape::Other, Shape::Text),
            _ => Shape::Other,
        })
    }

    fn entries(self, node: &'a Node) -> Result<Vec<(&'a Node, &'a Node)>, Fault> {
        node.entries(self.source).map_err(|error| Fault::new(node.span, Problem::Yaml(error)))
    }

    pub(super) fn key(self, node: &Node) -> Result<String, Fault> {
        node.key_text(self.source).map_err(|error| Fault::new(node.span, Problem::Yaml(error)))
    }

    /// Variables by name.
    pub(super) fn variables(
        self,
        entries: &[(&'a Node, &'a Node)],
        author: Author,
    ) -> Result<IndexMap<String, Variable>, Fault> {
        let variable = |&(key, node): &(_, _)| Ok((self.key(key)?, self.variable(key, Some(node), author)?));
        entries.iter().map(variable).collect()
    }

    /// A variable; without a node it is null.
    pub(super) fn variable(self, key: &Node, node: Option<&'a Node>, author: Author) -> Result<Variable, Fault> {
        let Some(node) = node else {
            return Ok(Variable { value: Value::Null, key: place(key), place: place(key) });
        };
        match self.value(node, author) {
            Ok(value) => Ok(Variable { value, key: place(key), place: place(node) }),
            Err(Unfit::Fault(fault)) => Err(fault),
            Err(Unfit::Refusal(at, reason)) => Err(Fault::new(at, Problem::Value { name: self.key(key)?, reason })),
        }
    }

    pub(super) fn value(self, node: &'a Node, author: Author) -> Result<Value, Unfit> {
        let author = match node.local_tag() {
            Some("!unsafe") => Author::Outside,
            Some("!vault" | "!vault-encrypted") => Author::Vault,
            _ => author,
        };
        let refused = |reason| Err(Unfit::Refusal(place(node), reason));
        Ok(match node.resolve() {
            Resolved::Null => Value::Null,
            Resolved::Bool(yes) => Value::Bool(yes),
            Resolved::Int(number) => Value::Int(number),
            Resolved::HugeInt => return refused(Refusal::TooLarge),
            Resolved::Float(number) => Value::Float(number),
            Resolved::Text(text) => Value::Text(Text { content: text.to_owned(), author }),
            Resolved::Timestamp(text) => Value::user(text),
            Resolved::Binary(_) => return refused(Refusal::NotText),
            Resolved::Refused(reason) => return Err(Fault::new(place(node), Problem::Refused(reason)).into()),
            Resolved::List(items) => {
                Value::List(items.iter().map(|item| self.value(item, author)).collect::<Result<_, _>>()?)
            }
            Resolved::Map => {
                let entries = self.entries(node)?;
                if self.is_json
                    && let Some(marked) = marked(&entries)?
                {
                    let (text, author) = marked;
                    return Ok(Value::Text(Text { content: text.to_owned(), author }));
                }
                let item = |(key, item)| Ok((self.key(key)?, self.value(item, author)?));
                Value::Map(entries.into_iter().map(item).collect::<Result<_, Unfit>>()?)
            }
        })
    }
}

/// The text that a map with a mark stands for in JSON, and what the mark makes of it.
fn marked<'a>(entries: &[(&'a Node, &'a Node)]) -> Result<Option<(&'a str, Author)>, Fault> {
    for (key, node) in entries {
        let author = match key.raw() {
            Some("__ansible_unsafe") => Author::Outside,
            Some("__ansible_vault") => Author::Vault,
            _ => continue,
        };
        return match node.resolve() {
            Resolved::Text(text) => Ok(Some((text, author))),
            _ => Err(Fault::new(place(node), Problem::MarkOfNoText)),
        };
    }
    Ok(None)
}

fn is_text_without_tag(node: &Node) -> bool {
    let bare = Node { tag: None, ..node.clone() };
    matches!(bare.resolve(), Resolved::Text(_))
}

/// The text of a node, which a vault does not have.
pub(super) fn text(node: &Node) -> Option<&str> {
    match node.resolve() {
        Resolved::Text(text) if !matches!(node.local_tag(), Some("!vault" | "!vault-encrypted")) => Some(text),
        _ => None,
    }
}

/// Where a value is written; for one that is repeated by an alias, the alias.
pub(super) fn place(node: &Node) -> Span {
    node.alias.unwrap_or(node.span)
}

/// Whether Python's `bool` of the value is false.
pub(super) fn is_falsy(node: &Node) -> bool {
    match node.resolve() {
        Resolved::Null | Resolved::Bool(false) | Resolved::Int(0) => true,
        Resolved::Float(number) => number == 0.0,
        Resolved::Text(text) => text.is_empty(),
        Resolved::List(items) => items.is_empty(),
        Resolved::Map => matches!(&node.kind, Kind::Mapping(pairs) if pairs.is_empty()),
        _ => false,
    }
}

/// Whether any number of the document was read as JSON.
pub(super) fn is_json(source: &Source) -> bool {
    let text = source.text().trim_start();
    text.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Roughly what a copy of these variables costs, in bytes.
pub(super) fn weight(variables: &IndexMap<String, Variable>) -> usize {
    variables.iter().map(|(name, variable)| name.len() + value_weight(&variable.value)).sum()
}

fn value_weight(value: &Value) -> usize {
    const EACH: usize = 32;
    EACH + match value {
        Value::Text(text) => text.content.len(),
        Value::List(items) => items.iter().map(value_weight).sum(),
        Value::Map(map) => map.iter().map(|(key, value)| key.len() + value_weight(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => 0,
    }
}
