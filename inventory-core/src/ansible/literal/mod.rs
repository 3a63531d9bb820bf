//! Python literals: what Ansible makes of a value in an INI inventory.
//!
//! Ansible hands each value to Python's `ast.literal_eval` and keeps the text when that refuses: `8080` is a number,
//! `[1, 2]` a list, `True` a truth value, while `yes`, `10.0.0.1` and `010` stay text. The one exception is a value
//! that Python can read but not build, like the set in a set that `{{ 'x' }}` is to it: there Ansible fails.

mod number;
mod parser;
mod string;

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};

use super::python;
use crate::inventory::Value;

/// A Python value that a literal can denote.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `None`.
    None,
    /// `...`.
    Ellipsis,
    /// `True` or `False`.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// A complex number: its real and its imaginary part.
    Complex(f64, f64),
    /// Text.
    Text(String),
    /// Bytes: `b'..'`.
    Bytes(Vec<u8>),
    /// `[..]`.
    List(Vec<Literal>),
    /// `(..)`, or values separated by commas.
    Tuple(Vec<Literal>),
    /// `{.., ..}`: each element once, in the order written (Python's own order is arbitrary).
    Set(Vec<Literal>),
    /// `{..: ..}`: each key once, the last value at the first place, as Python keeps it.
    Map(Vec<(Literal, Literal)>),
}

/// Why a text is no literal that an inventory can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a literal at all: the text stays text.
    #[error("this is no Python literal")]
    NotALiteral,
    /// A list, set or map as element of a set or as key of a map. Ansible fails on it.
    #[error("Python takes these braces for a set or a map whose elements cannot be in one, and Ansible fails on that")]
    Unhashable,
    /// A whole number beyond 128 bits.
    #[error("the number is larger than 128 bits can hold")]
    TooLarge,
    /// `\N{..}` in a string.
    #[error("characters by name, as in `\\N{{BULLET}}`, are not supported")]
    NamedCharacter,
    /// Half a surrogate pair, or bytes that are no UTF-8.
    #[error("these escapes do not make valid text")]
    NotText,
    /// A key that is a tuple, bytes, a complex number or an ellipsis.
    #[error("a key must be text, a number, True, False or None")]
    Key,
}

/// Reads a literal as Python's `ast.literal_eval` does.
///
/// A name, a call or an operator anywhere makes the whole text no literal.
///
/// # Errors
///
/// [`Refusal::NotALiteral`] where Python raises `SyntaxError` or `ValueError`, the others as described there.
pub fn literal_eval(text: &str) -> Result<Literal, Refusal> {
    let text = text.trim_start_matches([' ', '\t']);
    if !may_be_literal(text) {
        return Err(Refusal::NotALiteral);
    }
    let (expression, refusal) = parser::parse(text)?;
    let literal = expression.evaluate()?;
    refusal.map_or(Ok(literal), Err)
}

/// Most values are plain words; their first character tells.
fn may_be_literal(text: &str) -> bool {
    text.starts_with(|c: char| {
        c.is_ascii_digit()
            || matches!(c, '\'' | '"' | '[' | '(' | '{' | '-' | '+' | '.' | 'N' | 'T' | 'F' | 's')
            || matches!(c.to_ascii_lowercase(), 'r' | 'b' | 'u')
    })
}

/// The value of a text in an INI inventory: a literal where it is one, else the text itself.
///
/// Tuples and sets become lists, complex numbers and `...` text, and the keys of a map text, as JSON writes them.
///
/// # Errors
///
/// Every [`Refusal`] but [`Refusal::NotALiteral`].
pub fn value(text: &str) -> Result<Value, Refusal> {
    match literal_eval(text) {
        Ok(literal) => literal.into_value(),
        Err(Refusal::NotALiteral) => Ok(Value::user(text)),
        Err(refusal) => Err(refusal),
    }
}

impl Literal {
    fn into_value(self) -> Result<Value, Refusal> {
        Ok(match self {
            Self::None => Value::Null,
            Self::Ellipsis => Value::user("..."),
            Self::Bool(yes) => Value::Bool(yes),
            Self::Int(number) => Value::Int(number),
            Self::Float(number) => Value::Float(number),
            Self::Complex(real, imaginary) => Value::user(complex_text(real, imaginary)),
            Self::Text(text) => Value::user(text),
            // Ansible trusts text that was written as text, and bytes that became text are never evaluated.
            Self::Bytes(bytes) => Value::outside(String::from_utf8(bytes).map_err(|_| Refusal::NotText)?),
            Self::List(items) | Self::Tuple(items) | Self::Set(items) => {
                Value::List(items.into_iter().map(Self::into_value).collect::<Result<_, _>>()?)
            }
            Self::Map(entries) => Value::Map(
                entries.into_iter().map(|(key, value)| Ok((key.into_key()?, value.into_value()?))).collect::<Result<
                    IndexMap<_, _>,
                    _,
                >>(
                )?,
            ),
        })
    }

