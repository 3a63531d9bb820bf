//! Thousands of generated texts, each answered by Python and by us.

use ansible_referee::{Ansible, Answer};
use inventory_core::ansible::literal::{self, Literal, Refusal};
use inventory_core::ansible::{host_pattern, host_range, shlex};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::export::{canonical, value};

/// The same texts on every run.
fn generated(strategy: impl Strategy<Value = String>, count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("a text").current()).collect()
}

/// Compares our answers with Python's and prints all that differ.
fn compare(
    kind: &str,
    texts: &[String],
    ours: impl Fn(&str) -> Result<Value, String>,
    same_error: impl Fn(&str, &str) -> bool,
) {
    let answers = Ansible::New.session().questions().ask(kind, texts);
    let mut differences = Vec::new();
    for (text, python) in texts.iter().zip(answers) {
        let python: Answer = python.map(|answer| canonical(&answer));
        let ours = ours(text).map(|answer| canonical(&answer));
        let same = match (&python, &ours) {
            (Err(python), Err(ours)) => same_error(python, ours),
            (python, ours) => python == ours,
        };
        if !same {
            differences.push(format!("{text:?}\n  Python: {python:?}\n  we:     {ours:?}"));
        }
    }
    let shown = differences.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {} differ:\n{shown}", differences.len(), texts.len());
}

/// Words that a literal may be made of, and words that spoil it.
fn literal_text() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        r"[0-9]{1,3}",
        r"0[xX][0-9a-fA-F_]{1,4}",
        r"0[oO][0-8_]{1,3}",
        r"0[bB][01_2]{1,3}",
        r"[0-9_]{1,4}",
        r"[0-9_]{0,2}\.[0-9_]{0,2}",
        r"[0-9]{1,2}(\.[0-9]?)?[eE][+-]?[0-9_]{0,3}",
        r"[0-9.]{1,3}[jJ]",
        r"[0-9]{20,40}",
    ];
    let string = prop_oneof![
        r#"[rRbBuUfF]{0,2}'([a-c#é]|\\[abnx0-7'"\\uUqé]|[0-9a-f])*'"#,
        r#"(u|R|)"[a c#\{\}']{0,5}""#,
        r#"'''[a'" ]{0,4}'''"#,
        r#"'\\(x[0-9a-g]{2}|u[0-9a-f]{4}|U000[0-9a-f]{5}|[0-7]{1,4})'"#,
    ];
    let word = prop_oneof!["None", "True", "False", "true", "null", "set\\(\\)", "[a-z_]{1,3}", "\\.\\.\\.", "é"];
    let atom = prop_oneof![4 => number, 4 => string, 3 => word];
    let blank = prop_oneof![6 => Just(String::new()), 2 => Just(" ".to_owned()), 1 => Just("\t".to_owned())];
    let nested = (atom, blank.clone()).prop_map(|(atom, blank)| atom + &blank).prop_recursive(4, 24, 4, move |inner| {
        let items = prop::collection::vec(inner.clone(), 0..4);
        let comma = prop_oneof![3 => Just(""), 1 => Just(",")];
        let joined = (items, comma).prop_map(|(items, comma)| items.join(", ") + comma);
        let pairs = prop::collection::vec((inner.clone(), inner.clone()), 0..3).prop_map(|pairs| {
            pairs.into_iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>().join(",")
        });
        prop_oneof![
            joined.clone().prop_map(|items| format!("[{items}]")),
            joined.clone().prop_map(|items| format!("({items})")),
            joined.clone().prop_map(|items| format!("{{{items}}}")),
            pairs.prop_map(|pairs| format!("{{{pairs}}}")),
            joined,
            (prop_oneof!["-", "\\+", "- ", "--"], inner.clone()).prop_map(|(sign, item)| sign + &item),
            (inner.clone(), prop_oneof!["-", "\\+", " ", " # "], inner)
                .prop_map(|(left, sign, right)| left + &sign + &right),
        ]
    });
    (blank, nested).prop_map(|(blank, text)| blank + &text)
}

/// Characters that matter, in any order.
fn soup(characters: &'static str) -> impl Strategy<Value = String> {
    let characters: Vec<char> = characters.chars().collect();
    prop::collection::vec(prop::sample::select(characters), 0..12).prop_map(String::from_iter)
}

fn literal_json(literal: &Literal) -> Value {
    let all = |items: &[Literal]| items.iter().map(literal_json).collect::<Vec<_>>();
    match literal {
        Literal::None => Value::Null,
        Literal::Ellipsis => json!({"ellipsis": null}),
        Literal::Bool(yes) => json!(yes),
        Literal::Int(number) => json!({"int": number.to_string()}),
        Literal::Float(number) => crate::export::float(*number),
        Literal::Complex(real, imaginary) => {
            json!({"complex": [crate::export::float(*real), crate::export::float(*imaginary)]})
        }
        Literal::Text(text) => json!(text),
        Literal::Bytes(bytes) => json!({"bytes": bytes}),
        Literal::List(items) => json!({"list": all(items)}),
        Literal::Tuple(items) => json!({"tuple": all(items)}),
        Literal::Set(items) => json!({"set": all(items)}),
        Literal::Map(entries) => {
            json!({"map": entries.iter().map(|(key, item)| json!([literal_json(key), literal_json(item)])).collect::<Vec<_>>()})
        }
    }
}

