//! Findings with other names for their files.

use std::path::{Path, PathBuf};

use crate::lint::finding::{Edit, Finding, Place};
use crate::lint::outcome::Outcome;

/// How a file is called in a report.
pub type Names<'a> = &'a dyn Fn(&Path) -> PathBuf;

/// What a run found out, its files called in another way.
pub(super) fn renamed(mut outcome: Outcome, name: Names<'_>) -> Outcome {
    for finding in &mut outcome.findings {
        rename(finding, name);
    }
    for unread in &mut outcome.unread {
        unread.location.file = name(&unread.location.file).into();
    }
    outcome
}

/// Findings, their files called in another way.
pub(super) fn findings<'a>(
    findings: impl IntoIterator<Item = &'a Finding>,
    name: Names<'_>,
) -> impl Iterator<Item = Finding> {
    findings.into_iter().cloned().map(move |mut finding| {
        rename(&mut finding, name);
        finding
    })
}

fn rename(finding: &mut Finding, name: Names<'_>) {
    let place = |place: &mut Place| place.source = place.source.called(name(place.source.name()));
    place(&mut finding.primary.place);
    finding.related.iter_mut().for_each(|label| place(&mut label.place));
    for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
        match edit {
            Edit::Replace { place: at, .. } => place(at),
            Edit::Rename { from, to } => (*from, *to) = (name(from), name(to)),
        }
    }
}
