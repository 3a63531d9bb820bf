//! Which roots there are.

use std::path::PathBuf;

use inventory_core::lint::load::{Parsed, find};

use crate::directory::{Directory, INI};

fn two() -> Directory {
    Directory::new(&[
        ("prod/hosts.ini", INI),
        ("prod/group_vars/all/all.yml", "a: 1\n"),
        ("prod/group_vars/all/deep/er/x.yml", "a: 1\n"),
        ("prod/host_vars/n1.yml", "a: 1\n"),
        ("lab/inventory.ini", INI),
        ("README.md", "# x\n"),
        ("src/main.yml", "x: 1\n"),
    ])
}

#[test]
fn a_root_is_found_once_however_many_of_its_files_are_named() {
    let directory = two();
    let shown = directory.shown(&[
        "prod/host_vars/n1.yml",
        "prod/group_vars/all/all.yml",
        "lab/inventory.ini",
        "prod/hosts.ini",
        "prod/group_vars",
        "prod/group_vars/all/deep/er/x.yml",
        "prod",
    ]);
    assert_eq!(shown, ["lab: inventory.ini (ansible)", "prod: hosts.ini (ansible)"]);
    for part in ["prod/group_vars/all/deep/er/x.yml", "prod/host_vars", "prod/hosts.ini"] {
        assert_eq!(directory.shown(&[part]), ["prod: hosts.ini (ansible)"], "{part}");
    }
    let root = &directory.roots(&["prod/host_vars/n1.yml"])[0];
    assert_eq!(root.tree.owners().count(), 2);
}

#[test]
fn a_directory_is_searched_with_all_below_it_in_one_order() {
    let directory = two();
    let whole = directory.shown(&[""]);
    assert_eq!(whole, ["lab: inventory.ini (ansible)", "prod: hosts.ini (ansible)"]);
    assert_eq!(directory.shown(&["prod", "lab"]), whole);
}

#[test]
fn two_paths_to_one_directory_are_one_root_under_the_name_that_is_no_link() {
    let directory = two();
    directory.link("a-link", "prod");
    directory.link("prod/group_vars/all/loop", "..");
    let once = ["lab: inventory.ini (ansible)", "prod: hosts.ini (ansible)"];
    assert_eq!(directory.shown(&[""]), once);
    assert_eq!(directory.shown(&["prod", "./prod", "lab/../prod", "lab"]).len(), 2);
    assert_eq!(directory.shown(&["a-link/hosts.ini", "prod/hosts.ini"]).len(), 1);
    assert_eq!(directory.shown(&["a-link"]), ["a-link: hosts.ini (ansible)"]);
}

#[test]
fn a_loop_of_links_ends() {
    let directory = two();
    directory.link("prod/up", "..");
    directory.link("lab/self", ".");
    assert_eq!(directory.shown(&[""]).len(), 2);
    assert_eq!(directory.unread(&directory.find(&[""]).unread), "");
}

#[test]
fn files_that_belong_to_no_inventory_are_no_error_and_an_empty_directory_is() {
    let directory = two();
    let search = directory.find(&["README.md", "src/main.yml"]);
    assert_eq!((search.roots.len(), search.ignored.len(), search.unread.len()), (0, 2, 0));
    assert!(search.empty.is_empty());
    let search = directory.find(&["src", "prod"]);
    assert_eq!(search.empty, [directory.path("src")]);
    assert_eq!(search.roots.len(), 1);
    // A directory below one that was searched is as empty as it is.
    assert_eq!(directory.find(&["", "lab", "src"]).empty, [directory.path("src")]);
}

#[test]
fn a_path_that_is_not_there_is_told() {
    let directory = two();
    let search = directory.find(&["prood", "prod/group_vars/al.yml"]);
    assert_eq!(
        directory.unread(&search.unread),
        "prod/group_vars/al.yml: cannot be read: No such file or directory (os error 2); check the path\n\
         prood: cannot be read: No such file or directory (os error 2); check the path"
    );
}

