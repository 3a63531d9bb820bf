//! Renaming groups wherever an inventory and the files beside it name them.

use std::path::PathBuf;

use crate::ansible::Format;
use crate::lint::finding::{Edit, Place};
use crate::lint::root::Content;
use crate::lint::view::View;
use crate::vars::tree::Owner;
use crate::yaml::{Node, Resolved, Source, Span};

/// The edits that give groups new names. `None`: they cannot be made safely here: another inventory shares the files, a
/// new name is taken, or a template names a group.
pub(super) fn edits(view: &View<'_>, names: &[(&str, &str)]) -> Option<Vec<Edit>> {
    let [inventory] = view.root.inventories.as_slice() else { return None };
    let Content::Ansible { inventory: ansible, tree } = &inventory.content else { return None };
    let is_taken = |(old, new): &(&str, &str)| {
        let has_files = |name: &str| !view.root.tree.files(&Owner::Group(name.to_owned())).is_empty();
        let is_there = |name: &str| ansible.groups.contains_key(name);
        is_there(old) && is_there(new) || has_files(old) && has_files(new)
    };
    if names.iter().any(is_taken) || is_named_in_templates(view, names) {
        return None;
    }
    let source = &inventory.source;
    let new_name = |text: &str| names.iter().find(|(old, _)| *old == text).map(|(_, new)| *new);
    let mut found = Vec::new();
    match (ansible.format, tree) {
        (Format::Ini, _) => in_ini(source.text(), &new_name, &mut found),
        (Format::Yaml, Some(root)) => in_yaml(root, source, &new_name, &mut found),
        _ => return None,
    }
    let replace = |(span, text): (Span, &str)| Edit::Replace { place: Place::new(source, span), text: text.to_owned() };
    let mut edits: Vec<Edit> = found.into_iter().map(replace).collect();
    for (old, new) in names {
        let files = view.root.tree.files(&Owner::Group((*old).to_owned()));
        // The directory or the file that is called like the group.
        let Some(path) = files.first().map(|file| file.path().components().take(2).collect::<PathBuf>()) else {
            continue;
        };
        let name = path.file_name()?.to_str()?.replacen(old, new, 1);
        let (from, to) = (view.root.directory.join(&path), view.root.directory.join(path.with_file_name(name)));
        edits.push(Edit::Rename { from, to });
    }
    Some(edits)
}

/// Whether a value anywhere may ask for a group by its name, as in `groups['kube-master']`.
fn is_named_in_templates(view: &View<'_>, names: &[(&str, &str)]) -> bool {
    let is_named = |line: &str| names.iter().any(|(old, _)| line.contains(old));
    let files = view.root.tree.owners().flat_map(|owner| view.root.tree.files(owner));
    // A template may stand on several lines, so whatever is no comment counts.
    let is_told = |line: &str| !line.trim_start().starts_with('#') && is_named(line);
    let mut texts = files.filter_map(|file| Some(file.source()?.text()));
    let is_template = |line: &str| line.contains("{{") || line.contains("{%");
    let mut lines = view.inventory.into_iter().flat_map(|inventory| inventory.source.text().lines());
    texts.any(|text| text.lines().any(is_told)) || lines.any(|line| is_template(line) && is_named(line))
}

/// The sections, and the lines of sections of children.
fn in_ini<'a>(text: &str, new_name: &dyn Fn(&str) -> Option<&'a str>, found: &mut Vec<(Span, &'a str)>) {
    let (mut start, mut holds_groups) = (0, false);
    for line in text.split_inclusive('\n') {
        let words = line.trim_start();
        let mut at = start + line.len() - words.len();
        let mut name = None;
        if let Some(section) = words.strip_prefix('[') {
            at += 1;
            name = section.split([':', ']']).next();
            holds_groups = section.split_once(']').is_some_and(|(section, _)| section.ends_with(":children"));
        } else if holds_groups && !words.starts_with(['#', ';']) {
            name = words.split([' ', '\t', '#', '\r', '\n']).next();
        }
        if let Some((name, new)) = name.and_then(|name| Some((name, new_name(name)?))) {
            found.push((Span { start: at, end: at + name.len() }, new));
        }
        start += line.len();
    }
}

/// The keys that name groups: at the top, and below `children`.
fn in_yaml<'a>(
    groups: &Node,
    source: &Source,
    new_name: &dyn Fn(&str) -> Option<&'a str>,
    found: &mut Vec<(Span, &'a str)>,
) {
    for (key, group) in groups.entries(source).unwrap_or_default() {
        if let (Resolved::Text(name), None) = (key.resolve(), key.alias) {
            found.extend(new_name(name).map(|new| (key.span, new)));
        }
        if let Some(children) = group.get("children", source).filter(|_| group.alias.is_none()) {
            in_yaml(children, source, new_name, found);
        }
    }
}
