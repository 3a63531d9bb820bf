//! Edits that rules offer for variables.

use super::finding::{Applicability, Edit, Fix, Place};
use super::model::{Assignment, Told};
use super::root::Root;
use crate::yaml::{Kind, Node, Source, Span};

/// The fix that writes another value. `None`: what stands there is a template, an alias or what one repeats, marked
/// with a tag, in several lines, or in an inventory, whose quoting is its own.
pub(in crate::lint) fn write(told: &Told<'_>, text: &str, applicability: Applicability) -> Option<Fix> {
    let edits = vec![replace(told, text)?];
    Some(Fix { title: format!("write `{}: {text}`", told.assignment.name), applicability, edits })
}

/// The edit of [`write`].
pub(in crate::lint) fn replace(told: &Told<'_>, text: &str) -> Option<Edit> {
    let node = told.assignment.node()?;
    let is_whole = told.at == told.assignment.at;
    let is_plain = node.alias.is_none() && node.tag.is_none() && matches!(node.kind, Kind::Scalar(_));
    let place = told.place();
    let is_one_line = !place.text().contains('\n') && !place.text().is_empty();
    let is_fit = is_whole && is_plain && is_one_line && !is_anchored(&place) && told.is_literal();
    is_fit.then(|| Edit::Replace { place, text: text.to_owned() })
}

/// Whether an anchor stands in front of a value: its aliases would get another value, too.
pub(in crate::lint) fn is_anchored(place: &Place) -> bool {
    let before = &place.source.text()[..place.span.start];
    before.split_whitespace().next_back().is_some_and(|word| word.starts_with('&'))
}

/// The edit that gives a variable another name. `None`: its name is not written as it is, or in quotes.
pub(in crate::lint) fn rename(assignment: &Assignment<'_>, name: &str) -> Option<Edit> {
    let place = Place::new(assignment.source, assignment.key);
    (place.text() == assignment.name).then(|| Edit::Replace { place, text: name.to_owned() })
}

/// The fix that deletes the lines of a variable which nothing reads. Comments stay, but for the one behind the value.
///
/// `None`: it shares its lines, stands in an inventory, holds an anchor, or a template of the root may read it.
pub(in crate::lint) fn delete(assignment: &Assignment<'_>, root: &Root) -> Option<Fix> {
    let node = assignment.node()?;
    let (source, text) = (assignment.source, assignment.source.text());
    let begins_line = assignment.key.start == 0 || text[..assignment.key.start].ends_with('\n');
    let end = content_end(text, assignment.key.end, node);
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let rest = text[end..line_end].trim();
    let span = Span { start: assignment.key.start, end: line_end };
    let has_anchor = source.slice(span).split_whitespace().any(|word| word.starts_with('&'));
    let is_alone = begins_line && (rest.is_empty() || rest.starts_with('#'));
    let is_free = is_alone && !has_anchor && !is_read(root, assignment.name);
    is_free.then(|| Fix {
        title: format!("delete `{}`", assignment.name),
        applicability: Applicability::Safe,
        edits: vec![Edit::Replace { place: Place::new(source, span), text: String::new() }],
    })
}

/// Where the characters of a value end: a block scalar counts the empty lines after it, which are not its own.
fn content_end(text: &str, key_end: usize, node: &Node) -> usize {
    let end = node.alias.unwrap_or(node.span).end.max(key_end);
    // Behind the key there is its colon, which an empty value does not count.
    let colon = text[key_end..].find(':').map_or(key_end, |at| key_end + at + 1);
    text[..end].trim_end().len().max(colon)
}

/// Whether a file of the root has the name where it is neither a key nor in a comment: in a template, that is.
pub(in crate::lint) fn is_read(root: &Root, name: &str) -> bool {
    let of_tree = root.tree.owners().flat_map(|owner| root.tree.files(owner)).filter_map(|file| file.source());
    of_tree.chain(root.inventories.iter().map(|file| &file.source)).any(|source| has_reader(source, name))
}

fn has_reader(source: &Source, name: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut lines = source.text().lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| {
        line.match_indices(name).any(|(at, _)| {
            let (before, after) = (&line[..at], &line[at + name.len()..]);
            let is_word = !before.ends_with(is_of_name) && !after.starts_with(is_of_name);
            let is_key = after.trim_start().starts_with([':', '=']) && !before.contains("{{") && !before.contains("{%");
            is_word && !is_key
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_where_it_is_neither_a_key_nor_in_a_comment() {
        let has = |text: &str| has_reader(&Source::new("all.yml", text), "pool");
        assert!(has("range: \"{{ pool }}\"\n"));
        assert!(has("range: >-\n  {% if pool == 'x' %}y{% endif %}\n"));
        assert!(!has("pool: 1\n# pool\nmy_pool: \"{{ pools }}\"\n"));
        assert!(!has("node1 pool=1\n"));
    }
}
