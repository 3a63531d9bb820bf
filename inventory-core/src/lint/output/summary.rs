//! The last line of a report.

use std::collections::HashSet;

use super::place::path;
use crate::kubespray::NEWEST;
use crate::lint::finding::{Applicability, Fix, Severity};
use crate::lint::outcome::Outcome;
use crate::plan::count;
use crate::safe::terminal::one_line;

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
        (outcome.not_checked.iter().filter(|one| one.variable.is_some()).count(), "value", "not checked"),
    ];
    let rest = rest.into_iter().filter(|(number, ..)| *number > 0);
    parts.extend(rest.map(|(number, word, what)| format!("{} {what}", count(number, word))));
    let mut text = parts.join("; ");
    for line in [machines(outcome), untold(outcome), newer(outcome)].into_iter().flatten() {
        text.extend(["\n", &line]);
    }
    text
}

/// Whose machines nobody asked for.
fn machines(outcome: &Outcome) -> Option<String> {
    let mut files = outcome.not_checked.iter().filter(|one| one.variable.is_none()).map(|one| &one.location.file);
    let file = one_line(&path(files.next()?));
    let start = if file.contains('/') { "" } else { "./" };
    Some(match files.count() {
        0 => format!(
            "Not checked: the machines of {file}, which only its source knows: `{start}{file} lint`, `--run`, or a snapshot tells them"
        ),
        more => format!(
            "Not checked: the machines of {file} and {}, which only their sources know: `FILE lint`, `--run`, or snapshots tell them",
            count(more, "more cluster file")
        ),
    })
}

/// Which of the told releases nobody knew when this was written.
fn newer(outcome: &Outcome) -> Option<String> {
    let newer: Vec<String> = outcome.newer.iter().map(ToString::to_string).collect();
    let are = if newer.len() == 1 { "is" } else { "are" };
    (!newer.is_empty()).then(|| {
        format!("{} {are} newer than {NEWEST}, the newest that is known here, and checked as that one", listed(&newer))
    })
}

/// For which releases the findings hold, where nobody tells the one.
fn untold(outcome: &Outcome) -> Option<String> {
    let (first, more) = outcome.untold.split_first()?;
    let unclear: Vec<&str> = first.unclear().iter().map(String::as_str).collect();
    let (subject, releases) = if more.is_empty() {
        let (oldest, newest) = (first.oldest().version(), first.newest().version());
        ("the inventory is for", format!("v{}.{} to v{}.{}", oldest.major, oldest.minor, newest.major, newest.minor))
    } else {
        ("some inventories are for", "all that they may be for".to_owned())
    };
    let why = if more.is_empty() && !unclear.is_empty() { format!(" ({})", unclear.join("; ")) } else { String::new() };
    Some(format!(
        "Nothing tells which kubespray {subject}{why}: findings hold in {releases}. `--kubespray {NEWEST}` checks for one"
    ))
}

/// `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => words.concat(),
    }
}
