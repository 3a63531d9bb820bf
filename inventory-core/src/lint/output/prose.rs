//! A finding in words, for formats that quote no file.

use std::path::Path;

use super::place::path;
use crate::lint::finding::{Applicability, Edit, Finding, Fix, Place};
use crate::lint::outcome::Unread;
use crate::safe::terminal::one_line;
use crate::yaml::Location;

/// What else there is to say than the message, a line each.
pub(super) fn details(finding: &Finding) -> Vec<String> {
    let mut lines = Vec::new();
    for label in &finding.related {
        lines.push(format!("{}: {}", label_place(&label.place), label.text));
    }
    lines.extend(finding.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    lines.extend(finding.fix.iter().map(|fix| format!("fix: {}", title(fix))));
    lines.iter().map(|line| one_line(line)).collect()
}

/// The message with all of that below.
pub(super) fn paragraph(finding: &Finding) -> String {
    let mut lines = vec![one_line(&finding.message)];
    lines.extend(details(finding));
    lines.join("\n")
}

/// A place as people write it.
pub(super) fn label_place(place: &Place) -> String {
    location(&if place.is_file() { Location::whole_file(place.source.name().into()) } else { place.location() })
}

/// A location as people write it, without `./`.
pub(super) fn location(location: &Location) -> String {
    Location { file: Path::new(&path(&location.file)).into(), ..location.clone() }.to_string()
}

/// What a fix does, and who may apply it.
pub(super) fn title(fix: &Fix) -> String {
    let who = match fix.applicability {
        Applicability::Safe => "",
        Applicability::Unsafe => " (with --unsafe-fixes)",
        Applicability::Shown => " (yours to decide: no option applies it)",
    };
    let renames = fix.edits.iter().filter_map(|edit| match edit {
        Edit::Rename { from, to } => Some(format!("; {} becomes {}", from.display(), to.display())),
        Edit::Replace { .. } => None,
    });
    fix.title.clone() + &renames.collect::<String>() + who
}

/// Why a file, or a part of it, was not read.
pub(super) fn unread(unread: &Unread) -> String {
    let what = if unread.is_in_order { "not checked" } else { "not read" };
    let hint = unread.hint.iter().map(|hint| format!("; {hint}"));
    one_line(&format!("{what}: {}{}", unread.reason, hint.collect::<String>()))
}
