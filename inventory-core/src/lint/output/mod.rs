//! How findings look: one file a format, each a pure function of what a run found out.
//!
//! No format shows a secret. The findings are cleaned before any of them sees one ([`prepare`]); only `full` quotes
//! files, and does so through [`quote`].

mod concise;
mod fingerprint;
mod full;
mod github;
mod gitlab;
pub mod json;
mod junit;
mod names;
mod place;
mod prepare;
mod prose;
mod quote;
mod rdjson;
mod sarif;
pub(in crate::lint) mod secrets;
mod statistics;
mod summary;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use clap::ValueEnum;

use super::outcome::Outcome;
pub use crate::plan::render::Style;
use crate::safe::terminal::is_obeyed;
pub use fingerprint::fingerprints;
pub use names::Names;
use quote::Quoter;
pub use statistics::statistics;

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, ValueEnum)]
pub enum Format {
    /// Every place with its line, notes and fixes, for people
    #[default]
    Full,
    /// One line a finding: `path:line:column: severity[CODE] message`
    Concise,
    /// JSON of a published shape (docs/lint-json.md)
    Json,
    /// GitHub's workflow commands, which become annotations
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// GitLab's Code Quality
    Gitlab,
    /// `JUnit`'s XML
    Junit,
    /// reviewdog's Diagnostic Format
    Rdjson,
}

/// What a run found out, as text that ends with a line end; empty where a format has nothing to say.
///
/// Findings stand by path, line, column and code. `style` is for [`Format::Full`] alone; the others are for programs.
/// `names` says what a repository calls a file, which is what programs look for that show findings there; people, and
/// JSON, get the names that were typed. Names and values of the files may hold what a terminal would obey: JSON has it
/// escaped, every other format replaced.
pub fn render(outcome: &Outcome, format: Format, style: Style, names: Names<'_>) -> String {
    let quoter = Quoter::default();
    // A fix with a secret can be applied although it is not shown.
    let summary = summary::summary(outcome);
    let outcome = prepare::prepared(outcome, &quoter);
    let outcome = match format {
        Format::Github | Format::Sarif | Format::Gitlab | Format::Rdjson => names::renamed(outcome, names),
        Format::Full | Format::Concise | Format::Json | Format::Junit => outcome,
    };
    match format {
        Format::Full => full::render(&outcome, &quoter, style, &summary),
        Format::Concise => concise::render(&outcome),
        Format::Json => json::render(&outcome, names),
        Format::Github => github::render(&outcome),
        Format::Sarif => sarif::render(&outcome, &quoter),
        Format::Gitlab => gitlab::render(&outcome, &quoter),
        Format::Junit => junit::render(&outcome),
        Format::Rdjson => rdjson::render(&outcome),
    }
}

/// A document of JSON, in many lines. What a terminal would obey is escaped: it means the same to a program.
fn pretty(document: &impl serde::Serialize) -> String {
    // Types of our own with texts for keys always have a JSON.
    let json = serde_json::to_string_pretty(document).unwrap_or_default();
    let mut text = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        // All of them have four digits.
        if c != '\n' && is_obeyed(c) {
            let _ = write!(text, "\\u{:04x}", u32::from(c));
        } else {
            text.push(c);
        }
    }
    text.push('\n');
    text
}
