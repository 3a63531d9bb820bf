//! Numbers as Python writes them.

use super::{Literal, Refusal};

/// Python refuses to convert longer decimal numbers.
const MAX_DECIMAL_DIGITS: usize = 4300;

/// Reads the number that the text starts with; returns it (`None` when it is too large for us) and its length in bytes.
///
/// # Errors
///
/// When there is none, or when it is followed by something that would be part of it.
pub(super) fn read(text: &str) -> Result<(Option<Literal>, usize), Refusal> {
    let radix = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 10,
    };
    let (number, length) = if radix == 10 { decimal(text)? } else { with_radix(text, radix)? };
    match text[length..].chars().next() {
        Some(c) if super::python::is_word(c) || !c.is_ascii() => Err(Refusal::NotALiteral),
        _ => Ok((number, length)),
    }
}

fn with_radix(text: &str, radix: u32) -> Result<(Option<Literal>, usize), Refusal> {
    // Here, unlike in decimal numbers, an underscore may also come first: `0x_ff`.
    let start = if text[2..].starts_with('_') { 3 } else { 2 };
    let (digits, length) = digits(&text[start..], radix)?;
    Ok((integer(&digits, radix), start + length))
}

fn decimal(text: &str) -> Result<(Option<Literal>, usize), Refusal> {
    let (whole, mut length) = if text.starts_with('.') { (String::new(), 0) } else { digits(text, 10)? };
    let mut spelled = whole.clone();
    let mut is_float = false;
    if text[length..].starts_with('.') {
        is_float = true;
        length += 1;
        spelled.push('.');
        if text[length..].starts_with(|c: char| c.is_ascii_digit()) {
            let (fraction, taken) = digits(&text[length..], 10)?;
            spelled += &fraction;
            length += taken;
        } else if whole.is_empty() {
            return Err(Refusal::NotALiteral);
        }
    }
    if let Some(after) = text[length..].strip_prefix(['e', 'E']) {
        let (sign, after) = match after.strip_prefix('-') {
            Some(after) => ("-", after),
            None => ("", after.strip_prefix('+').unwrap_or(after)),
        };
        let (exponent, taken) = digits(after, 10)?;
        is_float = true;
        spelled = format!("{spelled}e{sign}{exponent}");
        length = text.len() - after.len() + taken;
    }
    let is_imaginary = text[length..].starts_with(['j', 'J']);
    if is_imaginary || is_float {
        let number: f64 = spelled.parse().map_err(|_| Refusal::NotALiteral)?;
        return Ok(if is_imaginary {
            (Some(Literal::Complex(0.0, number)), length + 1)
        } else {
            (Some(Literal::Float(number)), length)
        });
    }
    let leading_zero = whole.starts_with('0') && whole.bytes().any(|b| b != b'0');
    if leading_zero || whole.len() > MAX_DECIMAL_DIGITS {
        return Err(Refusal::NotALiteral);
    }
    Ok((integer(&whole, 10), length))
}

fn integer(digits: &str, radix: u32) -> Option<Literal> {
    i128::from_str_radix(digits, radix).map(Literal::Int).ok()
}

/// Digits with single underscores between them: the digits alone, and the length of the text.
fn digits(text: &str, radix: u32) -> Result<(String, usize), Refusal> {
    let length = text.find(|c: char| !c.is_digit(radix) && c != '_').unwrap_or(text.len());
    let written = &text[..length];
    if written.is_empty() || written.starts_with('_') || written.ends_with('_') || written.contains("__") {
        return Err(Refusal::NotALiteral);
    }
    Ok((written.replace('_', ""), length))
}
