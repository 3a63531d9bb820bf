//! Files as people write them, and any setting: nothing changes but the value, and a second time nothing at all.

use inventory_core::inventory::{Value, Variables};
use inventory_core::vars::merge::merge;
use inventory_core::vars::tree::Reading;
use inventory_core::yaml::{Node, Resolved, Source, parse_one};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::{Map, Value as Json, json};

use crate::directory::{Directory, group, path, pyyaml, setting};

const FILE: &str = "group_vars/k8s_cluster/file.yml";

/// A value as it stands behind its key, and in lines below it with two spaces for each level.
fn written() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            " 1500", " '1500'", " \"10.233.0.0/18\"", " 10.233.64.0/18", " yes", " it's", " 'it''s'", " ~", "",
            " \"a\\tb\"", " [a, 'b', 3]", " []", " {}", " {address: 1.2.3.4, port: 6443}", " {address: , p}",
            " a\n    folded text", " 'quoted\n\n    text'", " [a,\n    b,\n  ]", " |\n    text\n    no # comment",
            " >-\n    folded\n\n    text", " |+\n    kept\n\n", " '{{ x }}'", " !unsafe x", " &anchor 1", " 0x10",
        ]).prop_map(str::to_owned),
        1 => Just("\n  - a\n  - b".to_owned()),
        1 => Just("\n- a\n- {b: 1}".to_owned()),
        1 => Just("\n  - a # people's\n  # comment\n  - b".to_owned()),
        2 => (prop::collection::vec((0..4usize, inner()), 1..4), 2..5usize).prop_map(|(pairs, indent)| {
            let indent = " ".repeat(indent);
            pairs.iter().flat_map(|(key, value)| ["\n", &indent, ["address", "port", "a", "b"][*key], ":", *value]).collect()
        }),
    ]
}

fn inner() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![" 1.2.3.4", " 6443 # port", "", " \"x\"", " [1]", "\n\n      deeper: 1", " '{{ y }}'"])
}

/// A line or some, each with an end.
fn item() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["mtu", "lb", "pods", "'quoted'", "other", "x y"]);
    let behind = prop::sample::select(vec!["", "", " # people's", "   "]);
    prop_oneof![
        5 => (key, prop::sample::select(vec![":", ":", " :"]), written(), behind).prop_map(|(key, colon, value, behind)| {
            // Behind a text of several lines it would be more text.
            let behind = if value.contains('\n') || value.ends_with('}') { "" } else { behind };
            format!("{key}{colon}{value}{behind}\n")
        }),
        2 => prop::sample::select(vec![
            "\n", "# mtu: 1500\n", "#lb:\n#   address: 1.2.3.4\n", "## about pods\n# pods: 1\n\n", "   # odd\n",
            "# inv: an old reason\n", "  \n",
        ]).prop_map(str::to_owned),
    ]
}

/// A file, and how its lines end.
fn file() -> impl Strategy<Value = String> {
    let head = prop::sample::select(vec!["", "", "---\n", "# head\n---\n", "\u{feff}", "%YAML 1.1\n---\n"]);
    let tail = prop::sample::select(vec!["", "", "", "...\n", "# end"]);
    (head, prop::collection::vec(item(), 0..7), tail, 0..4u8).prop_map(|(head, items, tail, ends)| {
        let mut text = format!("{head}{}{tail}", items.concat());
        if ends == 0 {
            text = text.replace('\n', "\r\n");
        }
        if ends == 1 {
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        text
    })
}

fn value() -> impl Strategy<Value = Value> {
    let text = |text: &str| Value::user(text);
    prop::sample::select(vec![
        Value::Int(1400),
        Value::Bool(true),
        Value::Float(1.5),
        Value::Null,
        text("10.234.0.0/16"),
        text("1400"),
        text("it's \"both\" # {a}, [b]: c"),
        text(""),
        text("two\nlines\n"),
        text("tab\there"),
        Value::outside("{{ x }}"),
        Value::List(vec![]),
        Value::List(vec![text("a"), Value::Int(1), Value::List(vec![text("b, c")])]),
        Value::List(vec![Value::Map(Variables::from_iter([
            ("name".to_owned(), text("p")),
            ("auto".to_owned(), text("no")),
        ]))]),
        Value::Map(Variables::from_iter([("address".to_owned(), text("fd00::1")), ("port".to_owned(), Value::Int(1))])),
    ])
}

fn keys() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "mtu",
        "lb",
        "pods",
        "quoted",
        "lb.address",
        "lb.port",
        "mtu.address",
        "pods.a.b",
        "new.key",
    ])
}

/// A value as `PyYAML` gets it, with its tag.
fn read(node: &Node, source: &Source) -> Json {
    let value = match node.resolve() {
        Resolved::Null => Json::Null,
        Resolved::Bool(value) => json!(value),
        Resolved::Int(value) => json!({"int": value.to_string()}),
        Resolved::Float(value) => json!({"float": value.to_string()}),
        Resolved::Text(text) => json!(text),
        Resolved::List(items) => items.iter().map(|item| read(item, source)).collect(),
        Resolved::Map => {
            let entries = node.entries(source).unwrap().into_iter();
            entries.map(|(key, value)| (key.key_text(source).unwrap(), read(value, source))).collect()
        }
        other => panic!("{other:?}"),
    };
    node.local_tag().map_or(value.clone(), |tag| json!([tag, value]))
}

