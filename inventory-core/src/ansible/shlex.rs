//! Words of a line, as Python's `shlex.split(line, comments=True)` cuts them.
//!
//! Quotes group and vanish, a backslash takes the next character as it is, and `#` starts a comment *anywhere*
//! outside quotes, also in the middle of a word: `note=a#b ip=10.0.0.1` has one word.

use std::borrow::Cow;
use std::ops::Range;

/// A word: its characters without the quotes, and where it was written with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// The characters, quotes and escapes resolved.
    pub text: Cow<'a, str>,
    /// Bytes of the line, quotes included.
    pub place: Range<usize>,
    /// Where in the line the word's first `=` is written, in bytes.
    pub equals: Option<usize>,
}

/// Why a line cannot be cut into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfinished {
    /// A quote that opens at this byte and never closes.
    Quote(usize),
    /// A backslash at this byte with nothing behind it.
    Escape(usize),
}

/// Cuts a line into words.
///
/// # Errors
///
/// When a quote or an escape is open at the line's end.
pub fn split(line: &str) -> Result<Vec<Word<'_>>, Unfinished> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&byte) = line.as_bytes().get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            // A comment ends with its line; inventory lines have no line ends, but a caller's text may.
            b'#' => at += line[at..].find('\n').unwrap_or(line.len() - at),
            _ => {
                let word = word(line, at)?;
                at = word.place.end;
                words.push(word);
            }
        }
    }
    Ok(words)
}

/// The word that starts at this byte.
fn word(line: &str, start: usize) -> Result<Word<'_>, Unfinished> {
    let mut word = Word { text: Cow::Borrowed(""), place: start..start, equals: None };
    let mut at = start;
    loop {
        at = word.push_until(line, at, b" \t\r\n#\\'\"");
        match line.as_bytes().get(at) {
            Some(b'\\') => at = word.push_escaped(line, at)?,
            Some(b'\'') => {
                let quote = at;
                at = word.push_until(line, at + 1, b"'") + 1;
                if at > line.len() {
                    return Err(Unfinished::Quote(quote));
                }
            }
            Some(b'"') => {
                let quote = at;
                at = word.push_until(line, at + 1, b"\"\\");
                while line.as_bytes().get(at) == Some(&b'\\') {
                    // Between these quotes a backslash escapes only a quote and itself, and else stays.
                    if !matches!(line.as_bytes().get(at + 1), None | Some(b'"' | b'\\')) {
                        word.push(line, at..at + 1);
                    }
                    at = word.push_escaped(line, at)?;
                    at = word.push_until(line, at, b"\"\\");
                }
                at += 1;
                if at > line.len() {
                    return Err(Unfinished::Quote(quote));
                }
            }
            _ => {
                word.place.end = at;
                return Ok(word);
            }
        }
    }
}

impl<'a> Word<'a> {
    /// Takes the line's text up to the first of these bytes, and returns where that is.
    fn push_until(&mut self, line: &'a str, start: usize, ends: &[u8]) -> usize {
        let length = line.as_bytes()[start..].iter().position(|byte| ends.contains(byte));
        let end = length.map_or(line.len(), |length| start + length);
        self.push(line, start..end);
        end
    }

    /// Takes the character behind a backslash, and returns where it ends.
    fn push_escaped(&mut self, line: &'a str, backslash: usize) -> Result<usize, Unfinished> {
        let escaped = line[backslash + 1..].chars().next().ok_or(Unfinished::Escape(backslash))?;
        let end = backslash + 1 + escaped.len_utf8();
        self.push(line, backslash + 1..end);
        Ok(end)
    }

    fn push(&mut self, line: &'a str, part: Range<usize>) {
        let text = &line[part.clone()];
        if self.equals.is_none() {
            self.equals = text.find('=').map(|at| part.start + at);
        }
        if self.text.is_empty() {
            self.text = Cow::Borrowed(text);
        } else if !text.is_empty() {
            self.text.to_mut().push_str(text);
        }
    }

    /// The parts before and after the first `=`; `None` without one.
    pub fn assignment(&self) -> Option<(&str, &str)> {
        self.text.split_once('=')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        split(line).unwrap().into_iter().map(|word| word.text.into_owned()).collect()
    }

    #[test]
    fn a_hash_in_a_word_swallows_the_rest_of_the_line() {
        assert_eq!(texts("node1 note=a#b ip=10.0.0.1"), ["node1", "note=a"]);
        assert_eq!(texts("node1 note='a#b' ip=10.0.0.1"), ["node1", "note=a#b", "ip=10.0.0.1"]);
    }

    #[test]
    fn an_empty_pair_of_quotes_is_a_word() {
        assert_eq!(texts("a '' b"), ["a", "", "b"]);
    }

    #[test]
    fn a_word_knows_where_it_and_its_equals_sign_are_written() {
        let word = &split("h  x='a b'").unwrap()[1];
        assert_eq!((word.place.clone(), word.equals), (3..10, Some(4)));
    }
}
