//! GitLab's Code Quality: an array of Code Climate's issues, as far as GitLab reads them.

use serde::Serialize;

use super::place::{Region, path};
use super::quote::Quoter;
use super::{fingerprint, pretty, prose};
use crate::lint::finding::Severity;
use crate::lint::outcome::Outcome;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

pub(super) fn render(outcome: &Outcome, quoter: &Quoter) -> String {
    let names = fingerprint::of(&outcome.findings, quoter);
    let mut issues: Vec<Issue> = Vec::new();
    for (finding, fingerprint) in outcome.findings.iter().zip(names) {
        let place = &finding.primary.place;
        issues.push(Issue {
            description: prose::paragraph(finding),
            check_name: finding.rule.code,
            fingerprint,
            severity: match finding.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location::new(path(place.source.name()), Region::of(place).map_or(1, |region| region.line)),
        });
    }
    for (unread, fingerprint) in outcome.unread.iter().zip(fingerprint::of_unread(&outcome.unread)) {
        let path = path(&unread.location.file);
        issues.push(Issue {
            description: prose::unread(unread),
            check_name: if unread.is_in_order { "not-checked" } else { "unread" },
            fingerprint,
            severity: if unread.is_in_order { "info" } else { "major" },
            location: Location::new(path, unread.location.line.max(1)),
        });
    }
    pretty(&issues)
}

impl Location {
    fn new(path: String, begin: usize) -> Self {
        Self { path, lines: Lines { begin } }
    }
}
