//! Words of a line, as Python's `shlex.split(line, comments=True)` cuts them.
//!
//! Quotes group and vanish, a backslash takes the next character as it is, and `#` starts a comment *anywhere*
//! outside quotes, also in the middle of a word: `note=a#b ip=10.0.0.1` has one word.

use std::ops::Range;

/// A word: its characters without the quotes, and where it was written with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The characters, quotes and escapes resolved.
    pub text: String,
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
pub fn split(line: &str) -> Result<Vec<Word>, Unfinished> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take().map(|word| ended(word, at))),
            '#' => {
                words.extend(word.take().map(|word| ended(word, at)));
                // A comment ends with its line; inventory lines have no line ends, but a caller's text may.
                chars.by_ref().find(|&(_, c)| c == '\n');
            }
            '\\' => {
                let (_, escaped) = chars.next().ok_or(Unfinished::Escape(at))?;
                begun(&mut word, at).push(at + 1, escaped);
            }
            '\'' => {
                let word = begun(&mut word, at);
                loop {
                    match chars.next().ok_or(Unfinished::Quote(at))? {
                        (_, '\'') => break,
                        (inner, c) => word.push(inner, c),
                    }
                }
            }
            '"' => {
                let word = begun(&mut word, at);
                loop {
                    match chars.next().ok_or(Unfinished::Quote(at))? {
                        (_, '"') => break,
                        (inner, '\\') => {
                            let (_, escaped) = chars.next().ok_or(Unfinished::Escape(inner))?;
                            if !matches!(escaped, '"' | '\\') {
                                word.push(inner, '\\');
                            }
                            word.push(inner + 1, escaped);
                        }
                        (inner, c) => word.push(inner, c),
                    }
                }
            }
            c => begun(&mut word, at).push(at, c),
        }
    }
    words.extend(word.take().map(|word| ended(word, line.len())));
    Ok(words)
}

fn begun(word: &mut Option<Word>, at: usize) -> &mut Word {
    word.get_or_insert_with(|| Word { text: String::new(), place: at..at, equals: None })
}

fn ended(mut word: Word, at: usize) -> Word {
    word.place.end = at;
    word
}

impl Word {
    fn push(&mut self, at: usize, c: char) {
        if c == '=' && self.equals.is_none() {
            self.equals = Some(at);
        }
        self.text.push(c);
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
        split(line).unwrap().into_iter().map(|word| word.text).collect()
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
