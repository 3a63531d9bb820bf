//! Where Ansible's parser, libyaml, reads less or otherwise than ours: what it refuses is refused here too, so that
//! nothing passes that Ansible will not load.
//!
//! What differs still, each pinned by the tests on documents:
//!
//! * refused here and read there: quoted text whose next line is not indented with spaces, `"text"#comment` without a
//!   space (YAML forbids both), a map that merges itself, `[?a]` and `[-]`, `!!set`, `!!omap` and `!!pairs`, and
//!   anchors called other than by letters, digits, `_` and `-`;
//! * read here and refused there: tags of the application's own, on which the caller has the last word, and tabs that
//!   follow spaces or a dash in a line that holds nothing else.

use super::node::{Kind, Node, Style};
use super::{Error, Source, Span};

fn refuse(source: &Source, at: usize, problem: &str, hint: &str) -> Error {
    Error::Syntax { location: source.location(at), problem: problem.to_owned(), hint: Some(hint.to_owned()) }
}

/// Lines that begin with `%` before a document: libyaml knows two of them.
pub(super) fn check_directives(source: &Source, before: Span) -> Result<(), Error> {
    let mut at = before.start;
    for line in source.slice(before).split_inclusive('\n') {
        let unknown = line.starts_with('%')
            && !line.strip_prefix("%YAML 1.").is_some_and(|rest| rest.starts_with(['1', '2']))
            && !line.starts_with("%TAG ");
        if unknown {
            return Err(refuse(source, at, "Ansible knows no such directive", "remove the line"));
        }
        at += line.len();
    }
    Ok(())
}

/// The name of an anchor or alias, whose `&` or `*` is at `at`.
pub(super) fn check_anchor(source: &Source, at: usize, name: &str) -> Result<(), Error> {
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    let after = source.text().as_bytes().get(at + 1 + name.len());
    if is_name && !matches!(after, Some(b'{' | b'[' | b'"' | b'\'')) {
        return Ok(());
    }
    Err(refuse(
        source,
        at,
        &format!("`{name}` is no name for an anchor"),
        "use letters, digits, `_` and `-` only, and put quotes around text that begins with `&` or `*`",
    ))
}

/// A tab among the spaces and dashes before what begins at `at`, in a block.
pub(super) fn check_indentation(source: &Source, at: usize) -> Result<(), Error> {
    let before = &source.text()[..at];
    // From the end, so that a long line is not read again for each of its values.
    let indentation = before.trim_end_matches([' ', '\t', '-', '?', ':']);
    let at_line_start = indentation.is_empty() || indentation.ends_with(['\n', '\r']);
    match before[indentation.len()..].find('\t') {
        Some(tab) if at_line_start => {
            let at = indentation.len() + tab;
            Err(refuse(source, at, "a tab stands where YAML wants spaces", "indent with spaces"))
        }
        _ => Ok(()),
    }
}

/// The text of a block scalar. Where its last line is the file's and has no end, the text has none either.
pub(super) fn block_text<'a>(source: &Source, span: Span, raw: &'a str) -> Result<&'a str, Error> {
    if raw.trim_start_matches('\n').starts_with('\t') {
        return Err(refuse(
            source,
            span.start,
            "this text begins with a tab, which Ansible takes for indentation",
            "write it in double quotes, with \\t for the tab",
        ));
    }
    if span.end < source.text().len() {
        return Ok(raw);
    }
    let text = source.text();
    let last_line = text.rsplit(['\n', '\r']).next().unwrap_or_default();
    if last_line.is_empty() {
        return Ok(raw);
    }
    let tail = &text[text.trim_end_matches([' ', '\n', '\r']).len()..];
    let breaks = tail.replace("\r\n", "\n").matches(['\n', '\r']).count();
    // Without content the tail begins at the header, whose own line break is not the text's.
    let written = breaks.saturating_sub(usize::from(raw.bytes().all(|byte| byte == b'\n')));
    let read = raw.bytes().rev().take_while(|&byte| byte == b'\n').count();
    // Spaces in the last line are content as far as they go beyond the indentation.
    let read_last = raw.strip_suffix('\n').and_then(|raw| raw.rsplit('\n').next()).unwrap_or_default();
    let is_cut_off = read > written || (!read_last.is_empty() && last_line.ends_with(read_last));
    Ok(if is_cut_off { raw.strip_suffix('\n').unwrap_or(raw) } else { raw })
}

