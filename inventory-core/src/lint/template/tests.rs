//! What a person gets to read, and what no input may do.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{Lookup, NotChecked, Resolver};
use crate::inventory::{Author, Text, Value, Variables};

fn resolve_among(variables: &[(&str, Value)], text: &str) -> Result<Value, NotChecked> {
    let variables: Variables = variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let lookup = |name: &str| match variables.get(name) {
        Some(value) => Lookup::Raw(Cow::Borrowed(value)),
        None if name == "vault_file" => Lookup::Unknown("`group_vars/all/vault.yml` is encrypted".to_owned()),
        None => Lookup::Absent,
    };
    Resolver::new(&lookup).resolve(&Value::user(text)).map(Cow::into_owned)
}

fn reason(text: &str) -> String {
    let vault = Value::Text(Text { content: "$ANSIBLE_VAULT;1.1".to_owned(), author: Author::Vault });
    let variables = [
        ("a", Value::user("{{ b }}")),
        ("b", Value::user("x{{ c }}")),
        ("c", Value::user("{{ a }}")),
        ("vault_x", vault),
        ("five", Value::Int(5)),
        ("outside", Value::outside("{{ five }}")),
    ];
    match resolve_among(&variables, text) {
        Ok(value) => panic!("{text} is {value:?}"),
        Err(NotChecked { why }) => why,
    }
}

