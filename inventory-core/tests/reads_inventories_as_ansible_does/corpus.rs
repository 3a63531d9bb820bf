//! Every inventory below `tests/inventories`, and the corpus where there is one, as two Ansibles read them.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use ansible_referee::{Ansible, Answer};
use inventory_core::ansible::{self, Inventory};
use inventory_core::yaml::Source;
use serde_json::Value;

use crate::export::{export, normal};

/// Where the two Ansibles do not agree, and why; we follow the new one.
const DISAGREEMENTS: &[(&str, &str)] = &[
    ("sets.ini", "2.11 keeps sets, and cannot print them"),
    ("complex_numbers.ini", "2.11 keeps complex numbers, and cannot print them"),
    ("ellipsis.ini", "2.11 keeps `...` as Python's Ellipsis, and cannot print it"),
    ("bytes.ini", "2.11 makes a template of bytes; in a list it keeps them, and cannot print them"),
    ("unsafe_values.yml", "2.11 makes text of an unsafe number, and an empty map of one in an unsafe list"),
    ("the_group_is_its_host_of_text.json", "2.11 trusts the variables of this short form"),
    ("meta_without_hostvars.json", "2.11 asks the script for each host"),
    ("an_unknown_profile.json", "2.11 knows no profiles"),
    ("a_mark_of_a_number.json", "2.11 marks values of any kind"),
    ("an_address_that_is_none.ini", "2.11 anchors its IPv6 pattern at one end only: `::zz` is an address to it"),
];

/// Where we refuse what Ansible accepts, and why.
const STRICTER: &[(&str, &str)] = &[
    ("byte_order_mark_before_a_host.ini", "Ansible makes it a part of the host's name, which nobody can mean"),
    ("a_character_by_name.ini", "the names of all characters are half a megabyte"),
    ("half_a_surrogate_pair.ini", "no text in UTF-8 can hold it"),
    ("a_number_of_130_bits.ini", "our whole numbers have 128 bits"),
    ("a_number_of_130_bits.yml", "our whole numbers have 128 bits"),
    ("latin1_in_a_comment.ini", "files are UTF-8, also in comments"),
    ("digits_of_another_script.ini", "a range counts in ASCII digits"),
];

fn directory(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inventories").join(name)
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap()
}

/// What both Ansibles, the old one first, make of the files.
fn ask(files: &[PathBuf]) -> Vec<[Answer; 2]> {
    let [old, new] = Ansible::ALL.map(|ansible| {
        let session = ansible.session().env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1");
        let files = files.to_vec();
        std::thread::spawn(move || session.questions().inventories(&files))
    });
    old.join().unwrap().into_iter().zip(new.join().unwrap()).map(|(old, new)| [old, new]).collect()
}

/// Executables that print the files: the only way in which Ansible reads the JSON of `--list`.
fn scripts(files: &[PathBuf], directory: &Path) -> Vec<PathBuf> {
    files
        .iter()
        .map(|file| {
            let script = directory.join(name(file).replace(".json", ".sh"));
            std::fs::write(&script, format!("#!/bin/sh\nexec cat '{}'\n", file.display())).unwrap();
            std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
            script
        })
        .collect()
}

fn ours(path: &Path, read: impl Fn(&Source) -> Result<Inventory, ansible::Error>) -> Result<Value, String> {
    let source = Source::read(path).map_err(|error| error.to_string())?;
    let inventory =
        read(&source).map_err(|error| format!("{}: {error} ({})", error.location(), error.hint().unwrap()))?;
    Ok(export(&inventory))
}

/// What differs between our reading and Ansible's.
fn differences(
    files: &[PathBuf],
    answers: &[[Answer; 2]],
    read: impl Fn(&Source) -> Result<Inventory, ansible::Error>,
) -> Vec<String> {
    let mut differences = Vec::new();
    for (file, [old, new]) in files.iter().zip(answers) {
        let ours = ours(file, &read);
        let same = |theirs: &Answer, sort: bool| match (&ours, theirs) {
            (Ok(ours), Ok(theirs)) => normal(ours, sort) == normal(theirs, sort),
            (Err(_), Err(_)) => true,
            _ => false,
        };
        if !same(new, false) {
            differences.push(format!("{}\n  2.19: {}\n  we:   {}", file.display(), shown(new), shown(&ours)));
        }
        // Up to 2.13 Ansible printed groups and hosts in alphabetical order.
        let disagree = DISAGREEMENTS.iter().any(|(known, _)| *known == name(file));
        if same(old, true) == disagree {
            let what = if disagree { "no longer disagrees" } else { "disagrees" };
            differences.push(format!(
                "{}: 2.11 {what}\n  2.11: {}\n  we:   {}",
                file.display(),
                shown(old),
                shown(&ours)
            ));
        }
    }
    differences
}

fn shown(answer: &Answer) -> String {
    match answer {
        Ok(value) => normal(value, false).to_string(),
        Err(error) => format!("refused: {error}"),
    }
}

