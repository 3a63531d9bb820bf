//! The files that Ansible reads, and no others, in its order.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ansible_referee::Ansible;
use inventory_core::vars::tree::{Owner, Reading, VarsTree};
use serde_json::Value;

use crate::directory::{Directory, group, path};

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

const NAMES: &[&str] = &[
    "a",
    "b.yml",
    "B.yaml",
    "z.json",
    ".hidden.yml",
    "back.yml~",
    "note.txt",
    "dot.",
    "10.yml",
    "9.yml",
    "é.yml",
    "_",
    "x.YML",
    "a.b.yml",
    "all.yml",
];
const DIRECTORIES: &[&str] = &["sub", "deeper", "d.d", ".git", "old~", "m.yml"];

/// Writes files that each say who they are.
struct Writer<'a> {
    directory: &'a Directory,
    random: Random,
    files: usize,
}

impl Writer<'_> {
    fn file(&mut self, path: &str) {
        self.files += 1;
        let text = match self.random.below(8) {
            0 => "# nothing\n".to_owned(),
            1 => format!("{{\"who\": \"{path}\", \"seen_{}\": 1}}", self.files),
            _ => format!("who: {path}\nseen_{}: 1\n", self.files),
        };
        self.directory.write(path, &text);
    }

    fn directory(&mut self, path: &str, depth: usize) {
        std::fs::create_dir_all(self.directory.path().join(path)).unwrap();
        for name in NAMES {
            if self.random.below(3) == 0 {
                self.file(&format!("{path}/{name}"));
            }
        }
        for name in DIRECTORIES {
            if depth < 3 && self.random.below(3) == 0 {
                self.directory(&format!("{path}/{name}"), depth + 1);
            }
        }
    }

    fn entity(&mut self, path: &str) {
        for extension in ["", ".yml", ".yaml", ".json"] {
            match self.random.below(5) {
                0 => self.file(&format!("{path}{extension}")),
                1 => self.directory(&format!("{path}{extension}"), 0),
                _ => {}
            }
        }
    }
}

/// The variables that say where they come from.
fn seen(variables: &Value) -> BTreeSet<(String, String)> {
    let ours = |(name, _): &(&String, &Value)| *name == "who" || name.starts_with("seen_");
    let variables = variables.as_object().unwrap().iter().filter(ours);
    variables.map(|(name, value)| (name.clone(), value.to_string())).collect()
}

/// The same by our reading of an owner's files.
fn ours(tree: &VarsTree, owner: &Owner, files: usize) -> BTreeSet<(String, String)> {
    let names = (1..=files).map(|file| format!("seen_{file}")).chain(["who".to_owned()]);
    let value = |name: String| match tree.value(owner, &path(&name))?.reading {
        Reading::Plain(value) => Some((name, serde_json::to_value(value).unwrap().to_string())),
        other => panic!("{other:?}"),
    };
    names.filter_map(value).collect()
}

#[test]
fn files_are_found_and_ordered_as_ansible_does_it() {
    const COUNT: usize = 25;
    let directory = Directory::new(&[]);
    let mut writer = Writer { directory: &directory, random: Random(0x9e37_79b9_7f4a_7c15), files: 0 };
    let mut inventory = String::new();
    for index in 0..COUNT {
        writer.entity(&format!("group_vars/g{index}"));
        writer.entity(&format!("host_vars/h{index}.example.com"));
        write!(inventory, "[g{index}]\nof_g{index}\n[hosts]\nh{index}.example.com\n").unwrap();
    }
    let files = writer.files;
    directory.write("hosts.ini", &inventory);
    let tree = directory.tree();
    assert_eq!(tree.unreadable().count(), 0);
    assert!(tree.passed_over().len() > 25, "{:?}", tree.passed_over());
    let hosts = directory.path().join("hosts.ini");
    for ansible in Ansible::ALL {
        let answer = ansible.session().inventory(["--list", "-i", hosts.to_str().unwrap()]).json();
        for index in 0..COUNT {
            for (owner, host) in [
                (group(&format!("g{index}")), format!("of_g{index}")),
                (Owner::Host(format!("h{index}.example.com")), format!("h{index}.example.com")),
            ] {
                let theirs = answer["_meta"]["hostvars"].get(&host).map(seen).unwrap_or_default();
                assert_eq!(theirs, ours(&tree, &owner, files), "{ansible:?} {owner}");
            }
        }
    }
}

