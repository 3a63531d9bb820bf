//! SARIF 2.1.0, the OASIS standard that GitHub's code scanning and others read.
//!
//! Only the parts that we fill in are here. A rename cannot be said in SARIF, so a fix with one is left out.

use serde::Serialize;

use super::place::{Region, uri};
use super::quote::Quoter;
use super::{fingerprint, pretty, prose};
use crate::lint::finding::{Edit, Finding, Fix, Label, Place, Severity};
use crate::lint::outcome::{Outcome, Unread};
use crate::lint::rule::Rule;

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<SarifResult>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    rules: Vec<Descriptor>,
    notifications: [Notice; 2],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Text,
    full_description: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    help: Help,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties {
    tags: [&'static str; 1],
}

/// A kind of notification.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Notice {
    id: &'static str,
    short_description: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    descriptor: Reference,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
}

#[derive(Serialize)]
struct Reference {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix>,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "invLint/v1")]
    lines: String,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    #[serde(rename = "physicalLocation")]
    physical: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<SarifRegion>,
}

#[derive(Serialize, Clone, PartialEq)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifRegion {
    start_line: usize,
    start_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix {
    description: Text,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: SarifRegion,
    inserted_content: Text,
}

pub(super) fn render(outcome: &Outcome, quoter: &Quoter) -> String {
    let mut rules: Vec<&'static Rule> = outcome.findings.iter().map(|finding| finding.rule).collect();
    rules.sort_by_key(|rule| rule.code);
    rules.dedup();
    let names = fingerprint::of(&outcome.findings, quoter);
    let results = outcome.findings.iter().zip(names).map(|(finding, name)| SarifResult::new(finding, &rules, name));
    pretty(&Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "inv-lint",
                    version: env!("CARGO_PKG_VERSION"),
                    information_uri: repository(),
                    rules: rules.iter().copied().map(Descriptor::new).collect(),
                    notifications: [
                        Notice::new(UNREAD, "A file, or a part of it, could not be read."),
                        Notice::new(NOT_CHECKED, "A file is in order and cannot be looked into."),
                    ],
                },
            },
            invocations: [Invocation {
                execution_successful: outcome.unread.iter().all(|unread| unread.is_in_order),
                tool_execution_notifications: outcome.unread.iter().map(Notification::new).collect(),
            }],
            column_kind: "unicodeCodePoints",
            results: results.collect(),
        }],
    })
}

const UNREAD: &str = "unread";
const NOT_CHECKED: &str = "not-checked";

/// Where the project is, if the package says so.
fn repository() -> Option<&'static str> {
    Some(env!("CARGO_PKG_REPOSITORY")).filter(|url| !url.is_empty())
}

/// Where a rule's page is.
pub(super) fn page_url(rule: &Rule) -> Option<String> {
    let anchor = format!("{}-{}", rule.code.to_lowercase(), rule.name);
    repository().map(|url| format!("{}/blob/main/docs/rules.md#{anchor}", url.trim_end_matches('/')))
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

impl Descriptor {
    fn new(rule: &'static Rule) -> Self {
        let page = rule.page();
        Self {
            id: rule.code,
            name: rule.name,
            short_description: Text { text: rule.name.replace('-', " ") },
            full_description: Text { text: rule.summary() },
            help_uri: page_url(rule),
            help: Help { text: page.clone(), markdown: page },
            default_configuration: Configuration { level: level(rule.severity) },
            properties: Properties { tags: [rule.family()] },
        }
    }
}

impl Notice {
    fn new(id: &'static str, says: &str) -> Self {
        Self { id, short_description: Text { text: says.to_owned() } }
    }
}

impl Notification {
    fn new(unread: &Unread) -> Self {
        let (id, level) = if unread.is_in_order { (NOT_CHECKED, "note") } else { (UNREAD, "error") };
        let at = &unread.location;
        let region = (at.line > 0).then(|| SarifRegion {
            start_line: at.line,
            start_column: at.column.max(1),
            end_line: None,
            end_column: None,
        });
        let physical = PhysicalLocation { artifact_location: Artifact { uri: uri(&at.file) }, region };
        Self {
            descriptor: Reference { id },
            level,
            message: Text { text: prose::unread(unread) },
            locations: [Location { id: None, physical, message: None }],
        }
    }
}

impl SarifResult {
    fn new(finding: &Finding, rules: &[&'static Rule], name: String) -> Self {
        Self {
            rule_id: finding.rule.code,
            rule_index: rules.iter().position(|rule| *rule == finding.rule).unwrap_or_default(),
            level: level(finding.severity),
            message: Text { text: prose::paragraph(finding) },
            locations: [Location::new(None, &finding.primary)],
            related_locations: finding
                .related
                .iter()
                .enumerate()
                .map(|(number, label)| Location::new(Some(number), label))
                .collect(),
            partial_fingerprints: Fingerprints { lines: name },
            fixes: finding.fix.as_ref().and_then(SarifFix::new).into_iter().collect(),
        }
    }
}

impl Location {
    fn new(id: Option<usize>, label: &Label) -> Self {
        let message = (!label.text.is_empty()).then(|| Text { text: label.text.clone() });
        let physical =
            PhysicalLocation { artifact_location: Artifact::of(&label.place), region: SarifRegion::of(&label.place) };
        Self { id, physical, message }
    }
}

impl Artifact {
    fn of(place: &Place) -> Self {
        Self { uri: uri(place.source.name()) }
    }
}

impl SarifRegion {
    fn of(place: &Place) -> Option<Self> {
        Region::of(place).map(Self::new)
    }

    fn new(region: Region) -> Self {
        Self {
            start_line: region.line,
            start_column: region.column,
            end_line: Some(region.end_line),
            end_column: Some(region.end_column),
        }
    }
}

impl SarifFix {
    fn new(fix: &Fix) -> Option<Self> {
        let mut changes: Vec<ArtifactChange> = Vec::new();
        for edit in &fix.edits {
            let Edit::Replace { place, text } = edit else { return None };
            // An insertion at a file's very start looks like the file as a whole.
            let start = Region { line: 1, column: 1, end_line: 1, end_column: 1 };
            let region = SarifRegion::new(Region::of(place).unwrap_or(start));
            let replacement = Replacement { deleted_region: region, inserted_content: Text { text: text.clone() } };
            let artifact = Artifact::of(place);
            match changes.iter_mut().find(|change| change.artifact_location == artifact) {
                Some(change) => change.replacements.push(replacement),
                None => changes.push(ArtifactChange { artifact_location: artifact, replacements: vec![replacement] }),
            }
        }
        (!changes.is_empty()).then(|| Self { description: Text { text: prose::title(fix) }, artifact_changes: changes })
    }
}
