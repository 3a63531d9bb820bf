//! Which files are inventories.

use crate::directory::{Directory, INI};

const YAML: &str = "all:\n  children:\n    kube_node:\n      hosts:\n        n1: {ip: 10.0.0.1}\n";

/// What is found in a directory with this file only.
fn alone(name: &str, text: &str) -> Vec<String> {
    Directory::new(&[(name, text)]).shown(&[""])
}

/// The same with variables beside it.
fn with_variables(name: &str, text: &str) -> Vec<String> {
    Directory::new(&[(name, text), ("group_vars/all.yml", "a: 1\n")]).shown(&[""])
}

#[test]
fn an_inventory_is_one_by_whatever_usual_name() {
    for name in ["hosts", "inventory", "inventory.ini", "hosts.ini", "inventory.cfg", "prod", "hosts.prod", "lab.ini"] {
        assert_eq!(alone(name, INI), [format!(": {name} (ansible)")], "{name}");
    }
    for name in ["hosts.yml", "hosts.yaml", "inventory", "hosts.json", "lab.yml"] {
        assert_eq!(alone(name, YAML), [format!(": {name} (ansible)")], "{name}");
    }
    let list = r#"{"_meta": {"hostvars": {}}, "kube_node": {"hosts": ["n1"]}}"#;
    assert_eq!(alone("inventory.json", list), [": inventory.json (ansible)"]);
}

#[test]
fn what_others_write_is_no_inventory_wherever_it_lies() {
    let others = [
        ("site.yml", "- hosts: all\n  roles: [x]\n"),
        ("hosts.yml", "- hosts: kube_node\n  tasks: []\n"),
        ("values.yaml", "ingress:\n  enabled: true\n  hosts: [a.example.org]\nimage: {tag: v1}\n"),
        ("docker-compose.yml", "services:\n  web: {image: x}\n"),
        ("ci.yml", "on: push\njobs:\n  build: {runs-on: x}\n"),
        ("galaxy.yml", "namespace: a\nname: kubespray\nversion: 1.0.0\n"),
        ("requirements.yml", "collections:\n  - name: ansible.utils\n"),
        ("setup.cfg", "[metadata]\nname = x\n"),
        ("tox.ini", "[tox]\nenvlist = py3\n[testenv:py3]\ncommands = pytest\n"),
        ("pytest.ini", "[pytest]\naddopts=-q\n"),
        ("ansible.cfg", "[defaults]\ninventory = hosts\n"),
        ("molecule.yml", "platforms:\n  - name: x\nprovisioner:\n  inventory:\n    hosts: {all: {}}\n"),
        ("deploy.yaml", "apiVersion: v1\nkind: Service\n---\napiVersion: v1\nkind: Pod\n"),
        ("hosts.yaml", "apiVersion: v1\nkind: X\nspec:\n  hosts:\n    - a\n---\napiVersion: v1\n"),
        ("models.py", "hosts = {}\n"),
        ("machines.txt", "10.0.0.1 n1.kubernetes.local n1 10.200.0.0/24\n"),
        ("Makefile", "all:\n\techo hosts\n"),
        ("LICENSE", "MIT License\n\nCopyright\n"),
        ("vars.yml", "kube_node_max: 3\netcd: {version: 3}\n"),
        ("package.json", "{\"name\": \"x\", \"workers\": {\"a\": 1}}"),
        ("hosts", "127.0.0.1 localhost\n::1 localhost ip6-localhost\n"),
        ("ingress-hosts.yaml", "{{- if .Values.hosts }}\nhosts:\n{{- end }}\n"),
        ("pods.yml", "workers:\n  image: x\ncontrollers:\n  image: y\n"),
    ];
    for (name, text) in others {
        assert_eq!(alone(name, text), [""; 0], "{name} alone");
        assert_eq!(with_variables(name, text), [":"], "{name} beside variables");
        let search = Directory::new(&[(name, text)]);
        let search = search.find(&[name]);
        assert_eq!((search.roots.len(), search.ignored.len(), search.unread.len()), (0, 1, 0), "{name} named");
    }
}

#[test]
fn a_source_file_in_a_directory_called_inventory_is_left_alone() {
    let directory = Directory::new(&[("src/inventory/models.py", "x = 1\n"), ("src/inventory/__init__.py", "")]);
    assert_eq!(directory.find(&["src/inventory/models.py"]).ignored.len(), 1);
    assert_eq!(directory.find(&[""]).empty.len(), 1);
}

#[test]
fn a_file_of_any_name_needs_something_that_speaks_for_it() {
    let text = "[web]\nw1\nw2\n";
    assert_eq!(alone("lab.ini", text), [""; 0]);
    assert_eq!(with_variables("lab.ini", text), [": lab.ini (ansible)"]);
    let directory = Directory::new(&[("lab.ini", text)]);
    assert_eq!(directory.shown(&["lab.ini"]), [": lab.ini (ansible)"]);
    let yaml = "web:\n  hosts:\n    w1:\n";
    assert_eq!(alone("lab.yml", yaml), [""; 0]);
    assert_eq!(with_variables("lab.yml", yaml), [": lab.yml (ansible)"]);
    assert_eq!(alone("hosts.yml", yaml), [": hosts.yml (ansible)"]);
    // The hard way's groups are enough.
    assert_eq!(alone("lab.yml", "controllers:\n  hosts:\n    c1:\nworkers:\n"), [": lab.yml (ansible)"]);
}

#[test]
fn yaml_keeps_its_tree_and_ini_has_none() {
    use inventory_core::lint::root::Content;
    let directory = Directory::new(&[("hosts.yml", YAML), ("hosts.ini", INI)]);
    let root = &directory.roots(&[""])[0];
    let trees = root.inventories.iter().map(|file| match &file.content {
        Content::Ansible { inventory, tree } => (inventory.hosts.len(), tree.is_some()),
        other => panic!("{other:?}"),
    });
    assert_eq!(trees.collect::<Vec<_>>(), [(1, false), (1, true)]);
}

#[test]
fn what_only_running_would_tell_is_unknown() {
    let directory = Directory::new(&[
        ("hosts.ini", INI),
        ("constructed.yml", "plugin: constructed\nkeyed_groups: []\n"),
        ("inventory.py", "#!/usr/bin/env python3\nprint('{}')\n"),
        ("inventory", "#!/bin/sh\necho '{}'\n"),
        ("deploy", "#!/bin/sh\nmake\n"),
        ("hosts.sh", "#!/bin/sh\n# nobody may run it\n"),
        ("group_vars/all.yml", "a: 1\n"),
    ]);
    for script in ["inventory.py", "inventory", "deploy"] {
        directory.mode(script, 0o755);
    }
    directory.write("hosts", b"\x7fELF\x02\x00\xff\xfe");
    directory.mode("hosts", 0o755);
    let root = &directory.roots(&[""])[0];
    let expected = ": constructed.yml (unknown), hosts (unknown), hosts.ini (ansible), inventory (unknown), inventory.py (unknown)";
    assert_eq!(directory.show(root), expected);
    assert_eq!(directory.unread(&root.unread), "");
    let executable: Vec<_> = root.inventories.iter().map(|file| file.is_executable).collect();
    assert_eq!(executable, [false, true, false, true, true]);
    // Somebody's plugin is not our business where nothing else speaks of Ansible.
    assert_eq!(alone("babel.yml", "plugin: x\n"), [""; 0]);
}
