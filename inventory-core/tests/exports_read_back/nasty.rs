//! Values that some reader on the way could take for something else: known ones, and generated ones.

use inventory_core::inventory::{Value, Variables};
use inventory_core::safe::is_secret_name;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

/// What is a mark, a literal or a line's end to YAML, Python, a shell or Jinja.
#[rustfmt::skip]
const NASTY: &[&str] = &[
    "", " ", " a", "a ", "\ta", "a\n", "\n", "a\nb", "a\n\nb\n\n", "a\r\nb", "\r", "a\u{b}b", "a\u{c}b", "a\u{1c}b",
    "a\u{85}b", "a\u{2028}b", "a\u{a0}", "\u{feff}a", "\0", "\u{7f}", "\u{1b}[31m", "é", "日本", "e\u{301}", "🙂", "'",
    "\"", "'\"", "\\", "\\\\", "a\\", "\\n", "\\'", "\\\"", "it's", "say \"x\"", "'a'", "\"a\"", "''", "'''a'''",
    "r'a'", "b'a'", "u'a'", "f'a'", "'a' 'b'", "'a", "a'", "a=b", "=", "=a", "a b=c", "#", "a#b", "a #b", "# a", ";",
    "; a", "[a]", "[a", "[all:vars]", "(", ")", "()", "(1)", "(1,)", "1,", "1, 2", "[1, 2]", "{'a': 1}", "{1, 2}",
    "{}", "{}{}", "set()", "...", "..", "None", "True", "False", "true", "false", "yes", "no", "null", "~", "y", "n",
    "0", "00", "010", "1", "-1", "+1", "--1", "1_000", "1__0", "0x10", "0o10", "0b1", "1.5", "1.", ".5", "1e3",
    "1.5e+3", "1j", "1+1j", "1 + 1j", "inf", "nan", ".inf", "1:20", "190:20:30", "52:54:00:12:34:56", "fd00::1",
    "10.0.0.1", "10.0.0.0/8", "2024-01-01", "2024-01-01 10:00:00", "1.30", "v1.30.0", "- a", "-", "? a", "a: b", "a:",
    ":", ": a", "!a", "!unsafe a", "&a", "*a", "@a", "`a", "%a", "|", ">", "|-", "---", "...\na", "{{ foo }}",
    "{{ 'x' }}", "{{ foo }} bar", "a {{ foo | default('b c') }}", "{% if a %}b{% endif %}", "{# a #}",
    "{{ {'a': 1} }}", "#jinja2: a", "{{ foo }}'", "-o ProxyJump=root@hv1 -o 'UserKnownHostsFile=\"{{ x }}/k\"'",
    "$HOME", "${a}", "a,b", "a;b", "lambda: 0", "not a", "a if b else c", "1if 2else 3", "1or 2", "0_7", "Ｎone",
    "\u{ff11}", "²", "-----BEGIN X-----\nabc=\n-----END X-----\n", "*", "**", "<<", "=", "a\tb", " # a", "a ; b",
];

/// The texts as they are, in a list and in a map, and other values at the edges of their types.
pub(crate) fn nasty() -> Variables {
    let texts = NASTY.iter().enumerate().map(|(index, text)| (format!("t{index}"), Value::user(*text)));
    let mut vars: Variables = texts.collect();
    let list: Vec<Value> = NASTY.iter().map(|text| Value::user(*text)).collect();
    // A key with one of Ansible's marks would replace the map in the JSON itself.
    let map: Variables = NASTY.iter().map(|text| ((*text).to_owned(), Value::user(*text))).collect();
    let deep = (0..50).fold(Value::Int(1), |inner, _| Value::List(vec![inner]));
    for (name, value) in [
        ("null", Value::Null),
        ("yes", Value::Bool(true)),
        ("no", Value::Bool(false)),
        ("zero", Value::Int(0)),
        ("minus", Value::Int(-7)),
        ("big", Value::Int(i128::MAX)),
        ("small", Value::Int(i128::MIN)),
        ("half", Value::Float(0.5)),
        ("whole", Value::Float(2.0)),
        ("minus_zero", Value::Float(-0.0)),
        ("huge", Value::Float(1e300)),
        ("sixteen", Value::Float(1e16)),
        ("tiny", Value::Float(5e-324)),
        ("empty_list", Value::List(Vec::new())),
        ("empty_map", Value::Map(Variables::new())),
        ("one", Value::List(vec![Value::Null, Value::Bool(true), Value::Float(1.0), Value::Int(1)])),
        ("list", Value::List(list)),
        ("map", Value::Map(map)),
        ("marks", Value::Map(Variables::from_iter([("__ansible_vault".to_owned(), Value::user("x"))]))),
        ("deep", deep),
        ("harmless", Value::outside("Fedora Linux 40")),
        ("long", Value::user("-".repeat(20_000) + "1")),
    ] {
        vars.insert(name.to_owned(), value);
    }
    vars
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select("ab01_.-+eExX:/ ".chars().collect::<Vec<_>>()).prop_map(String::from),
        4 => prop::sample::select("'\"\\#=[]{}(),;\n\t%&*!|>@`~$?^<".chars().collect::<Vec<_>>()).prop_map(String::from),
        1 => any::<char>().prop_map(String::from),
        1 => prop::sample::select(NASTY).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        8 => text().prop_map(Value::user),
        1 => any::<i128>().prop_map(Value::Int),
        1 => any::<i8>().prop_map(|number| Value::Int(number.into())),
        1 => any::<f64>().prop_filter("JSON has none", |number| number.is_finite()).prop_map(Value::Float),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::vec((text(), inner), 0..4).prop_map(|entries| {
                Value::Map(entries.into_iter().filter(|(key, _)| !is_secret_name(key)).collect())
            }),
        ]
    })
}

/// The same values on every run.
pub(crate) fn generated(count: usize) -> Variables {
    let mut runner = TestRunner::deterministic();
    let mut value = || value().new_tree(&mut runner).expect("a value").current();
    (0..count).map(|index| (format!("v{index}"), value())).collect()
}
