//! Values written as YAML that `PyYAML`, and every YAML 1.2 reader, reads back as the same values.
//!
//! The layout is that of kubespray's samples: two spaces, lists indented under their key, double quotes where quotes
//! are needed, several lines as a literal block.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::scalar::{Form, python_float};
use super::syntax::is_allowed;

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Plain<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// Text, in quotes where it would be read as anything else.
    Text(Cow<'a, str>),
    /// Text with a tag: `!unsafe`, `!vault`.
    Tagged {
        /// The tag with its `!`.
        tag: &'a str,
        /// The text.
        text: Cow<'a, str>,
    },
    /// A list.
    List(Vec<Plain<'a>>),
    /// A map, in the order to be written.
    Map(Vec<Entry<'a>>),
}

/// A key with its value and what is said about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'a> {
    /// The lines above the key, without `#`.
    pub comment: Option<Cow<'a, str>>,
    /// The key.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Plain<'a>,
}

impl<'a> Entry<'a> {
    /// An entry without a comment.
    pub fn new(key: impl Into<Cow<'a, str>>, value: Plain<'a>) -> Self {
        Self { comment: None, key: key.into(), value }
    }

    /// The entry with a comment above it.
    #[must_use]
    pub fn with_comment(self, comment: impl Into<Cow<'a, str>>) -> Self {
        Self { comment: Some(comment.into()), ..self }
    }
}

impl<'a> Plain<'a> {
    /// Text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }
}

/// Longer keys must say that they are keys: readers look ahead 1024 characters for the `:`.
const LONGEST_SIMPLE_KEY: usize = 1000;

/// Writes a value as a document without `---`, ending in a line break.
pub fn emit(value: &Plain<'_>) -> String {
    let mut writer = Writer { text: String::new() };
    match value {
        Plain::Map(entries) if !entries.is_empty() => writer.map(entries, 0),
        Plain::List(items) if !items.is_empty() => writer.list(items, 0),
        _ => writer.scalar(value, 2),
    }
    writer.text
}

struct Writer {
    text: String,
}

impl Writer {
    fn indent(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn map(&mut self, entries: &[Entry<'_>], indent: usize) {
        for (index, entry) in entries.iter().enumerate() {
            // The first entry of a map in a list stands behind the dash, which has indented it.
            let behind_dash = index == 0 && self.text.ends_with("- ");
            if let Some(comment) = &entry.comment {
                if behind_dash {
                    self.text.pop();
                    self.text.push('\n');
                }
                self.comment(comment, indent);
                self.indent(indent);
            } else if !behind_dash {
                self.indent(indent);
            }
            let key = in_line(&entry.key);
            if key.chars().count() > LONGEST_SIMPLE_KEY {
                self.text += "? ";
                self.text += &key;
                self.text.push('\n');
                self.indent(indent);
            } else {
                self.text += &key;
            }
            self.text.push(':');
            match &entry.value {
                Plain::Map(entries) if !entries.is_empty() => {
                    self.text.push('\n');
                    self.map(entries, indent + 2);
                }
                Plain::List(items) if !items.is_empty() => {
                    self.text.push('\n');
                    self.list(items, indent + 2);
                }
                value => {
                    self.text.push(' ');
                    self.scalar(value, indent + 2);
                }
            }
        }
    }

    fn list(&mut self, items: &[Plain<'_>], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 || !self.text.ends_with("- ") {
                self.indent(indent);
            }
            self.text += "- ";
            match item {
                Plain::Map(entries) if !entries.is_empty() => self.map(entries, indent + 2),
                Plain::List(items) if !items.is_empty() => self.list(items, indent + 2),
                value => self.scalar(value, indent + 2),
            }
        }
    }

    fn comment(&mut self, comment: &str, indent: usize) {
        for line in comment.lines() {
            self.indent(indent);
            self.text += &comment_line(line);
            self.text.push('\n');
        }
    }

    /// A value that is written in one place, and the end of its line; a block's lines are indented by `indent`.
    fn scalar(&mut self, value: &Plain<'_>, indent: usize) {
        match value {
            Plain::Null => self.text += "null",
            Plain::Bool(value) => self.text += if *value { "true" } else { "false" },
            Plain::Int(value) => self.text += &value.to_string(),
            Plain::Float(value) => self.text += &float(*value),
            Plain::Text(text) => return self.any_text(text, indent),
            Plain::Tagged { tag, text } => {
                self.text += tag;
                self.text.push(' ');
                return self.any_text(text, indent);
            }
            Plain::List(_) => self.text += "[]",
            Plain::Map(_) => self.text += "{}",
        }
        self.text.push('\n');
    }

    fn any_text(&mut self, text: &str, indent: usize) {
        if !fits_block(text) {
            self.text += &in_line(text);
            self.text.push('\n');
            return;
        }
        self.text += match text.bytes().rev().take_while(|&byte| byte == b'\n').count() {
            0 => "|-\n",
            1 => "|\n",
            _ => "|+\n",
        };
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.indent(indent);
                self.text += line;
            }
            self.text.push('\n');
        }
    }
}

