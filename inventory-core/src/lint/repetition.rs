//! Findings that others tell already: nodes in the pod network, where a whole network of others is in it.
//!
//! Rules report everything they find, and say of each finding what else says it. Only when all is excused that anybody
//! excuses is what is then still told by another left out: what hides one finding never hides another with it.

use std::collections::HashMap;

use super::finding::{Finding, Place};

/// What tells a finding already: another one, by its rule and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The rule's code.
    pub code: &'static str,
    /// One of the finding's places.
    pub place: Place,
    /// Its message. `None`: whatever it says.
    pub message: Option<String>,
}

impl Cause {
    fn is(&self, finding: &Finding) -> bool {
        let mut labels = std::iter::once(&finding.primary).chain(&finding.related);
        labels.any(|label| label.place == self.place)
            && self.message.as_ref().is_none_or(|message| *message == finding.message)
    }
}

/// Which findings need not be told, since others of them tell the same.
pub fn repetitions(findings: &[Finding]) -> Vec<bool> {
    let mut by_code: HashMap<&str, Vec<&Finding>> = HashMap::new();
    for finding in findings {
        by_code.entry(finding.rule.code).or_default().push(finding);
    }
    let others = |cause: &Cause| by_code.get(cause.code).into_iter().flatten();
    // No finding tells itself by way of others: what tells one that is left out itself is told, too.
    let is_told = |causes: &Vec<Cause>| causes.iter().any(|cause| others(cause).any(|finding| cause.is(finding)));
    findings.iter().map(|finding| !finding.told_by.is_empty() && finding.told_by.iter().all(is_told)).collect()
}

/// Leaves out what others tell.
pub fn leave_out_repetitions(findings: &mut Vec<Finding>) {
    let mut repeated = repetitions(findings).into_iter();
    findings.retain(|_| repeated.next() != Some(true));
}
