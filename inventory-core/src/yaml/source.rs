//! A file's text, and places in it.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::Error;

/// The largest file that is read, in bytes (64 MiB): ten times the largest inventory anybody has shown us, and
/// small enough that a mistaken path costs a message and not the machine's memory.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The text of one file with the name that messages call it by.
#[derive(Debug, Clone)]
pub struct Source {
    name: Arc<Path>,
    text: Arc<str>,
    has_bom: bool,
    /// The byte at which each line starts; made when the first place is asked for, since most files have no mistake, and
    /// once for all clones, since every place has one.
    line_starts: Arc<OnceLock<Box<[usize]>>>,
}

impl Source {
    /// Text that is already in memory. A byte order mark at its start is remembered and taken off.
    pub fn new(name: impl Into<PathBuf>, text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        let without = text.strip_prefix('\u{feff}');
        Self {
            name: name.into().into(),
            text: without.unwrap_or(text).into(),
            has_bom: without.is_some(),
            line_starts: Arc::default(),
        }
    }

    /// The same text under another name.
    #[must_use]
    pub(crate) fn called(&self, name: PathBuf) -> Self {
        Self { name: name.into(), ..self.clone() }
    }

    /// Reads a regular file of at most [`MAX_FILE_BYTES`].
    ///
    /// The size is looked at before and counted while reading, so neither a huge file nor one that grows takes
    /// more memory than that. Directories, devices and pipes are refused before they are opened: opening a pipe
    /// would wait for a writer.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let at = || Location::whole_file(path.into());
        let unreadable = |source| Error::Unreadable { location: at(), source };
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "a directory" } else { "a device, pipe or socket" };
            return Err(Error::NotAFile { location: at(), what });
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(Error::TooLarge { location: at(), limit: MAX_FILE_BYTES });
        }
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        File::open(path).map_err(unreadable)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(Error::TooLarge { location: at(), limit: MAX_FILE_BYTES });
        }
        Self::from_bytes(path, bytes)
    }

    /// Bytes that are already in memory; an error where they are not UTF-8.
    pub fn from_bytes(name: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, Error> {
        let name = name.into();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::new(name, text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let byte = error.as_bytes()[valid];
                let good = String::from_utf8_lossy(&error.as_bytes()[..valid]);
                let before = Self::new(name, good);
                Err(Error::NotUtf8 { location: before.location(before.text.len()), byte })
            }
        }
    }

    /// The name that messages use, usually the path as the user gave it.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// The characters, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the file begins with a byte order mark, which spans and columns do not count.
    pub fn has_bom(&self) -> bool {
        self.has_bom
    }

    /// The characters as the file has them.
    pub fn with_bom(&self) -> String {
        let mark = if self.has_bom { "\u{feff}" } else { "" };
        format!("{mark}{}", self.text)
    }

    /// The text at `span`; empty when the span is another source's.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Line and column of a byte offset, both from 1; columns count characters. An offset beyond the text is its
    /// end, one inside a character is that character.
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        let end = byte.min(self.text.len());
        let byte = (0..=end).rev().find(|&byte| self.text.is_char_boundary(byte)).unwrap_or(0);
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text).into());
        let line = starts.partition_point(|&start| start <= byte);
        let start = starts[line - 1];
        (line, self.text[start..byte].chars().count() + 1)
    }

    /// The byte offset of a line and a column, both from 1; the end of the text where there is no such place.
    pub fn byte_of(&self, line: usize, column: usize) -> usize {
        let starts = self.line_starts.get_or_init(|| line_starts(&self.text).into());
        let Some(&start) = line.checked_sub(1).and_then(|line| starts.get(line)) else { return self.text.len() };
        let before = column.saturating_sub(1);
        self.text[start..].char_indices().nth(before).map_or(self.text.len(), |(at, _)| start + at)
    }

    /// The place of a byte offset, for a message.
    pub fn location(&self, byte: usize) -> Location {
        let (line, column) = self.line_column(byte);
        Location { file: Arc::clone(&self.name), line, column }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends_line = |(at, byte): (usize, &u8)| match byte {
        b'\n' => Some(at + 1),
        b'\r' if bytes.get(at + 1) != Some(&b'\n') => Some(at + 1),
        _ => None,
    };
    std::iter::once(0).chain(bytes.iter().enumerate().filter_map(ends_line)).collect()
}

/// A stretch of a source's text, in byte offsets; `end` is the first byte after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The first byte after.
    pub end: usize,
}

/// A place in a file, as people and editors write it: `hosts.yml:3:19`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location {
    /// The file.
    pub file: Arc<Path>,
    /// The line, from 1; 0 when the file as a whole is meant, and then only the file is printed.
    pub line: usize,
    /// The column, from 1, in characters; 0 with line 0.
    pub column: usize,
}

impl Location {
    /// A file as a whole, for what has no line: it is missing, or too large.
    pub fn whole_file(file: Arc<Path>) -> Self {
        Self { file, line: 0, column: 0 }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}", self.file.display()),
            line => write!(f, "{}:{line}:{}", self.file.display(), self.column),
        }
    }
}
