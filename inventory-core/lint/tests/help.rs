//! The words of the command line.

use std::fmt::Write as _;

use crate::lab::Lab;

#[test]
fn the_whole_help_is_reviewed() {
    let lab = Lab::empty();
    let mut help = lab.lint(&["--help"]).quiet().1;
    for command in ["check", "rule"] {
        write!(help, "\n# {command}\n\n{}", lab.lint(&[command, "--help"]).quiet().1).unwrap();
    }
    insta::assert_snapshot!(help);
}

#[test]
fn a_rule_is_explained_by_its_code_and_by_its_name() {
    let lab = Lab::empty();
    let (code, page) = lab.lint(&["rule", "LNT001"]).quiet();
    assert_eq!(code, Some(0));
    assert_eq!(lab.lint(&["rule", "unused-ignore"]).quiet().1, page);
    insta::assert_snapshot!(page);
    insta::assert_snapshot!("markdown", lab.lint(&["rule", "LNT001", "--output-format", "markdown"]).quiet().1);
    let json: serde_json::Value =
        serde_json::from_str(&lab.lint(&["rule", "LNT001", "--output-format", "json"]).quiet().1).unwrap();
    assert_eq!(
        (&json["name"], &json["severity"], &json["fix"]),
        (&"unused-ignore".into(), &"warning".into(), &"safe".into())
    );
}

#[test]
fn every_rule_is_listed_in_every_format() {
    let lab = Lab::empty();
    let table = lab.lint(&["rule", "--all"]).quiet().1;
    let json = lab.lint(&["rule", "--all", "--output-format", "json"]).quiet().1;
    let markdown = lab.lint(&["rule", "--all", "--output-format", "markdown"]).quiet().1;
    let rules: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(table.lines().count(), rules.len());
    for rule in &rules {
        let (code, name) = (rule["code"].as_str().unwrap(), rule["name"].as_str().unwrap());
        assert!(table.contains(&format!("{code}  ")) && markdown.contains(&format!("## {code} {name}\n")), "{code}");
    }
}

#[test]
fn a_wrong_command_line_is_one_sentence_with_a_way_out() {
    let lab = Lab::good();
    let wrong: [&[&str]; 12] = [
        &["--slect", "NET"],
        &["--select", "MTU03"],
        &["--ignore", "quoted-mtus"],
        &["rule"],
        &["rule", "MTU03"],
        &["--output-format", "xml"],
        &["--fix", "--add-ignore", "why"],
        &["--write-baseline"],
        &["--kubespray", "2.31"],
        &["--per-file-ignores", "MTU003"],
        &["-"],
        &["--since=--output=x", "."],
    ];
    let told: Vec<String> =
        wrong.iter().map(|words| format!("{}\n  {}", words.join(" "), lab.lint(words).failure())).collect();
    insta::assert_snapshot!(told.concat());
}

#[test]
fn the_letters_of_a_family_list_its_rules() {
    let lab = Lab::empty();
    let all = lab.lint(&["rule", "--all"]).quiet().1;
    let (code, net) = lab.lint(&["rule", "NET"]).quiet();
    assert_eq!(code, Some(0));
    let codes = |text: &str| text.lines().filter_map(|line| Some(line.get(..6)?.to_owned())).collect::<Vec<_>>();
    let wanted: Vec<String> = codes(&all).into_iter().filter(|code| code.starts_with("NET")).collect();
    assert_eq!(codes(&net), wanted);
    let json: Vec<serde_json::Value> =
        serde_json::from_str(&lab.lint(&["rule", "NET", "--output-format", "json"]).quiet().1).unwrap();
    assert_eq!(json.len(), wanted.len());
}
