//! Scalars as `PyYAML` reads them: YAML 1.1, which is what Ansible gets.
//!
//! The forms are those of `PyYAML`'s `SafeLoader` (6.0), checked against it by test on generated scalars. They differ
//! from YAML 1.2 and from what people expect: `52:54:00:12:34:56` is a number in base 60, `010` is eight,
//! `1e3` is text.

use super::timestamp;

/// What a scalar without quotes and tag looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Null,
    Bool,
    Int,
    Float,
    Timestamp,
    /// `<<`: as a key it merges, as a value `PyYAML` has no meaning for it.
    Merge,
    /// `=`: as a key it is text, as a value `PyYAML` has no meaning for it.
    Value,
    Text,
}

impl Form {
    pub(super) fn of(raw: &str) -> Self {
        let bytes = raw.as_bytes();
        match bytes.first() {
            None => Self::Null,
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {
                if is_float(bytes) {
                    Self::Float
                } else if is_int(bytes) {
                    Self::Int
                } else if timestamp::is_implicit(bytes) {
                    Self::Timestamp
                } else {
                    Self::Text
                }
            }
            Some(_) => match raw {
                "~" | "null" | "Null" | "NULL" => Self::Null,
                "<<" => Self::Merge,
                "=" => Self::Value,
                "yes" | "Yes" | "YES" | "no" | "No" | "NO" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE"
                | "on" | "On" | "ON" | "off" | "Off" | "OFF" => Self::Bool,
                _ => Self::Text,
            },
        }
    }
}

/// A whole number as written, which Python bounds by memory only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Int(i128),
    Beyond128Bits,
}

/// Takes the longest start of `bytes` whose members all satisfy `accept`; how many, and the rest.
fn take(bytes: &[u8], accept: impl Fn(u8) -> bool) -> (usize, &[u8]) {
    let count = bytes.iter().take_while(|&&byte| accept(byte)).count();
    (count, &bytes[count..])
}

fn digit_or_underscore(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'_'
}

fn without_sign(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b'+' | b'-', rest @ ..] => rest,
        _ => bytes,
    }
}

/// `:` and a number below 60, any number of times; how often, and the rest.
fn take_base_60_places(mut bytes: &[u8]) -> (usize, &[u8]) {
    let mut places = 0;
    loop {
        bytes = match bytes {
            [b':', b'0'..=b'5', b'0'..=b'9', rest @ ..] | [b':', b'0'..=b'9', rest @ ..] => rest,
            _ => return (places, bytes),
        };
        places += 1;
    }
}

/// Whether an exponent, which needs its sign here, or nothing is left.
fn is_exponent_or_nothing(bytes: &[u8]) -> bool {
    match bytes {
        [] => true,
        [b'e' | b'E', b'+' | b'-', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn is_float(bytes: &[u8]) -> bool {
    let unsigned = without_sign(bytes);
    if matches!(unsigned, b".inf" | b".Inf" | b".INF") || matches!(bytes, b".nan" | b".NaN" | b".NAN") {
        return true;
    }
    // `.5` may have no sign.
    if let [b'.', b'0'..=b'9', rest @ ..] = bytes {
        return is_exponent_or_nothing(take(rest, digit_or_underscore).1);
    }
    let [b'0'..=b'9', rest @ ..] = unsigned else { return false };
    match take(rest, digit_or_underscore).1 {
        [b'.', rest @ ..] => is_exponent_or_nothing(take(rest, digit_or_underscore).1),
        rest => {
            let (places, rest) = take_base_60_places(rest);
            matches!(rest, [b'.', rest @ ..] if places > 0 && take(rest, digit_or_underscore).1.is_empty())
        }
    }
}

fn is_int(bytes: &[u8]) -> bool {
    let all_of = |digits: &[u8], accept: fn(u8) -> bool| !digits.is_empty() && take(digits, accept).1.is_empty();
    match without_sign(bytes) {
        b"0" => true,
        [b'0', b'b', digits @ ..] => all_of(digits, |byte| matches!(byte, b'0' | b'1' | b'_')),
        [b'0', b'x', digits @ ..] => all_of(digits, |byte| byte.is_ascii_hexdigit() || byte == b'_'),
        [b'0', digits @ ..] => all_of(digits, |byte| matches!(byte, b'0'..=b'7' | b'_')),
        [b'1'..=b'9', rest @ ..] => take_base_60_places(take(rest, digit_or_underscore).1).1.is_empty(),
        _ => false,
    }
}

/// The boolean that a word stands for, in any case.
pub(super) fn bool_value(raw: &str) -> Option<bool> {
    match raw.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" => Some(true),
        "no" | "false" | "off" => Some(false),
        _ => None,
    }
}

/// The value of an int by `PyYAML`'s rules; `None` where Python raises, as for `0b_`.
pub(super) fn int_value(raw: &str) -> Option<Whole> {
    let digits: String = raw.chars().filter(|&c| c != '_').collect();
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, digits.strip_prefix('+').unwrap_or(&digits)),
    };
    let magnitude = if let Some(digits) = digits.strip_prefix("0b") {
        in_base(digits, 2)?
    } else if let Some(digits) = digits.strip_prefix("0x") {
        in_base(digits, 16)?
    } else if digits.len() > 1 && digits.starts_with('0') {
        in_base(digits, 8)?
    } else if digits.contains(':') {
        base_60(digits)?
    } else {
        in_base(digits, 10)?
    };
    Some(if negative { negate(magnitude) } else { magnitude })
}

