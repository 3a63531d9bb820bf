//! What rules say while they look.

use super::finding::Finding;
use super::outcome::NotChecked;

/// What rules found, and what they could not know.
#[derive(Debug, Default)]
pub struct Report {
    /// What is wrong.
    pub(super) findings: Vec<Finding>,
    /// What cannot be known.
    pub(super) not_checked: Vec<NotChecked>,
}

impl Report {
    /// Something is wrong.
    pub(super) fn find(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}
