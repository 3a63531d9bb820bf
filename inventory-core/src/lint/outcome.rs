//! What a run found out.

use std::collections::BTreeSet;

use crate::cluster::KubesprayVersion;
use crate::yaml::Location;

use super::finding::Finding;
use super::root::{Content, InventoryFile};
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
    /// The releases that were told and are newer than every known one.
    pub newer: BTreeSet<KubesprayVersion>,
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
        self.newer.extend(other.newer);
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

/// A value that only Ansible can know, and that a rule would have looked at; or machines that only a source knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NotChecked {
    /// The variable. `None`: the machines of a cluster file.
    pub variable: Option<String>,
    /// Where it is written.
    pub location: Location,
    /// Why: `it is encrypted by ansible-vault`.
    pub why: String,
}

impl NotChecked {
    /// The machines of a cluster file, where nobody asked its source.
    pub(super) fn machines(file: &InventoryFile) -> Option<Self> {
        let Content::Cluster(content) = &file.content else { return None };
        content.discovery.is_none().then(|| Self {
            variable: None,
            location: Location::whole_file(file.source.name().into()),
            why: "only its source knows them; `FILE lint`, `--run`, or a snapshot tells".to_owned(),
        })
    }
}