#[test]
fn what_tools_and_roles_keep_is_not_searched_unless_it_is_named() {
    let elsewhere = [
        ".git/hosts",
        ".inv/x/hosts",
        "target/hosts",
        "node_modules/a/hosts",
        "venv/hosts",
        "artifacts/hosts",
        "credentials/hosts",
        "roles/x/molecule/default/hosts",
        "roles/x/templates/hosts",
        "py/hosts",
    ];
    let mut files: Vec<_> = elsewhere.iter().map(|path| (*path, INI)).collect();
    files.push(("py/pyvenv.cfg", "home = /usr\n"));
    files.push(("ours/hosts", INI));
    let directory = Directory::new(&files);
    assert_eq!(directory.shown(&[""]), ["ours: hosts (ansible)"]);
    assert_eq!(directory.shown(&["target"]), ["target: hosts (ansible)"]);
    assert_eq!(directory.shown(&["venv/hosts"]), ["venv: hosts (ansible)"]);
}

#[test]
fn what_is_excluded_is_not_searched() {
    let directory = two();
    directory.write("lab/hosts.yml", "all:\n  hosts:\n    a:\n");
    let not = |name: &'static str| find(&[directory.path("")], &move |path| path.ends_with(name));
    assert_eq!(not("lab").roots.len(), 1);
    let lab = not("hosts.yml").roots[0].read(&Parsed::default());
    assert_eq!(directory.show(&lab), "lab: inventory.ini (ansible)");
}

#[test]
fn several_inventories_of_a_directory_are_each_their_own_by_name() {
    let directory = Directory::new(&[
        ("staging.ini", INI),
        ("prod.yml", "all:\n  hosts:\n    a:\n"),
        ("hosts", INI),
        ("group_vars/all.yml", "a: 1\n"),
    ]);
    directory.link("link.ini", "hosts");
    assert_eq!(directory.shown(&[""]), [": hosts (ansible), prod.yml (ansible), staging.ini (ansible)"]);
    assert_eq!(directory.shown(&["staging.ini"]), directory.shown(&[""]));
}

#[test]
fn variables_alone_are_a_root_without_inventories() {
    let directory = Directory::new(&[("play/group_vars/all.yml", "a: 1\n"), ("play/site.yml", "- hosts: all\n")]);
    assert_eq!(directory.shown(&[""]), ["play:"]);
    assert_eq!(directory.find(&["play/site.yml"]).ignored.len(), 1);
}

#[test]
fn the_linters_configuration_stands_for_what_is_below_it() {
    let directory = two();
    directory.write("inv-lint.toml", "");
    directory.write("src/inv-lint.toml", "");
    assert_eq!(directory.shown(&["inv-lint.toml"]).len(), 2);
    let search = directory.find(&["src/inv-lint.toml"]);
    assert!(search.roots.is_empty() && search.empty.is_empty() && search.unread.is_empty());
}

#[test]
fn a_directory_that_cannot_be_listed_is_told() {
    let directory = two();
    directory.mode("lab", 0o000);
    let is_root = std::fs::read_dir(directory.path("lab")).is_ok();
    let search = directory.find(&[""]);
    directory.mode("lab", 0o755);
    assert_eq!(search.empty, Vec::<PathBuf>::new());
    // The superuser may list everything.
    let expected = if is_root {
        ""
    } else {
        "lab: cannot be read: Permission denied (os error 13); give yourself the right to read it, or exclude it"
    };
    assert_eq!(directory.unread(&search.unread), expected);
}

#[test]
fn files_of_one_text_keep_their_own_names_and_places() {
    use inventory_core::vars::tree::Owner;
    let text = "# x\na: 1\n";
    let directory = Directory::new(&[
        ("one/hosts", INI),
        ("one/group_vars/all.yml", text),
        ("two/hosts", INI),
        ("two/group_vars/all/x.yml", text),
        ("two/group_vars/k8s_cluster.yml", "a: [\n"),
        ("zoo/hosts", INI),
        ("zoo/group_vars/k8s_cluster.yml", "a: [\n"),
    ]);
    let roots = directory.roots(&[""]);
    let places =
        roots.iter().flat_map(|root| root.tree.occurrences(&Owner::Group("all".to_owned()), &["a".to_owned()]));
    let places: Vec<_> = places.map(|found| directory.name(found.location.to_string().as_ref())).collect();
    assert_eq!(places, ["one/group_vars/all.yml:2:1", "two/group_vars/all/x.yml:2:1"]);
    let unread = roots.iter().flat_map(|root| &root.unread);
    let unread: Vec<_> = unread.map(|unread| directory.name(unread.location.to_string().as_ref())).collect();
    assert_eq!(unread, ["two/group_vars/k8s_cluster.yml:1:4", "zoo/group_vars/k8s_cluster.yml:1:4"]);
}
