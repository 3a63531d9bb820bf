//! Printing: once, whole, and without what a terminal would obey.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write as _};

use super::Failure;

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

/// Whether a person is looking at stdout.
pub(super) fn is_watched() -> bool {
    io::stdout().is_terminal()
}

/// The text without control characters: names and tags come from strangers, and a terminal obeys escape sequences.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    // Characters that reorder what is shown make a name look like another one.
    let reorders = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    if text.chars().any(|c| obeyed(c) || reorders(c)) {
        text.chars().map(|c| if obeyed(c) || reorders(c) { '\u{fffd}' } else { c }).collect()
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machines_name_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[31mb\nc"), "a\u{fffd}[31mb\nc");
        assert!(matches!(harmless("plain"), Cow::Borrowed(_)));
    }
}
