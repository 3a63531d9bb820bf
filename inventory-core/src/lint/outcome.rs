//! What a run found out.

use crate::yaml::Location;

use super::finding::Finding;
use super::version::Releases;

/// What a run found out.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What is wrong, by file and place.
    pub findings: Vec<Finding>,
    /// What could not be read, so that nobody knows whether it is in order.
    pub unread: Vec<Unread>,
    /// What was read and cannot be known without running Ansible.
    pub not_checked: Vec<NotChecked>,
    /// How many inventory roots were looked at.
    pub roots: usize,
    /// How many files were read.
    pub files: usize,
    /// The kubespray releases of inventories whose release nobody tells.
    pub untold: Vec<Releases>,
}

impl Outcome {
    /// Adds what another run found out.
    pub fn merge(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.unread.extend(other.unread);
        self.not_checked.extend(other.not_checked);
        self.roots += other.roots;
        self.files += other.files;
        self.untold.extend(other.untold);
    }
}

/// A file, or a part of one, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Unread {
    /// Where.
    pub location: Location,
    /// Why: a sentence without its full stop.
    pub reason: String,
    /// The way out, where one is known.
    pub hint: Option<String>,
    /// Whether that is in order, as with a file of ansible-vault: it is "not checked", and no error.
    pub is_in_order: bool,
}

/// A value that only Ansible can know, and that a rule would have looked at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NotChecked {
    /// The variable.
    pub variable: String,
    /// Where it is written.
    pub location: Location,
    /// Why: `it is encrypted by ansible-vault`.
    pub why: String,
}
