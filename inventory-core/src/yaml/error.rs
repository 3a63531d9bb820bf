//! What can be wrong with a YAML file, in sentences.

use std::io;

use super::Location;

/// What is wrong with a file, and where. Its text is one sentence without the place, which [`Error::location`]
/// gives; [`Error::hint`] is the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system does not let us read the file.
    #[error("cannot be read: {source}")]
    Unreadable {
        /// The file.
        location: Location,
        /// Why.
        source: io::Error,
    },
    /// A directory, or something that is read for ever.
    #[error("is {what}, not a file")]
    NotAFile {
        /// The file.
        location: Location,
        /// What it is, with its article.
        what: &'static str,
    },
    /// More bytes than [`super::MAX_FILE_BYTES`].
    #[error("is larger than {} MiB, the most that is read", limit >> 20)]
    TooLarge {
        /// The file.
        location: Location,
        /// The most that is read, in bytes.
        limit: u64,
    },
    /// A byte that belongs to no UTF-8 character.
    #[error("byte 0x{byte:02x} is not UTF-8")]
    NotUtf8 {
        /// The first such byte.
        location: Location,
        /// It.
        byte: u8,
    },
    /// A character that Ansible refuses in a file, or that ends a line for Ansible and for nobody else.
    #[error("the character U+{:04X} cannot stand in a YAML file", u32::from(*character))]
    Character {
        /// The first such character.
        location: Location,
        /// It.
        character: char,
    },
    /// Not YAML.
    #[error("{problem}")]
    Syntax {
        /// Where the reader noticed.
        location: Location,
        /// What it noticed.
        problem: String,
        /// The remedy where one is known.
        hint: Option<String>,
    },
    /// Lists and maps in each other, deeper than [`super::MAX_DEPTH`].
    #[error("lists and maps are nested more than {} deep", super::MAX_DEPTH)]
    TooDeep {
        /// The first that is too deep.
        location: Location,
    },
    /// More values than [`super::MAX_NODES`].
    #[error("more than {} values in one file", super::MAX_NODES)]
    TooManyNodes {
        /// The first that is too many.
        location: Location,
    },
    /// Aliases that repeat so much that the file is a trap.
    #[error("the alias `*{anchor}` makes this file more than a million values")]
    TooManyAliases {
        /// The alias that passes the bound.
        location: Location,
        /// What it repeats.
        anchor: String,
    },
    /// An alias inside the value it stands for.
    #[error("the alias `*{anchor}` stands inside the value that it repeats")]
    Recursive {
        /// The alias.
        location: Location,
        /// What it repeats.
        anchor: String,
    },
    /// One name for two values, which Ansible refuses.
    #[error("the anchor `&{anchor}` is defined twice")]
    DuplicateAnchor {
        /// The second.
        location: Location,
        /// The name.
        anchor: String,
    },
    /// More than one document in a file of which Ansible reads one.
    #[error("a second document starts here, and Ansible reads files of one")]
    SeveralDocuments {
        /// The second document.
        location: Location,
    },
    /// `<<` with something that is no map.
    #[error("`<<` merges maps, and this is {found}")]
    Merge {
        /// What cannot be merged.
        location: Location,
        /// In words.
        found: String,
    },
    /// A list or map as a key.
    #[error("a key cannot be {found}")]
    Key {
        /// The key.
        location: Location,
        /// In words.
        found: String,
        /// Whether it is the second brace of `{{`, a template without quotes.
        is_template: bool,
    },
    /// A scalar for which Ansible raises an error: the 45th of May, a lone `=`, an unknown `!!tag`.
    #[error("Ansible refuses this value: {reason}")]
    Refused {
        /// The value.
        location: Location,
        /// Why.
        reason: String,
    },
    /// A value of another kind than expected.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// The value.
        location: Location,
        /// What it should be, in words.
        expected: String,
        /// What it is, in words.
        found: String,
        /// The remedy where one is known.
        hint: Option<String>,
    },
    /// A key nobody knows.
    #[error("unknown key `{key}`{}", did_you_mean(nearest.as_deref()))]
    UnknownKey {
        /// The key.
        location: Location,
        /// Its text.
        key: String,
        /// The known key it resembles.
        nearest: Option<&'static str>,
        /// Every known key.
        known: &'static [&'static str],
    },
    /// A word that is none of those allowed.
    #[error("unknown value `{value}`{}", did_you_mean(nearest.as_deref()))]
    UnknownValue {
        /// The value.
        location: Location,
        /// Its text.
        value: String,
        /// The known value it resembles.
        nearest: Option<&'static str>,
        /// Every known value.
        known: &'static [&'static str],
    },
    /// A key that must be there.
    #[error("the key `{key}` is missing")]
    MissingKey {
        /// The map it is missing from.
        location: Location,
        /// The key.
        key: &'static str,
    },
    /// A key twice in one map.
    #[error("the key `{key}` is given twice; the first is at {}:{}", first.line, first.column)]
    DuplicateKey {
        /// The second.
        location: Location,
        /// The first.
        first: Location,
        /// The key.
        key: String,
    },
    /// What the type that was read has to say.
    #[error("{message}")]
    Invalid {
        /// The value.
        location: Location,
        /// The sentence.
        message: String,
    },
    /// A key cannot be written into this file without touching something else.
    #[error("`{key}` cannot be written here: {reason}")]
    Edit {
        /// Where.
        location: Location,
        /// The key.
        key: String,
        /// Why not.
        reason: String,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"))
}

