//! A value that takes the place of another.

use super::super::Error;
use super::super::emit::Plain;
use super::super::node::{Kind, Node, Style};
use super::lines::{content_end, line_break, line_end, line_start};
use super::path::{Edit, Splice, Step, column};
use super::written::{self, Written};

/// How an old value is written.
enum Old {
    /// Nothing behind the colon.
    Absent,
    /// A scalar, or brackets; usually in the line of its key, with or without something behind it.
    Inline,
    /// In lines of its own, of which the first may begin behind the key: `|`.
    Lines,
}

/// The splices that replace the value of a pair.
pub(super) fn splices(edit: &Edit<'_>, step: Step<'_>, value: &Plain<'_>) -> Result<Vec<Splice>, Error> {
    let text = edit.source.text();
    let Step { name, value: old, in_flow } = step;
    let Some(colon) = colon(text, name) else {
        return Err(edit.refuse(name.span.start, "no `:` stands behind the key"));
    };
    let form = form(text, old);
    let is_brackets = matches!(form, Old::Inline) && !matches!(old.kind, Kind::Scalar(_));
    let is_filled = match &old.kind {
        Kind::Sequence(items) => !items.is_empty(),
        Kind::Mapping(pairs) => !pairs.is_empty(),
        Kind::Scalar(_) => false,
    };
    let new = match (value, &old.kind) {
        (Plain::Text(new), Kind::Scalar(scalar)) if matches!(form, Old::Inline) && !new.contains('\n') => {
            Written { inline: written::like(scalar, new, in_flow), lines: String::new() }
        }
        _ if in_flow || (is_brackets && is_filled && matches!(value, Plain::List(_) | Plain::Map(_))) => {
            Written { inline: written::flow(value), lines: String::new() }
        }
        _ => written::block(value),
    };
    if matches!(form, Old::Inline) && new.lines.is_empty() {
        return Ok(vec![(old.span.start..old.span.end, new.inline)]);
    }
    if matches!(form, Old::Absent) && new.lines.is_empty() {
        let rest = &text[colon..line_end(text, colon)];
        let blanks = if rest.trim().is_empty() { rest.trim_end_matches(['\n', '\r']).len() } else { 0 };
        return Ok(vec![(colon..colon + blanks, format!(" {}", new.inline))]);
    }
    let is_behind_key = !text[colon..old.span.start.max(colon)].contains(['\n', '\r']);
    let form = if matches!(form, Old::Inline) && !is_behind_key { Old::Lines } else { form };
    if matches!(form, Old::Lines) && has_text_behind(text, name, old) {
        return Err(edit.refuse(old.span.start, "a comment behind its value would be lost"));
    }
    let (range, mut written) = in_lines(text, step, colon, &form, &new);
    if range.end == text.len() && !text.ends_with(['\n', '\r']) && !written::needs_line_end(value) {
        written.truncate(written.trim_end_matches(['\n', '\r']).len());
    }
    Ok(vec![(range, written)])
}

/// From the colon to the end of the old value's last line, written anew.
fn in_lines(text: &str, step: Step<'_>, colon: usize, form: &Old, new: &Written) -> Splice {
    let Step { name, value: old, .. } = step;
    let header_end = line_end(text, colon);
    // What stays in the line of the key: its comment.
    let (rest, resume) = match form {
        Old::Absent => (&text[colon..header_end], header_end),
        Old::Inline => (&text[old.span.end..line_end(text, old.span.end)], line_end(text, old.span.end)),
        Old::Lines => {
            let header = &text[colon..header_end];
            let comment = [" #", "\t#"].iter().filter_map(|mark| header.find(mark)).min();
            let rest = if is_block_text(old) { comment.map_or("", |at| &header[at..]) } else { header };
            (rest, line_end(text, content_end(text, name, old)).max(header_end))
        }
    };
    let line_break = line_break(text, line_start(text, colon));
    let indent = column(text, name.span.start) + offset(text, step, header_end, new);
    let space = if new.inline.is_empty() { "" } else { " " };
    let mut written = format!("{space}{}{}{line_break}", new.inline, rest.trim_end());
    written += &written::indented(&new.lines, 2, indent, line_break);
    (colon..resume, written)
}

