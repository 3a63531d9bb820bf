//! What a template gives, by the rules of Ansible 2.19 and by those before it.

use std::net::Ipv6Addr;

use super::NotChecked;
use super::data::Data;
use crate::inventory::{Text, Value};
use crate::yaml::python_float;

/// Whose rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typing {
    /// Ansible 2.19 and later: a template that is one expression gives that expression's value.
    Native,
    /// Before 2.19: every template gives a text, and a text that looks like a list, a map or a truth value is read as
    /// one.
    Text,
}

/// What Ansible before 2.19 makes of a template's value: of numbers and null a text.
pub(super) fn as_text_gives(data: Data) -> Result<Data, NotChecked> {
    Ok(match data {
        Data::Int(number) => Data::text(number.to_string()),
        Data::Float(number) => Data::text(python_float(number)),
        Data::Null => Data::text(""),
        Data::Text(text) if could_be_read_again(&text) => {
            return Err(NotChecked::new("older Ansible reads the text it gives as a list, a map or a truth value"));
        }
        other => other,
    })
}

/// Whether Ansible before 2.19 takes a template's text for something else. An IPv6 address in brackets is no list.
pub(super) fn could_be_read_again(text: &str) -> bool {
    let is_bracketed_address =
        || text[1..].split_once(']').is_some_and(|(address, _)| address.parse::<Ipv6Addr>().is_ok());
    text.starts_with('{') || text.starts_with('[') && !is_bracketed_address() || matches!(text, "True" | "False")
}

/// Whether two values are the same to whoever reads numbers in texts as numbers.
pub(super) fn agree(native: &Value, text: &Value) -> bool {
    match (native, text) {
        (Value::List(natives), Value::List(texts)) => {
            natives.len() == texts.len() && natives.iter().zip(texts).all(|(native, text)| agree(native, text))
        }
        (Value::Map(natives), Value::Map(texts)) => {
            natives.len() == texts.len()
                && natives.iter().all(|(key, native)| texts.get(key).is_some_and(|text| agree(native, text)))
        }
        (Value::Int(number), Value::Text(Text { content, .. })) => *content == number.to_string(),
        (Value::Float(number), Value::Text(Text { content, .. })) => *content == python_float(*number),
        (Value::Null, Value::Text(Text { content, .. })) => content.is_empty(),
        (native, text) => native == text,
    }
}
