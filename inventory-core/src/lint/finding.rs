//! What is wrong, where, and what would put it right: data, which the formats in [`super::output`] render.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::repetition::Cause;
use super::rule::Rule;
use crate::network::address::AddressRange;
use crate::yaml::{Location, Source, Span};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Info,
    /// It works until it does not.
    Warning,
    /// The cluster will not work, or not as it says.
    Error,
}

impl Severity {
    /// Its word: `error`, `warning`, `info`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A stretch of a file.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file, by the name that people know it by.
    pub source: Source,
    /// The stretch, in bytes. Empty at 0: the file as a whole.
    pub span: Span,
}

impl Place {
    /// A stretch of a file.
    pub fn new(source: &Source, span: Span) -> Self {
        Self { source: source.clone(), span }
    }

    /// A file as a whole.
    pub fn file(source: &Source) -> Self {
        Self::new(source, Span::default())
    }

    /// Whether the file as a whole is meant.
    pub fn is_file(&self) -> bool {
        self.span == Span::default()
    }

    /// File, line and column of its first character.
    pub fn location(&self) -> Location {
        self.source.location(self.span.start)
    }

    /// The text there.
    pub fn text(&self) -> &str {
        self.source.slice(self.span)
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.span == other.span && self.source.name() == other.source.name()
    }
}

impl Eq for Place {}

/// A place with what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What it is, a few words under the line: `pods 10.233.64.0/18`.
    pub text: String,
}

impl Label {
    /// A place with what is to be said of it.
    pub fn new(place: Place, text: impl Into<String>) -> Self {
        Self { place, text: text.into() }
    }
}

/// Addresses that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRange {
    /// What they are called: the variable, or a person's own word for the network.
    pub name: String,
    /// Which they are.
    pub range: AddressRange,
}

/// A breach of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is: mostly what its rule says.
    pub severity: Severity,
    /// What is wrong, with the numbers: a sentence without its full stop that needs no other line to be understood.
    pub message: String,
    /// What is to change.
    pub primary: Label,
    /// What it collides with, and whatever else must be looked at.
    pub related: Vec<Label>,
    /// What is written nowhere: a default and whose it is, the network after masking, a sum.
    pub notes: Vec<String>,
    /// The way out, a sentence without its full stop.
    pub help: Option<String>,
    /// The way out as edits.
    pub fix: Option<Fix>,
    /// The ranges that overlap, so that a person can allow it: the one to change, and each that it meets. Empty where the
    /// finding is about something else.
    pub ranges: Vec<NamedRange>,
    /// What tells it already: where of each of these lists one finding is told, this one need not be. Empty: nothing does.
    pub told_by: Vec<Vec<Cause>>,
}

impl Finding {
    /// A finding of a rule, as bad as the rule says.
    pub fn new(rule: &'static Rule, message: impl Into<String>, primary: Label) -> Self {
        Self {
            rule,
            severity: rule.severity,
            message: message.into(),
            primary,
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
            ranges: Vec::new(),
            told_by: Vec::new(),
        }
    }

    /// Takes in the same finding of another inventory: what tells it there must be told, too. Says whether it is the same.
    pub(super) fn take_in(&mut self, other: &mut Self) -> bool {
        let (own, theirs) = (std::mem::take(&mut self.told_by), std::mem::take(&mut other.told_by));
        if self != other {
            self.told_by = own;
            other.told_by = theirs;
            return false;
        }
        self.told_by = match (own.is_empty(), theirs.is_empty()) {
            (false, false) if own != theirs => [own, theirs].concat(),
            (false, false) => own,
            _ => Vec::new(),
        };
        true
    }

    /// With another place that must be looked at.
    #[must_use]
    pub fn related(mut self, label: Label) -> Self {
        self.related.push(label);
        self
    }

    /// With something that is written nowhere.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// With the way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a range that overlaps another one, the one to change first.
    #[must_use]
    pub fn range(mut self, name: impl Into<String>, range: impl Into<AddressRange>) -> Self {
        self.ranges.push(NamedRange { name: name.into(), range: range.into() });
        self
    }

    /// With the way out as edits.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// Edits that put a finding right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What they do, in a few words: `write 1400 without quotes`.
    pub title: String,
    /// Who may apply them.
    pub applicability: Applicability,
    /// All of them, or none.
    pub edits: Vec<Edit>,
}

/// Who may apply a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Applicability {
    /// It changes nothing that the cluster gets: `--fix`.
    Safe,
    /// It is what is meant, most likely: `--unsafe-fixes`.
    Unsafe,
    /// It is shown, and a person decides: a range of a cluster that may be live.
    Shown,
}

/// A change of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// The text at a place becomes another one.
    Replace {
        /// Where.
        place: Place,
        /// The new text.
        text: String,
    },
    /// A file or directory gets another name.
    Rename {
        /// What it is called.
        from: PathBuf,
        /// What it is to be called.
        to: PathBuf,
    },
}
