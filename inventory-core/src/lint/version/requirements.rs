//! What Ansible Galaxy is asked to install: `requirements.yml`.

use std::path::Path;

use super::{Releases, Teller, checkout};
use crate::yaml::{Node, Resolved, Source, parse_one};

/// Where Ansible projects keep it.
const FILES: [&str; 2] = ["requirements.yml", "collections/requirements.yml"];

/// What a directory's requirements pin of kubespray.
pub(super) fn pins(directory: &Path) -> Vec<Result<Releases, String>> {
    FILES.iter().flat_map(|file| of_file(&directory.join(file))).collect()
}

fn of_file(path: &Path) -> Vec<Result<Releases, String>> {
    // A file that cannot be read is not known to speak of kubespray.
    let Ok(source) = Source::read(path) else { return Vec::new() };
    let Ok(Some(root)) = parse_one(&source).map(|document| document.root) else { return Vec::new() };
    // Either a map of two lists, or the list of roles alone.
    let lists = match root.resolve() {
        Resolved::List(_) => vec![&root],
        _ => ["collections", "roles"].iter().filter_map(|key| root.get(key, &source)).collect(),
    };
    let items = lists.into_iter().flat_map(|list| match list.resolve() {
        Resolved::List(items) => items,
        _ => &[],
    });
    items.filter_map(|item| of_item(&source, item)).collect()
}

/// What a collection or role says, where it is kubespray.
fn of_item(source: &Source, item: &Node) -> Option<Result<Releases, String>> {
    // `- kubernetes_sigs.kubespray` is a name alone.
    let names = [Some(item), item.get("name", source), item.get("src", source), item.get("source", source)];
    let mut names = names.into_iter().flatten().filter_map(Node::raw);
    names.find(|name| *name == "kubernetes_sigs.kubespray" || checkout::is_kubespray(name))?;
    let Some(version) = item.get("version", source) else {
        return Some(Err(format!("kubespray is asked for without a version ({})", item.location(source))));
    };
    let told = checkout::told(source, version, Teller::Requirements);
    Some(told.ok_or_else(|| {
        format!("kubespray is pinned to {}, which is no release ({})", version.describe(), version.location(source))
    }))
}
