//! `JUnit`'s XML: a suite a file, a test case a finding. What is only worth knowing fails nothing.

use std::fmt::Write as _;

use super::place::{Region, path};
use super::prose;
use crate::lint::finding::{Finding, Severity};
use crate::lint::outcome::{Outcome, Unread};
use crate::safe::terminal::is_obeyed;

pub(super) fn render(outcome: &Outcome) -> String {
    let mut cases: Vec<Case> = outcome.findings.iter().map(Case::finding).collect();
    cases.extend(outcome.unread.iter().map(Case::unread));
    cases.sort_by(|one, other| one.file.cmp(&other.file));
    let mut text =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"inv-lint\"{}>\n", counts(&cases));
    if cases.is_empty() {
        // Readers take a report without a test for a broken one.
        text += "  <testsuite name=\"inv-lint\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n    \
                 <testcase name=\"no findings\" classname=\"inv-lint\"/>\n  </testsuite>\n";
    }
    for suite in cases.chunk_by(|one, other| one.file == other.file) {
        let _ = writeln!(text, "  <testsuite name=\"{}\"{}>", escaped(&suite[0].file), counts(suite));
        text.extend(suite.iter().map(Case::xml));
        text += "  </testsuite>\n";
    }
    text + "</testsuites>\n"
}

struct Case {
    file: String,
    name: String,
    place: Option<(usize, usize)>,
    /// The element that says what became of it.
    element: &'static str,
    severity: &'static str,
    message: String,
    details: String,
}

impl Case {
    fn finding(finding: &Finding) -> Self {
        let place = &finding.primary.place;
        Self {
            file: path(place.source.name()),
            name: format!("{} {}", finding.rule.code, finding.rule.name),
            place: Region::of(place).map(|region| (region.line, region.column)),
            element: if finding.severity == Severity::Info { "system-out" } else { "failure" },
            severity: finding.severity.word(),
            message: finding.message.clone(),
            details: format!("{}: {}", prose::label_place(place), prose::paragraph(finding)),
        }
    }

    fn unread(unread: &Unread) -> Self {
        let location = &unread.location;
        Self {
            file: path(&location.file),
            name: "unread".to_owned(),
            place: (location.line > 0).then_some((location.line, location.column)),
            element: if unread.is_in_order { "skipped" } else { "error" },
            severity: "unread",
            message: prose::unread(unread),
            details: format!("{}: {}", prose::location(location), prose::unread(unread)),
        }
    }

    fn xml(&self) -> String {
        let place = self.place.map(|(line, column)| format!(" line=\"{line}\" column=\"{column}\""));
        let (name, file) = (escaped(&self.name), escaped(&self.file));
        let attributes = match self.element {
            "system-out" => String::new(),
            "skipped" => format!(" message=\"{}\"", escaped(&self.message)),
            _ => format!(" type=\"{}\" message=\"{}\"", self.severity, escaped(&self.message)),
        };
        format!(
            "    <testcase name=\"{name}\" classname=\"{file}\" file=\"{file}\"{}>\n      \
             <{element}{attributes}>{}</{element}>\n    </testcase>\n",
            place.unwrap_or_default(),
            escaped(&self.details).replace("&#10;", "\n"),
            element = self.element,
        )
    }
}

fn counts(cases: &[Case]) -> String {
    let of = |element| cases.iter().filter(|case| case.element == element).count();
    let tests = cases.len().max(1);
    format!(
        " tests=\"{tests}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
        of("failure"),
        of("error"),
        of("skipped")
    )
}

/// Text for an attribute or an element; what XML 1.0 has no way to write is replaced.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\t' | '\n' | '\r' => {
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c if is_obeyed(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
