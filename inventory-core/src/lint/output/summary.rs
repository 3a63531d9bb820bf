//! The last line of a report.

use std::collections::HashSet;

use crate::lint::finding::{Applicability, Fix, Severity};
use crate::lint::outcome::Outcome;
use crate::plan::count;

/// How many findings in how many inventories, and what can be done about them.
pub(super) fn summary(outcome: &Outcome) -> String {
    let of = |severity| outcome.findings.iter().filter(|finding| finding.severity == severity).count();
    let counts = [(of(Severity::Error), "error"), (of(Severity::Warning), "warning"), (of(Severity::Info), "remark")];
    let counts: Vec<String> =
        counts.into_iter().filter(|(number, _)| *number > 0).map(|(number, word)| count(number, word)).collect();
    let looked_at = match outcome.roots {
        1 => "1 inventory".to_owned(),
        roots => format!("{roots} inventories"),
    };
    let found = if counts.is_empty() { "No findings".to_owned() } else { format!("Found {}", listed(&counts)) };
    let mut parts = vec![format!("{found} in {looked_at} ({})", count(outcome.files, "file"))];
    let fixes = |applicability| {
        let is_one = |fix: &&Fix| fix.applicability == applicability;
        outcome.findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(is_one).count()
    };
    parts.extend(match (fixes(Applicability::Safe), fixes(Applicability::Unsafe)) {
        (0, 0) => None,
        (safe, 0) => Some(format!("{safe} can be fixed with --fix")),
        (0, risky) => Some(format!("{risky} can be fixed with --unsafe-fixes")),
        (safe, risky) => Some(format!("{safe} can be fixed with --fix, {risky} more with --unsafe-fixes")),
    });
    let unread = |is_in_order| {
        let files = outcome.unread.iter().filter(|unread| unread.is_in_order == is_in_order);
        files.map(|unread| &unread.location.file).collect::<HashSet<_>>().len()
    };
    let rest = [
        (unread(false), "file", "could not be read"),
        (unread(true), "file", "not checked"),
        (outcome.not_checked.len(), "value", "not checked"),
    ];
    let rest = rest.into_iter().filter(|(number, ..)| *number > 0);
    parts.extend(rest.map(|(number, word, what)| format!("{} {what}", count(number, word))));
    parts.join("; ")
}

/// `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => words.concat(),
    }
}
