use proptest::prelude::*;

use super::*;
use crate::lint::finding::{Label, Place, Severity};
use crate::lint::rule::{Fixes, Rule};
use crate::yaml::Span;

static RULE: Rule = Rule::new("TST001", "a-test", Severity::Error, Fixes::Safe, "", |_, _| ());

fn place(source: &Source, start: usize, end: usize) -> Place {
    Place::new(source, Span { start, end })
}

fn finding(applicability: Applicability, edits: Vec<Edit>) -> Finding {
    let source = Source::new("x", "");
    let fix = Fix { title: "fix it".to_owned(), applicability, edits };
    Finding::new(&RULE, "wrong", Label::new(Place::file(&source), "")).fix(fix)
}

fn replace(source: &Source, start: usize, end: usize, text: &str) -> Edit {
    Edit::Replace { place: place(source, start, end), text: text.to_owned() }
}

fn rename(from: &str, to: &str) -> Edit {
    Edit::Rename { from: from.into(), to: to.into() }
}

#[test]
fn every_other_byte_stays_even_the_byte_order_mark_and_the_line_ends() {
    let source = Source::new("a.yml", "\u{feff}a: \"1400\"\r\nb: \té\r\n");
    let fixed = Fixed::of(&[finding(Applicability::Safe, vec![replace(&source, 3, 9, "1400")])], Applicability::Safe);
    assert_eq!(fixed.files[0].old, "\u{feff}a: \"1400\"\r\nb: \té\r\n");
    assert_eq!(fixed.files[0].new, "\u{feff}a: 1400\r\nb: \té\r\n");
}

#[test]
fn a_fix_that_overlaps_an_earlier_one_waits_whole() {
    let source = Source::new("a.yml", "abcdef");
    let findings = [
        finding(Applicability::Safe, vec![replace(&source, 2, 4, "X")]),
        finding(Applicability::Safe, vec![replace(&source, 0, 1, "Y"), replace(&source, 3, 5, "Z")]),
        finding(Applicability::Safe, vec![replace(&source, 4, 5, "W")]),
        finding(Applicability::Safe, vec![replace(&source, 2, 4, "X")]),
    ];
    let fixed = Fixed::of(&findings, Applicability::Safe);
    assert_eq!(fixed.files[0].new, "abXWf");
    assert_eq!(fixed.applied, [0, 2, 3]);
    assert_eq!(fixed.left, [Left { finding: 1, why: "another fix changes a.yml:1, too; run it again".to_owned() }]);
}

#[test]
fn nobody_applies_what_is_only_shown_or_needs_more_leave() {
    let source = Source::new("a.yml", "abc");
    let findings = [
        finding(Applicability::Unsafe, vec![replace(&source, 0, 1, "X")]),
        finding(Applicability::Shown, vec![replace(&source, 1, 2, "Y")]),
    ];
    assert!(Fixed::of(&findings, Applicability::Safe).is_empty());
    assert_eq!(Fixed::of(&findings, Applicability::Unsafe).applied, [0]);
    assert_eq!(Fixed::of(&findings, Applicability::Shown).applied, [0]);
}

#[test]
fn a_place_outside_its_file_or_inside_a_character_changes_nothing() {
    let source = Source::new("a.yml", "é");
    for (start, end) in [(0, 1), (1, 2), (0, 9)] {
        let findings = [finding(Applicability::Safe, vec![replace(&source, start, end, "X")])];
        let fixed = Fixed::of(&findings, Applicability::Safe);
        assert!(fixed.is_empty());
        assert_eq!(fixed.left[0].why, "what it would change is not in a.yml");
    }
}

#[test]
fn a_rename_never_takes_a_name_that_is_there_and_the_deepest_comes_first() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("taken"), "").unwrap();
    let findings = [
        finding(Applicability::Unsafe, vec![rename(&at("a"), &at("taken"))]),
        finding(Applicability::Unsafe, vec![rename(&at("b"), &at("c"))]),
        finding(Applicability::Unsafe, vec![rename(&at("b"), &at("c"))]),
        finding(Applicability::Unsafe, vec![rename(&at("b/d"), &at("b/e"))]),
        finding(Applicability::Unsafe, vec![rename(&at("x"), &at("c"))]),
    ];
    let fixed = Fixed::of(&findings, Applicability::Unsafe);
    assert_eq!(fixed.applied, [1, 2, 3]);
    assert!(fixed.left[0].why.ends_with("taken exists already"), "{:?}", fixed.left);
    assert!(fixed.left[1].why.starts_with("another fix renames"), "{:?}", fixed.left);
    let names: Vec<_> = fixed.renames.iter().map(|renamed| renamed.from.to_str().unwrap().to_owned()).collect();
    assert_eq!(names, [at("b/d"), at("b")]);
}

