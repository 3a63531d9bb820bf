//! A line of a file as it can be shown: without secrets, without what a terminal obeys, and not without end.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::secrets::Secrets;
use crate::lint::finding::Place;
use crate::safe::terminal;
use crate::yaml::{Source, Span};

/// What stands for a secret.
pub(super) const MASK: &str = "***";

/// How much of a line is shown on either side of a place, in bytes, and how much of the place itself.
const AROUND: usize = 160;

/// The secrets of the files that were quoted, each file looked through once.
#[derive(Default)]
pub(super) struct Quoter(RefCell<HashMap<usize, Rc<Secrets>>>);

impl Quoter {
    /// A file's secrets.
    pub(super) fn secrets(&self, source: &Source) -> Rc<Secrets> {
        // The same text in memory, which outlives the report.
        let key = source.text().as_ptr().addr();
        Rc::clone(self.0.borrow_mut().entry(key).or_insert_with(|| Rc::new(Secrets::of(source))))
    }

    /// The first line of a place.
    pub(super) fn line(&self, place: &Place) -> Quote {
        let text = place.source.text();
        let whole = line_of(text, place.span.start);
        let start = place.span.start.clamp(whole.start, whole.end);
        let end = place.span.end.clamp(start, whole.end);
        let left = floor(text, start.saturating_sub(AROUND).max(whole.start));
        let right = floor(text, end.min(start + AROUND).saturating_add(AROUND).min(whole.end));
        // A line that is hardly longer is shown whole.
        let left = if left < whole.start + 8 { whole.start } else { left };
        let right = if right + 8 > whole.end { whole.end } else { right };
        let shown = self.shown(&place.source, left..right);
        let front = if left > whole.start { "…" } else { "" };
        let back = if right < whole.end { "…" } else { "" };
        let span = shown.start_of(start)..shown.end_of(end.min(right));
        let (line, column) = place.source.line_column(place.span.start);
        Quote {
            line,
            column,
            span: span.start + front.len()..span.end.max(span.start) + front.len(),
            text: format!("{front}{}{back}", shown.text),
        }
    }

    /// A stretch of a file as it can be shown, and where its bytes went.
    pub(super) fn shown(&self, source: &Source, stretch: Range<usize>) -> Shown {
        let secrets = self.secrets(source);
        let mut hidden = secrets.within(stretch.clone()).peekable();
        let mut shown = Shown { text: String::new(), places: Vec::new() };
        for (at, c) in source.text()[stretch.clone()].char_indices() {
            let at = stretch.start + at;
            while hidden.next_if(|secret| secret.end <= at).is_some() {}
            let place = shown.text.len();
            // Line ends stay where they are: a secret may have many.
            match hidden.peek().filter(|secret| secret.start <= at) {
                Some(_) if matches!(c, '\n' | '\r') => {
                    shown.places.push((at, place, place));
                    if c == '\n' {
                        shown.text.push('\n');
                    }
                }
                Some(secret) => {
                    let begins = at == stretch.start || at == secret.start || shown.text.ends_with('\n');
                    if begins {
                        shown.places.push((at, place, place));
                        shown.text += MASK;
                    } else {
                        shown.places.push((at, place.saturating_sub(MASK.len()), place));
                    }
                }
                None if c == '\r' => shown.places.push((at, place, place)),
                None => {
                    shown.places.push((at, place, place));
                    shown.text += &terminal::harmless(c.encode_utf8(&mut [0; 4]));
                }
            }
        }
        let end = shown.text.len();
        let last_is_hidden = secrets.within(stretch.clone()).any(|secret| secret.end > stretch.end);
        let before = if last_is_hidden { end.saturating_sub(MASK.len()) } else { end };
        shown.places.push((stretch.end, before, end));
        shown
    }
}

/// A line, and the stretch of it that is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Quote {
    /// Its number, from 1.
    pub(super) line: usize,
    /// The column of the place in the file, from 1, in characters.
    pub(super) column: usize,
    /// What is shown.
    pub(super) text: String,
    /// The place in what is shown, in bytes.
    pub(super) span: Range<usize>,
}

impl Quote {
    /// The column of the place in what is shown, from 1, in characters.
    pub(super) fn shown_column(&self) -> usize {
        self.text[..self.span.start].chars().count() + 1
    }
}

