//! What is refused before or while a file is parsed, in words.

use serde_json::error::Category;
use serde_saphyr::granit_parser::{ErrorKind, ScanError};

use super::{Error, Location, Source};

/// Refuses the characters that libyaml, Ansible's parser, refuses, and those that end a line for it and for no other
/// reader: next line, line separator and paragraph separator.
pub(super) fn check_characters(source: &Source) -> Result<(), Error> {
    let text = source.text();
    // Most files hold nothing beyond plain ASCII. Without a way out at each byte, many are looked at in one step.
    let is_plain = |byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
    if text.bytes().fold(true, |are_plain, byte| are_plain & is_plain(byte)) {
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

/// Whether the whole text is one JSON list or map. Ansible tries JSON before YAML, and Python's JSON takes no byte
/// order mark.
pub(super) fn is_json(source: &Source) -> bool {
    let text = source.text();
    !source.has_bom()
        && text.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// What `serde_json` has to say about a file, with its place where ours stands. `hint` is the way out.
pub fn explain_json(source: &Source, error: &serde_json::Error, hint: &str) -> Error {
    let location = Location { file: source.name().into(), line: error.line(), column: error.column() };
    let said = match error.classify() {
        Category::Eof => "the file ends in the middle of a value".to_owned(),
        _ => error.to_string(),
    };
    let problem = said.rsplit_once(" at line ").map_or(said.as_str(), |(problem, _)| problem).to_owned();
    Error::Syntax { location, problem, hint: Some(hint.to_owned()) }
}

/// The parser's complaint in the user's words.
pub(super) fn explain(source: &Source, error: &ScanError) -> Error {
    let noticed = error.marker().byte_offset().unwrap_or_default();
    // A tab is noticed when it has been passed.
    let passed_tab = error.kind() == &ErrorKind::TabInBlockIndentation && source.text()[..noticed].ends_with('\t');
    let at = noticed - usize::from(passed_tab);
    let location = source.location(at);
    let (problem, hint) = match error.kind() {
        ErrorKind::RecursionLimitExceeded => return Error::TooDeep { location },
        _ if goes_on_after_a_bracket(source.text(), at) => (
            "text goes on after a closing bracket".to_owned(),
            "put the whole value into quotes: what begins with `{` or `[` is a map or a list",
        ),
        ErrorKind::UnclosedFlowCollection { open } => {
            (format!("`{open}` is opened and not closed"), "close the bracket")
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            (format!("`{open}` is closed by `{close}`"), "close the bracket with its own kind")
        }
        ErrorKind::UnknownAnchor => {
            let alias: String = source.text()[at..].chars().skip(1).take_while(|c| !c.is_whitespace()).collect();
            let name = alias.trim_end_matches([',', ']', '}', ':']);
            (
                format!("nothing before this is called `&{name}`"),
                "define the anchor first, or put quotes around text that begins with `*`",
            )
        }
        ErrorKind::UnexpectedCharacter { character } => {
            (format!("text cannot begin with `{}`", character.escape_debug()), "put quotes around it")
        }
        kind => match known(kind) {
            Some((problem, hint)) => (problem.to_owned(), hint),
            None => return Error::Syntax { location, problem: kind.to_string(), hint: None },
        },
    };
    Error::Syntax { location, problem, hint: Some(hint.to_owned()) }
}

/// Whether a value like `{cluster}-node` was taken for a map and something behind it.
fn goes_on_after_a_bracket(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| before.ends_with(['}', ']']))
        && text[at..].starts_with(|c: char| !c.is_whitespace() && !matches!(c, ',' | ':' | '#' | '}' | ']'))
}

/// Sentence and remedy of the mistakes that need no detail.
fn known(kind: &ErrorKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        ErrorKind::UnclosedQuotedScalar => ("a quote is opened and not closed", "close the quote"),
        ErrorKind::InvalidQuotedScalarIndent | ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("a quote is not closed before this line", "close the quote, or indent the text that goes on here")
        }
        ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => ("a tab stands where YAML wants spaces", "indent with spaces"),
        ErrorKind::MappingValueNotAllowed => (
            "a `: ` stands where no key can be",
            "put quotes around text that holds `: `, or align the key with its neighbours",
        ),
        ErrorKind::InvalidColonPlacement => (
            "a `:` stands where no key can be",
            "close the bracket or quote before it, or put quotes around text that holds it",
        ),
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation | ErrorKind::ExpectedDocumentStart => (
            "this line belongs neither to the value above nor beside a key above",
            "align it with the keys of its map, or indent it below its key",
        ),
        ErrorKind::ExpectedBlockSequenceEntry | ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list begins or goes on where it cannot", "align the `- ` with the list's others, in a line of its own")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("this key has no `: ` after it", "write `key: value`, with a space after the colon")
        }
        ErrorKind::ExpectedFlowMappingSeparator
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => ("a `,` or `}` is missing here", "add it"),
        ErrorKind::ExpectedFlowSequenceSeparator | ErrorKind::UnexpectedEofFlowSequence => {
            ("a `,` or `]` is missing here", "add it")
        }
        ErrorKind::MisplacedFlowCollectionEnd => ("a bracket is closed that is not open", "remove it"),
        ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => {
            ("this `\\` begins no known escape", "write `\\\\` for a backslash, or use single quotes")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("text goes on behind the closing quote", "put the quotes around the whole text")
        }
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => {
            ("a lone `-` stands inside brackets", "put quotes around it")
        }
        ErrorKind::CommentNotSeparated => ("a comment wants a space before its `#`", "add the space"),
        ErrorKind::InvalidBlockScalarHeader => {
            ("text stands behind `|` or `>`", "begin the text in the next line, indented")
        }
        _ => return None,
    })
}