/// By how much the lines of the new value are indented from the key: as those of the old one where both are lists, or
/// both are maps, else by two.
fn offset(text: &str, step: Step<'_>, below: usize, new: &Written) -> usize {
    let begins_with_dash = new.lines.trim_start().starts_with("- ");
    let is_like = new.inline.is_empty()
        && match &step.value.kind {
            Kind::Sequence(_) => begins_with_dash,
            Kind::Mapping(_) => !begins_with_dash,
            Kind::Scalar(_) => false,
        };
    let old = text.get(below..step.value.span.end).unwrap_or_default();
    let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    match old.lines().find(is_content) {
        Some(first) if is_like => {
            let indent = first.len() - first.trim_start().len();
            indent.saturating_sub(column(text, step.name.span.start))
        }
        _ => 2,
    }
}

fn form(text: &str, old: &Node) -> Old {
    let is_scalar = matches!(old.kind, Kind::Scalar(_));
    if is_block_text(old) || !(is_scalar || text[old.span.start..].starts_with(['[', '{'])) {
        Old::Lines
    } else if is_scalar && old.span.start == old.span.end {
        Old::Absent
    } else {
        Old::Inline
    }
}

fn is_block_text(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar(scalar) if matches!(scalar.style, Style::Literal | Style::Folded))
}

/// Whether anything but blanks follows an old value in its last line.
fn has_text_behind(text: &str, name: &Node, old: &Node) -> bool {
    let end = content_end(text, name, old);
    !text[end..line_end(text, end)].trim().is_empty()
}

/// The byte after the colon of a key.
pub(super) fn colon(text: &str, name: &Node) -> Option<usize> {
    let behind = text[name.span.end..].trim_start_matches([' ', '\t']);
    behind.starts_with(':').then(|| text.len() - behind.len() + 1)
}

/// Refuses keys and values that stand for more than themselves.
pub(super) fn check_bare(edit: &Edit<'_>, Step { name, value, .. }: Step<'_>) -> Result<(), Error> {
    let text = edit.source.text();
    if name.alias.is_some() || name.tag.is_some() {
        return Err(edit.refuse(name.span.start, "the key is an alias or has a tag"));
    }
    if let Some(alias) = value.alias {
        return Err(edit.refuse(alias.start, "its value is an alias of another"));
    }
    if let Some(tag) = &value.tag {
        return Err(edit.refuse(value.span.start, &format!("its value has the tag `{}`", short(tag))));
    }
    let between = colon(text, name).filter(|&colon| colon <= value.span.start);
    let between = between.map_or("", |colon| &text[colon..value.span.start]);
    if between.lines().any(|line| line.trim_start().starts_with('&')) {
        return Err(edit.refuse(value.span.start, "its value has an anchor, for others to repeat"));
    }
    Ok(())
}

/// Refuses an old value that would take an alias with it.
pub(super) fn check_no_alias(edit: &Edit<'_>, value: &Node) -> Result<(), Error> {
    alias_in(value).map_or(Ok(()), |alias| Err(edit.refuse(alias, "its value repeats others by an alias")))
}

fn short(tag: &str) -> String {
    match tag.strip_prefix(super::super::node::CORE_TAG) {
        Some(core) => format!("!!{core}"),
        None => tag.to_owned(),
    }
}

/// Where an alias stands inside a value.
fn alias_in(node: &Node) -> Option<usize> {
    if let Some(alias) = node.alias {
        return Some(alias.start);
    }
    match &node.kind {
        Kind::Scalar(_) => None,
        Kind::Sequence(items) => items.iter().find_map(alias_in),
        Kind::Mapping(pairs) => pairs.iter().find_map(|(_, value)| alias_in(value)),
    }
}
