//! A key is written into a person's file, and nothing else is touched.

use inventory_core::yaml::{Source, set_top_level_key};

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
