//! What comes of it all, in one line.

use std::fmt::Write as _;

use crate::plan::{NetworkPlan, Severity};

use super::super::Drift;
use super::super::style::{Ink, Style, counted, wrap};

/// `2 errors: nothing will be written`, `nothing collides`.
pub(super) fn verdict(plan: &NetworkPlan, drift: &[Drift], style: Style) -> String {
    let of = |severity| plan.findings.iter().filter(|finding| finding.severity == severity).count() as u128;
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let (ink, text) = if errors > 0 {
        (Ink::Error, format!("{}: nothing will be written", counted(errors, "error")))
    } else {
        let mut text = "nothing collides".to_owned();
        if !plan.silent.is_empty() {
            let _ = write!(text, " as far as is known: {} silent", were(plan.silent.len(), "place"));
        }
        if warnings > 0 {
            let _ = write!(text, "; {}", counted(warnings, "warning"));
        }
        let ink = if warnings > 0 || !plan.silent.is_empty() { Ink::Warning } else { Ink::Good };
        (ink, text)
    };
    let differ = match drift.len() {
        0 => String::new(),
        1 => "; 1 variable differs".to_owned(),
        more => format!("; {more} variables differ"),
    };
    let lines = wrap(&(text + &differ), style.width);
    lines.iter().map(|line| style.paint(ink, line) + "\n").collect()
}

/// `1 place was`, `2 places were`.
fn were(number: usize, one: &str) -> String {
    format!("{} {}", counted(number as u128, one), if number == 1 { "was" } else { "were" })
}