/// Text without quotes inside `[]` or `{}`, where a colon wants a space after it and something before it.
pub(super) fn check_flow_text(source: &Source, span: Span, raw: &str) -> Result<(), Error> {
    let after = &source.text().as_bytes()[span.end..];
    let colon_is_glued = !raw.is_empty() && matches!(after, [b':', b',' | b'?' | b'[' | b']' | b'{' | b'}', ..]);
    let begins_badly = raw.starts_with([':', '?']);
    if !begins_badly && !colon_is_glued {
        return Ok(());
    }
    let at = if begins_badly { span.start } else { span.end };
    let problem = "inside brackets, Ansible takes this for the mark of a key";
    Err(refuse(source, at, problem, "put a space after the `:`, or quotes around the text"))
}

/// Whether the key that begins at `at` says so: `? key`.
pub(super) fn is_explicit_key(source: &Source, at: usize) -> bool {
    source.text()[..at].trim_end().ends_with('?')
}

/// A key inside brackets whose `:` is in a later line.
pub(super) fn check_flow_key(source: &Source, key: Span) -> Result<(), Error> {
    let after = &source.text()[key.end..];
    let rest = after.trim_start();
    let gap = &after[..after.len() - rest.len()];
    let is_split = rest.starts_with(':') && gap.contains(['\n', '\r']);
    if !is_split && !source.slice(key).contains(['\n', '\r']) || is_explicit_key(source, key.start) {
        return Ok(());
    }
    Err(refuse(source, key.start, "a key goes on in the next line", "write the key and its `:` in one line"))
}

/// A key that is not there: `: value`.
pub(super) fn check_empty_key(source: &Source, at: usize) -> Result<(), Error> {
    if is_explicit_key(source, at) {
        return Ok(());
    }
    Err(refuse(source, at, "there is no key before this `:`", "write the key, `null` if you mean that"))
}

/// A character beyond U+FFFF written as two `\u` escapes, which only JSON does.
pub(super) fn check_escapes(source: &Source, span: Span, raw: &str) -> Result<(), Error> {
    if raw.chars().all(|c| c <= '\u{ffff}') {
        return Ok(());
    }
    let written = source.slice(span);
    let is_half = |at: usize| {
        let digits = written.as_bytes().get(at + 2..at + 4);
        matches!(digits, Some([b'd' | b'D', b'8' | b'9' | b'a' | b'b' | b'A' | b'B']))
    };
    match written.match_indices("\\u").find(|&(at, _)| is_half(at)) {
        Some((at, _)) => Err(refuse(
            source,
            span.start + at,
            "Ansible does not read two escapes for one character",
            "write the character itself, or \\U and eight digits",
        )),
        None => Ok(()),
    }
}

/// Lines that hold nothing but a tab in front, which are no empty lines to libyaml unless quotes or brackets are open.
pub(super) fn check_empty_lines<'a>(source: &Source, roots: impl Iterator<Item = &'a Node>) -> Result<(), Error> {
    let text = source.text();
    let is_tab_line = |&at: &usize| {
        let begins_line = at == 0 || text[..at].ends_with(['\n', '\r']);
        begins_line && text[at..].trim_start_matches([' ', '\t']).starts_with(['\n', '\r'])
    };
    let mut tab_lines = text.match_indices('\t').map(|(at, _)| at).filter(is_tab_line).peekable();
    if tab_lines.peek().is_none() {
        return Ok(());
    }
    let mut open = Vec::new();
    roots.for_each(|root| collect_open(source, root, &mut open));
    let is_inside = |at: usize| {
        let before = open.partition_point(|span: &Span| span.start <= at);
        before.checked_sub(1).is_some_and(|last| at < open[last].end)
    };
    match tab_lines.find(|&at| !is_inside(at)) {
        Some(at) => {
            Err(refuse(source, at, "a tab stands in an empty line", "remove it; only spaces are as good as nothing"))
        }
        None => Ok(()),
    }
}

/// Where quotes, brackets and block scalars are open, in the order of the file.
fn collect_open(source: &Source, node: &Node, open: &mut Vec<Span>) {
    if node.alias.is_some() {
        return;
    }
    match &node.kind {
        Kind::Scalar(scalar) if scalar.style == Style::Plain => {}
        Kind::Scalar(_) => open.push(node.span),
        _ if source.slice(node.span).starts_with(['[', '{']) => open.push(node.span),
        Kind::Sequence(items) => items.iter().for_each(|item| collect_open(source, item, open)),
        Kind::Mapping(pairs) => pairs.iter().for_each(|(key, value)| {
            collect_open(source, key, open);
            collect_open(source, value, open);
        }),
    }
}