/// Text that can be shown.
#[derive(Debug)]
pub(super) struct Shown {
    /// The text; its lines end as Unix has them.
    pub(super) text: String,
    /// Of each character of the file, in order: where it was, where a stretch that begins there begins here, and where
    /// one that ends there ends here.
    places: Vec<(usize, usize, usize)>,
}

impl Shown {
    /// Where a stretch begins here that begins at a byte of the file.
    pub(super) fn start_of(&self, byte: usize) -> usize {
        self.at(byte).1
    }

    /// Where a stretch ends here that ends at a byte of the file.
    pub(super) fn end_of(&self, byte: usize) -> usize {
        self.at(byte).2
    }

    fn at(&self, byte: usize) -> (usize, usize, usize) {
        let after = self.places.partition_point(|place| place.0 <= byte);
        self.places.get(after.saturating_sub(1)).copied().unwrap_or_default()
    }
}

/// The line of a byte, without its end.
pub(super) fn line_of(text: &str, byte: usize) -> Range<usize> {
    let byte = floor(text, byte);
    // Between the two halves of a line end it is still the line before.
    let byte = if text[..byte].ends_with('\r') && text[byte..].starts_with('\n') { byte - 1 } else { byte };
    let start = text[..byte].rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let end = text[byte..].find(['\n', '\r']).map_or(text.len(), |end| byte + end);
    start..end
}

/// The last place up to this one that is not inside a character.
fn floor(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|&byte| text.is_char_boundary(byte)).unwrap_or(0)
}

/// A text in which the secrets near places do not occur.
pub(super) fn without_secrets(quoter: &Quoter, places: &[&Place]) -> impl Fn(&str) -> String + use<> {
    let mut secrets: Vec<String> = Vec::new();
    for place in places {
        let line = line_of(place.source.text(), place.span.start);
        let stretch = line.start..line.end.max(place.span.end).min(place.source.text().len());
        for secret in quoter.secrets(&place.source).within(stretch) {
            let text = place.source.slice(Span { start: secret.start, end: secret.end });
            let bare = text.trim().trim_matches(['"', '\'']);
            // Two characters are in every sentence.
            secrets.extend([text, bare].into_iter().filter(|text| text.chars().count() > 2).map(str::to_owned));
        }
    }
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    move |text| secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(text: &str, of: &str) -> (String, String) {
        let source = Source::new("x", text);
        let start = source.text().find(of).expect("it is there");
        let quote = Quoter::default().line(&Place::new(&source, Span { start, end: start + of.len() }));
        let marked = quote.text[quote.span.clone()].to_owned();
        (quote.text, marked)
    }

    #[test]
    fn a_place_behind_a_secret_is_still_pointed_at() {
        let (text, marked) = quote("[all]\nn1 ansible_password=hunter2 ip=10.0.0.1\n", "10.0.0.1");
        assert_eq!((text.as_str(), marked.as_str()), ("n1 ansible_password=*** ip=10.0.0.1", "10.0.0.1"));
        let (text, marked) = quote("a: 1\npassword: hunter2\n", "hunter2");
        assert_eq!((text.as_str(), marked.as_str()), ("password: ***", "***"));
        let (text, marked) = quote("a: 1\npassword: hunter2\n", "unter");
        assert_eq!((text.as_str(), marked.as_str()), ("password: ***", "***"));
    }

    #[test]
    fn only_the_part_around_a_place_of_a_very_long_line_is_shown() {
        let long = format!("a: [{}, ä10.0.0.1, {}]\n", "é, ".repeat(9000), "ü, ".repeat(9000));
        let (text, marked) = quote(&long, "10.0.0.1");
        assert_eq!(marked, "10.0.0.1");
        assert!(text.starts_with('…') && text.ends_with('…') && text.len() < 400, "{text}");
    }

    #[test]
    fn line_ends_of_any_kind_and_what_a_terminal_obeys_are_not_shown() {
        assert_eq!(quote("a: 1\r\nb: 2\r\nc: 3\r\n", "2"), ("b: 2".into(), "2".into()));
        assert_eq!(quote("a: 1\rb: 2\rc: 3", "2"), ("b: 2".into(), "2".into()));
        assert_eq!(quote("\u{feff}b: \u{1b}[31mé 2\n", "é 2"), ("b: \u{fffd}[31mé 2".into(), "é 2".into()));
        assert_eq!(quote("a: |\n x\n y\n", "x\n y"), (" x".into(), "x".into()));
    }
}
