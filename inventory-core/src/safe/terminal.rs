//! Text that a terminal shows and does not obey: names and tags come from strangers.

use std::borrow::Cow;

/// The most of one message that is shown, in bytes: a stranger's name may be as long as a file.
const LONGEST: usize = 16_384;

/// The most of one word, in bytes; a path may be longer than a word of prose.
const LONGEST_WORD: usize = 512;

/// The text without control characters, its lines kept.
pub fn harmless(text: &str) -> Cow<'_, str> {
    without(text, |c| is_obeyed(c) && !matches!(c, '\n' | '\t'))
}

/// The same in one line, and not without end: neither a word nor all of them.
pub fn one_line(text: &str) -> String {
    let words: String = text.split_inclusive(' ').map(shortened).collect();
    let end = boundary(&words, LONGEST);
    let more = if end < words.len() { "…" } else { "" };
    without(&words[..end].replace(['\n', '\t'], " "), is_obeyed).into_owned() + more
}

/// A word, the middle of a very long one left out: the quotes and the comma behind it stay.
fn shortened(word: &str) -> Cow<'_, str> {
    if word.len() <= LONGEST_WORD {
        return word.into();
    }
    let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    let tail = boundary(word, letters.len().max(word.len().saturating_sub(8)));
    format!("{}…{}", &word[..boundary(word, LONGEST_WORD)], &word[tail..]).into()
}

/// The last place, up to this one, that is not inside a character.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Whether a terminal does something at a character instead of showing it. Those that reorder what is shown make a
/// name look like another one.
pub(crate) fn is_obeyed(c: char) -> bool {
    let reorders = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    c.is_control() || reorders || matches!(c, '\u{2028}' | '\u{2029}')
}

fn without(text: &str, is_refused: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.contains(&is_refused) {
        text.chars().map(|c| if is_refused(c) { '\u{fffd}' } else { c }).collect()
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machines_name_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mb\nc"), "a\u{fffd}[31mb\nc");
        assert!(matches!(harmless("plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_machines_name_cannot_write_a_paragraph_of_its_own() {
        assert_eq!(one_line("a\r\n\u{2028}inv-static: fine"), "a\u{fffd} \u{fffd}inv-static: fine");
        assert!(one_line(&"\u{e4}".repeat(1 << 20)).len() < LONGEST_WORD + 16);
        assert!(one_line(&format!("unknown key `{}`; did", "k".repeat(1000))).ends_with("k…`; did"));
        assert!(one_line(&"a ".repeat(1 << 20)).len() < LONGEST + 8);
    }
}
