//! A value below keys is set in a person's file, and nothing else is touched.

use inventory_core::yaml::{Entry, Kind, Node, Plain, Remark, Source, parse_one, set_path};
use serde_json::{Value, json};

use crate::generator::document;
use crate::scalars::Random;
use crate::{documents, python};

fn int(value: i128) -> Plain<'static> {
    Plain::Int(value)
}

fn text(text: &'static str) -> Plain<'static> {
    Plain::text(text)
}

fn list(items: &[&'static str]) -> Plain<'static> {
    Plain::List(items.iter().map(|item| Plain::text(*item)).collect())
}

fn map(entries: &[(&'static str, Plain<'static>)]) -> Plain<'static> {
    Plain::Map(entries.iter().map(|(key, value)| Entry::new(*key, value.clone())).collect())
}

fn try_set(file: &str, path: &str, value: &Plain<'_>) -> Result<String, String> {
    let path: Vec<String> = path.split('.').map(str::to_owned).collect();
    let source = Source::new("v.yml", file);
    set_path(&source, &path, value, Remark { mark: "inv: ", text: "why" }).map_err(|error| error.with_place())
}

fn set(file: &str, path: &str, value: &Plain<'_>) -> String {
    try_set(file, path, value).unwrap()
}

fn refusal(file: &str, path: &str) -> String {
    try_set(file, path, &int(1)).unwrap_err()
}

#[test]
fn only_the_bytes_of_a_scalar_change_and_its_quotes_stay() {
    for (old, value, new) in [
        ("1500", int(1400), "1400"),
        ("10.1.0.0/16  # pods ", text("10.2.0.0/16"), "10.2.0.0/16  # pods "),
        ("\"a\"", text("b"), "\"b\""),
        ("'a'", text("it's"), "'it''s'"),
        ("'a'", text("a\tb"), "\"a\\tb\""),
        ("\"1400\" # n", int(1400), "1400 # n"),
        ("yes", Plain::Bool(false), "false"),
        ("1400", text("1400"), "\"1400\""),
        ("a\n  b\n  c # d", text("x"), "x # d"),
        ("'a\n\n  b'", text("x"), "'x'"),
        ("|\n  a\n  b", text("x"), "x"),
        (">-\n  a\n\n  b\n", int(1), "1\n"),
        ("\n  1500", int(1400), "\n  1400"),
        ("|2 # d\n    a\n", int(1), "1 # d\n"),
        ("|-\n\n", int(1), "1\n\n"),
        ("[a, b] # c", list(&["x", "a:b"]), "[x, \"a:b\"] # c"),
        ("{a: 1}", map(&[("b", int(2))]), "{b: 2}"),
        ("{a: 1}", text("x"), "x"),
    ] {
        let file = format!("a: 0\nk: {old}\nz: 1  \n");
        assert_eq!(set(&file, "k", &value), format!("a: 0\n# inv: why\nk: {new}\nz: 1  \n"), "{old:?}");
    }
}

#[test]
fn a_key_without_a_value_gets_one_behind_its_colon() {
    assert_eq!(set("k:\nz: 1\n", "k", &int(1)), "# inv: why\nk: 1\nz: 1\n");
    assert_eq!(set("k:   # c\nz: 1\n", "k", &int(1)), "# inv: why\nk: 1   # c\nz: 1\n");
    assert_eq!(set("k :  ", "k", &int(1)), "# inv: why\nk : 1");
    assert_eq!(set("k: # c\nz: 1\n", "k", &list(&["a"])), "# inv: why\nk: # c\n  - a\nz: 1\n");
    assert_eq!(set("k:\nz: 1\n", "k.a.b", &int(1)), "k:\n  a:\n    # inv: why\n    b: 1\nz: 1\n");
    assert_eq!(set("k: ~\n", "k.a", &int(1)), "k:\n  # inv: why\n  a: 1\n");
}

#[test]
fn lists_and_maps_take_each_others_and_a_scalars_place() {
    let lists = list(&["x", "w"]);
    assert_eq!(set("k: a # c\nz: 1\n", "k", &lists), "# inv: why\nk: # c\n  - x\n  - w\nz: 1\n");
    assert_eq!(set("k: # c\n- a\n- b\n\nz: 1\n", "k", &lists), "# inv: why\nk: # c\n- x\n- w\n\nz: 1\n");
    assert_eq!(set("k:\n    - a\nz: 1", "k", &lists), "# inv: why\nk:\n    - x\n    - w\nz: 1");
    assert_eq!(set("z: 1\nk:\n  - a", "k", &lists), "z: 1\n# inv: why\nk:\n  - x\n  - w");
    assert_eq!(set("k: []\n", "k", &lists), "# inv: why\nk:\n  - x\n  - w\n");
    assert_eq!(set("k:\n  - a\n  - b\nz: 1\n", "k", &int(1)), "# inv: why\nk: 1\nz: 1\n");
    assert_eq!(set("k:\n  - a\n", "k", &Plain::List(Vec::new())), "# inv: why\nk: []\n");
    assert_eq!(set("k:\n  - a\n", "k", &map(&[("b", int(1))])), "# inv: why\nk:\n  b: 1\n");
    assert_eq!(set("k: 1\n", "k", &text("a\nb\n")), "# inv: why\nk: |\n  a\n  b\n");
    assert_eq!(set("k:\n  v # c\n", "k", &text("x")), "# inv: why\nk:\n  x # c\n");
}

#[test]
fn an_inner_key_is_set_in_a_block_or_inside_the_braces() {
    let block = "lb: # c\n    address: 1.2.3.4 # old\n    # below\n\nz: 1\n";
    assert_eq!(
        set(block, "lb.address", &text("5.6.7.8")),
        "lb: # c\n    # inv: why\n    address: 5.6.7.8 # old\n    # below\n\nz: 1\n"
    );
    assert_eq!(
        set(block, "lb.port", &int(6443)),
        "lb: # c\n    address: 1.2.3.4 # old\n    # inv: why\n    port: 6443\n    # below\n\nz: 1\n"
    );
    let flow = "a: 0\nlb: {address: 1.2.3.4, port: 1} # c\n";
    assert_eq!(
        set(flow, "lb.address", &text("5.6.7.8")),
        "a: 0\n# inv: lb.address: why\nlb: {address: 5.6.7.8, port: 1} # c\n"
    );
    assert_eq!(set("lb: {}\n", "lb.port", &int(1)), "# inv: lb.port: why\nlb: {port: 1}\n");
    assert_eq!(set("lb: {a: 1 }\n", "lb.p", &int(1)), "# inv: lb.p: why\nlb: {a: 1, p: 1 }\n");
    assert_eq!(set("lb: {a: }\n", "lb.p", &int(1)), "# inv: lb.p: why\nlb: {a: , p: 1 }\n");
    assert_eq!(set("lb: {\n  a: [1], # c\n}\n", "lb.p", &int(1)), "# inv: lb.p: why\nlb: {\n  a: [1], p: 1, # c\n}\n");
    assert_eq!(set("lb: {a: {b: 1}}\n", "lb.a.c.d", &list(&["x"])), {
        "# inv: lb.a.c.d: why\nlb: {a: {b: 1, c: {d: [x]}}}\n"
    });
    assert_eq!(
        set("a:\n  x: |+\n    t\n\nz: 1\n", "a.p", &int(1)),
        "a:\n  x: |+\n    t\n\n  # inv: why\n  p: 1\nz: 1\n"
    );
}

#[test]
fn a_missing_key_goes_below_the_comment_that_shows_it() {
    let file = "# You can set MTU here.\n# calico_mtu: 1500\n\n# next\nnext: 1\n";
    assert_eq!(
        set(file, "calico_mtu", &int(1400)),
        "# You can set MTU here.\n# calico_mtu: 1500\n# inv: why\ncalico_mtu: 1400\n\n# next\nnext: 1\n"
    );
    assert_eq!(
        set("## lb\n#lb:\n#  address: 1\n#  port: 2\n## next\na: 1\n", "lb.port", &int(1)),
        "## lb\n#lb:\n#  address: 1\n#  port: 2\nlb:\n  # inv: why\n  port: 1\n## next\na: 1\n"
    );
    for no_sample in ["# a_k: 1\n", "#  k: 1\n", "# k_b: 1\n", "# see k: 1\n", "a: 1 # k: 1\n", "a: |\n  # k: 1\n"] {
        let file = format!("{no_sample}z: 1\n");
        assert_eq!(set(&file, "k", &int(1)), format!("{file}# inv: why\nk: 1\n"));
    }
    // A comment inside the value of another key is no place for one.
    let inside = "a:\n  b: 1\n# k: 1\n  c: 1\n";
    assert_eq!(set(inside, "k", &int(1)), format!("{inside}# inv: why\nk: 1\n"));
    let before = "%YAML 1.1\n# k: 1\n---\na: 1\n";
    assert_eq!(set(before, "k", &int(1)), format!("{before}# inv: why\nk: 1\n"));
}

#[test]
fn a_missing_key_goes_to_the_end_otherwise() {
    assert_eq!(set("", "k", &int(1)), "# inv: why\nk: 1\n");
    assert_eq!(set("---\n# c", "k", &int(1)), "---\n# c\n# inv: why\nk: 1");
    assert_eq!(set("a: 1\n...\n", "k", &int(1)), "a: 1\n# inv: why\nk: 1\n...\n");
    assert_eq!(set("a: |+\n  x\n\n", "k", &int(1)), "a: |+\n  x\n\n# inv: why\nk: 1\n");
    assert_eq!(set("  a: 1\n", "k.l", &int(1)), "  a: 1\n  k:\n    # inv: why\n    l: 1\n");
}

#[test]
fn line_ends_and_a_mark_stay_the_files_own() {
    assert_eq!(
        set("\u{feff}a: 1\r\nk: 2 # c\r\nz: 3\r\n", "k", &list(&["x"])),
        "\u{feff}a: 1\r\n# inv: why\r\nk: # c\r\n  - x\r\nz: 3\r\n"
    );
    assert_eq!(set("a: 1\r\nk: 2", "k", &int(3)), "a: 1\r\n# inv: why\r\nk: 3");
    assert_eq!(set("a: 1\r\nk: 2", "l", &int(3)), "a: 1\r\nk: 2\r\n# inv: why\r\nl: 3");
}

#[test]
fn a_remark_takes_the_place_of_the_last_one_and_of_no_other_comment() {
    assert_eq!(set("# mine\n# inv: old\nk: 1\n", "k", &int(2)), "# mine\n# inv: why\nk: 2\n");
    assert_eq!(set("# inv: mine\n\nk: 1\n", "k", &int(2)), "# inv: mine\n\n# inv: why\nk: 2\n");
    assert_eq!(set("# inv: a\n# mine\nk: 1\n", "k", &int(2)), "# inv: a\n# mine\n# inv: why\nk: 2\n");
    let flow = "# inv: lb.port: old\n# inv: lb.address: old\nlb: {address: a, port: 1}\n";
    assert_eq!(
        set(flow, "lb.port", &int(2)),
        "# inv: lb.port: why\n# inv: lb.address: old\nlb: {address: a, port: 2}\n"
    );
}

#[test]
fn the_last_of_several_keys_is_the_one_that_counts() {
    assert_eq!(set("k: 1\nk: 2\n", "k", &int(3)), "k: 1\n# inv: why\nk: 3\n");
    assert_eq!(set("k: {a: 1}\nk: {b: 1}\n", "k.a", &int(3)), "k: {a: 1}\n# inv: k.a: why\nk: {b: 1, a: 3}\n");
}

#[test]
fn what_cannot_be_done_without_touching_more_is_refused() {
    insta::assert_snapshot!(
        [
            refusal("{k: 1}\n", "k"),
            refusal("{\"k\": 1}\n", "k"),
            refusal("- k\n", "k"),
            refusal("k: &a 2\nz: *a\n", "k"),
            refusal("z: &a 2\nk: *a\n", "k"),
            refusal("z: &a 2\nk: [*a]\n", "k"),
            refusal("z: &a {k: 2}\ny:\n  <<: *a\n", "y.k"),
            refusal("k: !vault |\n  x\n", "k"),
            refusal("k: !!str 12\n", "k"),
            refusal("? k\n: 2\n", "k"),
            refusal("k: text\n", "k.a"),
            refusal("k:\n  - a # mine\n  - b\n", "k"),
            refusal("k:\n  - a\n  - b # mine\n", "k"),
            refusal("k: 1\n---\nk: 2\n", "k"),
            refusal("a:\n\tk: 1\n", "k"),
            refusal("a: |\n  x", "k"),
        ]
        .join("\n")
    );
}

/// A path of text keys into a map, which the map may lack at its end.
fn some_path(random: &mut Random, node: &Node) -> Vec<String> {
    let Kind::Mapping(pairs) = &node.kind else { return Vec::new() };
    if pairs.is_empty() {
        return vec!["added".to_owned()];
    }
    let (name, value) = &pairs[random.below(pairs.len())];
    let is_text = name.tag.is_none() && name.raw().is_some_and(|raw| raw.starts_with("key_") || raw == "twice");
    if !is_text || random.below(5) == 0 {
        return vec!["added".to_owned()];
    }
    let mut path = vec![name.raw().unwrap().to_owned()];
    if matches!(value.kind, Kind::Mapping(_)) && random.below(3) > 0 {
        path.extend(some_path(random, value));
    }
    path
}

/// A typed map with a typed value at a path.
fn with(map: &Value, path: &[String], value: &Value) -> Value {
    let Some((key, rest)) = path.split_first() else { return value.clone() };
    let mut pairs = map.as_array().filter(|map| map[0] == "map").cloned().unwrap_or_else(|| vec![json!("map")]);
    let at = pairs.iter().position(|pair| pair[0] == json!(["text", key])).unwrap_or_else(|| {
        pairs.push(json!([["text", key], null]));
        pairs.len() - 1
    });
    let inner = with(&pairs[at][1], rest, value);
    pairs[at][1] = inner;
    Value::Array(pairs)
}

#[test]
fn pyyaml_finds_the_new_value_and_every_other_as_it_was() {
    let values = [
        (int(1400), json!(["int", "1400"])),
        (text("10.234.0.0/16"), json!(["text", "10.234.0.0/16"])),
        (text("it's: \"odd\" # {x}, [y]"), json!(["text", "it's: \"odd\" # {x}, [y]"])),
        (Plain::Bool(true), json!(["bool", true])),
        (list(&["a", "fd00::/8"]), json!(["list", ["text", "a"], ["text", "fd00::/8"]])),
        (map(&[("cidr", list(&["1.2.3.4-1.2.3.9"]))]), {
            json!(["map", [["text", "cidr"], ["list", ["text", "1.2.3.4-1.2.3.9"]]]])
        }),
    ];
    let mut edits = Vec::new();
    let mut refused = 0;
    for seed in 1..5_000 {
        let file = document(seed * 15_485_863);
        let source = Source::new("v.yml", &file);
        let Some(root) = parse_one(&source).ok().and_then(|document| document.root) else { continue };
        if !matches!(root.kind, Kind::Mapping(_)) {
            continue;
        }
        let mut random = Random(seed);
        let path = some_path(&mut random, &root);
        let (value, typed) = &values[random.below(values.len())];
        match set_path(&source, &path, value, Remark { mark: "inv: ", text: "why: \u{7}so" }) {
            Ok(edited) => edits.push((path, file, edited, typed)),
            Err(_) => refused += 1,
        }
    }
    println!("{} edits, {refused} refused", edits.len());
    assert!(edits.len() > 1_800 && refused * 2 < edits.len(), "{} edits, {refused} refused", edits.len());
    let before = documents::theirs(&edits.iter().map(|(_, before, ..)| before.clone()).collect::<Vec<_>>());
    let after = documents::theirs(&edits.iter().map(|(_, _, after, _)| after.clone()).collect::<Vec<_>>());
    for ((before, after), (path, file, edited, typed)) in before.iter().zip(&after).zip(&edits) {
        if !python::is_refused(before) {
            assert_eq!(after, &with(before, path, typed), "{path:?}\n{file}\n{edited}\n{file:?}");
        }
    }
}

/// A tab in front of it ends a value as a blank does.
#[test]
fn a_comment_behind_a_tab_stays_behind_a_block_text() {
    let source = Source::new("file.yml", "a: |-\t# why\n  x\nb: 1\n");
    let remark = Remark { mark: "inv: ", text: "a reason" };
    let edited = set_path(&source, &["a".to_owned()], &Plain::Text("y\nz".into()), remark).unwrap();
    assert_eq!(edited, "# inv: a reason\na: |-\t# why\n  y\n  z\nb: 1\n");
}