fn negate(whole: Whole) -> Whole {
    match whole {
        Whole::Int(value) => Whole::Int(-value),
        Whole::Beyond128Bits => whole,
    }
}

/// Digits as Python's `int(text, base)` takes them: `!!int` lets through the blanks, signs and prefixes it allows.
fn in_base(text: &str, base: u32) -> Option<Whole> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let prefixes = match base {
        2 => ["0b", "0B"],
        8 => ["0o", "0O"],
        16 => ["0x", "0X"],
        _ => ["", ""],
    };
    let digits = prefixes.iter().find_map(|prefix| digits.strip_prefix(prefix)).unwrap_or(digits);
    // `from_str_radix` would take one more sign.
    if digits.is_empty() || !digits.bytes().all(|byte| char::from(byte).is_digit(base)) {
        return None;
    }
    let whole = i128::from_str_radix(digits, base).map_or(Whole::Beyond128Bits, Whole::Int);
    Some(if negative { negate(whole) } else { whole })
}

fn base_60(digits: &str) -> Option<Whole> {
    let mut sum = Some(0_i128);
    for part in digits.split(':') {
        sum = match in_base(part, 10)? {
            Whole::Int(part) => sum.and_then(|sum| sum.checked_mul(60)?.checked_add(part)),
            Whole::Beyond128Bits => None,
        };
    }
    Some(sum.map_or(Whole::Beyond128Bits, Whole::Int))
}

/// The value of a float by `PyYAML`'s rules; `None` where Python raises.
pub(super) fn float_value(raw: &str) -> Option<f64> {
    let lower: String = raw.chars().filter(|&c| c != '_').map(|c| c.to_ascii_lowercase()).collect();
    let (sign, digits) = match lower.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, lower.strip_prefix('+').unwrap_or(&lower)),
    };
    let magnitude = match digits {
        ".inf" => f64::INFINITY,
        ".nan" => f64::NAN,
        _ if digits.contains(':') => {
            let mut base = 1.0;
            let mut sum = 0.0;
            for part in digits.rsplit(':') {
                // Python adds from the smallest place, which decides how the sum is rounded.
                sum += part.trim().parse::<f64>().ok()? * base;
                base *= 60.0;
            }
            sum
        }
        _ => digits.trim().parse().ok()?,
    };
    Some(sign * magnitude)
}

/// The bytes of base 64 text as Python's `base64.decodebytes` reads it: what is no base 64 character is skipped.
/// `None` where the padding is wrong or a character is not ASCII.
pub(super) fn binary_value(raw: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(raw.len() / 4 * 3);
    // The bits of up to four characters, six each, and how many characters have been put there.
    let (mut bits, mut place, mut pads) = (0_u32, 0, 0);
    for byte in raw.is_ascii().then_some(raw)?.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if place >= 2 => {
                pads += 1;
                if place + pads >= 4 {
                    let [_, first, second, _] = (bits << (6 * (4 - place))).to_be_bytes();
                    bytes.push(first);
                    bytes.extend((place == 3).then_some(second));
                    return Some(bytes);
                }
                continue;
            }
            _ => continue,
        };
        pads = 0;
        bits = bits << 6 | u32::from(six);
        place += 1;
        if place == 4 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, place) = (0, 0);
        }
    }
    (place == 0).then_some(bytes)
}

/// A float as Python's `repr` and `json.dumps` write it: the shortest digits that read back as the same number.
pub fn python_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let shortest = format!("{value:e}");
    let Some((digits, exponent)) = split_exponent(&shortest) else { return shortest };
    // Of two shortest forms at the same distance Python takes the even one, as does rounding to that many places.
    let places = digits.trim_start_matches('-').len().saturating_sub(2);
    let even = format!("{value:.places$e}");
    let digits = match split_exponent(&even) {
        Some((digits, _)) if even.parse() == Ok(value) => digits,
        _ => digits,
    };
    match exponent {
        -4..16 => {
            let places = i32::try_from(places).map_or(1, |places| (places - exponent).max(1));
            format!("{value:.*}", usize::try_from(places).unwrap_or(1))
        }
        _ => format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs()),
    }
}

fn split_exponent(scientific: &str) -> Option<(&str, i32)> {
    let (digits, exponent) = scientific.split_once('e')?;
    Some((digits, exponent.parse().ok()?))
}
