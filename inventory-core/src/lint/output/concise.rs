//! One line a finding.

use super::prose;
use crate::lint::outcome::Outcome;
use crate::safe::terminal::one_line;

pub(super) fn render(outcome: &Outcome) -> String {
    let mut text = String::new();
    for finding in &outcome.findings {
        let place = prose::label_place(&finding.primary.place);
        let (severity, code) = (finding.severity.word(), finding.rule.code);
        text += &one_line(&format!("{place}: {severity}[{code}] {}", finding.message));
        text.push('\n');
    }
    for unread in &outcome.unread {
        text += &one_line(&format!("{}: {}", prose::location(&unread.location), prose::unread(unread)));
        text.push('\n');
    }
    text
}
