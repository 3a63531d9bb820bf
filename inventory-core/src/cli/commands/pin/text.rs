//! The text of `members`.

use crate::cluster::Member;
use crate::yaml::{self, Kind, Node, Source};

/// The key `members` with its lines. Whoever is on the list already keeps the line that says so, comments and all.
pub(super) fn block(file: &Source, listed: &[Member], members: &[Member]) -> String {
    kept(file, listed, members).unwrap_or_else(|| format!("members:\n{}", render(members)))
}

/// The lines of the file with those that changed replaced and the new ones below; `None` where the list is not
/// written a dash a line.
fn kept(file: &Source, listed: &[Member], members: &[Member]) -> Option<String> {
    let text = file.text();
    let document = yaml::parse_one(file).ok()?;
    let Kind::Mapping(pairs) = &document.root.as_ref()?.kind else { return None };
    let (key, list) = pairs.iter().find(|(key, _)| key.raw() == Some("members"))?;
    let Kind::Sequence(items) = &list.kind else { return None };
    let is_dashed = |item: &Node| text[line_start(text, item.span.start)..item.span.start].trim() == "-";
    let key_start = line_start(text, key.span.start);
    if items.len() != listed.len() || !items.iter().all(is_dashed) || key_start != key.span.start {
        return None;
    }
    let dash = items.first().map(|item| &text[line_start(text, item.span.start)..item.span.start])?;
    let mut end = line_end(text, key.span.end);
    let mut block = text[key_start..end].to_owned();
    for (item, (old, new)) in items.iter().zip(listed.iter().zip(members)) {
        let value_end = item.span.start + text[item.span.start..item.span.end].trim_end().len();
        let above = &text[end..line_start(text, item.span.start)];
        end = line_end(text, value_end);
        block.push_str(above);
        if old == new {
            block.push_str(&text[line_start(text, item.span.start)..end]);
        } else {
            block.extend([dash, line(new).as_str(), &text[value_end..end]]);
        }
        if !block.ends_with('\n') {
            block.push('\n');
        }
    }
    for new in &members[listed.len()..] {
        block.extend([dash, line(new).as_str(), "\n"]);
    }
    Some(block.replace("\r\n", "\n"))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |line_end| line_end + 1)
}

/// The byte after the line break of the line that holds `at`.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |line_end| at + line_end + 1)
}

/// One line a member.
pub(in crate::cli::commands) fn render(members: &[Member]) -> String {
    members.iter().flat_map(|member| ["  - ".to_owned(), line(member), "\n".to_owned()]).collect()
}

/// A member as a `{flow: map}`.
fn line(member: &Member) -> String {
    let fields = serde_json::to_value(member).unwrap_or_default();
    let fields: Vec<String> = fields
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| match value {
            serde_json::Value::String(text) => format!("{key}: {}", flow_text(text)),
            other => format!("{key}: {other}"),
        })
        .collect();
    format!("{{{}}}", fields.join(", "))
}

/// A text for a `{flow: map}`: bare where YAML reads it back as the same text, else in double quotes.
pub(in crate::cli::commands) fn flow_text(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-'));
    if is_plain && yaml::emit(&yaml::Plain::text(text)).trim_end() == text {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}
