//! Printing: once, whole, and without what a terminal would obey.

use std::io::{self, IsTerminal as _, Write as _};

use super::Failure;
use crate::plan::render::Style;

pub(super) use crate::safe::terminal::{harmless, one_line};

/// Writes to stdout in one go. A reader who has seen enough is no failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("stdout cannot be written: {error}"), "check the disk or the pipe it goes to"))
        }
        _ => Ok(()),
    }
}

/// A document for a program: exact, unless a person looks at it.
pub(super) fn document(text: String) -> String {
    if is_watched() { harmless(&text).into_owned() } else { text }
}

/// What the place that stdout leads to can show: colour only on a terminal whose user does not mind.
pub(super) fn style() -> Style {
    let minds = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    Style { width, colour: is_watched() && !minds && !is_dumb }
}

/// Whether a person is looking at stdout.
pub(super) fn is_watched() -> bool {
    io::stdout().is_terminal()
}
