//! GitHub's workflow commands: `::error file=…,line=…,title=…::message`, which become annotations.
//!
//! The runner undoes the escapes of `%`, line ends and, in properties, `:` and `,` (`actions/toolkit`, `command.ts`).

use super::place::{Region, path};
use super::prose;
use crate::lint::finding::Severity;
use crate::lint::outcome::Outcome;
use crate::safe::terminal::{harmless, one_line};

pub(super) fn render(outcome: &Outcome) -> String {
    let mut text = String::new();
    for finding in &outcome.findings {
        let place = &finding.primary.place;
        let mut properties = vec![("file", path(place.source.name()))];
        if let Some(region) = Region::of(place) {
            properties.push(("line", region.line.to_string()));
            properties.push(("endLine", region.end_line.to_string()));
            // Columns count only within one line.
            if region.line == region.end_line {
                properties.push(("col", region.column.to_string()));
                properties.push(("endColumn", region.end_column.to_string()));
            }
        }
        properties.push(("title", format!("{} {}", finding.rule.code, finding.rule.name)));
        let details = prose::details(finding).into_iter().map(|line| format!("\n{line}"));
        let message = harmless(&finding.message).into_owned() + &details.collect::<String>();
        text += &command(level(finding.severity), &properties, &message);
    }
    for unread in &outcome.unread {
        let mut properties = vec![("file", path(&unread.location.file))];
        if unread.location.line > 0 {
            properties.push(("line", unread.location.line.to_string()));
            properties.push(("col", unread.location.column.to_string()));
        }
        let level = if unread.is_in_order { "notice" } else { "error" };
        text += &command(level, &properties, &prose::unread(unread));
    }
    text
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

fn command(level: &str, properties: &[(&str, String)], message: &str) -> String {
    let property = |(name, value): &(&str, String)| {
        let value = escaped(&one_line(value)).replace(':', "%3A").replace(',', "%2C");
        format!("{name}={value}")
    };
    let properties: Vec<String> = properties.iter().map(property).collect();
    format!("::{level} {}::{}\n", properties.join(","), escaped(message))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
