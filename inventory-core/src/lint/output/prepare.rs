//! Findings in the order in which they are shown, and without secrets.

use super::quote::{Quoter, without_secrets};
use super::secrets::has_secret;
use crate::lint::finding::{Edit, Finding, Fix, Label, Place};
use crate::lint::outcome::Outcome;

/// What a run found out, as every format may show it.
pub(super) fn prepared(outcome: &Outcome, quoter: &Quoter) -> Outcome {
    let mut outcome = outcome.clone();
    for finding in &mut outcome.findings {
        clean(finding, quoter);
    }
    sort(&mut outcome);
    outcome
}

/// By path, line, column and code; those that are the same so far by what they say.
fn sort(outcome: &mut Outcome) {
    outcome.findings.sort_by(|one, other| {
        let (at, behind) = (&one.primary.place, &other.primary.place);
        let by_path = at.source.name().cmp(behind.source.name());
        let by_place = || at.span.start.cmp(&behind.span.start);
        by_path
            .then_with(by_place)
            .then(one.rule.code.cmp(other.rule.code))
            .then_with(|| one.message.cmp(&other.message))
    });
    let by_place = |location: &crate::yaml::Location| (location.file.clone(), location.line, location.column);
    outcome.unread.sort_by_key(|unread| by_place(&unread.location));
    outcome.not_checked.sort_by_key(|one| (by_place(&one.location), one.variable.clone()));
}

fn clean(finding: &mut Finding, quoter: &Quoter) {
    let labels = || std::iter::once(&finding.primary).chain(&finding.related);
    let is_near_secret = |label: &Label| {
        let line = super::quote::line_of(label.place.source.text(), label.place.span.start);
        quoter.secrets(&label.place.source).within(line.start..line.end.max(label.place.span.end)).next().is_some()
    };
    let is_near_secret = labels().any(is_near_secret);
    if finding.fix.as_ref().is_some_and(|fix| tells(fix, quoter)) {
        finding.fix = None;
        finding.notes.push("there is a fix, which is not shown: a secret is in it".to_owned());
    }
    if !is_near_secret {
        return;
    }
    let places: Vec<Place> = labels().map(|label| label.place.clone()).collect();
    let hide = without_secrets(quoter, &places.iter().collect::<Vec<_>>());
    let labels = std::iter::once(&mut finding.primary).chain(&mut finding.related);
    let texts = labels.map(|label| &mut label.text).chain(&mut finding.notes).chain(&mut finding.help);
    for text in texts.chain([&mut finding.message]).chain(finding.fix.as_mut().map(|fix| &mut fix.title)) {
        *text = hide(text);
    }
}

/// Whether a fix would write a secret that it replaces, or any other.
fn tells(fix: &Fix, quoter: &Quoter) -> bool {
    fix.edits.iter().any(|edit| match edit {
        Edit::Replace { place, text } => {
            !text.is_empty() && (quoter.secrets(&place.source).touch(place.span) || has_secret(text))
        }
        Edit::Rename { .. } => false,
    })
}
