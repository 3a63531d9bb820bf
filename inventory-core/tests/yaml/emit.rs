//! What is written is read back as the same value by `PyYAML`.

use inventory_core::yaml::{Entry, Plain, Source, emit, parse_one};
use serde_json::{Value, json};

use crate::scalars::{Random, generated};

const NASTY: &[&str] = &[
    "",
    " ",
    "\n",
    "\n\n",
    "a\nb",
    "a\nb\n",
    "a\nb\n\n\n",
    " a\nb",
    "\ta\nb",
    "a \nb",
    "a\n b\n",
    "a\n\nb\n",
    "a\r\nb",
    "\r",
    "a: b",
    "a:",
    ": a",
    "a #b",
    "#a",
    "a#b",
    "- a",
    "-",
    "?",
    "? a",
    "!a",
    "&a",
    "*a",
    "@a",
    "`a",
    "%a",
    "|",
    ">",
    "'",
    "\"",
    "\\",
    "\\n",
    "it's \"x\"",
    "{{ x }}",
    "{a: 1}",
    "[a]",
    "a]",
    ", a",
    "---",
    "--- a",
    "...",
    "... a",
    "yes",
    "No",
    "y",
    "n",
    "~",
    "null",
    "=",
    "<<",
    "1e3",
    "0o10",
    "010",
    "1_0",
    "0x1g",
    "+1",
    "-1",
    ".5",
    ".",
    "..",
    "52:54:00:12:34:56",
    "fd00::1",
    "2024-01-01",
    "2024-01-01 10:00:00",
    "\u{feff}",
    "\u{2028}",
    "\u{85}x",
    "\u{a0}",
    "\u{202e}",
    "\u{7f}",
    "\u{0}",
    "\u{1b}[0m",
    "ä",
    "日本",
    "😀",
    "\u{fffe}",
    "\u{10ffff}",
    "a\tb",
    "#\n#",
    "a\n---\nb",
    "a\n# c\n",
    "x\n\tb\n",
    "{% if x %}\ny\n{% endif %}\n",
    "$ANSIBLE_VAULT;1.1;AES256\n6162\n6364\n",
    "trailing\\",
    "\"quoted\"",
    "a\u{2029}\nb",
    "2.30",
    "v2.30",
    "10.0.0.0/8",
];

fn texts() -> Vec<String> {
    let mut random = Random(0xe417);
    let mut texts: Vec<String> = NASTY.iter().map(|&text| text.to_owned()).collect();
    texts.extend(generated(3_000));
    for _ in 0..6_000 {
        texts.push((0..=random.below(4)).map(|_| random.pick(NASTY)).collect());
    }
    texts.push("k".repeat(3_000));
    texts.push("k ".repeat(700));
    texts
}

fn typed(value: &Plain<'_>) -> Value {
    let list = |name: &str, items: Vec<Value>| Value::Array(std::iter::once(json!(name)).chain(items).collect());
    match value {
        Plain::Null => json!(["null"]),
        Plain::Bool(value) => json!(["bool", value]),
        Plain::Int(value) => json!(["int", value.to_string()]),
        Plain::Float(value) => json!(["float", inventory_core::yaml::python_float(*value)]),
        Plain::Text(text) => json!(["text", text]),
        Plain::Tagged { tag, text } => json!(["list", ["text", tag], ["text", text]]),
        Plain::List(items) => list("list", items.iter().map(typed).collect()),
        Plain::Map(entries) => {
            list("map", entries.iter().map(|entry| json!([["text", entry.key], typed(&entry.value)])).collect())
        }
    }
}

