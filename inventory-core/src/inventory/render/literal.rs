//! Values as Python literals, which is what Ansible takes the values of an INI inventory for.

use std::borrow::Cow;

use crate::ansible::literal::{self, Refusal};
use crate::inventory::{Author, Text, Value};
use crate::safe::{OutsideKey, harmless};
use crate::yaml::python_float;

/// How deep lists and maps may lie in each other. Python up to 3.8, on which ansible-core 2.11 still runs, gives up
/// short of a hundred brackets.
pub(super) const MAX_DEPTH: usize = 50;

/// Longer texts, and those with more brackets, are never left bare: Python reads a bare text as a program before it
/// is found to be none, and one that is nested too deeply is a fatal error.
const LONGEST_BARE: usize = 1000;
const MOST_BRACKETS: usize = 20;

/// Why a value has no literal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unsayable {
    /// Text from outside.
    Outside,
    /// Encrypted text.
    Vault,
    /// Not a number, or infinite.
    Number(String),
    /// Too many brackets.
    Depth,
}

/// The literal of a value, on one line and without blanks around it. The error comes with the path inside the value:
/// `.owner`, `[2]`.
pub(super) fn of(value: &Value) -> Result<String, (String, Unsayable)> {
    if let Value::Text(text) = value {
        let content = sayable(text).map_err(|why| (String::new(), why))?;
        return Ok(if may_stay_bare(content) { content.to_owned() } else { quoted(content) });
    }
    let mut writer = Writer { text: String::new(), path: Vec::new() };
    match writer.value(value) {
        Ok(()) => Ok(writer.text),
        Err(why) => Err((writer.path.concat(), why)),
    }
}

struct Writer {
    text: String,
    path: Vec<String>,
}

impl Writer {
    fn value(&mut self, value: &Value) -> Result<(), Unsayable> {
        match value {
            Value::Null => self.text += "None",
            Value::Bool(true) => self.text += "True",
            Value::Bool(false) => self.text += "False",
            Value::Int(value) => self.text += &value.to_string(),
            Value::Float(value) if value.is_finite() => self.text += &python_float(*value),
            Value::Float(value) => return Err(Unsayable::Number(value.to_string())),
            Value::Text(text) => self.text += &quoted(sayable(text)?),
            Value::List(_) | Value::Map(_) if self.path.len() >= MAX_DEPTH => return Err(Unsayable::Depth),
            Value::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.comma(index);
                    self.inside(format!("[{index}]"), item)?;
                }
                self.text.push(']');
            }
            Value::Map(map) => {
                self.text.push('{');
                for (index, (key, item)) in map.iter().enumerate() {
                    self.comma(index);
                    self.text += &quoted(&OutsideKey(key).to_string());
                    self.text += ": ";
                    self.inside(format!(".{key}"), item)?;
                }
                self.text.push('}');
            }
        }
        Ok(())
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.text += ", ";
        }
    }

    /// A value inside another. Where it fails the path stays, for the message.
    fn inside(&mut self, step: String, value: &Value) -> Result<(), Unsayable> {
        self.path.push(step);
        self.value(value)?;
        self.path.pop();
        Ok(())
    }
}

fn sayable(text: &Text) -> Result<&str, Unsayable> {
    match text.author {
        Author::Vault => Err(Unsayable::Vault),
        Author::Outside if !harmless(&text.content) => Err(Unsayable::Outside),
        Author::User | Author::Outside => Ok(&text.content),
    }
}

/// Whether Ansible takes the text for itself when it stands there without quotes.
fn may_stay_bare(text: &str) -> bool {
    text.len() <= LONGEST_BARE
        && !text.starts_with([' ', '\'', '"'])
        && !text.ends_with(' ')
        && text.chars().all(|c| matches!(c, ' '..='~'))
        && text.matches(['(', '[', '{']).count() <= MOST_BRACKETS
        && !text.is_empty()
        && literal::literal_eval(text) == Err(Refusal::NotALiteral)
}

/// A Python string. Whatever would end a line, or would not show, is written as an escape.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            ' '..='~' if c == quote => out.extend(['\\', c]),
            ' '..='~' => out.push(c),
            _ if c.escape_debug().len() == 1 => out.push(c),
            _ => out += &escape(c),
        }
    }
    out.push(quote);
    out
}

fn escape(c: char) -> String {
    match u32::from(c) {
        code @ ..=0xff => format!("\\x{code:02x}"),
        code @ ..=0xffff => format!("\\u{code:04x}"),
        code => format!("\\U{code:08x}"),
    }
}

/// A literal as a part of a word on a host's line, which Ansible cuts as a shell would.
pub(super) fn shell_word(literal: &str) -> Cow<'_, str> {
    if !literal.contains([' ', '\'', '"', '\\', '#']) {
        return Cow::Borrowed(literal);
    }
    if !literal.contains('\'') {
        return Cow::Owned(format!("'{literal}'"));
    }
    let mut word = String::with_capacity(literal.len() + 2);
    word.push('"');
    for c in literal.chars() {
        if matches!(c, '"' | '\\') {
            word.push('\\');
        }
        word.push(c);
    }
    word.push('"');
    Cow::Owned(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> String {
        of(&Value::user(text)).unwrap()
    }

    #[test]
    fn text_is_bare_only_where_python_leaves_it_alone() {
        for text in ["10.0.0.1", "ubuntu", "{{ foo }}", "fd00::1", "-o ProxyJump=hv1", "yes", "a'b"] {
            assert_eq!(user(text), text);
        }
        for (text, literal) in [
            ("", "''"),
            ("8080", "'8080'"),
            ("True", "'True'"),
            ("...", "'...'"),
            ("1j", "'1j'"),
            ("{{ 'x' }}", "\"{{ 'x' }}\""),
            (" a", "' a'"),
            ("a\nb", r"'a\nb'"),
            ("a\u{2028}b", r"'a\u2028b'"),
            ("'\"", r#"'\'"'"#),
            ("Zürich", "'Zürich'"),
        ] {
            assert_eq!(user(text), literal);
        }
    }

    #[test]
    fn a_text_that_python_would_choke_on_is_quoted() {
        assert!(user(&"-".repeat(2000)).starts_with('\''));
        assert!(user(&"(".repeat(21)).starts_with('\''));
    }

    #[test]
    fn what_has_no_literal_is_named_by_its_path() {
        let list = Value::List(vec![Value::Int(1), Value::outside("{{ x }}")]);
        let map = Value::Map([("tags".to_owned(), list)].into_iter().collect());
        assert_eq!(of(&map), Err((".tags[1]".to_owned(), Unsayable::Outside)));
        assert_eq!(of(&Value::Float(f64::NAN)), Err((String::new(), Unsayable::Number("NaN".to_owned()))));
    }
}
