//! Places as programs want them.

use std::fmt::Write as _;
use std::path::{Component, Path};

use crate::lint::finding::Place;

/// A stretch of a file, all from 1; the end is the first character after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

impl Region {
    /// A place's, in characters; `None`: the file as a whole.
    pub(super) fn of(place: &Place) -> Option<Self> {
        if place.is_file() {
            return None;
        }
        let (line, column) = place.source.line_column(place.span.start);
        let (end_line, end_column) = place.source.line_column(place.span.end.max(place.span.start));
        Some(Self { line, column, end_line, end_column })
    }

    /// A place's, its columns in bytes of UTF-8.
    pub(super) fn in_bytes(place: &Place) -> Option<Self> {
        let text = place.source.text();
        let bytes = |end: usize, column: usize| {
            let before: usize =
                text.get(..end).map_or(0, |before| before.chars().rev().take(column - 1).map(char::len_utf8).sum());
            before + 1
        };
        let region = Self::of(place)?;
        Some(Self {
            column: bytes(place.span.start, region.column),
            end_column: bytes(place.span.end, region.end_column),
            ..region
        })
    }
}

/// A path with `/` and without `./`, for programs that compare it with what git calls the file.
pub(super) fn path(path: &Path) -> String {
    let parts = path.components().filter(|part| !matches!(part, Component::CurDir));
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        text += &part.as_os_str().to_string_lossy();
    }
    text
}

/// A path as a reference of a URI: relative as it is, absolute with `file://`.
pub(super) fn uri(path: &Path) -> String {
    let mut text = if path.is_absolute() { "file://".to_owned() } else { String::new() };
    // What is no Unicode is kept byte by byte.
    let parts = path.components().filter(|part| !matches!(part, Component::CurDir));
    for part in parts {
        if part == Component::RootDir {
            text.push('/');
            continue;
        }
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        for &byte in part.as_os_str().as_encoded_bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(byte)),
                _ => {
                    let _ = write!(text, "%{byte:02X}");
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Source, Span};

    #[test]
    fn a_uri_is_relative_and_percent_encoded() {
        assert_eq!(uri(Path::new("./a b/prod:1/ü%#?.yml")), "a%20b/prod%3A1/%C3%BC%25%23%3F.yml");
        assert_eq!(uri(Path::new("/srv/x.yml")), "file:///srv/x.yml");
        assert_eq!(uri(Path::new("../x.yml")), "../x.yml");
        assert_eq!(path(Path::new("./a/./b.yml")), "a/b.yml");
        assert_eq!(path(Path::new("/a/b.yml")), "/a/b.yml");
    }

    #[test]
    fn columns_are_characters_or_bytes() {
        let source = Source::new("x", "a: 1\nö: ü10\n");
        let start = source.text().find("10").expect("it is there");
        let place = Place::new(&source, Span { start, end: start + 2 });
        assert_eq!(Region::of(&place), Some(Region { line: 2, column: 5, end_line: 2, end_column: 7 }));
        assert_eq!(Region::in_bytes(&place), Some(Region { line: 2, column: 7, end_line: 2, end_column: 9 }));
    }
}