fn holds(values: &[Plain<'_>]) {
    let documents: Vec<String> = values.iter().map(emit).collect();
    for ((value, document), theirs) in values.iter().zip(&documents).zip(crate::documents::theirs(&documents)) {
        let wanted = typed(value);
        assert_eq!(theirs, wanted, "PyYAML reads\n{document}");
        assert_eq!(crate::documents::ours(document), wanted, "we read\n{document}");
    }
}

#[test]
fn every_text_is_read_back_as_itself() {
    let texts = texts();
    let values: Vec<_> =
        texts
            .iter()
            .flat_map(|text| {
                let text = || Plain::text(text.as_str());
                [
                    text(),
                    Plain::Map(vec![Entry::new("key", text()), Entry::new("next", Plain::Null)]),
                    Plain::List(vec![text(), Plain::List(vec![text()])]),
                ]
            })
            .chain(texts.iter().map(|text| Plain::Map(vec![Entry::new(text.as_str(), Plain::Int(1))])))
            .chain(texts.iter().map(|text| {
                Plain::Map(vec![Entry::new("k", Plain::Tagged { tag: "!vault", text: text.as_str().into() })])
            }))
            .collect();
    holds(&values);
}

/// A tree of anything, with comments that nobody may read as content.
fn tree(random: &mut Random, texts: &[String], depth: usize) -> Plain<'static> {
    match random.below(if depth > 4 { 6 } else { 10 }) {
        0 => Plain::Null,
        1 => Plain::Bool(random.below(2) == 0),
        2 => Plain::Int(random.pick(&[0, -1, 8, i128::MAX, i128::MIN + 1])),
        3 => Plain::Float(random.pick(&[0.0, -0.5, 1e22, 1e-7, 1.5e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN])),
        4 | 5 => Plain::text(texts[random.below(texts.len())].clone()),
        6 | 7 => Plain::List((0..random.below(4)).map(|_| tree(random, texts, depth + 1)).collect()),
        _ => Plain::Map(
            (0..random.below(4))
                .map(|index| {
                    let key = format!("{index} {}", texts[random.below(texts.len())]);
                    let entry = Entry::new(key, tree(random, texts, depth + 1));
                    match random.below(3) {
                        0 => entry.with_comment(texts[random.below(texts.len())].clone()),
                        _ => entry,
                    }
                })
                .collect(),
        ),
    }
}

#[test]
fn every_tree_is_read_back_as_itself() {
    let texts = texts();
    let mut random = Random(0x7ee5);
    let trees: Vec<_> = (0..3_000).map(|_| tree(&mut random, &texts, 0)).collect();
    holds(&trees);
}

#[test]
fn the_layout_is_that_of_the_samples() {
    let value = Plain::Map(vec![
        Entry::new("kube_service_addresses", Plain::text("10.233.0.0/18"))
            .with_comment("16384 service addresses\n\nfor ever"),
        Entry::new("macs", Plain::List(vec![Plain::text("52:54:00:12:34:56"), Plain::text("no")])),
        Entry::new(
            "members",
            Plain::List(vec![
                Plain::Map(vec![Entry::new("machine", Plain::text("ci-1")), Entry::new("id", Plain::Int(5))]),
                Plain::Map(vec![Entry::new("machine", Plain::text("ci-2")).with_comment("new")]),
                Plain::List(vec![Plain::Bool(true), Plain::Null]),
            ]),
        ),
        Entry::new("secret", Plain::Tagged { tag: "!vault", text: "$ANSIBLE_VAULT;1.1;AES256\n6162\n".into() }),
        Entry::new("name", Plain::Tagged { tag: "!unsafe", text: "{{ x }}".into() }),
        Entry::new("empty", Plain::Map(vec![])),
        Entry::new("expression", Plain::text("{{ x | default(\"y\") }}")),
    ]);
    let expected = "\
# 16384 service addresses
#
# for ever
kube_service_addresses: 10.233.0.0/18
macs:
  - \"52:54:00:12:34:56\"
  - \"no\"
members:
  - machine: ci-1
    id: 5
  -
    # new
    machine: ci-2
  - - true
    - null
secret: !vault |
  $ANSIBLE_VAULT;1.1;AES256
  6162
name: !unsafe \"{{ x }}\"
empty: {}
expression: '{{ x | default(\"y\") }}'
";
    assert_eq!(emit(&value), expected);
    assert!(parse_one(&Source::new("e.yml", expected)).is_ok());
}
