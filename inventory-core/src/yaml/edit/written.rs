//! How a new value is written where an old one stood.

use super::super::emit::{Entry, Plain, double_quoted, emit, in_line, is_hidden};
use super::super::node::{Scalar, Style};

/// A value behind its key.
pub(super) struct Written {
    /// What stands in the line of the key, if anything.
    pub(super) inline: String,
    /// The lines below, each with its end, indented by two from the key.
    pub(super) lines: String,
}

/// A value in a block: what is long in lines of its own.
pub(super) fn block(value: &Plain<'_>) -> Written {
    let text = entry(Entry::new("k", value.clone()));
    let (inline, lines) = text["k:".len()..].split_once('\n').unwrap_or_default();
    Written { inline: inline.trim_start().to_owned(), lines: lines.to_owned() }
}

/// A key with its value, in lines that each have an end.
pub(super) fn entry(entry: Entry<'_>) -> String {
    emit(&Plain::Map(vec![entry]))
}

/// Whether the last line of a value is that of a block text, whose end is its own: without it, the text would be another.
pub(super) fn needs_line_end(value: &Plain<'_>) -> bool {
    match value {
        Plain::Text(text) | Plain::Tagged { text, .. } => text.contains('\n'),
        Plain::List(items) => items.last().is_some_and(needs_line_end),
        Plain::Map(entries) => entries.last().is_some_and(|entry| needs_line_end(&entry.value)),
        _ => false,
    }
}

/// A text in the quotes that the old value had, if it had some and they can say it.
pub(super) fn like(old: &Scalar, text: &str, in_flow: bool) -> String {
    match old.style {
        Style::SingleQuoted if !text.chars().any(is_hidden) && !text.contains(['\n', '\r', '\t']) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        Style::SingleQuoted | Style::DoubleQuoted => double_quoted(text),
        _ if in_flow => flow_text(text),
        _ => in_line(text).into_owned(),
    }
}

/// A value in braces, in one line.
pub(super) fn flow(value: &Plain<'_>) -> String {
    match value {
        Plain::Text(text) => flow_text(text),
        Plain::Tagged { tag, text } => format!("{tag} {}", double_quoted(text)),
        Plain::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Plain::Map(entries) => {
            let pair = |entry: &Entry<'_>| format!("{}: {}", flow_text(&entry.key), flow(&entry.value));
            format!("{{{}}}", entries.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        value => block(value).inline,
    }
}

/// Text among brackets, where more characters have a meaning.
fn flow_text(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-'));
    if is_plain && in_line(text) == text { text.to_owned() } else { double_quoted(text) }
}

/// Lines moved from one indentation to another, with the ends of the file's lines.
pub(super) fn indented(lines: &str, from: usize, to: usize, line_break: &str) -> String {
    let mut moved = String::with_capacity(lines.len());
    for line in lines.lines() {
        let spaces = line.bytes().take_while(|&byte| byte == b' ').count();
        let text = &line[from.min(spaces)..];
        if !text.is_empty() {
            moved.extend(std::iter::repeat_n(' ', to));
        }
        moved += text;
        moved += line_break;
    }
    moved
}
