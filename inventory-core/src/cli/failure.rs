//! How a command ends.

use std::io::Write as _;
use std::process::ExitCode;

use super::terminal;
use crate::cluster::LoadError;
use crate::inventory::assemble::AssembleError;
use crate::snapshot::SnapshotError;

/// What an answer says, as an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 0.
    Yes,
    /// 1: drift, not ready, a problem found.
    No,
    /// 2: something could not be asked, and what could be was in order.
    Unknown,
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Yes => Self::SUCCESS,
            Verdict::No => Self::from(1),
            Verdict::Unknown => Self::from(2),
        }
    }
}

/// What a command prints when it works.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) verdict: Verdict,
}

impl Answer {
    pub(super) fn yes(text: impl Into<String>) -> Self {
        Self { text: text.into(), verdict: Verdict::Yes }
    }

    pub(super) fn no(text: impl Into<String>) -> Self {
        Self { text: text.into(), verdict: Verdict::No }
    }
}

/// Why a command did not work: a sentence and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    message: String,
    remedy: String,
    code: u8,
}

impl Failure {
    /// The run failed: exit code 1. Names and tags come from strangers: whatever is in them, it stays one paragraph.
    pub fn new(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { message: terminal::one_line(&message.into()), remedy: terminal::one_line(&remedy.into()), code: 1 }
    }

    /// The question was wrong, or could not be asked: exit code 2.
    pub fn usage(message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { message: message.into(), remedy: remedy.into(), code: 2 }
    }

    /// A check that could not find out: exit code 2 instead of 1, which would mean "no".
    #[must_use]
    pub fn could_not_find_out(self) -> Self {
        Self { code: 2, ..self }
    }

    /// What failed, with its place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What a person can do about it; may be empty.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// Prints the paragraph and gives the exit code. Nobody is left to hear about a closed stderr.
    ///
    /// What the environment says wins over the file, and a variable left over from yesterday is easily forgotten: those
    /// that are set are named.
    pub(super) fn report(&self, binary: &str, environment: &[String]) -> ExitCode {
        let mut text = format!("{binary}: {}", self.message);
        if !self.remedy.is_empty() {
            text.extend(["; ", &self.remedy]);
        }
        if !environment.is_empty() {
            let (is, wins) = if environment.len() == 1 { ("is", "wins") } else { ("are", "win") };
            let names = environment.join(", ");
            text.extend([" (", &names, " ", is, " set in the environment, and ", wins, " over the file)"]);
        }
        text.push('\n');
        let _ = std::io::stderr().write_all(terminal::harmless(&text).as_bytes());
        ExitCode::from(self.code)
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::new(error.to_string(), error.remedy())
    }
}

impl From<AssembleError> for Failure {
    fn from(error: AssembleError) -> Self {
        Self::new(error.to_string(), error.remedy())
    }
}

impl From<SnapshotError> for Failure {
    fn from(error: SnapshotError) -> Self {
        Self::new(error.to_string(), error.remedy())
    }
}

impl From<crate::yaml::Error> for Failure {
    fn from(error: crate::yaml::Error) -> Self {
        Self::new(error.with_place(), error.hint().unwrap_or_default())
    }
}

impl From<crate::ansible::Error> for Failure {
    fn from(error: crate::ansible::Error) -> Self {
        Self::new(format!("{}: {error}", error.location()), error.hint().unwrap_or_default())
    }
}
