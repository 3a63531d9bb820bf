//! Whole documents as libyaml, Ansible's parser, reads them.

use inventory_core::yaml::{Source, parse_one};
use serde_json::{Value, json};

use crate::corners::{CORNERS, JSON};
use crate::generator::{document, mutated};
use crate::python;

pub(crate) fn ours(text: &str) -> Value {
    let source = Source::new("d.yml", text);
    match parse_one(&source) {
        Ok(document) => document.root.map_or(json!(["null"]), |root| python::typed(&root, &source)),
        Err(error) => json!(["refused", format!("{}: {error}", error.location())]),
    }
}

pub(crate) fn theirs(texts: &[String]) -> Vec<Value> {
    let input: Vec<_> = texts.iter().map(|text| json!(text)).collect();
    let script = format!("{}\nfor line in sys.stdin: print(json.dumps(load(json.loads(line))))", python::PRELUDE);
    python::run(&script, &input)
}

#[derive(Default, Debug)]
struct Tally {
    equal: usize,
    both_refuse: usize,
    only_we_refuse: Vec<String>,
    only_they_refuse: Vec<String>,
    differ: Vec<String>,
}

fn tally(texts: &[String]) -> Tally {
    let mut tally = Tally::default();
    for (text, theirs) in texts.iter().zip(theirs(texts)) {
        let ours = ours(text);
        let report = || format!("{text:?}\n  ours   {ours}\n  theirs {theirs}");
        match (python::is_refused(&ours), python::is_refused(&theirs)) {
            (true, true) => tally.both_refuse += 1,
            (true, false) => tally.only_we_refuse.push(report()),
            (false, true) => tally.only_they_refuse.push(report()),
            _ if ours == theirs => tally.equal += 1,
            _ => tally.differ.push(report()),
        }
    }
    tally
}

/// Differences that stay: what ours refuses and libyaml does not.
fn is_known_refusal(report: &str) -> bool {
    // Quoted text whose next line is not indented, which YAML forbids.
    report.contains("a quote is not closed before this line")
        // A tab there is the same to YAML.
        || report.contains("a tab stands where YAML wants spaces")
        // `"b"#c`, and an anchor's name that is none.
        || report.contains("a comment wants a space")
        || report.contains("is no name for an anchor")
        // Python has sets and pairs, inventories do not.
        || ["set", "omap", "pairs"].iter().any(|tag| report.contains(&format!("`!!{tag}` has no place here")))
        // `[?a]`, which is a key to libyaml and text to YAML, and `[-]`.
        || report.contains("takes this for the mark of a key")
        || report.contains("a lone `-` stands inside brackets")
        // A map that merges itself.
        || report.contains("stands inside the value that it repeats")
}

/// Differences that stay: what libyaml refuses and ours does not.
fn is_known_leniency(report: &str) -> bool {
    // Tags are the application's, so it has the last word on them.
    report.contains("could not determine a constructor for the tag '!") || report.contains("while scanning a tag")
}

fn fail_if_any(what: &str, reports: &[String]) {
    assert!(reports.is_empty(), "{} {what}:\n{}", reports.len(), reports[..reports.len().min(20)].join("\n"));
}

#[test]
fn corners_of_the_grammar_are_what_libyaml_says() {
    let tally = tally(&CORNERS.iter().map(|&text| text.to_owned()).collect::<Vec<_>>());
    let unknown = |reports: Vec<String>, known: fn(&str) -> bool| -> Vec<String> {
        reports.into_iter().filter(|report| !known(report)).collect()
    };
    fail_if_any("differ", &tally.differ);
    fail_if_any("are refused by us alone", &unknown(tally.only_we_refuse, is_known_refusal));
    fail_if_any("are refused by Ansible alone", &unknown(tally.only_they_refuse, is_known_leniency));
}

#[test]
fn generated_documents_are_what_libyaml_says() {
    let texts: Vec<String> = (1..6_000).map(|seed| document(seed * 7_919)).collect();
    let tally = tally(&texts);
    println!(
        "{} equal, {} refused by both, {} by us alone",
        tally.equal,
        tally.both_refuse,
        tally.only_we_refuse.len()
    );
    fail_if_any("differ", &tally.differ);
    fail_if_any("are refused by Ansible alone", &tally.only_they_refuse);
    let unknown: Vec<_> = tally.only_we_refuse.into_iter().filter(|report| !is_known_refusal(report)).collect();
    fail_if_any("are refused by us alone", &unknown);
    assert!(tally.equal > 3_000, "the generator writes too little that is YAML: {}", tally.equal);
}

#[test]
fn broken_documents_never_mean_something_else() {
    let texts: Vec<String> = (1..20_000).map(|seed| mutated(seed * 104_729)).collect();
    let tally = tally(&texts);
    fail_if_any("differ", &tally.differ);
    let lenient: Vec<_> = tally.only_they_refuse.into_iter().filter(|report| !is_known_leniency(report)).collect();
    println!("{} equal, {} refused by Ansible alone", tally.equal, lenient.len());
    // What is left is exotic: a tab behind a lone dash, a text at the margin after `---`.
    assert!(lenient.len() < 40, "{} are refused by Ansible alone:\n{}", lenient.len(), lenient.join("\n"));
}

#[test]
fn a_file_of_json_is_read_as_ansible_does_it_with_json_first() {
    let input: Vec<_> = JSON.iter().map(|text| json!(text)).collect();
    let script =
        format!("{}\nfor line in sys.stdin: print(json.dumps(typed(json.loads(json.loads(line)))))", python::PRELUDE);
    for (text, theirs) in JSON.iter().zip(python::run(&script, &input)) {
        assert_eq!(ours(text), theirs, "{text}");
    }
}

#[test]
fn a_template_without_quotes_is_told_to_take_them() {
    let error = parse_one(&Source::new("d.yml", "a: {{ x }}\n")).unwrap_err();
    assert_eq!(format!("{}: {error}", error.location()), "d.yml:1:5: a key cannot be a map");
    assert_eq!(error.hint().as_deref(), Some("put quotes around a value that begins with `{{`"));
}

#[test]
fn a_key_may_be_as_long_as_libyaml_allows() {
    let keys = (1_015..1_035).flat_map(|length| {
        let word = "k".repeat(length);
        let wide = "ü".repeat(length);
        [
            format!("{word}: v\n"),
            format!("\"{word}\": v\n"),
            format!("{wide}: v\n"),
            format!("{{{word}: v}}\n"),
            format!("- {word} : v\n"),
        ]
    });
    let tally = tally(&keys.collect::<Vec<_>>());
    fail_if_any("differ", &tally.differ);
    fail_if_any("are refused by Ansible alone", &tally.only_they_refuse);
    fail_if_any("are refused by us alone", &tally.only_we_refuse);
}
