//! What looks like an inventory and cannot be read is told, and the rest is there.

use std::fmt::Write as _;

use crate::directory::{Directory, INI};

fn unread(directory: &Directory) -> String {
    let roots = directory.roots(&[""]);
    assert_eq!(roots.len(), 1);
    directory.unread(&roots[0].unread)
}

#[test]
fn a_broken_inventory_is_told_with_its_place_and_the_rest_is_read() {
    let directory = Directory::new(&[
        ("hosts.yml", "all:\n  hosts:\n    n1:\n   n2:\n"),
        ("prod.ini", "[kube_node]\nn1 x y\n"),
        ("lab.ini", INI),
        ("group_vars/all.yml", "a: {{ b }}\n"),
        ("group_vars/k8s_cluster.yml", "b: 1\n"),
    ]);
    let root = &directory.roots(&[""])[0];
    assert_eq!(directory.show(root), ": hosts.yml (unknown), lab.ini (ansible), prod.ini (unknown)");
    assert_eq!(root.tree.owners().count(), 2);
    insta::assert_snapshot!(directory.unread(&root.unread), @"
    hosts.yml:4:4: this line belongs neither to the value above nor beside a key above; align it with the keys of its map, or indent it below its key
    prod.ini:2:4: `x` after a host is no variable: expected `name=value`; put quotes around a value with blanks, and no blanks around `=`
    group_vars/all.yml:1:5: a key cannot be a map; put quotes around a value that begins with `{{`
    ");
}

#[test]
fn bytes_that_are_no_text_are_told_where_they_stand() {
    let directory = Directory::new(&[]);
    directory.write("hosts", b"\x00\x01\xff\xfe\x00");
    directory.write("prod.ini", b"# caf\xe9\n[kube_node]\nn1\n");
    directory.write("notes.ini", b"# caf\xe9\n");
    directory.write("group_vars/all.yml", b"a: caf\xe9\n");
    insta::assert_snapshot!(unread(&directory), @"
    hosts:1:3: byte 0xff is not UTF-8; save the file as UTF-8
    prod.ini:1:6: byte 0xe9 is not UTF-8; save the file as UTF-8
    group_vars/all.yml:1:7: byte 0xe9 is not UTF-8; save the file as UTF-8
    ");
}

#[test]
fn what_is_encrypted_is_in_order() {
    let vault = "$ANSIBLE_VAULT;1.1;AES256\n3162\n";
    let directory = Directory::new(&[
        ("hosts", vault),
        ("secrets.yml", vault),
        ("lab.ini", INI),
        ("group_vars/all/vault.yml", vault),
    ]);
    insta::assert_snapshot!(unread(&directory), @"
    hosts: is encrypted by ansible-vault as a whole; name a file that is not, and keep secrets in encrypted variables under `group_vars` (in order)
    group_vars/all/vault.yml: is encrypted by ansible-vault as a whole; keep what is no secret in a file of its own (in order)
    ");
}

#[test]
fn traps_end_with_a_reason() {
    let deep = format!("all: {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ["b", "c", "d", "e", "f", "g", "h"].iter().zip(["a", "b", "c", "d", "e", "f", "g"]) {
        let again = vec![format!("*{before}"); 10].join(", ");
        writeln!(bomb, "{name}: &{name} [{again}]").unwrap();
    }
    let directory = Directory::new(&[
        ("hosts.yml", &format!("all:\n  hosts:\n{deep}")),
        ("group_vars/all/bomb.yml", &bomb),
        ("group_vars/all/several.yml", "a: 1\n---\nb: 2\n"),
        ("group_vars/all/text.yml", "just words\n"),
    ]);
    let huge = std::fs::File::create(directory.path("group_vars/all/huge.yml")).unwrap();
    huge.set_len((64 << 20) + 1).unwrap();
    directory.link("group_vars/all/loop", "loop");
    directory.link("inventory", "inventory");
    directory.link("hosts.ini", "nowhere");
    insta::assert_snapshot!(unread(&directory), @r#"
    hosts.ini: cannot be read: No such file or directory (os error 2); it is a link: remove it, or let it lead to a file
    hosts.yml:3:134: lists and maps are nested more than 128 deep; write it with fewer levels
    inventory: cannot be read: Too many levels of symbolic links (os error 40); it is a link: remove it, or let it lead to a file
    group_vars/all/bomb.yml:6:36: the alias `*e` makes this file more than a million values; write the value out instead
    group_vars/all/huge.yml: is larger than 64 MiB, the most that is read; split it into several files
    group_vars/all/several.yml:2:1: a second document starts here, and Ansible reads files of one; remove this `---` or `...`, or move what follows into a file of its own
    group_vars/all/text.yml:1:1: a file of variables is a map, and this is text "just words"; write `name: value`, a variable a line
    "#);
}

#[test]
fn a_large_file_of_variables_is_read() {
    let mut lines = String::new();
    (0..200_000).for_each(|number| writeln!(lines, "key_{number}: value").unwrap());
    let directory = Directory::new(&[("hosts", INI), ("group_vars/all.yml", &lines)]);
    assert_eq!(unread(&directory), "");
}

#[test]
fn nothing_is_told_of_files_that_do_not_look_like_inventories() {
    let directory = Directory::new(&[
        ("hosts", INI),
        ("group_vars/all.yml", "a: 1\n"),
        ("broken.yml", "- hosts: all\n   x: [\n"),
        ("template.yml", "{% if x %}\nhosts:\n{% endif %}\n"),
        ("inventory.yml", "- import_playbook: x.yml\n"),
    ]);
    directory.write("logo", b"\x89PNG\xff");
    directory.link("gone.yml", "nowhere");
    assert_eq!(unread(&directory), "");
}
