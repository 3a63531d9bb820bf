//! Thousands of generated texts, each answered by Python and by us.

use ansible_referee::{Ansible, Answer};
use indexmap::IndexMap;
use inventory_core::ansible::literal::{self, Literal, Refusal};
use inventory_core::ansible::{self, Inventory, Members, Problem, Variable, host_pattern, host_range, shlex};
use inventory_core::yaml::Source;
use proptest::strategy::{Strategy, ValueTree as _};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::export::{canonical, value};
use crate::texts::{host_text, ini_file, list_file, literal_text, soup, yaml_file};

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

/// An inventory as the referee shows one that a file plugin read.
fn inventory_json(inventory: &Inventory) -> Value {
    let variables = |vars: &IndexMap<String, Variable>| json!({"map": vars.iter().map(|(key, variable)| json!([key, value(&variable.value)])).collect::<Vec<_>>()});
    let list = |items: Vec<Value>| json!({ "list": items });
    let names = |members: &Members| list(members.keys().map(|name| json!(name)).collect());
    let groups = inventory.groups.iter().map(|(name, group)| {
        let priority = json!({"int": group.priority.to_string()});
        list(vec![json!(name), names(&group.hosts), names(&group.children), priority, variables(&group.vars)])
    });
    let hosts = inventory.hosts.iter().map(|(name, host)| list(vec![json!(name), variables(&host.vars)]));
    list(vec![list(groups.collect()), list(hosts.collect())])
}

/// Compares readings of whole files, and makes sure that enough of them are inventories.
fn compare_files(kind: &str, texts: &[String], read: fn(&Source) -> Result<Inventory, ansible::Error>) {
    let read = |text: &str| match read(&Source::new("inventory", text)) {
        Ok(inventory) => Ok(inventory_json(&inventory)),
        Err(error) => Err(error.to_string()),
    };
    let accepted = texts.iter().filter(|text| read(text).is_ok()).count();
    assert!(accepted * 5 > texts.len(), "only {accepted} of {} are inventories", texts.len());
    compare(kind, texts, read, |_, _| true);
}

#[test]
fn generated_ini_files_are_read_as_ansible_reads_them() {
    let mut texts = generated(ini_file(), 6_000);
    texts.retain(|text| !is_beyond_us(text, ansible::read_ini));
    compare_files("ini_file", &texts, ansible::read_ini);
}

#[test]
fn generated_yaml_files_are_read_as_ansible_reads_them() {
    compare_files("yaml_file", &generated(yaml_file(), 6_000), ansible::read_yaml);
}

#[test]
fn generated_script_output_is_read_as_ansible_reads_it() {
    compare_files("list_file", &generated(list_file(), 1_500), ansible::read_json_list);
}

/// Whether we refuse a file for what only we cannot hold, which the corpus lists.
fn is_beyond_us(text: &str, read: fn(&Source) -> Result<Inventory, ansible::Error>) -> bool {
    let Err(error) = read(&Source::new("inventory", text)) else { return false };
    matches!(error.problem(), Problem::Value { reason, .. } if *reason != Refusal::Unhashable)
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
