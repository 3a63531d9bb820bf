//! What Ansible reads from an export is what it reads from the JSON.

use ansible_referee::Ansible;
use inventory_core::inventory::render::{RenderError, ini};
use inventory_core::inventory::{Author, Inventory, Text, Value, Variables};
use inventory_core::safe::is_secret_name;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::json;

use crate::inventories::{inventory, small};
use crate::referee::{assert_same, ini_file, script, session, yaml_file};

/// Texts that some reader on the way could take for something else.
const NASTY: &[&str] = &[
    "",
    " ",
    " a",
    "a ",
    "\ta",
    "a\n",
    "\n",
    "a\nb",
    "a\n\nb\n\n",
    "a\r\nb",
    "\r",
    "a\u{b}b",
    "a\u{c}b",
    "a\u{1c}b",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{a0}",
    "\u{feff}a",
    "\0",
    "\u{7f}",
    "\u{1b}[31m",
    "é",
    "日本",
    "e\u{301}",
    "🙂",
    "'",
    "\"",
    "'\"",
    "\\",
    "\\\\",
    "a\\",
    "\\n",
    "\\'",
    "\\\"",
    "it's",
    "say \"x\"",
    "'a'",
    "\"a\"",
    "''",
    "'''a'''",
    "r'a'",
    "b'a'",
    "u'a'",
    "f'a'",
    "'a' 'b'",
    "'a",
    "a'",
    "a=b",
    "=",
    "=a",
    "a b=c",
    "#",
    "a#b",
    "a #b",
    "# a",
    ";",
    "; a",
    "[a]",
    "[a",
    "[all:vars]",
    "(",
    ")",
    "()",
    "(1)",
    "(1,)",
    "1,",
    "1, 2",
    "[1, 2]",
    "{'a': 1}",
    "{1, 2}",
    "{}",
    "{}{}",
    "set()",
    "...",
    "..",
    "None",
    "True",
    "False",
    "true",
    "false",
    "yes",
    "no",
    "null",
    "~",
    "y",
    "n",
    "0",
    "00",
    "010",
    "1",
    "-1",
    "+1",
    "--1",
    "1_000",
    "1__0",
    "0x10",
    "0o10",
    "0b1",
    "1.5",
    "1.",
    ".5",
    "1e3",
    "1.5e+3",
    "1j",
    "1+1j",
    "1 + 1j",
    "inf",
    "nan",
    ".inf",
    "1:20",
    "190:20:30",
    "52:54:00:12:34:56",
    "fd00::1",
    "10.0.0.1",
    "10.0.0.0/8",
    "2024-01-01",
    "2024-01-01 10:00:00",
    "1.30",
    "v1.30.0",
    "- a",
    "-",
    "? a",
    "a: b",
    "a:",
    ":",
    ": a",
    "!a",
    "!unsafe a",
    "&a",
    "*a",
    "@a",
    "`a",
    "%a",
    "|",
    ">",
    "|-",
    "---",
    "...\na",
    "{{ foo }}",
    "{{ 'x' }}",
    "{{ foo }} bar",
    "a {{ foo | default('b c') }}",
    "{% if a %}b{% endif %}",
    "{# a #}",
    "{{ {'a': 1} }}",
    "#jinja2: a",
    "{{ foo }}'",
    "-o ProxyJump=root@hv1 -o 'UserKnownHostsFile=\"{{ x }}/k\"'",
    "$HOME",
    "${a}",
    "a,b",
    "a;b",
    "lambda: 0",
    "not a",
    "a if b else c",
    "1if 2else 3",
    "1or 2",
    "0_7",
    "Ｎone",
    "\u{ff11}",
    "²",
    "-----BEGIN X-----\nabc=\n-----END X-----\n",
    "*",
    "**",
    "<<",
    "=",
    "a\tb",
    " # a",
    "a ; b",
];

/// One host whose own variables, whose group's and whose everything else's are these.
fn host_and_group(vars: &Variables) -> Inventory {
    let bare = inventory(&json!({"hosts": {"node-1": {}}}));
    let named = |prefix: &str| -> Variables {
        vars.iter().map(|(name, value)| (format!("{prefix}{name}"), value.clone())).collect()
    };
    let (mut hosts, mut groups) = (bare.hosts().clone(), bare.groups().clone());
    hosts[0].clone_from(vars);
    groups[0].vars = named("group_");
    Inventory::new(bare.top().clone(), hosts, groups, named("all_")).unwrap()
}

