//! The few rules of Python's own text that decide how Ansible reads an inventory.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Whether Python's `str.isspace` says yes: Unicode white space and the four ASCII separators.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// Python's `str.strip()`.
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// Whether a regular expression's `\w` matches: letters, every kind of number, and the underscore.
///
/// `char::is_alphanumeric` alone would take combining vowel signs too, which Python does not.
pub(super) fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number)
}

/// Python's `str.splitlines()`, with the byte offset at which each line starts.
///
/// Python ends a line at more characters than an editor does: form feeds, for one.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let here = start;
        let (line, end) = match line_end(rest) {
            None => (rest, rest.len()),
            Some((at, '\r')) if rest[at + 1..].starts_with('\n') => (&rest[..at], at + 2),
            Some((at, c)) => (&rest[..at], at + c.len_utf8()),
        };
        start += end;
        Some((here, line))
    })
}

/// The first character that ends a line, and where it is.
fn line_end(text: &str) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        // The first byte of each of them, so that most of a text is passed byte by byte.
        let may_end = |byte: &u8| matches!(byte, b'\n'..=b'\r' | 0x1c..=0x1e | 0xc2 | 0xe2);
        at += bytes[at..].iter().position(may_end)?;
        let c = text[at..].chars().next()?;
        if matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            return Some((at, c));
        }
        at += c.len_utf8();
    }
}

/// Python's `int(text)` in base ten: blanks around, one sign, single underscores between digits.
///
/// Only ASCII digits are known here; Python also takes those of other scripts.
pub(super) fn int(text: &str) -> Option<i128> {
    let text = strip(text);
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let digits = digits_of(digits)?;
    let sign = if negative { "-" } else { "" };
    format!("{sign}{digits}").parse().ok()
}

/// The digits without the underscores that Python allows between them.
fn digits_of(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let fine = bytes.first()?.is_ascii_digit()
        && bytes.last()?.is_ascii_digit()
        && bytes.iter().all(|b| b.is_ascii_digit() || *b == b'_')
        && !text.contains("__");
    fine.then(|| text.replace('_', ""))
}

/// Python's `repr(float)`: the shortest digits that read back the same, with an exponent from `1e16` up and
/// below `1e-4`.
pub(super) fn float_repr(number: f64) -> String {
    let text = float_digits(number);
    if number.is_finite() && !text.contains(['.', 'e']) { format!("{text}.0") } else { text }
}

/// As [`float_repr`], but a whole number has no `.0`: how the parts of a complex number are written.
pub(super) fn float_digits(number: f64) -> String {
    if number.is_nan() {
        return "nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.into();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if number != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    format!("{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carriage_return_and_a_newline_end_one_line() {
        let found: Vec<_> = lines("a\r\nb\rc\u{2028}d\n\n").collect();
        assert_eq!(found, [(0, "a"), (3, "b"), (5, "c"), (9, "d"), (11, "")]);
    }

    #[test]
    fn floats_are_written_as_python_writes_them() {
        let cases = [(1e16, "1e+16"), (1e15, "1000000000000000.0"), (0.0001, "0.0001"), (0.00001, "1e-05")];
        for (number, text) in cases {
            assert_eq!(float_repr(number), text);
        }
        assert_eq!(float_digits(2.0), "2");
    }

    #[test]
    fn a_combining_sign_is_no_word_character() {
        assert!(is_word('न') && !is_word('\u{93f}'));
    }
}