    /// The key as Python's `json.dumps` writes it.
    fn into_key(self) -> Result<String, Refusal> {
        match self {
            Self::Text(text) => Ok(text),
            Self::None => Ok("null".into()),
            Self::Bool(yes) => Ok(yes.to_string()),
            Self::Int(number) => Ok(number.to_string()),
            Self::Float(number) if number.is_infinite() => {
                Ok(if number > 0.0 { "Infinity" } else { "-Infinity" }.into())
            }
            Self::Float(number) => Ok(python::float_repr(number)),
            _ => Err(Refusal::Key),
        }
    }

    /// What two values share exactly when Python calls them equal: `1`, `1.0` and `True` are one key.
    fn identity(&self) -> Result<Identity, Refusal> {
        Ok(match self {
            Self::None => Identity::None,
            Self::Ellipsis => Identity::Ellipsis,
            Self::Bool(yes) => Identity::Int(i128::from(*yes)),
            Self::Int(number) => Identity::Int(*number),
            Self::Float(number) => Identity::of_float(*number),
            Self::Complex(real, 0.0) => Identity::of_float(*real),
            Self::Complex(real, imaginary) => Identity::Complex(positive_zero(*real), positive_zero(*imaginary)),
            Self::Text(text) => Identity::Text(text.clone()),
            Self::Bytes(bytes) => Identity::Bytes(bytes.clone()),
            Self::Tuple(items) => Identity::Tuple(items.iter().map(Self::identity).collect::<Result<_, _>>()?),
            Self::List(_) | Self::Set(_) | Self::Map(_) => return Err(Refusal::Unhashable),
        })
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
enum Identity {
    None,
    Ellipsis,
    Int(i128),
    /// Bits of a number that is not whole.
    Float(u64),
    /// Bits of both parts.
    Complex(u64, u64),
    Text(String),
    Bytes(Vec<u8>),
    Tuple(Vec<Identity>),
}

impl Identity {
    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and below the type's bound")]
    fn of_float(number: f64) -> Self {
        // 2 to the 126th, well inside i128.
        const BOUND: f64 = 8.507_059_173_023_462e37;
        if number.fract() == 0.0 && number.abs() < BOUND {
            Self::Int(number as i128)
        } else {
            Self::Float(number.to_bits())
        }
    }
}

/// The bits of a number, with one zero only.
fn positive_zero(number: f64) -> u64 {
    (number + 0.0).to_bits()
}

/// Builds a set, element by element, so that a refusal comes where Python's does.
fn set_of(items: impl Iterator<Item = Result<Literal, Refusal>>) -> Result<Literal, Refusal> {
    let mut seen = IndexSet::new();
    let mut kept = Vec::new();
    for item in items {
        let item = item?;
        if seen.insert(item.identity()?) {
            kept.push(item);
        }
    }
    Ok(Literal::Set(kept))
}

/// Builds a map, entry by entry.
fn map_of(entries: impl Iterator<Item = Result<(Literal, Literal), Refusal>>) -> Result<Literal, Refusal> {
    let mut places: HashMap<Identity, usize> = HashMap::new();
    let mut kept: Vec<(Literal, Literal)> = Vec::new();
    for entry in entries {
        let (key, value) = entry?;
        let place = *places.entry(key.identity()?).or_insert(kept.len());
        match kept.get_mut(place) {
            Some(entry) => entry.1 = value,
            None => kept.push((key, value)),
        }
    }
    Ok(Literal::Map(kept))
}

/// Python's `str(complex)`.
fn complex_text(real: f64, imaginary: f64) -> String {
    let imaginary_digits = python::float_digits(imaginary);
    if real == 0.0 && real.is_sign_positive() {
        return format!("{imaginary_digits}j");
    }
    let sign = if imaginary_digits.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imaginary_digits}j)", python::float_digits(real))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_version_or_an_address_stays_text() {
        for text in
            ["1.2.3", "10.0.0.1", "yes", "010", "52:54:00:12:34:56", "1__0", "{{ foo }}", "'open", "2001:db8::1"]
        {
            assert_eq!(value(text), Ok(Value::user(text)), "{text}");
        }
    }

    #[test]
    fn a_bare_list_of_numbers_is_a_list() {
        assert_eq!(value("1, 2,"), Ok(Value::List(vec![Value::Int(1), Value::Int(2)])));
    }

    #[test]
    fn a_template_of_a_constant_is_a_set_in_a_set_which_python_refuses() {
        assert_eq!(value("{{ 'x' }}"), Err(Refusal::Unhashable));
    }

    #[test]
    fn deep_nesting_is_text_and_no_crash() {
        let deep = "[".repeat(100_000);
        assert_eq!(value(&deep), Ok(Value::user(deep.clone())));
        let signs = "-".repeat(100_000) + "1";
        assert_eq!(value(&signs), Ok(Value::user(signs.clone())));
    }
}
