//! Strings as Python writes them: prefixes, one or three quotes, escapes.

use super::{Literal, Refusal};

/// Whether a string starts here, prefix included.
pub(super) fn starts(text: &str) -> bool {
    let prefix = text.bytes().take(3).take_while(u8::is_ascii_alphabetic).count();
    matches!(text.as_bytes().get(prefix), Some(b'\'' | b'"')) && Kind::of_prefix(&text[..prefix]).is_some()
}

#[derive(Clone, Copy)]
struct Kind {
    raw: bool,
    bytes: bool,
}

impl Kind {
    fn of_prefix(prefix: &str) -> Option<Self> {
        Some(match prefix.to_ascii_lowercase().as_str() {
            "" | "u" => Self { raw: false, bytes: false },
            "r" => Self { raw: true, bytes: false },
            "b" => Self { raw: false, bytes: true },
            "br" | "rb" => Self { raw: true, bytes: true },
            _ => return None,
        })
    }
}

/// A string, the length of its text in bytes, and what keeps it out of an inventory although Python can read it.
pub(super) type Found = (Literal, usize, Option<Refusal>);

/// Reads the string that the text starts with.
///
/// # Errors
///
/// When it does not end, or when an escape is none.
pub(super) fn read(text: &str) -> Result<Found, Refusal> {
    let prefix = text.find(['\'', '"']).ok_or(Refusal::NotALiteral)?;
    let kind = Kind::of_prefix(&text[..prefix]).ok_or(Refusal::NotALiteral)?;
    let quoted = &text[prefix..];
    let single = &quoted[..1];
    let quote = if quoted[1..].starts_with(&single.repeat(2)) { single.repeat(3) } else { single.to_owned() };
    let body = &quoted[quote.len()..];
    let end = end_of_body(body, &quote).ok_or(Refusal::NotALiteral)?;
    let length = prefix + quote.len() + end + quote.len();
    let body = &body[..end];
    if kind.bytes && !body.is_ascii() {
        return Err(Refusal::NotALiteral);
    }
    let mut refusal = None;
    let literal = match kind {
        Kind { raw: true, bytes: true } => Literal::Bytes(body.as_bytes().to_vec()),
        Kind { raw: true, bytes: false } => Literal::Text(body.to_owned()),
        Kind { raw: false, bytes: true } => Literal::Bytes(unescaped_bytes(body)?),
        Kind { raw: false, bytes: false } => Literal::Text(unescaped(body, &mut refusal)?),
    };
    Ok((literal, length, refusal))
}

/// Where the closing quote is: a backslash hides the character behind it, also in raw strings.
fn end_of_body(body: &str, quote: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        at += body[at..].find(['\\', '\'', '"'])?;
        if body[at..].starts_with('\\') {
            at += 1;
            at += body[at..].chars().next()?.len_utf8();
        } else if body[at..].starts_with(quote) {
            return Some(at);
        } else {
            at += 1;
        }
    }
}

/// One escape, after its backslash.
enum Escape {
    /// A character by its number.
    Character(u32),
    /// No escape: the backslash stays.
    Backslash,
}

/// Reads the escape that follows a backslash; returns the rest.
fn escape(rest: &str) -> Result<(Escape, &str), Refusal> {
    let first = rest.chars().next().ok_or(Refusal::NotALiteral)?;
    let after = &rest[first.len_utf8()..];
    let code = match first {
        '\\' | '\'' | '"' => first as u32,
        'a' => 7,
        'b' => 8,
        't' => 9,
        'n' => 10,
        'v' => 11,
        'f' => 12,
        'r' => 13,
        '0'..='7' => {
            let length = rest.bytes().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let code = u32::from_str_radix(&rest[..length], 8).map_err(|_| Refusal::NotALiteral)?;
            return Ok((Escape::Character(code), &rest[length..]));
        }
        'x' => return hexadecimal(after, 2),
        _ => return Ok((Escape::Backslash, rest)),
    };
    Ok((Escape::Character(code), after))
}

fn hexadecimal(text: &str, length: usize) -> Result<(Escape, &str), Refusal> {
    let digits = text.get(..length).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    let code = u32::from_str_radix(digits.ok_or(Refusal::NotALiteral)?, 16).map_err(|_| Refusal::NotALiteral)?;
    Ok((Escape::Character(code), &text[length..]))
}

fn unescaped(body: &str, refusal: &mut Option<Refusal>) -> Result<String, Refusal> {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (found, after) = match rest.as_bytes().first() {
            Some(b'u') => hexadecimal(&rest[1..], 4)?,
            Some(b'U') => hexadecimal(&rest[1..], 8)?,
            Some(b'N') => {
                let named = rest.strip_prefix("N{").and_then(|rest| rest.split_once('}'));
                *refusal = Some(Refusal::NamedCharacter);
                (Escape::Backslash, named.ok_or(Refusal::NotALiteral)?.1)
            }
            _ => escape(rest)?,
        };
        rest = after;
        match found {
            Escape::Character(0xd800..=0xdfff) => *refusal = Some(Refusal::NotText),
            Escape::Character(code) => text.push(char::from_u32(code).ok_or(Refusal::NotALiteral)?),
            Escape::Backslash => text.push('\\'),
        }
    }
    text.push_str(rest);
    Ok(text)
}

fn unescaped_bytes(body: &str) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let (found, after) = escape(&rest[at + 1..])?;
        rest = after;
        match found {
            // `\777` keeps its low eight bits.
            Escape::Character(code) => bytes.push(code.to_le_bytes()[0]),
            Escape::Backslash => bytes.push(b'\\'),
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}
