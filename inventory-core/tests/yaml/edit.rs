//! A key is written into a person's file, and nothing else is touched.

use inventory_core::yaml::{Kind, Source, parse_one, set_top_level_key};
use serde_json::{Value, json};

use crate::generator::document;
use crate::{documents, python};

const BLOCK: &str = "members:\n  - machine: a\n    id: b\n";

fn set(text: &str) -> String {
    set_top_level_key(&Source::new("c.yml", text), "members", BLOCK).unwrap()
}

fn refusal(text: &str) -> String {
    let error = set_top_level_key(&Source::new("c.yml", text), "members", BLOCK).unwrap_err();
    format!("{}: {error}", error.location())
}

#[test]
fn a_missing_key_is_appended() {
    assert_eq!(set("#!/usr/bin/env x\nplugin: y\n"), format!("#!/usr/bin/env x\nplugin: y\n{BLOCK}"));
    assert_eq!(set("plugin: y"), format!("plugin: y\n{BLOCK}"));
    assert_eq!(set(""), BLOCK);
    assert_eq!(set("---\n"), format!("---\n{BLOCK}"));
    assert_eq!(set("# only a comment"), format!("# only a comment\n{BLOCK}"));
    assert_eq!(set("a: 1\n\n# end\n"), format!("a: 1\n\n# end\n{BLOCK}"));
    assert_eq!(set("a: 1\n...\n# after\n"), format!("a: 1\n{BLOCK}...\n# after\n"));
    assert_eq!(set("a: |+\n  x\n\n"), format!("a: |+\n  x\n\n{BLOCK}"));
}

#[test]
fn an_old_value_is_replaced_and_its_neighbours_stay() {
    let before = "# head\nplugin: y   # why\n\n# who\nmembers: # old\n  - machine: old # c\n    # between\n    id: z\n";
    let after = "\n# next's own\n  # odd\nhosts:   {a:  1}\n";
    let text = format!("{before}{after}");
    assert_eq!(set(&text), format!("# head\nplugin: y   # why\n\n# who\n{BLOCK}{after}"));
}

#[test]
fn every_form_of_an_old_value_is_replaced_whole() {
    for old in [
        "members:\n",
        "members: []\n",
        "members: ~ # none\n",
        "members:\n- machine: x\n- y\n",
        "members: [a,\n  b\n  ]\n",
        "members: |\n  text\n  # content\n",
        "members: >-\n  text\n\n  more\n",
        "members: 'a\n  b'\n",
        "\"members\": 1\n",
        "members : &a [x]\n",
        "members: !x\n  - a\n",
        "members: a\n  b\n  c\n",
    ] {
        assert_eq!(set(&format!("a: 1\n{old}z: 2\n")), format!("a: 1\n{BLOCK}z: 2\n"), "{old:?}");
        assert_eq!(set(&format!("{old}\n# z\nz: 2\n")), format!("{BLOCK}\n# z\nz: 2\n"), "{old:?}");
        assert_eq!(set(&format!("a: 1\n{old}")), format!("a: 1\n{BLOCK}"), "{old:?}");
        assert_eq!(set(&format!("a: 1\n{}", old.trim_end())), format!("a: 1\n{BLOCK}"), "{old:?}");
    }
}

#[test]
fn line_ends_indentation_and_a_mark_stay_the_files_own() {
    let windows = BLOCK.replace('\n', "\r\n");
    assert_eq!(set("a: 1\r\nmembers: x\r\nz: 2\r\n"), format!("a: 1\r\n{windows}z: 2\r\n"));
    assert_eq!(set("\u{feff}a: 1\n"), format!("\u{feff}a: 1\n{BLOCK}"));
    assert_eq!(set("  a: 1\n  members: x\n"), "  a: 1\n  members:\n    - machine: a\n      id: b\n");
    assert_eq!(set("--- # top\na: 1\n"), format!("--- # top\na: 1\n{BLOCK}"));
}

#[test]
fn writing_twice_changes_nothing() {
    let once = set("a: 1\n# b\nb: 2\n");
    assert_eq!(set(&once), once);
}

#[test]
fn what_cannot_be_done_without_touching_more_is_refused() {
    assert_eq!(refusal("{a: 1}\n"), "c.yml:1:1: `members` cannot be written here: the file is written in `{}`");
    assert_eq!(refusal("- a\n"), "c.yml:1:1: `members` cannot be written here: the file is not a map of keys");
    assert_eq!(refusal("members: 1\nmembers: 2\n"), "c.yml:2:1: `members` cannot be written here: it is there twice");
    assert_eq!(
        refusal("members: &m [x]\nz: *m\n"),
        "c.yml:1:1: `members` cannot be written here: another key would change with it"
    );
    assert_eq!(refusal("a: |\n  x"), "c.yml:2:4: `members` cannot be written here: another key would change with it");
    assert_eq!(
        refusal("? members\n: x\n"),
        "c.yml:1:3: `members` cannot be written here: the key does not begin its line"
    );
}

/// The pairs of a typed map without those of `key`.
fn without(map: &Value, key: &str) -> Vec<Value> {
    let pairs = map.as_array().unwrap().iter().skip(1);
    pairs.filter(|pair| pair[0] != json!(["text", key])).cloned().collect()
}

#[test]
fn pyyaml_finds_every_other_key_as_it_was() {
    let mut edits = Vec::new();
    let mut refused = 0;
    for seed in 1..4_000 {
        let text = document(seed * 32_452_843);
        let source = Source::new("c.yml", &text);
        let Some(root) = parse_one(&source).ok().and_then(|document| document.root) else { continue };
        let Kind::Mapping(pairs) = &root.kind else { continue };
        // One of the file's own keys, and one that it lacks.
        let own = pairs[usize::try_from(seed).unwrap() % pairs.len()].0.raw().unwrap();
        for key in [own, "members"].into_iter().filter(|key| key.starts_with(|c: char| c.is_ascii_alphabetic())) {
            match set_top_level_key(&source, key, &format!("{key}:\n  - machine: a\n")) {
                Ok(edited) => edits.push((key.to_owned(), text.clone(), edited)),
                Err(_) => refused += 1,
            }
        }
    }
    println!("{} edits, {refused} refused", edits.len());
    assert!(edits.len() > 1_500 && refused * 5 < edits.len(), "{} edits, {refused} refused", edits.len());
    let before = documents::theirs(&edits.iter().map(|(_, before, _)| before.clone()).collect::<Vec<_>>());
    let after = documents::theirs(&edits.iter().map(|(_, _, after)| after.clone()).collect::<Vec<_>>());
    for ((before, after), (key, text, edited)) in before.iter().zip(&after).zip(&edits) {
        if python::is_refused(before) {
            continue;
        }
        assert!(!python::is_refused(after), "{text:?}\n{edited:?}\n{after}");
        assert_eq!(without(before, key), without(after, key), "{text:?}\n{edited:?}");
        let wanted = json!([["text", key], ["list", ["map", [["text", "machine"], ["text", "a"]]]]]);
        assert!(after.as_array().unwrap().contains(&wanted), "{text:?}\n{edited:?}");
    }
}
