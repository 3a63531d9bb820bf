//! Breaches of the table of relations, as findings of a plan.

use super::super::{Finding, NetworkPlan, Severity};
use super::numbers;
use super::remedy::Remedies;
use crate::network::relations::{Conflict, Fault, Strength};

/// A conflict as a finding.
pub(super) fn finding(conflict: &Conflict<'_>, plan: &NetworkPlan, remedies: &Remedies<'_>) -> Finding {
    let severity = match conflict.rule.strength {
        Strength::Must => Severity::Error,
        Strength::Should => Severity::Warning,
        Strength::May => Severity::Info,
    };
    Finding { severity, code: conflict.rule.id, what: tell(conflict, plan), remedy: remedies.of(conflict) }
}

/// `pods 10.233.64.0/18 (where) meets node 10.233.67.80 (where) and 4 more and must not: what the rule says`.
fn tell(conflict: &Conflict<'_>, plan: &NetworkPlan) -> String {
    if let Some(text) = conflict.subject.and_then(|subject| numbers::tell(plan, conflict.rule.id, subject)) {
        return text;
    }
    let says = conflict.rule.says;
    // Of things that are alike, any is as good a subject.
    let (subject, others) = match (conflict.subject, conflict.others.split_first()) {
        (Some(subject), _) => (subject, conflict.others.as_slice()),
        (None, Some((first, others))) => (*first, others),
        (None, None) => return says.to_owned(),
    };
    let mut text = plan.tell(subject);
    if conflict.rule.id == "F09" {
        let are = if others.is_empty() { "is" } else { "are" };
        return format!("{text}{} {are} in none of the networks that are known here", and_more(others.len()));
    }
    if let Some((first, more)) = others.split_first() {
        text.extend([" meets ", &plan.tell(first), &and_more(more.len())]);
    }
    text += match (conflict.rule.strength, conflict.is_overlap() && !others.is_empty()) {
        (Strength::Must, true) => " and must not: ",
        (Strength::Should, true) => " and should not: ",
        (Strength::Must | Strength::Should, false) => " breaks a rule: ",
        (Strength::May, _) => ": ",
    };
    text += says;
    match &conflict.fault {
        Fault::AsStated | Fault::Outside => {}
        // Where one lies in the other, both have been named already.
        Fault::Shares(range) if conflict.subject.iter().chain(&conflict.others).any(|space| space.range == *range) => {}
        Fault::NotBetween { is, least, most } if !matches!(conflict.rule.id, "A20" | "A21") => {
            text.extend([
                " (/",
                &is.to_string(),
                " is not between /",
                &least.to_string(),
                " and /",
                &most.to_string(),
                ")",
            ]);
        }
        fault => text.extend([" (", &fault.to_string(), ")"]),
    }
    text
}

fn and_more(count: usize) -> String {
    if count == 0 { String::new() } else { format!(" and {count} more") }
}
