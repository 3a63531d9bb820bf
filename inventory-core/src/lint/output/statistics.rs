//! How often each rule was broken, and what could not be known.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::summary::summary;
use crate::lint::outcome::Outcome;
use crate::safe::terminal::one_line;

/// Findings a rule, the most frequent first; then how many values could not be checked and how many files could not be
/// read, reason by reason; then the summary. It ends with a line end.
pub fn statistics(outcome: &Outcome) -> String {
    let mut rules: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for finding in &outcome.findings {
        *rules.entry((finding.rule.code, finding.severity.word(), finding.rule.name)).or_default() += 1;
    }
    let rules =
        rules.into_iter().map(|((code, severity, name), number)| (number, format!("{code}  {severity:7}  {name}")));
    let mut text = table(rules.collect());
    let not_checked = |is_value: bool| {
        counted(outcome.not_checked.iter().filter(|one| one.variable.is_some() == is_value).map(|one| one.why.as_str()))
    };
    let reasons = [
        ("Values not checked:", not_checked(true)),
        ("Machines not checked:", not_checked(false)),
        ("Not checked:", counted(outcome.unread.iter().filter(|one| one.is_in_order).map(|one| one.reason.as_str()))),
        ("Not read:", counted(outcome.unread.iter().filter(|one| !one.is_in_order).map(|one| one.reason.as_str()))),
    ];
    for (title, rows) in reasons {
        if !rows.is_empty() {
            text.extend([title, "\n", &table(rows)]);
        }
    }
    text + &summary(outcome) + "\n"
}

fn counted<'a>(reasons: impl Iterator<Item = &'a str>) -> Vec<(usize, String)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    counts.into_iter().map(|(reason, number)| (number, one_line(reason))).collect()
}

/// Rows with their numbers under one another, the largest first; equal ones in the order of their words.
fn table(mut rows: Vec<(usize, String)>) -> String {
    rows.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let width = rows.iter().map(|(number, _)| number.to_string().len()).max().unwrap_or_default() + 2;
    let mut text = String::new();
    for (number, words) in rows {
        let _ = writeln!(text, "{number:>width$}  {words}");
    }
    text
}
