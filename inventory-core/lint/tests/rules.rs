//! The rules' pages in the documentation are those that the linter prints.

use std::path::Path;
use std::process::Command;

#[test]
fn the_page_of_the_rules_is_current() {
    let output = Command::new(env!("CARGO_BIN_EXE_inv-lint"))
        .args(["rule", "--all", "--output-format", "markdown"])
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    if std::env::var_os("UPDATE_RULES").is_some() {
        std::fs::write(&path, &printed).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == printed, "docs/rules.md is not what the rules say: run `make rules`");
}

#[test]
fn every_rules_page_has_the_four_parts_and_a_code_of_its_own() {
    let output = Command::new(env!("CARGO_BIN_EXE_inv-lint"))
        .args(["rule", "--all", "--output-format", "json"])
        .output()
        .unwrap();
    let rules: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert!(rules.len() > 40, "{}", rules.len());
    let mut seen = std::collections::HashSet::new();
    for rule in rules {
        let text = |key: &str| rule[key].as_str().unwrap();
        for key in ["code", "name"] {
            assert!(seen.insert(text(key).to_owned()), "{} is there twice", text(key));
        }
        for part in ["## What it does\n", "## Why is this bad?\n", "## Example\n", "Use instead"] {
            assert!(text("page").contains(part), "{} has no {part}", text("code"));
        }
    }
}