#[test]
fn a_directory_hides_the_file_of_its_name_and_the_tree_says_so() {
    let directory = Directory::new(&[
        ("group_vars/all/all.yml", "a: 1\n"),
        ("group_vars/all.yml", "a: 2\n"),
        ("group_vars/k8s.yaml", "a: 1\n"),
        ("group_vars/k8s.json", "{}"),
        ("group_vars/all/notes.md", "x"),
        ("group_vars/all/conf.d/x.yml", "a: 3\n"),
        ("host_vars", "no directory"),
    ]);
    let tree = directory.tree();
    let said: Vec<_> = tree.passed_over().iter().map(|it| format!("{}: {}", it.path.display(), it.why)).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    group_vars/all/conf.d: in here, Ansible enters directories without an extension only
    group_vars/all/notes.md: Ansible reads `.yml`, `.yaml`, `.json` and files without an extension
    group_vars/all.yml: Ansible reads `group_vars/all` and then looks no further
    group_vars/k8s.json: Ansible reads `group_vars/k8s.yaml` and then looks no further
    host_vars: it is no directory, which Ansible passes over with a warning
    ");
}

#[test]
fn what_cannot_be_read_is_kept_with_its_reason() {
    let directory = Directory::new(&[
        ("group_vars/all/broken.yml", "a: [1\n"),
        ("group_vars/all/latin1.yml", ""),
        ("group_vars/all/list.yml", "- a\n"),
        ("group_vars/all/tag.yml", "a: !secret x\n"),
        ("group_vars/all/tabs.yml", "a:\n\tb: 1\n"),
        ("group_vars/all/two.yml", "a: 1\n---\na: 2\n"),
        ("group_vars/all/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n"),
        ("group_vars/all/zz.yml", "a: 1\n"),
    ]);
    std::fs::write(directory.path().join("group_vars/all/latin1.yml"), b"a: \xe4\n").unwrap();
    let large = std::fs::File::create(directory.path().join("group_vars/all/large.yml")).unwrap();
    large.set_len(65 << 20).unwrap();
    std::os::unix::fs::symlink(".", directory.path().join("group_vars/all/loop")).unwrap();
    std::os::unix::fs::symlink("nowhere", directory.path().join("group_vars/dangling")).unwrap();
    let tree = directory.tree();
    let said = directory.shown(tree.unreadable().map(|(owner, why)| format!("{owner}: {why}")));
    insta::assert_snapshot!(said.join("\n"), @r"
    group `all`: group_vars/all/broken.yml:1:4: `[` is opened and not closed; close the bracket
    group `all`: group_vars/all/large.yml is larger than 64 MiB, the most that is read; split it into several files
    group `all`: group_vars/all/latin1.yml:1:4: byte 0xe4 is not UTF-8; save the file as UTF-8
    group `all`: group_vars/all/list.yml:1:1: a file of variables is a map, and this is a list; write `name: value`, a variable a line
    group `all`: group_vars/all/loop is a directory that cannot be listed: it is a link to a directory that it is in; give yourself the right to read it, or remove the link
    group `all`: group_vars/all/tabs.yml:2:1: a tab stands where YAML wants spaces; indent with spaces
    group `all`: group_vars/all/tag.yml:1:12: Ansible knows no tag `!secret`; Ansible has `!vault` and `!unsafe`
    group `all`: group_vars/all/two.yml:2:1: a second document starts here, and Ansible reads files of one; remove this `---` or `...`, or move what follows into a file of its own
    group `all`: group_vars/all/vault.yml is encrypted by ansible-vault as a whole; keep what is no secret in a file of its own
    ");
    assert_eq!(tree.value(&group("all"), &path("a")).unwrap().file.to_str(), Some("group_vars/all/zz.yml"));
}
