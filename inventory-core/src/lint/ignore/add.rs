//! Comments for everything that is found.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::read::{Lines, Syntax};
use crate::lint::finding::Finding;
use crate::yaml::{self, Source};

/// What became of findings that were to be excused.
#[derive(Debug, Clone, Default)]
pub struct Added {
    /// The files as they were, each with its new text, byte order mark included.
    pub files: Vec<(Source, String)>,
    /// How many findings have a comment now.
    pub excused: usize,
    /// Those that have none.
    pub left: Vec<Left>,
}

/// A finding that no comment can excuse.
#[derive(Debug, Clone)]
pub struct Left {
    /// It.
    pub finding: Finding,
    /// Why: a sentence without its full stop.
    pub why: &'static str,
}

const COMMENT: &str = "it is about a comment of the linter's, which is to be put right itself";
const NO_COMMENTS: &str = "this file can have no comments, or none are known for it";
const JSON: &str = "JSON has no comments";
const INSIDE: &str = "it is inside a text of several lines, where a comment would be part of it";

/// Puts a comment above the line of every finding. `syntax` says how a file has comments; every other byte stays.
///
/// The reason is one line, and not empty.
pub fn add(findings: &[Finding], reason: &str, syntax: impl Fn(&Path) -> Option<Syntax>) -> Added {
    let mut added = Added::default();
    let mut files: BTreeMap<PathBuf, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        files.entry(finding.primary.place.source.name().to_owned()).or_default().push(finding);
    }
    for (path, findings) in files {
        let source = &findings[0].primary.place.source;
        let leave = |finding: &&Finding, why| Left { finding: (*finding).clone(), why };
        let (ours, findings): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| finding.rule.family() == "LNT");
        added.left.extend(ours.iter().map(|finding| leave(finding, COMMENT)));
        let Some(syntax) = syntax(&path) else {
            added.left.extend(findings.iter().map(|finding| leave(finding, NO_COMMENTS)));
            continue;
        };
        if serde_json::from_str::<serde::de::IgnoredAny>(source.text()).is_ok() {
            added.left.extend(findings.iter().map(|finding| leave(finding, JSON)));
            continue;
        }
        let mut wanted: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            wanted.entry(line(finding)).or_default().push(finding);
        }
        // All at once, as a rule; where that would change a value, those that would not.
        if !is_harmless(source, &text(source, &wanted, reason), syntax) {
            wanted.retain(|line, findings| {
                let alone = BTreeMap::from([(*line, findings.clone())]);
                let stays = is_harmless(source, &text(source, &alone, reason), syntax);
                if !stays {
                    added.left.extend(findings.iter().map(|finding| leave(finding, INSIDE)));
                }
                stays
            });
        }
        if !wanted.is_empty() {
            added.excused += wanted.values().map(Vec::len).sum::<usize>();
            let mark = if source.has_bom() { "\u{feff}" } else { "" };
            added.files.push((source.clone(), mark.to_owned() + &text(source, &wanted, reason)));
        }
    }
    added
}

/// The line of a finding, from 1; 0 where the file as a whole is meant.
fn line(finding: &Finding) -> usize {
    let place = &finding.primary.place;
    if place.is_file() { 0 } else { place.source.line_column(place.span.start).0 }
}

/// The text with a comment above each line. What is about the file as a whole comes first, behind `#!`.
fn text(source: &Source, wanted: &BTreeMap<usize, Vec<&Finding>>, reason: &str) -> String {
    let old = source.text();
    let lines = Lines::of(old);
    let mut new = String::with_capacity(old.len() + wanted.len() * 64);
    let mut copied = 0;
    for (&line, findings) in wanted {
        let codes: BTreeSet<&str> = findings.iter().map(|finding| finding.rule.code).collect();
        let codes = codes.into_iter().collect::<Vec<_>>().join(", ");
        let above = if line > 0 { line } else { 1 + usize::from(old.starts_with("#!")) };
        let (start, shown) = lines.0.get(above - 1).copied().unwrap_or((old.len(), ""));
        new += &old[copied..start];
        copied = start;
        let (indent, word) = if line == 0 {
            ("", "file-ignore")
        } else {
            (&shown[..shown.len() - shown.trim_start_matches([' ', '\t']).len()], "ignore")
        };
        let line_end = line_end(old);
        if start > 0 && !old[..start].ends_with(['\n', '\r']) {
            new += line_end;
        }
        for part in [indent, "# inv-lint: ", word, "[", &codes, "] ", reason, line_end] {
            new += part;
        }
    }
    new + &old[copied..]
}

/// How a text ends its lines.
fn line_end(text: &str) -> &'static str {
    match text.find(['\n', '\r']).map(|at| &text[at..]) {
        Some(rest) if rest.starts_with("\r\n") => "\r\n",
        Some(rest) if rest.starts_with('\r') => "\r",
        _ => "\n",
    }
}

/// Whether a text says what it said. In INI a line that begins with `#` never says anything.
fn is_harmless(source: &Source, new: &str, syntax: Syntax) -> bool {
    match syntax {
        Syntax::Ini => true,
        Syntax::Yaml => {
            let roots = [source.clone(), Source::new(source.name(), new)].map(|source| yaml::parse_one(&source));
            match roots {
                [Ok(before), Ok(after)] => match (before.root, after.root) {
                    (Some(before), Some(after)) => yaml::is_same(&before, &after),
                    (before, after) => before.is_none() && after.is_none(),
                },
                _ => false,
            }
        }
    }
}
