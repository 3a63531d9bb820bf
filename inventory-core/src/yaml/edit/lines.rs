//! Where lines, values and documents end.

use super::super::Document;
use super::super::node::{Kind, Node, Style};

pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |line_end| line_end + 1)
}

/// The byte after the line break of the line that holds `at`.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    match rest.find(['\n', '\r']) {
        Some(end) if rest[end..].starts_with("\r\n") => at + end + 2,
        Some(end) => at + end + 1,
        None => text.len(),
    }
}

/// How lines near `at` end: where a file has both ways, the lines above are what new ones must look like.
pub(super) fn line_break(text: &str, at: usize) -> &'static str {
    match text[..at].rfind('\n').or_else(|| text.find('\n')) {
        Some(end) if text[..end].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Where the characters of a value end: a block scalar counts the empty lines after it, which are not its own.
pub(super) fn content_end(text: &str, name: &Node, value: &Node) -> usize {
    let end = last_end(value).max(name.span.end);
    name.span.end.max(text[..end].trim_end().len())
}

/// Where the lines of a value end.
pub(super) fn value_end(text: &str, name: &Node, value: &Node) -> usize {
    line_end(text, content_end(text, name, value))
}

/// Where a new key can follow a value: as [`value_end`], but after the empty lines that a `|+` counts as its own.
pub(super) fn below(text: &str, name: &Node, value: &Node) -> usize {
    match last_scalar(value) {
        Some(last) if keeps_empty_lines(last) => last.span.end,
        _ => value_end(text, name, value),
    }
}

fn last_scalar(node: &Node) -> Option<&Node> {
    match &node.kind {
        _ if node.alias.is_some() => None,
        Kind::Scalar(_) => Some(node),
        Kind::Sequence(items) => items.last().and_then(last_scalar),
        Kind::Mapping(pairs) => pairs.last().and_then(|(_, value)| last_scalar(value)),
    }
}

fn keeps_empty_lines(node: &Node) -> bool {
    let Kind::Scalar(scalar) = &node.kind else { return false };
    matches!(scalar.style, Style::Literal | Style::Folded) && (scalar.raw.ends_with("\n\n") || &*scalar.raw == "\n")
}

pub(super) fn last_end(node: &Node) -> usize {
    node.alias.unwrap_or(node.span).end
}

/// Where a new key goes: before `...` if there is one, else at the end of the file.
pub(super) fn document_end(text: &str, document: &Document) -> usize {
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
