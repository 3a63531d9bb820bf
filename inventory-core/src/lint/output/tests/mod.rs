//! Each format, on what is hard to show: what all of them promise here, the rest in a file each.

mod fingerprint;
mod full;
mod gitlab;
mod json;
mod junit;
mod lines;
mod rdjson;
mod sarif;
mod statistics;

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;
use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place, Severity};
use crate::lint::outcome::{NotChecked, Unread};
use crate::lint::rule::{Fixes, Rule};
use crate::yaml::{Location, Source, Span};

static OVERLAP: Rule = Rule::new(
    "NET001",
    "pods-overlap-nodes",
    Severity::Error,
    Fixes::Unsafe,
    " ## What it does\n Finds pods in the nodes' network.\n\n ## Why is this bad?\n Packets vanish.\n",
    |_, _| (),
);
static QUOTED: Rule = Rule::new("MTU002", "mtu-in-quotes", Severity::Warning, Fixes::Safe, " One.\n", |_, _| ());
static VERSION: Rule = Rule::new("KSP001", "no-version", Severity::Info, Fixes::Never, " Two.\n", |_, _| ());
static SECRET: Rule = Rule::new("INV003", "odd-value", Severity::Warning, Fixes::Safe, " Three.\n", |_, _| ());

/// Every file is called as it was typed.
fn render(outcome: &Outcome, format: Format, style: Style) -> String {
    super::render(outcome, format, style, &Path::to_owned)
}

const PLAIN: Style = Style { width: 100, colour: false };

fn at(source: &Source, text: &str) -> Place {
    let start = source.text().find(text).expect("the file has it");
    Place::new(source, Span { start, end: start + text.len() })
}

fn replace(place: Place, text: &str, applicability: Applicability) -> Fix {
    let title = format!("write {text}");
    Fix { title, applicability, edits: vec![Edit::Replace { place, text: text.to_owned() }] }
}

/// An overlap across two files with a fix.
fn overlap() -> Finding {
    let vars = Source::new("group_vars/k8s_cluster/k8s net.yml", "---\n# ours\nkube_pods_subnet: 10.0.0.0/8\n");
    let hosts = Source::new("./inventory.ini", "[all]\nn1 ansible_password=hunter2 ip=10.1.2.3 # ü\n");
    let pods = at(&vars, "10.0.0.0/8");
    Finding::new(&OVERLAP, "pods 10.0.0.0/8 have the node n1 10.1.2.3 in them", Label::new(pods.clone(), "pods"))
        .related(Label::new(at(&hosts, "10.1.2.3"), "node n1"))
        .note("10.0.0.0/8 is 16,777,216 addresses")
        .help("10.233.64.0/18 is free")
        .fix(replace(pods, "10.233.64.0/18", Applicability::Unsafe))
}

fn file_level() -> Finding {
    let source = Source::new("group_vars/all.yml", "a: 1\n");
    Finding::new(&VERSION, "nothing tells kubespray's version", Label::new(Place::file(&source), ""))
        .help("pass --kubespray")
}

/// With `%`, a line end, and letters that are more than a byte.
fn awkward() -> Finding {
    let source = Source::new("a:b,c%/größe.yml", "\u{feff}größe: 1\r\n\"größe ✓\":\t\"1400\"\u{1b}[2J\r\n");
    let place = at(&source, "\"1400\"");
    Finding::new(&QUOTED, "100% of\nit: ✓", Label::new(place.clone(), "text\u{202e}, not a number")).fix(replace(
        place,
        "1400",
        Applicability::Safe,
    ))
}

fn secret() -> Finding {
    let source = Source::new("group_vars/all.yml", "a: 1\nregistry_password: hunter2\n");
    let place = at(&source, "hunter2");
    Finding::new(&SECRET, "`registry_password` is hunter2, which is short", Label::new(place.clone(), "hunter2"))
        .fix(replace(place, "\"hunter2\"", Applicability::Safe))
}