#[test]
fn the_reason_names_what_is_not_known() {
    let texts = [
        "{{ ansible_default_ipv4.address }}",
        "{{ ansible_default_ipv4.address | default('127.0.0.1') }}",
        "{{ five | ternary2('a', 'b') }}",
        "{{ five is quick }}",
        "{{ vault_x }}",
        "{{ vault_file | default('x') }}",
        "{{ a }}",
        "{{ nowhere }}",
        "{{ lookup('env', 'HOME') }}",
        "{{ hostvars['node1'].ip }}",
        "{{ groups.etcd | first }}",
        "{{ five.split(',') }}",
        "{{ five + 'x' }}",
        "{{ outside }}",
        "{{ five",
        "{{ 'a\\1' }}",
        "[{{ five }}]",
    ];
    let reasons: Vec<String> = texts.iter().map(|text| format!("{text}: {}", reason(text))).collect();
    insta::assert_snapshot!(reasons.join("\n"), @r"
    {{ ansible_default_ipv4.address }}: `ansible_default_ipv4` is a fact that only the host knows
    {{ ansible_default_ipv4.address | default('127.0.0.1') }}: `ansible_default_ipv4` is a fact that only the host knows
    {{ five | ternary2('a', 'b') }}: the filter `ternary2` is not known here
    {{ five is quick }}: the test `quick` is not known here
    {{ vault_x }}: `vault_x` is encrypted
    {{ vault_file | default('x') }}: `group_vars/all/vault.yml` is encrypted
    {{ a }}: it refers to itself through a → b → c → a
    {{ nowhere }}: `nowhere` is defined nowhere here
    {{ lookup('env', 'HOME') }}: the function `lookup` can only be called by Ansible
    {{ hostvars['node1'].ip }}: `hostvars` is only known when Ansible runs
    {{ groups.etcd | first }}: `groups` is only known when Ansible runs
    {{ five.split(',') }}: the method `split` of a number is not known here
    {{ five + 'x' }}: it calculates with a number and a text
    {{ outside }}: what it gives is a template again
    {{ five: the template's syntax is not understood
    {{ 'a\1' }}: there is a backslash in quotes in the template
    [{{ five }}]: older Ansible reads the text it gives as a list, a map or a truth value
    ");
}

#[test]
fn text_from_outside_is_never_a_template() {
    let outside = Value::outside("{{ 1 + 1 }}");
    let lookup = |_: &str| Lookup::Absent;
    assert_eq!(Resolver::new(&lookup).resolve(&outside), Ok(Cow::Borrowed(&outside)));
    assert_eq!(resolve_among(&[("x", Value::outside("a b"))], "{{ x }}!"), Ok(Value::user("a b!")));
    // Nor does it become one in a list that the user wrote.
    let lookup = |_: &str| Lookup::Raw(Cow::Owned(outside.clone()));
    let list = Value::List(vec![Value::user("{{ 1 + 1 }}"), outside.clone()]);
    assert_eq!(
        Resolver::new(&lookup).resolve(&list),
        Ok(Cow::Owned(Value::List(vec![Value::Int(2), outside.clone()])))
    );
}

#[test]
fn what_holds_no_template_is_not_touched() {
    let lookup = |_: &str| -> Lookup<'_> { panic!("nobody asks") };
    let value = Value::List(vec![Value::user("plain"), Value::Int(5), Value::Null]);
    assert!(matches!(Resolver::new(&lookup).resolve(&value), Ok(Cow::Borrowed(_))));
}

#[test]
fn a_known_item_is_known_beside_an_unknown_one() {
    let map = Value::Map(Variables::from([
        ("address".to_owned(), Value::user("{{ ansible_default_ipv4.address }}")),
        ("port".to_owned(), Value::user("{{ 6000 + 443 }}")),
    ]));
    let variables = [("loadbalancer", map)];
    assert_eq!(resolve_among(&variables, "{{ loadbalancer.port }}"), Ok(Value::Int(6443)));
    assert!(resolve_among(&variables, "{{ loadbalancer }}").is_err());
}

#[test]
fn an_absent_name_is_not_defined_and_an_unknown_one_is_neither() {
    assert_eq!(resolve_among(&[], "{{ x is defined }}"), Ok(Value::Bool(false)));
    assert!(resolve_among(&[], "{{ vault_file is defined }}").is_err());
    assert!(resolve_among(&[], "{{ ansible_eth0 is defined }}").is_err());
}

/// Runs on a stack as small as any thread of ours has.
fn within_bounds(text: &str, variables: &[(&str, Value)]) {
    let started = Instant::now();
    std::thread::scope(|scope| {
        let small = std::thread::Builder::new().stack_size(2 << 20);
        let running = small.spawn_scoped(scope, || {
            let _ = resolve_among(variables, text);
        });
        running.unwrap().join().unwrap_or_else(|_| panic!("{}…", text.chars().take(80).collect::<String>()));
    });
    assert!(started.elapsed() < Duration::from_secs(10), "{}…", text.chars().take(80).collect::<String>());
}

#[test]
fn no_template_is_too_deep_or_too_large() {
    let many = |part: &str, count: usize| part.repeat(count);
    let texts = [
        format!("{{{{ {}1{} }}}}", many("(", 5000), many(")", 5000)),
        format!("{{{{ {}1{} }}}}", many("(", 100), many(")", 100)),
        format!("{{{{ {}1 }}}}", many("-", 5000)),
        format!("{{{{ {}1 }}}}", many("- ", 390)),
        format!("{{{{ {}1 }}}}", many("not ", 390)),
        format!("{{{{ 1{} }}}}", many("|abs", 5000)),
        format!("{{{{ 1{} }}}}", many("|abs", 190)),
        format!("{{{{ 1{} }}}}", many(" + 1", 190)),
        format!("{{{{ a{} }}}}", many(".a", 190)),
        format!("{{{{ a{} }}}}", many("[0", 190)),
        format!("{{{{ {} }}}}", many("[", 390)),
        format!("{{{{ a{}0{} }}}}", many("[", 29), many("]", 29)),
        format!("{{{{ a{}0{} }}}}", many("[0 if 1 else not a", 29), many("]", 29)),
        format!(
            "{}{{{{ {}1{} }}}}{}",
            many("{% if true %}", 70),
            many("(", 29),
            many(")", 29),
            many("{% endif %}", 70)
        ),
        format!("{{{{ 1{} }}}}", many(" if 1 else 1", 90)),
        format!("{}{}", many("{% if true %}", 99), many("{% endif %}", 99)),
        format!("{{% if false %}}{}{{% endif %}}", many("{% elif false %}", 190)),
        format!("{}x{}", many("{% for a in [1, 2, 3, 4, 5, 6, 7, 8, 9] %}", 40), many("{% endfor %}", 40)),
        format!("{{{{ {} }}}}", many("x ~ x ~ ", 90) + "x"),
        many("{{ x }}", 190),
        many("{% raw %}", 5000),
        many("{#", 30_000),
        "{{ 9 ** 9 ** 9 ** 9 }}".to_owned(),
        "{{ x | replace('', x) | replace('', x) }}".to_owned(),
        "{{ '' | join(x) }}{{ x.replace('a', x) }}".to_owned(),
    ];
    let variables = [("x", Value::user("a".repeat(200_000))), ("a", Value::Map(Variables::new()))];
    for text in &texts {
        within_bounds(text, &variables);
    }
}

#[test]
fn variables_that_double_themselves_end() {
    let names: Vec<String> = (0..60).map(|index| format!("v{index}")).collect();
    for pair in ["{{ [NEXT, NEXT] }}", "{{ NEXT }}{{ NEXT }}", "{{ NEXT + NEXT }}", "{{ {'a': NEXT, 'b': NEXT} }}"] {
        let doubled = |index: usize| match names.get(index + 1) {
            Some(next) => Value::user(pair.replace("NEXT", next)),
            None => Value::List(vec![Value::Int(1)]),
        };
        let variables: Vec<_> = names.iter().enumerate().map(|(index, name)| (name.as_str(), doubled(index))).collect();
        within_bounds("{{ v0 }}", &variables);
        within_bounds("{{ v0 == v1 }}{{ v0 | flatten }}", &variables);
    }
}

proptest! {
    #[test]
    fn no_template_panics(parts in prop::collection::vec(prop::sample::select(PIECES), 0..24)) {
        let variables = [
            ("a", Value::user("{{ b ~ 'x' }}")),
            ("b", Value::List(vec![Value::Int(i128::MIN), Value::user("é{{ c }}"), Value::Float(-0.5)])),
            ("c", Value::Int(i128::MAX)),
        ];
        let _ = resolve_among(&variables, &parts.concat());
        let _ = resolve_among(&variables, &format!("{{{{ {} }}}}", parts.concat()));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}", filter in "[a-z]{1,8}") {
        let variables = [("x", Value::user(text.replace('{', "(")))];
        let _ = resolve_among(&variables, &text);
        for done in ["ipaddr", "ipaddr('net')", "ipwrap", "int", "bool", "split(x)", "trim(x)", "ipaddr(x)", "first", "last"] {
            let _ = resolve_among(&variables, &format!("{{{{ x | {done} }}}}{{{{ x[1:] }}}}"));
        }
        let _ = resolve_among(&variables, &format!("{{{{ x | {filter} }}}}"));
    }

    #[test]
    fn no_number_panics(number: i128, other in prop::sample::select(&[i128::MIN, -1, 0, 1, 2, i128::MAX][..])) {
        let variables = [("x", Value::Int(number)), ("y", Value::Int(other)), ("z", Value::user("10.0.0.0/8"))];
        for operator in ["+", "-", "*", "/", "//", "%", "**", "<", "==", "is divisibleby", "~"] {
            let _ = resolve_among(&variables, &format!("{{{{ x {operator} y }}}}"));
            let _ = resolve_among(&variables, &format!("{{{{ y {operator} x }}}}"));
        }
        for done in ["z | ipaddr(x)", "z | ipaddr(y)", "y | ipaddr(x)", "-y", "y | abs", "'abc'[y]", "[1][x]", "[1, 2][y:x]", "'abc'[x:y]"] {
            let _ = resolve_among(&variables, &format!("{{{{ {done} }}}}"));
        }
    }
}

const PIECES: &[&str] = &[
    "{{ ",
    " }}",
    "{% if ",
    "{% for x in ",
    "{% endfor %}",
    "{% endif %}",
    "{% else %}",
    "{% set x = ",
    " %}",
    "a",
    "b",
    "c",
    "x",
    "'é'",
    "1",
    "-1",
    "2.5",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    ".",
    " | ",
    " is ",
    " not ",
    " in ",
    " and ",
    " or ",
    " if ",
    " else ",
    "~",
    "+",
    "-",
    "*",
    "**",
    "//",
    "%",
    "first",
    "last",
    "join",
    "length",
    "map",
    "select",
    "default",
    "defined",
    "ipaddr",
    "ipwrap",
    "split",
    "int",
    "flatten",
    "loop.index",
    "items()",
    "keys",
    "\n",
    "\\",
    "\"",
    "'",
    "{#",
    "#}",
    "==",
    "<",
    "dict2items",
    "replace('a', b)",
];
