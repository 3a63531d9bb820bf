//! A plan for people and programs: a table, a picture of the address space, JSON, SVG.
//!
//! Nothing is worked out here that the plan does not say. What names and texts hold may come from strangers, so the
//! table and the picture show control characters instead of sending them to a terminal.

mod around;
mod columns;
pub mod json;
pub mod picture;
mod style;
pub mod svg;
pub mod table;
mod words;

pub use style::Style;

/// A variable that the plan would write otherwise than it stands in a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Which.
    pub variable: String,
    /// The file where it stands, or would be written to.
    pub file: String,
    /// The line, from 1, where it stands.
    pub line: Option<usize>,
    /// What it is there, as YAML writes it. `None`: it does not stand there.
    pub has: Option<String>,
    /// What the plan wants. `None`: it should not stand there.
    pub wants: Option<String>,
    /// Why, as half a sentence.
    pub reason: String,
}
