//! The YAML that a view is made from, as it is written.

use crate::lint::root::{Content, InventoryFile};
use crate::lint::view::View;
use crate::yaml::{Kind, Node, Source};

/// Every YAML document: the inventory, if it is one, and the files of variables.
pub(super) fn of<'a>(view: &View<'a>) -> Vec<(&'a Source, &'a Node)> {
    let inventory = view.inventory.and_then(|file| Some((&file.source, root(file)?)));
    let tree = &view.root.tree;
    let files = tree.owners().flat_map(|owner| tree.files(owner));
    let of_files = files.filter_map(|file| Some((file.source()?, file.root()?)));
    inventory.into_iter().chain(of_files).collect()
}

/// The value of an inventory file that is YAML.
pub(super) fn root(file: &InventoryFile) -> Option<&Node> {
    match &file.content {
        Content::Ansible { tree, .. } => tree.as_ref(),
        Content::Cluster(content) => Some(&content.tree),
        Content::Unknown => None,
    }
}

/// Every pair of every map, from the top. What an alias repeats is looked at where it is written.
pub(super) fn walk<'a>(node: &'a Node, look: &mut dyn FnMut(&'a Node, &'a Node)) {
    maps(node, &mut |map| {
        if let Kind::Mapping(pairs) = &map.kind {
            pairs.iter().for_each(|(key, value)| look(key, value));
        }
    });
}

/// Every map, from the top, each once.
pub(super) fn maps<'a>(node: &'a Node, look: &mut dyn FnMut(&'a Node)) {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if node.alias.is_some() {
            continue;
        }
        match &node.kind {
            Kind::Scalar(_) => {}
            Kind::Sequence(items) => waiting.extend(items.iter().rev()),
            Kind::Mapping(pairs) => {
                look(node);
                waiting.extend(pairs.iter().rev().map(|(_, value)| value));
            }
        }
    }
}

/// The items of a list; of anything else, that itself.
pub(super) fn items(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::Sequence(items) => items,
        _ => std::slice::from_ref(node),
    }
}
