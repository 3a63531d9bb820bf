//! Text that wants to break something.

use std::time::{Duration, Instant};

use inventory_core::ansible::{self, Error, Inventory};
use inventory_core::yaml::{Source, Span};
use proptest::prelude::*;

use crate::texts::{ini_file, list_file, soup, yaml_file};

type Reader = fn(&Source) -> Result<Inventory, Error>;

const READERS: [Reader; 4] = [ansible::read, ansible::read_ini, ansible::read_yaml, ansible::read_json_list];

/// Every span that an inventory holds.
fn spans(inventory: &Inventory) -> Vec<Span> {
    let groups = inventory.groups.values().flat_map(|group| {
        let members = group.children.values().chain(group.hosts.values());
        group.declared.iter().copied().chain(members.flatten().copied())
    });
    let hosts = inventory.hosts.values().map(|host| host.declared);
    let variables =
        inventory.groups.values().map(|group| &group.vars).chain(inventory.hosts.values().map(|host| &host.vars));
    let variables = variables.flat_map(|vars| vars.values()).flat_map(|variable| [variable.key, variable.place]);
    groups.chain(hosts).chain(variables).chain(inventory.skipped.iter().map(|skipped| skipped.at)).collect()
}

/// Reads the text in every way; whatever comes out has places within the text.
fn read_all(text: &str) {
    for read in READERS {
        let source = Source::new("inventory", text);
        match read(&source) {
            Ok(inventory) => {
                for span in spans(&inventory) {
                    assert!(source.text().get(span.start..span.end).is_some(), "{span:?} of {text:?}");
                }
            }
            Err(error) => {
                let lines = text.matches(['\n', '\r']).count() + 1;
                assert!(error.location().line <= lines, "{error:?}");
            }
        }
    }
}

/// A text with a stretch of it replaced by another.
fn mutated(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let with = prop_oneof!["\\PC{0,4}", soup("[]{}():=,'\"\\#-\n\t |>&*!%@`?~\u{85}\u{2028}")];
    (text, any::<prop::sample::Index>(), 0..4_usize, with).prop_map(|(text, at, length, with)| {
        let mut chars: Vec<char> = text.chars().collect();
        let start = at.index(chars.len() + 1);
        let end = (start + length).min(chars.len());
        chars.splice(start..end, with.chars());
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_text_makes_a_reader_panic(text in "(?s).{0,200}") {
        read_all(&text);
    }

    #[test]
    fn no_damaged_ini_makes_a_reader_panic(text in mutated(ini_file())) {
        read_all(&text);
    }

    #[test]
    fn no_damaged_yaml_makes_a_reader_panic(text in mutated(yaml_file())) {
        read_all(&text);
    }

    #[test]
    fn no_damaged_json_makes_a_reader_panic(text in mutated(list_file())) {
        read_all(&text);
    }
}

/// One piece for each number below the count.
fn pieces(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().concat()
}

/// The problem with a text, which is to be found at once: a busy machine is slow, quadratic time is much slower.
fn problem_of(text: &str, read: Reader) -> String {
    let start = Instant::now();
    let result = read(&Source::new("inventory", text));
    assert!(start.elapsed() < Duration::from_secs(120), "{:?} for {:?}", start.elapsed(), &text[..text.len().min(60)]);
    result.err().map_or_else(String::new, |error| format!("{}: {error}", error.location()))
}

#[test]
fn a_range_without_bounds_is_refused() {
    for text in [
        "n[1:999999999]",
        "n[1:1000][1:1001]",
        &format!("a{}[1:0]", "[1:2]".repeat(60)),
        &format!("n[1:900000] x={}", "y".repeat(10_000)),
    ] {
        let problem = problem_of(&format!("[g]\n{text}\n"), ansible::read_ini);
        assert!(problem.starts_with("inventory:2:1: ") && problem.contains("too large"), "{problem}");
    }
    let many = "n[1:100000]\n".repeat(11);
    assert!(problem_of(&many, ansible::read_ini).starts_with("inventory:11:1: "));
    let yaml = format!("a: {{hosts: {{'n[1:900000]': {{x: {}}}}}}}", "y".repeat(10_000));
    assert!(problem_of(&yaml, ansible::read_yaml).contains("too large"));
}

#[test]
fn a_chain_of_many_groups_is_read_in_linear_time() {
    let chain = pieces(50_000, |at| format!("[g{at}:children]\ng{}\n", at + 1));
    assert_eq!(problem_of(&(chain.clone() + "[g50000]\n"), ansible::read_ini), "");
    let problem = problem_of(&(chain + "[g50000:children]\ng0\n"), ansible::read_ini);
    assert!(problem.contains("loop"), "{problem}");
}

#[test]
fn a_group_with_many_parents_is_read_in_linear_time() {
    let parents = pieces(50_000, |at| format!("[p{at}:children]\nc\nd\n"));
    assert_eq!(problem_of(&(parents + "[c]\nh\n[d]\n"), ansible::read_ini), "");
}

#[test]
fn one_long_line_is_read_in_linear_time() {
    let words = pieces(200_000, |at| format!(" v{at}={at}"));
    assert_eq!(problem_of(&format!("h{words}"), ansible::read_ini), "");
    let list = format!("[g:vars]\nx=[{}]\n[g]", "1, ".repeat(500_000));
    assert_eq!(problem_of(&list, ansible::read_ini), "");
    for open in ["'", "\"", "[", "(", "{", "\\", "-", "a[", "[[", "0_", "''", "{1:", "#", "a=", "]"] {
        problem_of(&format!("h x={}", open.repeat(300_000)), ansible::read_ini);
        problem_of(&open.repeat(300_000), ansible::read_ini);
        problem_of(&format!("[g:vars]\nx={}", open.repeat(300_000)), ansible::read_ini);
    }
}