impl Error {
    /// Where.
    pub fn location(&self) -> &Location {
        match self {
            Self::Unreadable { location, .. }
            | Self::NotAFile { location, .. }
            | Self::TooLarge { location, .. }
            | Self::NotUtf8 { location, .. }
            | Self::Character { location, .. }
            | Self::Syntax { location, .. }
            | Self::TooDeep { location }
            | Self::TooManyNodes { location }
            | Self::TooManyAliases { location, .. }
            | Self::Recursive { location, .. }
            | Self::DuplicateAnchor { location, .. }
            | Self::SeveralDocuments { location }
            | Self::Merge { location, .. }
            | Self::Key { location, .. }
            | Self::Refused { location, .. }
            | Self::Expected { location, .. }
            | Self::UnknownKey { location, .. }
            | Self::UnknownValue { location, .. }
            | Self::MissingKey { location, .. }
            | Self::DuplicateKey { location, .. }
            | Self::Invalid { location, .. }
            | Self::Edit { location, .. } => location,
        }
    }

    /// The sentence with its place: `hosts.yml:3:1: unknown key …`, and of a file as a whole `hosts.yml is a directory …`.
    pub fn with_place(&self) -> String {
        let location = self.location();
        let colon = if location.line == 0 { "" } else { ":" };
        format!("{location}{colon} {self}")
    }

    /// The way out, a sentence; `None` where the error already says it or nobody can know.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => Some("check the path".to_owned()),
                io::ErrorKind::PermissionDenied => Some("give yourself the right to read it".to_owned()),
                _ => None,
            },
            Self::NotAFile { .. } => Some("name a file".to_owned()),
            Self::TooLarge { .. } | Self::TooManyNodes { .. } => Some("split it into several files".to_owned()),
            Self::TooDeep { .. } => Some("write it with fewer levels".to_owned()),
            Self::NotUtf8 { .. } => Some("save the file as UTF-8".to_owned()),
            Self::Character { character, .. } => {
                Some(format!("remove it, or write it as \"\\u{:04x}\" in double quotes", u32::from(*character)))
            }
            Self::TooManyAliases { .. } | Self::Recursive { .. } => Some("write the value out instead".to_owned()),
            Self::DuplicateAnchor { .. } => Some("give one of them another name".to_owned()),
            Self::SeveralDocuments { .. } => {
                Some("remove this `---` or `...`, or move what follows into a file of its own".to_owned())
            }
            Self::Key { is_template: true, .. } => Some("put quotes around a value that begins with `{{`".to_owned()),
            Self::Key { .. } => Some("put quotes around it if it is meant to be text".to_owned()),
            Self::UnknownKey { nearest: None, known, .. } if !known.is_empty() => {
                Some(format!("the keys here are {}", list(known)))
            }
            Self::UnknownValue { nearest: None, known, .. } if !known.is_empty() => {
                Some(format!("it is one of {}", list(known)))
            }
            Self::DuplicateKey { .. } => Some("remove one of them".to_owned()),
            Self::Syntax { hint, .. } | Self::Expected { hint, .. } => hint.clone(),
            _ => None,
        }
    }
}

fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