fn assert_none(differences: &[String]) {
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

/// The referee's typed JSON as plain JSON.
fn plain(typed: &Value) -> Value {
    let Value::Object(object) = typed else { return typed.clone() };
    let (kind, content) = object.iter().next().unwrap();
    match (kind.as_str(), content) {
        ("int" | "float", Value::String(number)) => number.parse::<serde_json::Number>().unwrap().into(),
        ("list", Value::Array(items)) => items.iter().map(plain).collect(),
        ("map", Value::Array(entries)) => {
            let entries = entries.iter().map(|entry| (entry[0].as_str().unwrap().to_owned(), plain(&entry[1])));
            Value::Object(entries.collect())
        }
        _ => panic!("not from JSON: {typed}"),
    }
}

#[test]
fn the_referee_says_what_the_program_says() {
    let files = ["kubespray_sample.ini", "unsafe.yml"].map(|name| directory("accepted").join(name));
    for ansible in [Ansible::Old, Ansible::New] {
        let session = ansible.session();
        for (file, answer) in files.iter().zip(session.questions().inventories(&files)) {
            let arguments = ["--list", "--export", "-i", file.to_str().unwrap()];
            assert_eq!(plain(&answer.unwrap()), session.inventory(arguments).json(), "{}", file.display());
        }
    }
}

#[test]
fn accepted_inventories_are_read_alike() {
    let files = files(&directory("accepted"));
    assert!(files.len() >= 60, "only {} inventories", files.len());
    assert_none(&differences(&files, &ask(&files), ansible::read));
}

#[test]
fn the_json_of_list_is_read_as_from_a_script() {
    let files: Vec<_> = [files(&directory("accepted_list")), files(&directory("refused_list"))].concat();
    let place = tempfile::tempdir().unwrap();
    let answers = ask(&scripts(&files, place.path()));
    assert_none(&differences(&files, &answers, ansible::read_json_list));
}

#[test]
fn what_ansible_refuses_is_refused_with_a_place() {
    let files = files(&directory("refused"));
    assert!(files.len() >= 10, "only {} inventories", files.len());
    assert_none(&differences(&files, &ask(&files), ansible::read));
    for (directory_name, read) in
        [("refused", ansible::read as fn(&Source) -> _), ("refused_list", ansible::read_json_list)]
    {
        for file in self::files(&directory(directory_name)) {
            let refused = ours(&file, read);
            assert!(refused.is_err(), "{} is accepted", file.display());
        }
    }
}

#[test]
fn a_refusal_is_a_sentence_with_a_remedy() {
    let mut sentences = String::new();
    let readers = [
        ("refused", ansible::read as fn(&Source) -> _),
        ("refused_list", ansible::read_json_list),
        ("stricter", ansible::read),
    ];
    for (directory_name, read) in readers {
        for file in files(&directory(directory_name)) {
            let bytes = std::fs::read(&file).unwrap();
            let Ok(source) = Source::from_bytes(name(&file), bytes) else { continue };
            let error = read(&source).unwrap_err();
            sentences += &[
                error.location().to_string(),
                ": ".into(),
                error.to_string(),
                "\n    ".into(),
                error.hint().unwrap(),
                "\n".into(),
            ]
            .concat();
        }
    }
    insta::assert_snapshot!(sentences);
}

#[test]
fn what_only_we_refuse_is_a_short_list() {
    let files = files(&directory("stricter"));
    let names: Vec<_> = files.iter().map(|file| name(file)).collect();
    let mut listed: Vec<_> = STRICTER.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    assert_eq!(names, listed);
    for (file, [_, new]) in files.iter().zip(ask(&files)) {
        assert!(ours(file, ansible::read).is_err(), "we accept {}", file.display());
        assert!(new.is_ok(), "Ansible refuses {}: {new:?}", file.display());
    }
}

#[test]
fn kubespray_samples_are_read_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let corpus = std::env::var_os("INV_CORPUS").map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    let Ok(versions) = std::fs::read_dir(corpus.join("kubespray-sample")) else {
        println!("no corpus at {}: skipped", corpus.display());
        return;
    };
    let mut inventories = Vec::new();
    for version in versions {
        let samples = files(&version.unwrap().path());
        // Copied, since `group_vars` beside an inventory are part of what Ansible prints.
        inventories.extend(samples.into_iter().filter(|path| matches!(name(path), "inventory.ini" | "hosts.ini")));
    }
    let place = tempfile::tempdir().unwrap();
    let copies: Vec<_> = (0..inventories.len()).map(|at| place.path().join(format!("{at}.ini"))).collect();
    for (from, to) in inventories.iter().zip(&copies) {
        std::fs::copy(from, to).unwrap();
    }
    assert!(!copies.is_empty(), "no samples in {}", corpus.display());
    assert_none(&differences(&copies, &ask(&copies), ansible::read));
}
