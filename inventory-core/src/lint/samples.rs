//! Rules and findings for tests of what is done with findings.

use super::finding::{Finding, Label, Place, Severity};
use super::report::Report;
use super::rule::{Fixes, Rule};
use super::rules::lnt::{INVALID, UNUSED, WITHOUT_REASON};
use super::view::View;
use crate::yaml::{Source, Span};

fn finds_nothing(_: &View<'_>, _: &mut Report) {}

macro_rules! rule {
    ($id:ident, $code:literal, $name:literal, $severity:ident) => {
        pub(in crate::lint) static $id: Rule = Rule::new(
            $code,
            $name,
            Severity::$severity,
            Fixes::Never,
            " ## What it does\n It is for tests.\n",
            finds_nothing,
        );
    };
}

rule!(SERVICES, "NET003", "services-overlap-pods", Error);
rule!(POOL, "NET004", "network-overlaps-outside", Error);
rule!(VETH, "MTU002", "calico-veth-mtu-alone", Warning);

/// All of them, with one of the linter's own.
pub(in crate::lint) static RULES: &[&Rule] = &[&SERVICES, &POOL, &VETH, UNUSED, WITHOUT_REASON, INVALID];

/// The place of a word, where it first stands.
pub(in crate::lint) fn place(source: &Source, word: &str) -> Place {
    let start = source.text().find(word).unwrap();
    Place::new(source, Span { start, end: start + word.len() })
}

/// A finding at a word.
pub(in crate::lint) fn finding(rule: &'static Rule, source: &Source, word: &str) -> Finding {
    Finding::new(rule, format!("{word} is wrong"), Label::new(place(source, word), "this one"))
}
