//! What is wrong with a plan, or worth knowing.

use std::fmt;

pub use crate::network::mtu::Severity;

/// One thing about a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is. An error keeps the variables from being written.
    pub severity: Severity,
    /// A stable name: a rule of the table of relations (`A01`), or a word (`mtu-exceeds-path`, `growth`).
    pub code: &'static str,
    /// What it is, with the numbers and where both sides come from.
    pub what: String,
    /// The smallest change that would help; may be empty.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "; {}", self.remedy) }
    }
}