fn outcome() -> Outcome {
    let location = |file: &str, line, column| Location { file: PathBuf::from(file).into(), line, column };
    Outcome {
        findings: vec![overlap(), awkward(), secret(), file_level()],
        unread: vec![
            Unread {
                location: location("group_vars/broken.yml", 3, 1),
                reason: "expected a key".to_owned(),
                hint: Some("indent it".to_owned()),
                is_in_order: false,
            },
            Unread {
                location: location("group_vars/vault.yml", 0, 0),
                reason: "it is encrypted by ansible-vault".to_owned(),
                hint: None,
                is_in_order: true,
            },
        ],
        not_checked: vec![NotChecked {
            variable: Some("kube_service_addresses".to_owned()),
            location: location("group_vars/all.yml", 7, 25),
            why: "its template looks up a file".to_owned(),
        }],
        roots: 2,
        files: 14,
        untold: Vec::new(),
        newer: std::collections::BTreeSet::new(),
    }
}

fn rendered(format: Format) -> String {
    render(&outcome(), format, PLAIN)
}

/// What a clean run says in every format.
#[test]
fn nothing_to_report() {
    let clean = Outcome { roots: 1, files: 14, ..Outcome::default() };
    assert_eq!(render(&clean, Format::Full, PLAIN), "No findings in 1 inventory (14 files)\n");
    assert_eq!(render(&clean, Format::Concise, PLAIN), "");
    assert_eq!(render(&clean, Format::Github, PLAIN), "");
    assert_eq!(render(&clean, Format::Gitlab, PLAIN), "[]\n");
    assert_snapshot!(render(&clean, Format::Junit, PLAIN), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="inv-lint" tests="1" failures="0" errors="0" skipped="0">
      <testsuite name="inv-lint" tests="1" failures="0" errors="0" skipped="0">
        <testcase name="no findings" classname="inv-lint"/>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn no_format_shows_a_secret() {
    for format in Format::value_variants() {
        for colour in [false, true] {
            let text = render(&outcome(), *format, Style { width: 100, colour });
            assert!(!text.contains("hunter2"), "{format:?}: {text}");
        }
    }
    assert!(!statistics(&outcome()).contains("hunter2"));
}

#[test]
fn no_format_has_anything_that_a_terminal_obeys() {
    for format in Format::value_variants() {
        let text = rendered(*format);
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\r']), "{format:?}: {text}");
    }
}

fn errors(schema: &serde_json::Value, document: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).expect("the schema is one");
    let document = serde_json::from_str(document).expect("it is JSON");
    validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

proptest! {
    /// Whatever a file has, wherever a rule points, and whatever it would write.
    #[test]
    fn any_place_of_any_text_is_shown_without_its_secrets(
        before in "[a-z:= \\[\\]{}\"'#\\-\\n\\r\\té✓\u{1b}\u{feff}]{0,60}",
        after in "[a-z:= \\[\\]{}\"'#\\-\\n\\r\\té✓]{0,60}",
        start in any::<prop::sample::Index>(),
        length in 0_usize..40,
        related in any::<prop::sample::Index>(),
        text in "[a-z\\n\\r \\t]{0,9}",
    ) {
        let source = Source::new("x.yml", format!("{before}\nregistry_password: HUNTER\n{after}"));
        let place = |index: prop::sample::Index, length: usize| {
            let start = index.index(source.text().len() + 1);
            let end = (start + length).min(source.text().len());
            Place::new(&source, Span { start, end })
        };
        let finding = Finding::new(&QUOTED, "wrong", Label::new(place(start, length), "here"))
            .related(Label::new(place(related, 1), "there"))
            .fix(replace(place(start, length), &text, Applicability::Safe));
        let outcome = Outcome { findings: vec![finding], ..Outcome::default() };
        for format in Format::value_variants() {
            prop_assert!(!render(&outcome, *format, PLAIN).contains("HUNTER"), "{:?} {:?}", format, source.text());
        }
        let fixed = crate::lint::fix::Fixed::of(&outcome.findings, Applicability::Safe);
        prop_assert!(!fixed.diff().contains("HUNTER"), "{}", fixed.diff());
    }
}
