//! What is refused before or while a file is parsed, in words.

use serde_saphyr::granit_parser::{ErrorKind, ScanError};

use super::{Error, Source};

/// Refuses the characters that libyaml, Ansible's parser, refuses, and those that end a line for it and for no other
/// reader: next line, line separator and paragraph separator.
pub(super) fn check_characters(source: &Source) -> Result<(), Error> {
    let text = source.text();
    // Most files hold nothing beyond plain ASCII, which is decided a byte at a time.
    if text.bytes().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')) {
        return Ok(());
    }
    match text.char_indices().find(|&(_, character)| !is_allowed(character)) {
        Some((at, character)) => Err(Error::Character { location: source.location(at), character }),
        None => Ok(()),
    }
}

/// Whether a character may stand in a file as itself.
pub(super) fn is_allowed(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | ' '..='~' => true,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => character >= '\u{a0}',
    }
}

/// Whether the whole text is one JSON list or map. Ansible tries JSON before YAML.
pub(super) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The parser's complaint in the user's words.
pub(super) fn explain(source: &Source, error: &ScanError) -> Error {
    let at = error.marker().byte_offset().unwrap_or_default();
    let location = source.location(at);
    let (problem, hint) = match error.kind() {
        ErrorKind::RecursionLimitExceeded => return Error::TooDeep { location },
        ErrorKind::UnclosedQuotedScalar => ("a quote is opened and not closed".to_owned(), Some("close the quote")),
        ErrorKind::InvalidQuotedScalarIndent => (
            "a quote is not closed before this line".to_owned(),
            Some("close the quote, or indent the text that goes on here"),
        ),
        ErrorKind::UnclosedFlowCollection { open } => {
            (format!("`{open}` is opened and not closed"), Some("close the bracket"))
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            (format!("`{open}` is closed by `{close}`"), Some("close the bracket with its own kind"))
        }
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => {
            ("a tab stands where YAML wants spaces".to_owned(), Some("indent with spaces"))
        }
        ErrorKind::UnknownAnchor => {
            let name: String = source.text()[at..].chars().take_while(|c| !c.is_whitespace() && *c != ',').collect();
            (
                format!("nothing before this is called `&{}`", name.trim_start_matches('*')),
                Some("define the anchor first, or put quotes around text that begins with `*`"),
            )
        }
        ErrorKind::MappingValueNotAllowed => (
            "a `: ` stands where no key can be".to_owned(),
            Some("put quotes around text that holds `: `, or align the key with its neighbours"),
        ),
        ErrorKind::UnexpectedCharacter { character: c @ ('%' | '@' | '`') } => {
            (format!("text cannot begin with `{c}`"), Some("put quotes around it"))
        }
        kind => (kind.to_string(), None),
    };
    Error::Syntax { location, problem, hint: hint.map(str::to_owned) }
}
