//! Text in a picture: what of it is drawn, how wide that is at most, and how it is shortened.
//!
//! An SVG cannot ask how wide a browser's font is, so widths are those of `DejaVu` Sans and SF Mono, the widest fonts
//! that the style sheet's families stand for; with any other font there is only more air.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The kind of a font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// Sans serif.
    Plain,
    /// Sans serif, semi-bold.
    Bold,
    /// All characters of one width.
    Mono,
}

/// No text is drawn beyond so many characters: it is shortened to far fewer, and this bounds the work.
const LONGEST: usize = 500;

/// Marks on one character beyond which they would climb into the line above.
const MOST_MARKS: usize = 2;

/// The text as it can be drawn: without control and direction characters, which XML forbids or which reorder what
/// stands beside them, and in one line.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::new();
    let mut marks = 0;
    for c in text.chars().take(LONGEST) {
        let is_mark = c.general_category_group() == GeneralCategoryGroup::Mark;
        marks = if is_mark { marks + 1 } else { 0 };
        if c.is_whitespace() {
            if !cleaned.is_empty() && !cleaned.ends_with(' ') {
                cleaned.push(' ');
            }
        } else if marks <= MOST_MARKS && is_drawn(c) {
            cleaned.push(if is_outsized(c) { char::REPLACEMENT_CHARACTER } else { c });
        }
    }
    cleaned.truncate(cleaned.trim_end().len());
    cleaned
}

fn is_drawn(c: char) -> bool {
    use GeneralCategory as G;
    !matches!(c.general_category(), G::Control | G::Format | G::Surrogate | G::PrivateUse | G::Unassigned)
}

/// Characters that are many times as wide as others: ligatures of whole sentences, scripts of pictures.
fn is_outsized(c: char) -> bool {
    let is_emoji = ('\u{1f000}'..'\u{20000}').contains(&c);
    matches!(c, '\u{a9c1}'..='\u{a9c5}' | '\u{fdf0}'..='\u{fdff}')
        || ('\u{10000}'..'\u{20000}').contains(&c) && !is_emoji
}

/// The text with what XML would read as its own written out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// How wide the text is at most, in pixels. The size is that of the font, in pixels.
pub(super) fn width(text: &str, face: Face, size: i32) -> i32 {
    let thousandths = text.chars().map(|c| advance(c, face)).sum::<i32>();
    (thousandths * size + 999) / 1000
}

/// How far a character moves on, in thousandths of the font's size.
fn advance(c: char, face: Face) -> i32 {
    let plain = match c {
        ' ' | '\'' | ',' | '.' | '/' | ':' | ';' | '|' | '\\' | 'i' | 'j' | 'l' | 'I' | 'J' | '·' => 340,
        '!' | '(' | ')' | '-' | '[' | ']' | 'f' | 'r' | 't' => 430,
        '#' | '+' | '<' | '=' | '>' | '^' | '~' | 'w' | 'O' | 'Q' | '−' => 840,
        '%' | '@' | 'm' | 'M' | 'W' => 1000,
        'A'..='Z' | '&' => 780,
        ' '..='~' => 640,
        '\u{1c4}'..='\u{1cc}' | '\u{1f1}'..='\u{1f3}' => 1600,
        '\u{a0}'..='\u{24f}' | '…' => 1000,
        '\u{1f000}'.. => 1450,
        _ => 1250,
    };
    match face {
        Face::Bold => plain * 115 / 100,
        Face::Mono if matches!(c, '\0'..='\u{24f}') => 620,
        // A fixed-width font has no characters beyond; another one steps in.
        Face::Plain | Face::Mono => plain,
    }
}

/// The text, or as much of its beginning as has room, with an ellipsis. Where not even that has room: nothing.
pub(super) fn shorten(text: &str, face: Face, size: i32, room: i32) -> String {
    shortened(text, face, size, room, |keep| (keep, 0))
}

/// The same for addresses, of which the end says as much as the beginning.
pub(super) fn shorten_middle(text: &str, face: Face, size: i32, room: i32) -> String {
    shortened(text, face, size, room, |keep| (keep - keep / 3, keep / 3))
}

fn shortened(text: &str, face: Face, size: i32, room: i32, split: impl Fn(usize) -> (usize, usize)) -> String {
    if width(text, face, size) <= room {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    (1..chars.len())
        .rev()
        .map(|keep| {
            let (head, tail) = split(keep);
            let head: String = chars[..head].iter().collect();
            let tail: String = chars[chars.len() - tail..].iter().collect();
            format!("{}…{}", head.trim_end(), tail.trim_start())
        })
        .find(|short| width(short, face, size) <= room)
        .unwrap_or_default()
}

/// The text in lines that have room, broken between words, in no more lines than `most`.
pub(super) fn wrap(text: &str, face: Face, size: i32, room: i32, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split(' ').peekable();
    while words.peek().is_some() {
        if lines.len() + 1 == most {
            let rest: Vec<&str> = words.collect();
            lines.push(shorten(&rest.join(" "), face, size, room));
            break;
        }
        let mut line = shorten(words.next().unwrap_or_default(), face, size, room);
        while let Some(word) = words.peek() {
            let longer = format!("{line} {word}");
            if width(&longer, face, size) > room {
                break;
            }
            line = longer;
            words.next();
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_or_the_eye_would_misread_is_not_drawn() {
        assert_eq!(clean("a\u{0}b\u{1b}[31m\u{202e}c\u{fffe}\u{feff}"), "ab[31mc");
        assert_eq!(clean("  two\n\t lines \u{2028}"), "two lines");
        assert_eq!(clean("z\u{300}\u{301}\u{302}\u{303}a\u{308}"), "z\u{300}\u{301}a\u{308}");
        assert_eq!(clean("\u{fdfd}"), "\u{fffd}");
        assert_eq!(clean("größe 東京 🙂"), "größe 東京 🙂");
        assert_eq!(escape("</text><script a=\"'&'\">"), "&lt;/text&gt;&lt;script a=&quot;&#39;&amp;&#39;&quot;&gt;");
    }

    #[test]
    fn a_shortened_text_has_room_and_says_so() {
        for room in [0, 5, 12, 40, 90, 200] {
            for face in [Face::Plain, Face::Bold, Face::Mono] {
                for short in [
                    shorten("ci-kube-k8s-node-with-a-long-name", face, 14, room),
                    shorten_middle("fd85:ee78:d8a6:8607::1:0/112", face, 14, room),
                ] {
                    assert!(
                        width(&short, face, 14) <= room && (short.is_empty() || short.contains('…') || room == 200)
                    );
                }
            }
        }
        assert_eq!(shorten_middle("fd85:ee78:d8a6:8607::1:0/112", Face::Mono, 10, 100), "fd85:ee78:…/112");
    }

    #[test]
    fn lines_break_between_words_and_the_last_one_holds_the_rest() {
        assert_eq!(wrap("one two three four five", Face::Mono, 10, 50, 2), ["one two", "three…"]);
        assert_eq!(wrap("one two", Face::Mono, 10, 500, 3), ["one two"]);
    }
}