/// Whether Python's exception and our refusal are the same answer.
fn same_refusal(python: &str, ours: &str) -> bool {
    match ours {
        "NotALiteral" => {
            python.starts_with("SyntaxError")
                || python.starts_with("ValueError")
                || python.starts_with("IndentationError")
        }
        "Unhashable" => python.starts_with("TypeError: unhashable"),
        _ => true,
    }
}

#[test]
fn literals_are_read_as_python_reads_them() {
    let mut texts = generated(literal_text(), 15_000);
    texts.extend(generated(soup("'\"\\rbu01_.xeEjJ+-[](){},: #aN"), 15_000));
    // What Python can hold and an inventory of ours cannot is refused, and is checked by its own tests.
    texts.retain(|text| {
        !matches!(literal::literal_eval(text), Err(Refusal::TooLarge | Refusal::NotText | Refusal::NamedCharacter))
    });
    let ours = |text: &str| {
        literal::literal_eval(text).map(|literal| literal_json(&literal)).map_err(|refusal| format!("{refusal:?}"))
    };
    compare("literal", &texts, ours, same_refusal);
}

/// Whether the order of the value is Python's own secret.
fn has_order(literal: &Literal) -> bool {
    match literal {
        Literal::Set(items) => items.len() < 2 && items.iter().all(has_order),
        Literal::List(items) | Literal::Tuple(items) => items.iter().all(has_order),
        Literal::Map(entries) => entries.iter().all(|(_, item)| has_order(item)),
        _ => true,
    }
}

#[test]
fn ini_values_are_what_ansible_makes_of_them() {
    let mut texts = generated(literal_text(), 10_000);
    texts.retain(|text| {
        !matches!(
            literal::value(text),
            Err(Refusal::TooLarge | Refusal::NotText | Refusal::NamedCharacter | Refusal::Key)
        )
    });
    texts.retain(|text| literal::literal_eval(text).is_ok_and(|literal| has_order(&literal)));
    compare(
        "ini_value",
        &texts,
        |text| literal::value(text).map(|found| value(&found)).map_err(|refusal| format!("{refusal:?}")),
        same_refusal,
    );
}

#[test]
fn words_are_cut_as_python_cuts_them() {
    let texts = generated(soup("ab='\"\\# \té\u{a0}"), 20_000);
    let ours = |text: &str| {
        let words = shlex::split(text).map_err(|unfinished| format!("{unfinished:?}"))?;
        Ok(json!({"list": words.into_iter().map(|word| word.text).collect::<Vec<_>>()}))
    };
    compare("shlex", &texts, ours, |_, _| true);
}

fn host_text() -> impl Strategy<Value = String> {
    let range = prop_oneof![
        r"\[[0-9]{1,2}:[0-9]{1,2}\]",
        r"\[[a-c]:[a-f]\]",
        r"\[0[0-9]:[0-9]{2}:[0-3]\]",
        r"\[[0-9a-f]?:[0-9a-f]{0,2}(:-?[0-2])?\]",
        r"\[ ?[-+_]?[0-9]:[-+_]?[0-9_]{1,2} ?\]",
        r"\[[A-z]:[A-z]\]",
        r"\[ab:[a-z]\]",
    ];
    let piece = prop_oneof![
        4 => "[a-z0-9_.-]{1,4}".boxed(),
        3 => range.boxed(),
        1 => prop_oneof!["\\[", "\\]", "::?", "\\|", " ", "é", "#", "\u{93f}", "\\[\\]"].boxed(),
        1 => "[0-9a-fA-F]{1,5}:".boxed(),
    ];
    let plain = prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat());
    let group = prop_oneof![5 => "[0-9a-f]{1,4}".boxed(), 1 => r"\[[0-9a-f]:[0-9a-f]\]".boxed(), 1 => Just("0".to_owned()).boxed(), 1 => Just("ffff".to_owned()).boxed(), 1 => Just(String::new()).boxed()];
    let ipv6 = prop::collection::vec(group, 1..10).prop_map(|groups| groups.join(":"));
    let ipv4 = prop::collection::vec(prop_oneof![4 => "[0-9]{1,3}".boxed(), 1 => r"\[[0-9]:[0-9]\]".boxed()], 4)
        .prop_map(|parts| parts.join("."));
    let mixed = (prop_oneof!["0:0:0:0:0:0:", "::", "::ffff:", "::FFFF:", "0:0:0:0:0:ffff:", "1:"], ipv4.clone())
        .prop_map(|(head, tail)| head + &tail);
    let host = prop_oneof![4 => plain, 3 => ipv6, 1 => ipv4, 1 => mixed];
    (host, prop_oneof![3 => "", 2 => ":[0-9]{1,3}", 1 => ":"], any::<bool>())
        .prop_map(|(host, port, bracketed)| if bracketed { format!("[{host}]{port}") } else { host + &port })
}

#[test]
fn hosts_are_expanded_as_ansible_expands_them() {
    let mut texts = generated(host_text(), 20_000);
    texts.extend(generated(soup("ab019[]:::-_.|"), 20_000));
    let ours = |text: &str| {
        let (pattern, port) = host_pattern::split_port(text);
        let names =
            host_range::expand(pattern, 0, &mut host_range::Budget::new()).map_err(|error| error.to_string())?;
        let port = port.map_or(Value::Null, |port| json!({"int": port.parse::<u128>().unwrap().to_string()}));
        Ok(json!({"list": [{"list": names}, port]}))
    };
    compare("host_pattern", &texts, ours, |_, _| true);
}
