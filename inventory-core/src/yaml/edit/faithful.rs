//! Whether an edit did what it should and nothing else.

use super::super::emit::Plain;
use super::super::node::{Kind, Node, Resolved};
use super::super::{Document, Source};
use super::{Remark, is_named, top_level};

/// What an edit spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spoiled {
    /// The result is no YAML, or another key has another value.
    Key,
    /// A comment is gone.
    Comment,
}

impl Spoiled {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Key => "another key would change with it",
            Self::Comment => "a comment inside its value would be lost",
        }
    }
}

/// Whether `after` differs from `before` by the value at `path`, and by comments of ours.
pub(super) fn check(
    before: (&Source, &Document),
    after: (&Source, &Document),
    path: &[String],
    value: &Plain<'_>,
    remark: Remark<'_>,
) -> Result<(), Spoiled> {
    let pairs = |(source, document): (&Source, &'_ Document)| -> Option<Vec<(Node, Node)>> {
        top_level(document, source.text()).ok().map(<[_]>::to_vec)
    };
    let (Some(old), Some(new)) = (pairs(before), pairs(after)) else { return Err(Spoiled::Key) };
    if !differs_only_at(&old, &new, path, value) {
        return Err(Spoiled::Key);
    }
    let comments = |(source, document): (&'_ Source, &'_ Document)| -> Vec<String> {
        let texts = document.comments.iter().map(|comment| comment.text(source.text()));
        texts.filter(|text| !remark.is_in(text)).map(str::to_owned).collect()
    };
    if comments(before) == comments(after) { Ok(()) } else { Err(Spoiled::Comment) }
}

fn differs_only_at(before: &[(Node, Node)], after: &[(Node, Node)], path: &[String], value: &Plain<'_>) -> bool {
    let Some((key, rest)) = path.split_first() else { return false };
    let same = |(a, b): (&(Node, Node), &(Node, Node))| is_same(&a.0, &b.0) && is_same(&a.1, &b.1);
    let (at, rest_of_before) = match before.iter().rposition(|(name, _)| is_named(name, key)) {
        Some(at) => (at, &before[at + 1..]),
        None => match before.iter().zip(after).position(|pair| !same(pair)) {
            Some(at) => (at, &before[at..]),
            None => (before.len(), &before[before.len()..]),
        },
    };
    let Some((name, new)) = after.get(at) else { return false };
    let around = after.len() == at + 1 + rest_of_before.len()
        && before[..at].iter().zip(after).all(same)
        && rest_of_before.iter().zip(&after[at + 1..]).all(same);
    let old = before.get(at).filter(|(name, _)| is_named(name, key)).map(|(_, old)| old);
    let inside = match (rest, old.map(|old| &old.kind), &new.kind) {
        ([], ..) => reads_as(new, value),
        (_, Some(Kind::Mapping(before)), Kind::Mapping(after)) => differs_only_at(before, after, rest, value),
        _ => reads_as_nested(new, rest, value),
    };
    around && is_named(name, key) && inside
}

fn reads_as_nested(node: &Node, path: &[String], value: &Plain<'_>) -> bool {
    match (path.split_first(), &node.kind) {
        (None, _) => reads_as(node, value),
        (Some((key, rest)), Kind::Mapping(pairs)) => {
            matches!(&**pairs, [(name, node)] if is_named(name, key) && reads_as_nested(node, rest, value))
        }
        _ => false,
    }
}

/// Whether Ansible reads a value as this one.
fn reads_as(node: &Node, value: &Plain<'_>) -> bool {
    if let Plain::Tagged { tag, text } = value {
        return node.tag.as_deref() == Some(*tag) && node.raw() == Some(text.as_ref());
    }
    if node.tag.is_some() || node.alias.is_some() {
        return false;
    }
    match (value, node.resolve()) {
        (Plain::Null, Resolved::Null) => true,
        (Plain::Bool(value), Resolved::Bool(read)) => *value == read,
        (Plain::Int(value), Resolved::Int(read)) => *value == read,
        (Plain::Float(value), Resolved::Float(read)) => value.to_bits() == read.to_bits(),
        (Plain::Text(text), Resolved::Text(read)) => text == read,
        (Plain::List(items), Resolved::List(read)) => {
            items.len() == read.len() && items.iter().zip(read).all(|(item, node)| reads_as(node, item))
        }
        (Plain::Map(entries), Resolved::Map) => match &node.kind {
            Kind::Mapping(pairs) => {
                let same = |(entry, (name, node)): (&super::super::Entry<'_>, &(Node, Node))| {
                    is_named(name, &entry.key) && reads_as(node, &entry.value)
                };
                entries.len() == pairs.len() && entries.iter().zip(&**pairs).all(same)
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether two values are written alike, wherever they stand.
pub(crate) fn is_same(a: &Node, b: &Node) -> bool {
    a.tag == b.tag
        && match (&a.kind, &b.kind) {
            // What an empty one with a tag means depends on what follows it.
            (Kind::Scalar(one), Kind::Scalar(other)) => one == other && a.resolve() == b.resolve(),
            (Kind::Sequence(a), Kind::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| is_same(a, b))
            }
            (Kind::Mapping(a), Kind::Mapping(b)) => {
                a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| is_same(&a.0, &b.0) && is_same(&a.1, &b.1))
            }
            _ => false,
        }
}