fn nasty() -> Variables {
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

#[test]
fn the_small_cluster_is_the_same_in_yaml() {
    let inventory = without_bastion_and_secrets();
    assert_same(&inventory, yaml_file);
}

/// The host `bastion` has its variables from its group in the JSON; that is compared below. Secrets stay behind.
fn without_bastion_and_secrets() -> Inventory {
    let small = small();
    let is_bastion = |name: &str| name == "bastion";
    let mut hosts = small.hosts().clone();
    hosts.retain(|name, _| !is_bastion(name.as_str()));
    hosts.values_mut().for_each(|vars| vars.retain(|name, _| !is_secret_name(name)));
    let mut groups = small.groups().clone();
    groups.retain(|name, _| !is_bastion(name.as_str()));
    groups[0].vars.shift_remove("registry");
    Inventory::new(small.top().clone(), hosts, groups, small.vars().clone()).unwrap()
}

#[test]
fn every_nasty_value_is_the_same_in_yaml() {
    assert_same(&host_and_group(&nasty()), yaml_file);
}

#[test]
fn every_nasty_value_is_the_same_in_ini() {
    assert_same(&host_and_group(&nasty()), ini_file);
}

#[test]
fn outside_text_keeps_its_mark_in_yaml() {
    let marked = |vars: &Variables| -> Variables {
        let mark = |value: &Value| match value {
            Value::Text(text) => Value::outside(&text.content),
            other => other.clone(),
        };
        vars.iter().map(|(name, value)| (name.clone(), mark(value))).collect()
    };
    let mut vars = marked(&nasty());
    vars.insert("nested".to_owned(), Value::Map(marked(&nasty())));
    vars.insert("listed".to_owned(), Value::List(marked(&nasty()).into_values().collect()));
    let cipher =
        "$ANSIBLE_VAULT;1.1;AES256\n66386439653236336462626566653063336164663966303231363934653561363964363833\n";
    vars.insert("vault".to_owned(), Value::Text(Text { content: cipher.to_owned(), author: Author::Vault }));
    assert_same(&host_and_group(&vars), yaml_file);
}

#[test]
fn groups_children_and_their_order_are_the_same() {
    let inventory = inventory(&json!({
        "hosts": {"b2": {"x": 1}, "b10": {}, "a1": {"x": "y"}, "10.0.0.1": {}, "1e3": {}, "yes": {}},
        "groups": {
            "late": {"children": ["zz", "aa", "mid"], "vars": {"who": "late"}},
            "kube-node": {"hosts": ["a1", "b10"], "vars": {"ansible_group_priority": 5, "p": 1}},
            "aa": {"hosts": ["b10", "b2"]},
            "mid": {"hosts": ["yes"], "children": ["zz"], "vars": {"who": "mid"}},
            "empty": {},
            "zz": {"hosts": ["1e3", "10.0.0.1"]},
            "other": {"children": ["zz", "empty"]},
        },
        "vars": {"everybody": [1]},
    }));
    assert_same(&inventory, yaml_file);
    assert_same(&inventory, ini_file);
}

#[test]
fn a_host_alone_in_the_group_of_its_name_knows_the_same() {
    let inventory = inventory(&json!({
        "hosts": {"node-1": {}, "bastion": {"ansible_host": "203.0.113.7", "ansible_port": 22}},
        "groups": {"top": {"hosts": ["node-1"]}, "bastion": {"hosts": ["bastion"]}},
    }));
    for ansible in Ansible::ALL {
        let session = session(ansible);
        let home = session.home();
        let files = [script(home, &inventory), yaml_file(home, &inventory), ini_file(home, &inventory)];
        let [json, yaml, ini] =
            files.map(|file| session.inventory(["--list".as_ref(), "-i".as_ref(), file.as_os_str()]).json());
        assert_eq!(json["_meta"]["hostvars"]["bastion"]["ansible_port"], 22);
        assert_eq!(json, yaml, "{ansible:?}");
        assert_eq!(json, ini, "{ansible:?}");
    }
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
fn generated(count: usize) -> Variables {
    let mut runner = TestRunner::deterministic();
    let mut value = || value().new_tree(&mut runner).expect("a value").current();
    (0..count).map(|index| (format!("v{index}"), value())).collect()
}

#[test]
fn generated_values_are_the_same_in_ini_and_yaml() {
    let inventory = host_and_group(&generated(1500));
    assert_same(&inventory, ini_file);
    assert_same(&inventory, yaml_file);
}

#[test]
fn ini_refuses_what_it_cannot_mark_and_names_the_place() {
    let refused = |host: serde_json::Value| {
        ini::render(&inventory(&json!({"hosts": {"node-1": host}}))).expect_err("it is refused")
    };
    let error = refused(json!({"inv_tags": {"a": [{"note": {"__ansible_unsafe": "{{ x }}"}}]}}));
    assert_eq!(
        error.to_string(),
        "INI cannot hold `inv_tags.a[0].note` of the host `node-1`: its text is not yours, and INI has no mark that \
         keeps Ansible from evaluating it"
    );
    assert_eq!(error.remedy(), "export it with `--format yaml`, which can say everything");
    let error = refused(json!({"ansible_password": {"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n61\n"}}));
    assert!(matches!(error, RenderError::VaultInIni { .. }), "{error}");
    let deep = (0..60).fold(json!(1), |inner, _| json!([inner]));
    assert!(matches!(refused(json!({"a": deep})), RenderError::DepthInIni { limit: 50, .. }));
    for name in ["a b", "a=b", "", "a#", "a'", "[a"] {
        assert!(matches!(refused(json!({name: 1})), RenderError::NameInIni { .. }), "{name:?}");
    }
}
