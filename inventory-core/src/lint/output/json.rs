//! Findings for programs: JSON of a published shape.
//!
//! The types below are the shape: the published schema is generated from them, and `docs/lint-json.md` tells what they
//! mean. A field that is added keeps [`FORMAT`]; one that goes or changes its meaning does not.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::place::{Region, path};
use super::{Names, fingerprint, pretty};
use crate::lint::finding::{self, Applicability, Edit, Severity};
use crate::lint::outcome::{self, Outcome};
use crate::yaml::Location;

/// The version of the shape.
pub const FORMAT: u8 = 1;

pub(super) fn render(outcome: &Outcome, names: Names<'_>) -> String {
    pretty(&Document::new(outcome, names))
}

/// The JSON Schema of `--output-format json`.
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Document>()
}

/// What a run of the linter found out.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Findings", deny_unknown_fields)]
struct Document {
    /// The version of this shape.
    #[schemars(extend("const" = FORMAT))]
    format: u8,
    /// How many inventories were looked at.
    inventories: usize,
    /// How many files were read.
    files: usize,
    /// What is wrong, by path, line, column and code.
    findings: Vec<Finding>,
    /// Files, or parts of them, that could not be read.
    unread: Vec<Unread>,
    /// Values that only Ansible can know, and machines that only a source knows.
    not_checked: Vec<NotChecked>,
}

/// A breach of a rule.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Finding {
    /// The rule's code.
    code: &'static str,
    /// The rule's name.
    name: &'static str,
    /// How bad it is.
    severity: Severity,
    /// What is wrong.
    message: String,
    /// What is to change.
    primary: Label,
    /// What it collides with, and whatever else must be looked at.
    related: Vec<Label>,
    /// What is written nowhere: defaults, sums.
    notes: Vec<String>,
    /// The way out, in words.
    help: Option<String>,
    /// The way out as edits; null where there is none, or a secret is in it.
    fix: Option<Fix>,
    /// What it is called from one run to the next; it stays when lines move.
    fingerprint: String,
}

/// A place with what is to be said of it.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Label {
    /// Where.
    #[serde(flatten)]
    place: Place,
    /// What it is, in a few words; may be empty.
    text: String,
}

/// A stretch of a file. Lines and columns count from 1, columns in characters; all four are null where the file as a
/// whole is meant.
#[derive(Serialize, JsonSchema)]
struct Place {
    /// The file.
    file: String,
    /// The line of its first character.
    line: Option<usize>,
    /// The column of its first character.
    column: Option<usize>,
    /// The line of the first character after it.
    end_line: Option<usize>,
    /// The column of the first character after it.
    end_column: Option<usize>,
}

/// Edits that put a finding right: all of them, or none.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Fix {
    /// What they do, in a few words.
    title: String,
    /// Who may apply them.
    applicability: Applicability,
    /// The edits. Places are those of the files before any of them.
    edits: Vec<Change>,
}

/// A change of a file.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Change {
    /// The text at a place becomes another one.
    Replace {
        /// Where.
        #[serde(flatten)]
        place: Place,
        /// The new text.
        text: String,
    },
    /// A file or directory gets another name.
    Rename {
        /// What it is called.
        from: String,
        /// What it is to be called.
        to: String,
    },
}

/// A file, or a part of one, that could not be read.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Unread {
    /// The file.
    file: String,
    /// The line, from 1; null where the file as a whole is meant.
    line: Option<usize>,
    /// The column, from 1, in characters.
    column: Option<usize>,
    /// Why.
    reason: String,
    /// The way out, where one is known.
    hint: Option<String>,
    /// Whether that is in order, as with a file of ansible-vault.
    in_order: bool,
}

/// A value that only Ansible can know, and that a rule would have looked at; or machines that only a source knows.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct NotChecked {
    /// The variable; null for the machines of a cluster file.
    variable: Option<String>,
    /// The file where it is written, or the cluster file.
    file: String,
    /// The line, from 1; null where the file as a whole is meant.
    line: Option<usize>,
    /// The column, from 1, in characters.
    column: Option<usize>,
    /// Why.
    why: String,
}

impl Document {
    fn new(outcome: &Outcome, names: Names<'_>) -> Self {
        let names = fingerprint::fingerprints(&outcome.findings, names);
        Self {
            format: FORMAT,
            inventories: outcome.roots,
            files: outcome.files,
            findings: outcome.findings.iter().zip(names).map(|(finding, name)| Finding::new(finding, name)).collect(),
            unread: outcome.unread.iter().map(Unread::new).collect(),
            not_checked: outcome.not_checked.iter().map(NotChecked::new).collect(),
        }
    }
}

impl Finding {
    fn new(finding: &finding::Finding, fingerprint: String) -> Self {
        Self {
            code: finding.rule.code,
            name: finding.rule.name,
            severity: finding.severity,
            message: finding.message.clone(),
            primary: Label::new(&finding.primary),
            related: finding.related.iter().map(Label::new).collect(),
            notes: finding.notes.clone(),
            help: finding.help.clone(),
            fix: finding.fix.as_ref().map(Fix::new),
            fingerprint,
        }
    }
}

impl Label {
    fn new(label: &finding::Label) -> Self {
        Self { place: Place::new(&label.place), text: label.text.clone() }
    }
}

impl Place {
    fn new(place: &finding::Place) -> Self {
        let region = Region::of(place);
        Self {
            file: path(place.source.name()),
            line: region.map(|region| region.line),
            column: region.map(|region| region.column),
            end_line: region.map(|region| region.end_line),
            end_column: region.map(|region| region.end_column),
        }
    }
}

impl Fix {
    fn new(fix: &finding::Fix) -> Self {
        let change = |edit: &Edit| match edit {
            Edit::Replace { place, text } => Change::Replace { place: Place::new(place), text: text.clone() },
            Edit::Rename { from, to } => Change::Rename { from: path(from), to: path(to) },
        };
        Self {
            title: fix.title.clone(),
            applicability: fix.applicability,
            edits: fix.edits.iter().map(change).collect(),
        }
    }
}

impl Unread {
    fn new(unread: &outcome::Unread) -> Self {
        let (line, column) = line_and_column(&unread.location);
        Self {
            file: path(&unread.location.file),
            line,
            column,
            reason: unread.reason.clone(),
            hint: unread.hint.clone(),
            in_order: unread.is_in_order,
        }
    }
}

impl NotChecked {
    fn new(one: &outcome::NotChecked) -> Self {
        let (line, column) = line_and_column(&one.location);
        Self { variable: one.variable.clone(), file: path(&one.location.file), line, column, why: one.why.clone() }
    }
}

fn line_and_column(location: &Location) -> (Option<usize>, Option<usize>) {
    let known = |number: usize| (location.line > 0).then_some(number);
    (known(location.line), known(location.column))
}
