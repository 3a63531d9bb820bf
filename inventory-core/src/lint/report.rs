//! What rules say while they look.

use super::finding::Finding;

/// What rules found.
#[derive(Debug, Default)]
pub struct Report {
    pub(super) findings: Vec<Finding>,
}

impl Report {
    /// Something is wrong.
    pub(super) fn find(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}
