//! One key of a file people write, changed without touching another byte.

mod faithful;
mod lines;
mod path;
mod remark;
mod replace;
mod written;

pub(crate) use faithful::is_same;
use lines::{document_end, line_break, line_start, value_end};
pub use path::set_path;
pub use remark::Remark;

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
    let pairs = top_level(&document, text).map_err(|(at, reason)| refuse(at, reason))?;
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

/// The pairs of a document that is a block map, or empty; otherwise what begins where instead.
fn top_level<'a>(document: &'a Document, text: &str) -> Result<&'a [(Node, Node)], (usize, &'static str)> {
    let Some(node) = &document.root else { return Ok(&[]) };
    let in_braces = text[node.span.start..].starts_with('{');
    match &node.kind {
        Kind::Mapping(_) if in_braces => Err((node.span.start, "the file is written in `{}`")),
        Kind::Mapping(pairs) => Ok(pairs),
        Kind::Scalar(scalar) if scalar.raw.is_empty() && node.span.start == node.span.end => Ok(&[]),
        _ => Err((node.span.start, "the file is not a map of keys")),
    }
}

fn is_named(name: &Node, key: &str) -> bool {
    matches!(name.resolve(), Resolved::Text(text) if text == key)
}

fn splice(source: &Source, start: usize, end: usize, block: &str, indent: usize) -> String {
    let text = source.text();
    let line_break = line_break(text, start);
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