/// The variables of a text.
fn variables(text: &str) -> Map<String, Json> {
    let source = Source::new("file.yml", text);
    let root = parse_one(&source).unwrap().root;
    root.map(|root| read(&root, &source)).and_then(|value| value.as_object().cloned()).unwrap_or_default()
}

/// The same without the value at a path, and without the maps that it alone was in.
fn without(map: &mut Map<String, Json>, path: &[String]) {
    let Some((key, rest)) = path.split_first() else { return };
    match map.get_mut(key) {
        Some(Json::Object(inner)) if !rest.is_empty() => {
            without(inner, rest);
            if inner.is_empty() {
                map.remove(key);
            }
        }
        Some(Json::Null) | None => drop(map.remove(key)),
        Some(_) if rest.is_empty() => drop(map.remove(key)),
        Some(_) => {}
    }
}

/// The lines of a text between those that it has in common with another at both ends.
fn changed<'a>(text: &'a str, other: &str) -> Vec<&'a str> {
    let (lines, others): (Vec<_>, Vec<_>) =
        (text.split_inclusive('\n').collect(), other.split_inclusive('\n').collect());
    let top = lines.iter().zip(&others).take_while(|(a, b)| a == b).count();
    let most = lines.len().min(others.len()) - top;
    let bottom = lines.iter().rev().zip(others.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    lines[top..lines.len() - bottom].to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn only_the_value_changes_and_only_once(text in file(), keys in keys(), value in value()) {
        let directory = Directory::new(&[(FILE, &text)]);
        let tree = directory.tree();
        let before = tree.value(&group("k8s_cluster"), &path(keys));
        let merged = merge(&tree, &[setting(FILE, keys, value.clone())]);
        let Some(file) = merged.files.first() else {
            let is_right = before.as_ref().is_some_and(|found| found.reading.is(&value));
            prop_assert_eq!(merged.left.is_empty(), is_right, "{:?}", merged);
            return Ok(());
        };
        prop_assert_eq!((merged.files.len(), merged.changes.len(), merged.left.len()), (1, 1, 0));
        prop_assert_eq!(file.old.as_ref(), Some(&text));
        let new = &file.text;

        // Ours is what it should be, and every other key what it was.
        directory.write(FILE, new);
        let tree = directory.tree();
        let now = tree.value(&group("k8s_cluster"), &path(keys)).unwrap();
        prop_assert!(now.reading.is(&value), "{:?}", now);
        prop_assert_eq!(now.location.line, merged.changes[0].line);
        let (mut others_before, mut others_now) = (variables(&text), variables(new));
        without(&mut others_before, &path(keys));
        without(&mut others_now, &path(keys));
        prop_assert_eq!(others_before, others_now, "{:?}\n{:?}", text, new);

        // What went away are the lines of the old value and our own comment.
        let gone = changed(&text, new);
        let is_comment = |line: &&str| line.trim_start().starts_with('#');
        for line in gone.iter().copied().filter(is_comment) {
            prop_assert!(new.lines().any(|kept| kept == line.trim_end_matches(['\r', '\n'])) || line.contains("# inv: "), "{line:?}");
        }
        if before.is_none() {
            prop_assert!(gone.len() <= 1, "{gone:?}");
        }
        if matches!(&before, Some(found) if matches!(found.reading, Reading::Plain(Value::Int(_)))) {
            let own_comments = gone.iter().filter(|line| line.contains("# inv: ")).count();
            prop_assert_eq!(gone.len(), 1 + own_comments, "{:?}", gone);
        }

        // The lines end as they did.
        let ends = |text: &str| (text.starts_with('\u{feff}'), text.contains("\r\n"), text.replace("\r\n", "").contains('\n'));
        if text.trim_end_matches(['\r', '\n']).contains('\n') {
            prop_assert_eq!(ends(&text), ends(new), "{:?}\n{:?}", text, new);
        }

        // And that is all.
        let again = merge(&tree, &[setting(FILE, keys, value)]);
        prop_assert!(again.files.is_empty() && again.changes.is_empty() && again.left.is_empty(), "{:?}", again);
    }
}

#[test]
fn pyyaml_reads_every_new_text() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut texts = Vec::new();
    let mut wanted = Vec::new();
    while texts.len() < 800 {
        let case = (file(), keys(), value()).new_tree(&mut runner).unwrap().current();
        let (text, keys, value) = case;
        let directory = Directory::new(&[(FILE, &text)]);
        let merged = merge(&directory.tree(), &[setting(FILE, keys, value.clone())]);
        if let (Some(file), false) = (merged.files.first(), matches!(value, Value::Text(_)) || text.contains("!unsafe"))
        {
            texts.push(file.text.clone());
            wanted.push((path(keys), serde_json::to_value(value).unwrap()));
        }
    }
    for ((read, (path, value)), text) in pyyaml(&texts).iter().zip(&wanted).zip(&texts) {
        let found = path.iter().fold(read, |map, key| &map[key]);
        assert_eq!(found, value, "{text}");
    }
}
