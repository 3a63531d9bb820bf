//! One top-level key of a file people write, changed without touching another byte.

use super::node::{Kind, Node, Resolved};
use super::{Document, Error, Source, parse_one};

/// Replaces a top-level key and its value by `block`, or appends the block where the file has no such key.
///
/// `block` is the key with its value as it is to stand there, `members:\n  - …\n`, not indented and with `\n`; line
/// ends and indentation of the file are applied. Comments above the key and above its neighbours stay; those between
/// the lines of the old value go with it. The result is read again: unless every other key has the value it had, and
/// the key the value of the block, nothing is returned but an error.
pub fn set_top_level_key(source: &Source, key: &str, block: &str) -> Result<String, Error> {
    let document = parse_one(source)?;
    let text = source.text();
    let refuse = |at: usize, reason: &str| Error::Edit {
        location: source.location(at),
        key: key.to_owned(),
        reason: reason.to_owned(),
    };
    let pairs = top_level(&document, text).map_err(|node| {
        let written_in_braces = text[node.span.start..].starts_with('{');
        let reason = if written_in_braces { "the file is written in `{}`" } else { "the file is not a map of keys" };
        refuse(node.span.start, reason)
    })?;
    let mut named = pairs.iter().filter(|(name, _)| is_named(name, key));
    let indent = pairs.first().map_or(0, |(name, _)| name.span.start - line_start(text, name.span.start));
    let (start, end) = match (named.next(), named.next()) {
        (Some(_), Some((again, _))) => return Err(refuse(again.span.start, "it is there twice")),
        (Some((name, value)), None) => {
            let start = line_start(text, name.span.start);
            if !text[start..name.span.start].bytes().all(|byte| byte == b' ') {
                return Err(refuse(name.span.start, "the key does not begin its line"));
            }
            (start, value_end(text, name, value))
        }
        (None, _) => {
            let end = document_end(text, &document);
            (end, end)
        }
    };
    let edited = splice(source, start, end, block, indent);
    let changed = Source::new(source.name(), &edited);
    let agrees = parse_one(&changed)
        .is_ok_and(|after| top_level(&after, changed.text()).is_ok_and(|after| is_faithful(pairs, after, key, block)));
    if agrees { Ok(edited) } else { Err(refuse(start, "another key would change with it")) }
}

/// The pairs of a document that is a block map, or empty; otherwise what it is instead.
fn top_level<'a>(document: &'a Document, text: &str) -> Result<&'a [(Node, Node)], &'a Node> {
    match &document.root {
        None => Ok(&[]),
        Some(node) => match &node.kind {
            Kind::Mapping(pairs) if !text[node.span.start..].starts_with('{') => Ok(pairs),
            Kind::Scalar(scalar) if scalar.raw.is_empty() && node.span.start == node.span.end => Ok(&[]),
            _ => Err(node),
        },
    }
}

fn is_named(name: &Node, key: &str) -> bool {
    matches!(name.resolve(), Resolved::Text(text) if text == key)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |line_end| line_end + 1)
}

/// The byte after the line break of the line that holds `at`.
fn line_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    match rest.find(['\n', '\r']) {
        Some(end) if rest[end..].starts_with("\r\n") => at + end + 2,
        Some(end) => at + end + 1,
        None => text.len(),
    }
}

/// Where the lines of a value end: a block scalar counts the empty lines after it, which are not its own.
fn value_end(text: &str, name: &Node, value: &Node) -> usize {
    let end = last_end(value).max(name.span.end);
    line_end(text, name.span.end.max(text[..end].trim_end().len()))
}

fn last_end(node: &Node) -> usize {
    node.alias.unwrap_or(node.span).end
}

/// Where a new key goes: before `...` if there is one, else at the end of the file.
fn document_end(text: &str, document: &Document) -> usize {
    let from = document.root.as_ref().map_or(0, last_end);
    let begins_line = from == 0 || text[..from].ends_with(['\n', '\r']);
    let mut at = if begins_line { from } else { line_end(text, from) };
    while at < text.len() {
        if text[at..].starts_with("...") {
            return at;
        }
        at = line_end(text, at);
    }
    text.len()
}

fn splice(source: &Source, start: usize, end: usize, block: &str, indent: usize) -> String {
    let text = source.text();
    let line_break = match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    };
    let mut edited = String::with_capacity(text.len() + block.len() + 1);
    edited.extend(source.has_bom().then_some('\u{feff}'));
    edited += &text[..start];
    if start > 0 && !text[..start].ends_with(['\n', '\r']) {
        edited += line_break;
    }
    for line in block.lines() {
        if !line.is_empty() {
            edited.extend(std::iter::repeat_n(' ', indent));
        }
        edited += line;
        edited += line_break;
    }
    edited += &text[end..];
    edited
}

/// Whether `after` holds the pairs of `before` in their order, except that `key` has the value of `block`.
fn is_faithful(before: &[(Node, Node)], after: &[(Node, Node)], key: &str, block: &str) -> bool {
    let Ok(block_document) = parse_one(&Source::new("block", block)) else { return false };
    let Ok([(wanted_name, wanted)]) = top_level(&block_document, block) else { return false };
    let added = usize::from(!before.iter().any(|(name, _)| is_named(name, key)));
    is_named(wanted_name, key)
        && after.len() == before.len() + added
        && after.iter().enumerate().all(|(index, (name, value))| match before.get(index) {
            Some((old_name, _)) if is_named(old_name, key) => is_named(name, key) && is_same(value, wanted),
            Some((old_name, old)) => is_same(name, old_name) && is_same(value, old),
            None => is_named(name, key) && is_same(value, wanted),
        })
}

/// Whether two values are written alike, wherever they stand.
fn is_same(a: &Node, b: &Node) -> bool {
    a.tag == b.tag
        && match (&a.kind, &b.kind) {
            (Kind::Scalar(a), Kind::Scalar(b)) => a == b,
            (Kind::Sequence(a), Kind::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| is_same(a, b))
            }
            (Kind::Mapping(a), Kind::Mapping(b)) => {
                a.len() == b.len() && a.iter().zip(&**b).all(|(a, b)| is_same(&a.0, &b.0) && is_same(&a.1, &b.1))
            }
            _ => false,
        }
}