#[test]
fn the_diff_is_one_that_patch_reads() {
    let source = Source::new("group_vars/a b.yml", "one: 1\ntwo: \"2\"\r\nthree: 3");
    let edits = vec![replace(&source, 12, 15, "2"), rename("group_vars/k8s-cluster", "group_vars/k8s_cluster")];
    let fixed = Fixed::of(&[finding(Applicability::Safe, edits)], Applicability::Safe);
    assert_eq!(
        fixed.diff(),
        "--- a/group_vars/a b.yml\t\n+++ b/group_vars/a b.yml\t\n@@ -1,3 +1,3 @@\n one: 1\n-two: \"2\"\r\n+two: 2\r\n \
         three: 3\n\\ No newline at end of file\n# rename group_vars/k8s-cluster to group_vars/k8s_cluster\n"
    );
}

#[test]
fn no_diff_shows_a_secret() {
    let source = Source::new("a.yml", "password: hunter2\nmtu: \"1400\"\n");
    let beside =
        Fixed::of(&[finding(Applicability::Safe, vec![replace(&source, 23, 29, "1400")])], Applicability::Safe);
    assert_eq!(beside.diff(), "--- a/a.yml\n+++ b/a.yml\n@@ -2 +2 @@\n-mtu: \"1400\"\n+mtu: 1400\n");
    let source = Source::new("a.ini", "[all]\nn1 ansible_password=hunter2 ip=\"1.2.3.4\"\n");
    let start = source.text().find("\"1.").unwrap();
    let edits = vec![replace(&source, start, start + 9, "1.2.3.4")];
    let same_line = Fixed::of(&[finding(Applicability::Safe, edits)], Applicability::Safe);
    assert_eq!(
        same_line.diff(),
        "# a secret is masked, so that this part cannot be applied with patch\n--- a/a.ini\n+++ b/a.ini\n\
         @@ -1,2 +1,2 @@\n [all]\n-n1 ansible_password=*** ip=\"1.2.3.4\"\n+n1 ansible_password=*** ip=1.2.3.4\n"
    );
    assert!(same_line.files[0].new.contains("hunter2"));
}

proptest! {
    /// Against the slow way: a text cut into pieces, some of which become others.
    #[test]
    fn edits_change_their_places_and_nothing_else(
        has_bom: bool,
        pieces in prop::collection::vec(("[a-zé:\\r\\n\"]{1,5}", prop::option::of("[A-ZÖ\\r\\n]{0,5}")), 0..12),
        order in any::<prop::sample::Index>(),
    ) {
        let mark = if has_bom { "\u{feff}" } else { "" };
        let old: String = pieces.iter().map(|(old, _)| old.as_str()).collect();
        let new: String = pieces.iter().map(|(old, new)| new.as_ref().unwrap_or(old).as_str()).collect();
        let source = Source::new("x", format!("{mark}{old}"));
        let mut start = 0;
        let mut findings = Vec::new();
        for (piece, text) in &pieces {
            if let Some(text) = text {
                findings.push(finding(Applicability::Safe, vec![replace(&source, start, start + piece.len(), text)]));
            }
            start += piece.len();
        }
        if !findings.is_empty() {
            let middle = order.index(findings.len());
            findings.rotate_left(middle);
        }
        let fixed = Fixed::of(&findings, Applicability::Safe);
        prop_assert!(fixed.left.is_empty());
        match fixed.files.as_slice() {
            [] => prop_assert_eq!(old, new),
            files => {
                prop_assert_eq!(&files[0].old, &format!("{mark}{old}"));
                prop_assert_eq!(&files[0].new, &format!("{mark}{new}"));
            }
        }
    }
}
