//! A file whose text an editor holds.

use inventory_core::lint::load::{Parsed, find_unsaved};
use inventory_core::lint::root::{Content, Root};
use inventory_core::vars::tree::Owner;

use crate::directory::{Directory, INI};

fn root(directory: &Directory, path: &str, text: &str) -> Root {
    let search = find_unsaved(&directory.path(path), text);
    assert_eq!(search.roots.len(), 1, "{search:?}");
    search.roots[0].read(&Parsed::default())
}

fn value(root: &Root, name: &str) -> String {
    let value = root.tree.value(&Owner::Group("all".to_owned()), &[name.to_owned()]);
    value.map_or_else(|| "absent".to_owned(), |value| value.reading.to_plain_text())
}

#[test]
fn variables_are_those_of_the_editor() {
    let directory = Directory::new(&[("hosts", INI), ("group_vars/all.yml", "a: 1\n")]);
    directory.write("group_vars/k8s_cluster.yml", "b: 1\n");
    let root = root(&directory, "group_vars/all.yml", "a: 2\n");
    assert_eq!(value(&root, "a"), "2");
    assert_eq!((root.inventories.len(), root.tree.owners().count()), (1, 2));
    // Also where the file on the disk cannot be read.
    directory.write("group_vars/all.yml", b"\xff");
    assert_eq!(value(&self::root(&directory, "group_vars/all.yml", "a: 3\n"), "a"), "3");
}

#[test]
fn an_inventory_is_the_editors_there_or_not() {
    let directory = Directory::new(&[("hosts", INI), ("group_vars/all.yml", "a: 1\n")]);
    for (name, at) in [("hosts", 0), ("new.ini", 1)] {
        let root = root(&directory, name, "[kube_node]\nn1\nn2\n");
        let Content::Ansible { inventory, .. } = &root.inventories[at].content else { panic!("{name}") };
        assert_eq!(inventory.hosts.len(), 2, "{name}");
    }
}

#[test]
fn a_text_that_belongs_to_no_inventory_is_ignored() {
    let directory = Directory::new(&[("hosts", INI)]);
    let search = find_unsaved(&directory.path("notes.yml"), "- a\n");
    assert_eq!((search.roots.len(), search.ignored.len()), (0, 1));
}
