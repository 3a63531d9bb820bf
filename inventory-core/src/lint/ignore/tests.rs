//! Comments as people write them, and as we do.

use super::*;
use crate::lint::outcome::{NotChecked, Unread};
use crate::lint::samples::{POOL, RULES, SERVICES, VETH, finding, place};
use crate::lint::select::Choice;
use crate::yaml::Source;

/// What is left of findings once comments were looked at: places, codes, sentences.
fn left_of(findings: Vec<Finding>, files: &[(&Source, Syntax)]) -> String {
    left_of_outcome(Outcome { findings, ..Outcome::default() }, files, &[])
}

fn left_of_outcome(mut outcome: Outcome, files: &[(&Source, Syntax)], choices: &[Choice]) -> String {
    let ignores: Vec<Ignores> = files.iter().map(|(source, syntax)| Ignores::of(source, *syntax)).collect();
    let selection = Selection::of(RULES, choices);
    apply(&mut outcome, &ignores, LookedFor { rules: RULES, selection: &selection, undecided: &[] });
    tell(&outcome.findings)
}

fn tell(findings: &[Finding]) -> String {
    let one =
        |finding: &Finding| format!("{} {} {}", finding.primary.place.location(), finding.rule.code, finding.message);
    findings.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn yaml(text: &str) -> Source {
    Source::new("all.yml", text)
}

#[test]
fn a_comment_excuses_its_line_or_the_one_below() {
    for text in [
        "pods: 10.0.0.0/8 # inv-lint: ignore[NET003] the lab\n",
        "pods: 10.0.0.0/8 # inv-lint: ignore[services-overlap-pods]: the lab\n",
        "pods: 10.0.0.0/8 # ours # inv-lint: ignore[NET003] the lab\n",
        "# inv-lint: ignore[NET003] the lab\npods: 10.0.0.0/8\n",
        "# inv-lint: ignore[NET003] the lab\n# more of it\npods: 10.0.0.0/8\n",
        "a: 1\r\n# inv-lint: ignore[NET003] the lab\r\npods: 10.0.0.0/8\r\n",
        "#inv-lint:ignore[NET003] the lab\npods: 10.0.0.0/8",
    ] {
        let source = yaml(text);
        let findings = vec![finding(&SERVICES, &source, "10.0.0.0/8")];
        assert_eq!(left_of(findings, &[(&source, Syntax::Yaml)]), "", "{text}");
    }
}

#[test]
fn a_comment_excuses_no_other_line_and_no_other_rule() {
    let source = yaml("a: 1 # inv-lint: ignore[NET003] the lab\n\npods: 10.0.0.0/8 # inv-lint: ignore[NET004] it\n");
    let findings = vec![finding(&SERVICES, &source, "10.0.0.0/8")];
    insta::assert_snapshot!(left_of(findings, &[(&source, Syntax::Yaml)]), @r"
    all.yml:3:7 NET003 10.0.0.0/8 is wrong
    all.yml:1:6 LNT001 NET003 finds nothing here that this comment could excuse
    all.yml:3:18 LNT001 NET004 finds nothing here that this comment could excuse
    ");
}

#[test]
fn a_comment_above_an_empty_line_is_about_nothing() {
    let source = yaml("# inv-lint: ignore[NET003] the lab\n\npods: 10.0.0.0/8\n");
    let findings = vec![finding(&SERVICES, &source, "10.0.0.0/8")];
    insta::assert_snapshot!(left_of(findings, &[(&source, Syntax::Yaml)]), @r"
    all.yml:3:7 NET003 10.0.0.0/8 is wrong
    all.yml:1:1 LNT001 NET003 finds nothing here that this comment could excuse
    ");
}

#[test]
fn what_looks_like_a_comment_in_a_text_is_none() {
    let source = yaml(
        "a: \"# inv-lint: ignore[NET003] x\"\nb: |\n  # inv-lint: ignore[NET003] x\npods: 10.0.0.0/8#inv-lint: x\n",
    );
    assert!(Ignores::of(&source, Syntax::Yaml).is_empty());
}

#[test]
fn an_overlap_is_excused_at_either_side() {
    let vars = yaml("pods: 10.0.0.0/8\n");
    let hosts = Source::new("hosts.ini", "[kube_node]\nnode1 ip=10.0.0.1 # inv-lint: ignore[NET004] the lab\n");
    let overlap = finding(&POOL, &vars, "10.0.0.0/8").related(Label::new(place(&hosts, "10.0.0.1"), "here"));
    assert_eq!(left_of(vec![overlap], &[(&vars, Syntax::Yaml), (&hosts, Syntax::Ini)]), "");
}

#[test]
fn a_whole_file_is_excused_wherever_the_comment_stands() {
    let source = yaml("pods: 10.0.0.0/8\nmtu: 1500\n# inv-lint: file-ignore[NET003, MTU002] generated\n");
    let as_a_whole = Finding::new(&VETH, "it is old", Label::new(Place::file(&source), "this"));
    let findings = vec![finding(&SERVICES, &source, "10.0.0.0/8"), as_a_whole, finding(&POOL, &source, "1500")];
    assert_eq!(left_of(findings, &[(&source, Syntax::Yaml)]), "all.yml:2:6 NET004 1500 is wrong");
}

#[test]
fn a_comment_in_the_first_line_does_not_excuse_the_file() {
    let source = yaml("a: 1 # inv-lint: ignore[MTU002] x\n");
    let as_a_whole = Finding::new(&VETH, "it is old", Label::new(Place::file(&source), "this"));
    assert!(left_of(vec![as_a_whole], &[(&source, Syntax::Yaml)]).starts_with("all.yml:1:1 MTU002 it is old"));
}

#[test]
fn ini_has_comments_in_three_places_and_none_in_values() {
    let source = Source::new(
        "hosts.ini",
        "; inv-lint: ignore[NET003] one\nnode1 ip=10.0.0.1\n[all:vars]\npods=10.0.0.2 # inv-lint: ignore[NET003] two\n[etcd] # inv-lint: ignore[NET004] three\nnode2 note='# x' ip=10.0.0.3 # inv-lint: ignore[NET004] four\n",
    );
    let findings = vec![
        finding(&SERVICES, &source, "10.0.0.1"),
        finding(&SERVICES, &source, "10.0.0.2"),
        finding(&POOL, &source, "etcd"),
        finding(&POOL, &source, "10.0.0.3"),
    ];
    assert_eq!(left_of(findings, &[(&source, Syntax::Ini)]), "hosts.ini:4:6 NET003 10.0.0.2 is wrong");
}

#[test]
fn what_is_wrong_with_a_comment_is_said() {
    let source = yaml(
        "a: 1 # inv-lint: ignore NET003 why\nb: 1 # inv-lint: ignore[NET03] why\nc: 1 # inv-lint: ignore[NET003\nd: 1 # inv-lint: skip\ne: 1 # inv-lint: ignore[] why\nf: 10.0.0.0/8 # inv-lint: ignore[NET003]\n",
    );
    let findings = vec![finding(&SERVICES, &source, "10.0.0.0/8")];
    insta::assert_snapshot!(left_of(findings, &[(&source, Syntax::Yaml)]), @"
    all.yml:1:6 LNT003 this comment names no rule in brackets behind its word
    all.yml:2:25 LNT003 `NET03` is no rule
    all.yml:3:6 LNT003 the bracket of this comment is open
    all.yml:4:6 LNT003 this comment says neither `ignore` nor `file-ignore`
    all.yml:5:6 LNT003 this comment names no rule between its commas or brackets
    all.yml:6:15 LNT002 this comment does not say why
    ");
}

#[test]
fn a_comment_is_only_of_no_use_if_everything_was_looked_at() {
    let source = yaml("pods: 1 # inv-lint: ignore[NET003] x\n");
    let files: &[(&Source, Syntax)] = &[(&source, Syntax::Yaml)];
    assert_ne!(left_of(Vec::new(), files), "");
    let location = place(&source, "pods").location();
    let not_checked =
        NotChecked { variable: Some("services".into()), location: location.clone(), why: "secret".into() };
    let unknown = Outcome { not_checked: vec![not_checked], ..Outcome::default() };
    assert_eq!(left_of_outcome(unknown, files, &[]), "");
    let unread = |is_in_order| {
        let unread = Unread { location: location.clone(), reason: "no".into(), hint: None, is_in_order };
        Outcome { unread: vec![unread], ..Outcome::default() }
    };
    assert_eq!(left_of_outcome(unread(false), files, &[]), "");
    assert_ne!(left_of_outcome(unread(true), files, &[]), "");
    let narrowed = Choice { ignore: vec![select::Selector::parse("NET003", RULES).unwrap()], ..Choice::default() };
    assert_eq!(left_of_outcome(Outcome::default(), files, &[narrowed]), "");
}

#[test]
fn what_holds_in_some_releases_only_keeps_its_comment() {
    let source = yaml("pods: 10.0.0.0/8 # inv-lint: ignore[NET003] x\n");
    let undecided = [finding(&SERVICES, &source, "10.0.0.0/8")];
    let mut outcome = Outcome::default();
    let selection = Selection::of(RULES, &[]);
    let looked_for = LookedFor { rules: RULES, selection: &selection, undecided: &undecided };
    apply(&mut outcome, &[Ignores::of(&source, Syntax::Yaml)], looked_for);
    assert_eq!(outcome.findings, []);
}

/// A file with its unused comments taken out.
fn mended(text: &str, used: Option<&'static Rule>) -> String {
    let source = yaml(text);
    let findings = used.map(|rule| finding(rule, &source, "10.0.0.0/8")).into_iter().collect();
    let mut outcome = Outcome { findings, ..Outcome::default() };
    let selection = Selection::of(RULES, &[]);
    let looked_for = LookedFor { rules: RULES, selection: &selection, undecided: &[] };
    apply(&mut outcome, &[Ignores::of(&source, Syntax::Yaml)], looked_for);
    let edits = outcome.findings.iter().rev().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits);
    let mut text = text.to_owned();
    for edit in edits {
        let Edit::Replace { place, text: new } = edit else { panic!("nothing is renamed") };
        text.replace_range(place.span.start..place.span.end, new);
    }
    text
}

#[test]
fn a_comment_of_no_use_is_taken_out_and_nothing_else() {
    assert_eq!(mended("a: 1\n  # inv-lint: ignore[NET003] x\npods: 10.0.0.0/8\n", None), "a: 1\npods: 10.0.0.0/8\n");
    assert_eq!(
        mended("pods: 10.0.0.0/8  # inv-lint: ignore[NET003] x\r\nb: 1\r\n", None),
        "pods: 10.0.0.0/8\r\nb: 1\r\n"
    );
    assert_eq!(mended("pods: 10.0.0.0/8 # ours # inv-lint: ignore[NET003] x\n", None), "pods: 10.0.0.0/8 # ours\n");
    let two = "pods: 10.0.0.0/8 # inv-lint: ignore[NET003, MTU002] x\n";
    assert_eq!(mended(two, Some(&SERVICES)), "pods: 10.0.0.0/8 # inv-lint: ignore[NET003] x\n");
    assert_eq!(mended(two, Some(&VETH)), "pods: 10.0.0.0/8 # inv-lint: ignore[MTU002] x\n");
    assert_eq!(mended("a: 1\n# inv-lint: ignore[NET003] x", None), "a: 1\n");
}

/// What `--add-ignore` makes of a file with findings at these words.
fn with_comments(
    source: &Source,
    syntax: Option<Syntax>,
    words: &[(&'static Rule, &str)],
) -> (String, Vec<&'static str>) {
    let findings: Vec<Finding> = words.iter().map(|(rule, word)| finding(rule, source, word)).collect();
    let Added { files, excused, left } = add(&findings, "the lab", |_| syntax);
    assert_eq!(excused + left.len(), findings.len());
    let text = files.into_iter().next().map_or_else(|| source.with_bom(), |(_, text)| text);
    // What was written is read, and nothing is left to be written.
    let again = Source::new(source.name(), &text);
    if let Some(syntax) = syntax.filter(|_| left.is_empty()) {
        let findings = words.iter().map(|(rule, word)| finding(rule, &again, word)).collect();
        assert_eq!(left_of(findings, &[(&again, syntax)]), "", "{text}");
    }
    (text, left.iter().map(|left| left.why).collect())
}

#[test]
fn comments_are_written_above_lines_as_deep_as_they_are() {
    let source = yaml("all:\n  vars:\n    pods: 10.0.0.0/8\n    mtu: 1500 # ours\n  list:\n  - 10.0.0.9\n");
    let words = [(&SERVICES, "10.0.0.0/8"), (&VETH, "1500"), (&POOL, "10.0.0.0/8"), (&POOL, "10.0.0.9")];
    let (text, left) = with_comments(&source, Some(Syntax::Yaml), &words);
    insta::assert_snapshot!(text, @"
    all:
      vars:
        # inv-lint: ignore[NET003, NET004] the lab
        pods: 10.0.0.0/8
        # inv-lint: ignore[MTU002] the lab
        mtu: 1500 # ours
      list:
      # inv-lint: ignore[NET004] the lab
      - 10.0.0.9
    ");
    assert_eq!(left, [""; 0]);
}

#[test]
fn line_ends_and_marks_stay_as_they_are() {
    let source = yaml("\u{feff}a: 1\r\npods: 10.0.0.0/8");
    let (text, _) = with_comments(&source, Some(Syntax::Yaml), &[(&SERVICES, "10.0.0.0/8")]);
    assert_eq!(text, "\u{feff}a: 1\r\n# inv-lint: ignore[NET003] the lab\r\npods: 10.0.0.0/8");
    let ini = Source::new("hosts", "[all:vars]\n  pods=10.0.0.0/8\n");
    let (text, _) = with_comments(&ini, Some(Syntax::Ini), &[(&SERVICES, "10.0.0.0/8")]);
    assert_eq!(text, "[all:vars]\n  # inv-lint: ignore[NET003] the lab\n  pods=10.0.0.0/8\n");
}

#[test]
fn a_file_as_a_whole_is_excused_at_its_top_behind_the_line_that_starts_it() {
    let source = Source::new("hosts.static.yml", "#!/usr/bin/env inv-static\nplugin: x\n");
    let as_a_whole = Finding::new(&VETH, "it is old", Label::new(Place::file(&source), "this"));
    let Added { files, .. } = add(&[as_a_whole], "generated", |_| Some(Syntax::Yaml));
    assert_eq!(files[0].1, "#!/usr/bin/env inv-static\n# inv-lint: file-ignore[MTU002] generated\nplugin: x\n");
}

#[test]
fn where_a_comment_would_be_part_of_a_text_none_is_written() {
    let source = yaml("a: |\n  10.0.0.0/8\nb: \"x\n  10.0.0.1\"\nc: 10.0.0.2\n");
    let words = [(&SERVICES, "10.0.0.0/8"), (&SERVICES, "10.0.0.1"), (&SERVICES, "10.0.0.2")];
    let (text, left) = with_comments(&source, Some(Syntax::Yaml), &words);
    assert_eq!(left.len(), 2, "{left:?}");
    assert_eq!(text, "a: |\n  10.0.0.0/8\nb: \"x\n  10.0.0.1\"\n# inv-lint: ignore[NET003] the lab\nc: 10.0.0.2\n");
    let json = yaml("{\"pods\": \"10.0.0.0/8\"}\n");
    let (text, left) = with_comments(&json, Some(Syntax::Yaml), &[(&SERVICES, "10.0.0.0/8")]);
    assert_eq!((text.as_str(), left.as_slice()), (json.text(), ["JSON has no comments"].as_slice()));
    let (_, left) = with_comments(&yaml("pods: 1"), None, &[(&SERVICES, "pods")]);
    assert_eq!(left.len(), 1);
}
