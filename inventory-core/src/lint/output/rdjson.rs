//! reviewdog's Diagnostic Format. Its columns count bytes of UTF-8.

use serde::Serialize;
use serde_json::{Value, json};

use super::place::{Region, path};
use super::{pretty, prose, sarif};
use crate::lint::finding::{Edit, Finding, Place, Severity};
use crate::lint::outcome::{Outcome, Unread};

#[derive(Serialize)]
struct Document {
    source: Value,
    diagnostics: Vec<Value>,
}

pub(super) fn render(outcome: &Outcome) -> String {
    let diagnostics = outcome.findings.iter().map(diagnostic).chain(outcome.unread.iter().map(unread));
    pretty(&Document { source: json!({ "name": "inv-lint" }), diagnostics: diagnostics.collect() })
}

fn diagnostic(finding: &Finding) -> Value {
    let mut code = json!({ "value": finding.rule.code });
    if let Some(url) = sarif::page_url(finding.rule) {
        code["url"] = json!(url);
    }
    let mut diagnostic = json!({
        "message": prose::paragraph(finding),
        "location": location(&finding.primary.place),
        "severity": match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "INFO",
        },
        "code": code,
    });
    let related =
        finding.related.iter().map(|label| json!({ "message": label.text, "location": location(&label.place) }));
    let related: Vec<Value> = related.collect();
    if !related.is_empty() {
        diagnostic["related_locations"] = json!(related);
    }
    if let Some(suggestions) = suggestions(finding) {
        diagnostic["suggestions"] = json!(suggestions);
    }
    diagnostic
}

/// The edits, where all of them are in the file that is pointed at: a suggestion names no other.
fn suggestions(finding: &Finding) -> Option<Vec<Value>> {
    let edits = finding.fix.as_ref()?.edits.iter().map(|edit| match edit {
        Edit::Replace { place, text } if place.source.name() == finding.primary.place.source.name() => {
            Some(json!({ "range": range(place)?, "text": text }))
        }
        _ => None,
    });
    edits.collect()
}

fn location(place: &Place) -> Value {
    let mut location = json!({ "path": path(place.source.name()) });
    if let Some(range) = range(place) {
        location["range"] = range;
    }
    location
}

fn range(place: &Place) -> Option<Value> {
    let Region { line, column, end_line, end_column } = Region::in_bytes(place)?;
    Some(json!({ "start": { "line": line, "column": column }, "end": { "line": end_line, "column": end_column } }))
}

fn unread(unread: &Unread) -> Value {
    let mut location = json!({ "path": path(&unread.location.file) });
    if unread.location.line > 0 {
        // The column counts characters: without the text nobody knows the bytes.
        location["range"] = json!({ "start": { "line": unread.location.line } });
    }
    json!({
        "message": prose::unread(unread),
        "location": location,
        "severity": if unread.is_in_order { "INFO" } else { "ERROR" },
        "code": { "value": "unread" },
    })
}
