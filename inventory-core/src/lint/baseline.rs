//! Findings that were there before anybody looked, written down so that only new ones count.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::Finding;
use super::output::Names;

/// Findings that are accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The format of this file: 1.
    pub format: u32,
    /// What is accepted, by file and rule.
    pub findings: Vec<Accepted>,
}

/// A finding that is accepted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The file, from the top of its repository on.
    pub path: String,
    /// The rule's code.
    pub rule: String,
    /// What was found, for people who read this file.
    pub message: String,
    /// What it is known by, wherever in the file it moves.
    pub fingerprint: String,
}

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", .path.display())]
pub struct BaselineError {
    path: PathBuf,
    why: String,
}

/// Findings against a baseline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// Of each finding, in their order, whether it is new.
    pub is_new: Vec<bool>,
    /// What was accepted and was not found.
    pub gone: Vec<Accepted>,
}

impl Baseline {
    /// The format that is written.
    pub const FORMAT: u32 = 1;

    /// Accepts findings, each with its fingerprint, in files of these names.
    pub fn of(findings: &[Finding], fingerprints: &[String], names: Names<'_>) -> Self {
        let accept = |(finding, fingerprint): (&Finding, &String)| Accepted {
            path: names(finding.primary.place.source.name()).display().to_string(),
            rule: finding.rule.code.to_owned(),
            message: finding.message.clone(),
            fingerprint: fingerprint.clone(),
        };
        let mut findings: Vec<Accepted> = findings.iter().zip(fingerprints).map(accept).collect();
        findings.sort();
        Self { format: Self::FORMAT, findings }
    }

    /// Reads a file's text.
    pub fn parse(path: &Path, text: &str) -> Result<Self, BaselineError> {
        let wrong = |why| BaselineError { path: path.to_owned(), why };
        let baseline: Self =
            serde_json::from_str(text).map_err(|error| wrong(format!("this is no baseline: {error}")))?;
        if baseline.format == Self::FORMAT {
            return Ok(baseline);
        }
        Err(wrong(format!("this baseline has format {}, and this program knows {}", baseline.format, Self::FORMAT)))
    }

    /// Its text.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// The same with what was accepted before and may be there still.
    #[must_use]
    pub fn with(mut self, accepted: impl IntoIterator<Item = Accepted>) -> Self {
        self.findings.extend(accepted);
        self.findings.sort();
        self
    }

    /// Which of the findings that have these fingerprints are new: what is accepted counts as often as it is written.
    pub fn compare(self, fingerprints: &[String]) -> Compared {
        let mut known: BTreeMap<String, Vec<Accepted>> = BTreeMap::new();
        for accepted in self.findings {
            known.entry(accepted.fingerprint.clone()).or_default().push(accepted);
        }
        let is_new = |fingerprint| known.get_mut(fingerprint).and_then(Vec::pop).is_none();
        let is_new = fingerprints.iter().map(is_new).collect();
        let mut gone: Vec<Accepted> = known.into_values().flatten().collect();
        gone.sort();
        Compared { is_new, gone }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{POOL, SERVICES, finding};
    use super::*;
    use crate::yaml::Source;

    fn names(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(|finding| format!("{} {}", finding.rule.code, finding.message)).collect()
    }

    #[test]
    fn what_is_accepted_is_reported_no_more_and_what_is_gone_is_told() {
        let source = Source::new("all.yml", "pods: 10.0.0.0/8\nservices: 10.1.0.0/16\n");
        let old = [finding(&SERVICES, &source, "10.0.0.0/8"), finding(&POOL, &source, "10.0.0.0/8")];
        let text = Baseline::of(&old, &names(&old), &Path::to_owned).text();
        let baseline = Baseline::parse(Path::new("baseline.json"), &text).unwrap();
        // The same twice is once more than was accepted.
        let now = [old[0].clone(), finding(&SERVICES, &source, "10.1.0.0/16"), old[0].clone()];
        let Compared { is_new, gone } = baseline.compare(&names(&now));
        assert_eq!(is_new, [false, true, true]);
        assert_eq!(gone.iter().map(|accepted| accepted.rule.as_str()).collect::<Vec<_>>(), ["NET004"]);
    }

    #[test]
    fn a_file_that_is_no_baseline_is_refused() {
        let wrong = |text| Baseline::parse(Path::new("b.json"), text).unwrap_err().to_string();
        insta::assert_snapshot!([wrong("{}"), wrong("{\"format\": 2, \"findings\": []}"), wrong("x")].join("\n"), @"
        b.json: this is no baseline: missing field `format` at line 1 column 2
        b.json: this baseline has format 2, and this program knows 1
        b.json: this is no baseline: expected value at line 1 column 1
        ");
    }
}