/// A line of text as a comment.
pub(super) fn comment_line(line: &str) -> String {
    let line: String = line.chars().map(|c| if is_allowed(c) && c != '\r' && c != '\n' { c } else { ' ' }).collect();
    format!("# {line}").trim_end().to_owned()
}

/// Whether a literal block says this text exactly, and safely: no line ends in blanks, which editors strip.
fn fits_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with(['\n', ' ', '\t'])
        && text.split('\n').all(|line| !line.ends_with([' ', '\t']))
        && text.chars().all(|c| c == '\n' || (c != '\r' && !is_hidden(c)))
}

/// Characters that do not show, or that show as something else, and so are written as escapes.
pub(super) fn is_hidden(c: char) -> bool {
    !is_allowed(c)
        || matches!(c, '\u{a0}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202f}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text on one line: as it is where nobody would read it as anything else, in quotes otherwise.
pub(super) fn in_line(text: &str) -> Cow<'_, str> {
    if is_unmistakable(text) {
        return Cow::Borrowed(text);
    }
    let must_escape = text.chars().any(|c| matches!(c, '\n' | '\r' | '\t') || is_hidden(c));
    if !must_escape && text.contains(['"', '\\']) && !text.contains('\'') {
        return Cow::Owned(format!("'{text}'"));
    }
    Cow::Owned(double_quoted(text))
}

/// Text in double quotes.
pub(super) fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted += "\\n",
            '\r' => quoted += "\\r",
            '\t' => quoted += "\\t",
            _ if !is_hidden(c) => quoted.push(c),
            // Writing to a string cannot fail.
            _ if c > '\u{ffff}' => drop(write!(quoted, "\\U{:08x}", u32::from(c))),
            _ => drop(write!(quoted, "\\u{:04x}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether text without quotes is that text to every reader of YAML, 1.1 and 1.2, and looks like it.
fn is_unmistakable(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let begins_well = first.is_alphanumeric() || matches!(first, '/' | '_' | '.' | '~' | '(' | '$');
    let is_number_elsewhere = text.replace('_', "").parse::<f64>().is_ok()
        || ["0o", "0x", "0b"]
            .iter()
            .any(|prefix| text.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(prefix)));
    // A MAC or IPv6 address may be a number today or after the next lease; quotes make them look alike.
    let is_colons = text.contains(':') && text.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '_'));
    begins_well
        && Form::of(text) == Form::Text
        && !matches!(text, "y" | "Y" | "n" | "N")
        && !is_number_elsewhere
        && !is_colons
        && !text.starts_with("...")
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(|c| matches!(c, ' '..='~') || c.is_alphanumeric())
}

/// A float that YAML 1.1 takes for one: it wants a point before the exponent.
fn float(value: f64) -> String {
    let text = match python_float(value).as_str() {
        "NaN" => ".nan".to_owned(),
        "Infinity" => ".inf".to_owned(),
        "-Infinity" => "-.inf".to_owned(),
        text => text.to_owned(),
    };
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0e{exponent}"),
        _ => text,
    }
}
