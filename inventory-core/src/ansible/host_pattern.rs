//! A host as an inventory writes it: a name, an address, ranges of either, with or without a port.
//!
//! The rules are those of Ansible's address parser. A pattern that it does not recognise is no error: the whole
//! text is then the name, port and all.

use super::python::is_word;

/// Separates a port from a host pattern.
///
/// `web:22` is a host and a port, as is `[2001:db8::1]:22`; `2001:db8::1` has no port, and neither has anything
/// whose first part is no host name or address (`my host:22`).
///
/// The port is digits, as long as they were written.
pub fn split_port(pattern: &str) -> (&str, Option<&str>) {
    let (mut address, mut port) = (pattern, None);
    if let Some((inner, digits)) = bracketed_with_port(address) {
        (address, port) = (inner, Some(digits));
    }
    // Both forms apply, one after the other: `[web:22]:33` is `web` on port 22.
    if let Some((inner, digits)) = with_port(address) {
        (address, port) = (inner, Some(digits));
    }
    if is_ipv6(address) || is_host_name(address) { (address, port) } else { (pattern, None) }
}

/// `[anything]:digits`.
fn bracketed_with_port(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let inside = text.strip_prefix('[')?;
    let (inner, digits) = inside.rsplit_once("]:")?;
    (!inner.is_empty() && !inner.contains('\n') && is_number(digits)).then_some((inner, digits))
}

/// `anything:digits`, where a colon within brackets does not count and no other is allowed.
fn with_port(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'[' => at += text[at..].find(']')?,
            b']' => return None,
            b':' => {
                let digits = &text[at + 1..];
                return is_number(digits).then_some((&text[..at], digits));
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A host name: labels of word characters, hyphens and ranges, none ending in a hyphen or an underscore.
///
/// Every IPv4 address, with or without ranges, is one too.
fn is_host_name(text: &str) -> bool {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let mut last = None;
    let mut rest = text.chars();
    while let Some(c) = rest.clone().next() {
        match c {
            '[' => match range(rest.as_str(), is_letter_or_number) {
                Some(length) => {
                    rest = rest.as_str()[length..].chars();
                    last = Some(']');
                    continue;
                }
                None => return false,
            },
            '.' if ends_label(last) => last = None,
            '-' if last.is_some() => last = Some(c),
            c if is_word(c) => last = Some(c),
            _ => return false,
        }
        rest.next();
    }
    ends_label(last)
}

fn ends_label(last: Option<char>) -> bool {
    last.is_some_and(|c| !matches!(c, '-' | '_'))
}

/// One letter, or digits: what either end of a range in a name may be.
fn is_letter_or_number(begin: &str, end: &str) -> bool {
    let letter = |text: &str| text.len() == 1 && text.as_bytes()[0].is_ascii_alphabetic();
    (letter(begin) && letter(end)) || (is_number(begin) && is_number(end))
}

fn are_hexadecimal(begin: &str, end: &str) -> bool {
    let hexadecimal = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    hexadecimal(begin) && hexadecimal(end)
}

/// The length of the range `[begin:end]` or `[begin:end:step]` that the text starts with.
fn range(text: &str, fit: impl Fn(&str, &str) -> bool) -> Option<usize> {
    let (inside, _) = text.strip_prefix('[')?.split_once(']')?;
    let mut parts = inside.split(':');
    let (begin, end) = (parts.next()?, parts.next()?);
    let step = parts.next().is_none_or(is_number);
    (fit(begin, end) && step && parts.next().is_none()).then_some(inside.len() + 2)
}

/// An IPv6 address in which each group may be a range.
fn is_ipv6(text: &str) -> bool {
    let text = text.strip_suffix('\n').unwrap_or(text);
    if text.contains('.') { is_ipv4_in_ipv6(text) } else { is_plain_ipv6(text) }
}

fn is_plain_ipv6(text: &str) -> bool {
    // Groups on each side of `::`; a colon that separates two groups is not part of it.
    let (mut left, mut right, mut compressed) = (0_usize, 0_usize, false);
    let mut rest = text;
    if let Some(after) = rest.strip_prefix("::") {
        (compressed, rest) = (true, after);
    }
    while !rest.is_empty() {
        let Some(length) = ipv6_group(rest) else { return false };
        *if compressed { &mut right } else { &mut left } += 1;
        rest = &rest[length..];
        if let Some(after) = rest.strip_prefix("::") {
            if compressed {
                return false;
            }
            (compressed, rest) = (true, after);
        } else if let Some(after) = rest.strip_prefix(':') {
            if after.is_empty() {
                return false;
            }
            rest = after;
        } else if !rest.is_empty() {
            return false;
        }
    }
    match (compressed, left, right) {
        (false, left, _) => left == 8,
        (true, left, 0) | (true, 0, left) => left <= 6,
        (true, left, right) => left + right <= 7,
    }
}

fn is_ipv4_in_ipv6(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let prefixes = ["0:0:0:0:0:0:", "::ffff:", "::", "0:0:0:0:0:ffff:"];
    prefixes.iter().any(|prefix| {
        let Some(mut rest) = lower.strip_prefix(prefix) else { return false };
        for part in 0..4 {
            if part > 0 {
                match rest.strip_prefix('.') {
                    Some(after) => rest = after,
                    None => return false,
                }
            }
            match ipv6_group(rest) {
                Some(length) => rest = &rest[length..],
                None => return false,
            }
        }
        rest.is_empty()
    })
}

/// The length of the group that the text starts with: one to four hexadecimal digits, or a range of such.
fn ipv6_group(text: &str) -> Option<usize> {
    if text.starts_with('[') {
        return range(text, are_hexadecimal);
    }
    let length = text.bytes().take_while(u8::is_ascii_hexdigit).count();
    (1..=4).contains(&length).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_follows_a_name_and_a_bracketed_address() {
        assert_eq!(split_port("web:22"), ("web", Some("22")));
        assert_eq!(split_port("web[01:10]:22"), ("web[01:10]", Some("22")));
        assert_eq!(split_port("[2001:db8::1]:22"), ("2001:db8::1", Some("22")));
    }

    #[test]
    fn a_bare_ipv6_address_has_no_port() {
        assert_eq!(split_port("2001:db8::1"), ("2001:db8::1", None));
    }

    #[test]
    fn what_is_no_host_keeps_its_colon() {
        assert_eq!(split_port("web_:22"), ("web_:22", None));
        assert_eq!(split_port("a b:22"), ("a b:22", None));
    }
}
