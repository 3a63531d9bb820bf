//! The format for people.

use super::*;

#[test]
fn full_shows_every_place_with_its_line() {
    assert_snapshot!(rendered(Format::Full), @r#"
    warning[MTU002]: 100% of it: ✓
     --> a:b,c%/größe.yml:2:12
      |
    2 | "größe ✓":    "1400"�[2J
      |               ^^^^^^ text�, not a number
      |
    help: write 1400
      |
    2 - "größe ✓":    "1400"�[2J
    2 + "größe ✓":    1400�[2J
      |

    info[KSP001]: nothing tells kubespray's version
    --> group_vars/all.yml
     = help: pass --kubespray

    warning[INV003]: `registry_password` is ***, which is short
     --> group_vars/all.yml:2:20
      |
    2 | registry_password: ***
      |                    ^^^ ***
      |
      = note: there is a fix, which is not shown: a secret is in it

    error[NET001]: pods 10.0.0.0/8 have the node n1 10.1.2.3 in them
     --> group_vars/k8s_cluster/k8s net.yml:3:19
      |
    3 | kube_pods_subnet: 10.0.0.0/8
      |                   ^^^^^^^^^^ pods
      |
     ::: inventory.ini:2:32
      |
    2 | n1 ansible_password=*** ip=10.1.2.3 # ü
      |                            -------- node n1
      |
      = note: 10.0.0.0/8 is 16,777,216 addresses
      = help: 10.233.64.0/18 is free
    help: write 10.233.64.0/18 (with --unsafe-fixes)
      |
    3 - kube_pods_subnet: 10.0.0.0/8
    3 + kube_pods_subnet: 10.233.64.0/18
      |

    error: not read: expected a key
    --> group_vars/broken.yml:3:1
     = help: indent it

    info: not checked: it is encrypted by ansible-vault
    --> group_vars/vault.yml

    Found 1 error, 2 warnings and 1 remark in 2 inventories (14 files); 2 can be fixed with --fix, 1 more with --unsafe-fixes; 1 file could not be read; 1 file not checked; 1 value not checked
    "#);
}

#[test]
fn colour_is_the_callers_choice_and_changes_no_word() {
    let coloured = render(&outcome(), Format::Full, Style { colour: true, ..PLAIN });
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some(start) = rest.find("\u{1b}[") {
        plain += &rest[..start];
        rest = &rest[start..];
        rest = &rest[rest.find('m').expect("a colour ends") + 1..];
    }
    plain += rest;
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_ne!(coloured, plain);
    assert_eq!(trimmed(&plain), trimmed(&rendered(Format::Full)));
}

#[test]
fn a_long_line_is_cut_around_its_place_and_its_column_is_the_files() {
    let text = format!("a: [{}10.0.0.1, {}]\n", "x, ".repeat(3000), "y, ".repeat(3000));
    let source = Source::new("long.yml", text);
    let finding = Finding::new(&OVERLAP, "it is taken", Label::new(at(&source, "10.0.0.1"), "here"));
    let outcome = Outcome { findings: vec![finding], roots: 1, files: 1, ..Outcome::default() };
    assert_snapshot!(render(&outcome, Format::Full, Style { width: 60, colour: false }), @"
    error[NET001]: it is taken
     --> long.yml:1:9005
      |
    1 | ...x, x, x, x, x, x, 10.0.0.1, y, y, y, y, y, y, y, y...
      |                      ^^^^^^^^ here

    Found 1 error in 1 inventory (1 file)
    ");
}

#[test]
fn two_places_on_one_line_share_it_and_a_fix_may_take_lines_away() {
    let source = Source::new("x.yml", "all:\n  lo: 1, hi: 2\n  gone: |\n    one\n    two\nkept: 1\n");
    let fix = Fix {
        title: "delete it".to_owned(),
        applicability: Applicability::Safe,
        edits: vec![Edit::Replace { place: at(&source, "  gone: |\n    one\n    two\n"), text: String::new() }],
    };
    let finding = Finding::new(&OVERLAP, "they are the same", Label::new(at(&source, "hi: 2"), "second"))
        .related(Label::new(at(&source, "lo: 1"), "first"))
        .related(Label::new(at(&source, "kept"), "third"))
        .fix(fix);
    let outcome = Outcome { findings: vec![finding], roots: 1, files: 1, ..Outcome::default() };
    assert_snapshot!(render(&outcome, Format::Full, PLAIN), @"
    error[NET001]: they are the same
     --> x.yml:2:10
      |
    2 |   lo: 1, hi: 2
      |   -----  ^^^^^ second
      |   |
      |   first
      |
     ::: x.yml:6:1
      |
    6 | kept: 1
      | ---- third
      |
    help: delete it
      |
    3 -   gone: |
    4 -     one
    5 -     two
      |

    Found 1 error in 1 inventory (1 file); 1 can be fixed with --fix
    ");
}

#[test]
fn a_fix_of_many_lines_and_a_rename_are_told_and_not_shown() {
    let source = Source::new("x.yml", "a: 1\n".repeat(40));
    let edits = vec![
        Edit::Replace { place: Place::new(&source, Span { start: 0, end: 190 }), text: String::new() },
        Edit::Rename { from: "group_vars/k8s-cluster".into(), to: "group_vars/k8s_cluster".into() },
    ];
    let fix = Fix { title: "move it".to_owned(), applicability: Applicability::Unsafe, edits };
    let place = Place::new(&source, Span { start: 0, end: 1 });
    let finding = Finding::new(&OVERLAP, "it is old", Label::new(place, "")).fix(fix);
    let outcome = Outcome { findings: vec![finding], roots: 1, files: 1, ..Outcome::default() };
    assert_snapshot!(render(&outcome, Format::Full, PLAIN), @"
    error[NET001]: it is old
     --> x.yml:1:1
      |
    1 | a: 1
      | ^
      |
    help: move it; group_vars/k8s-cluster becomes group_vars/k8s_cluster (with --unsafe-fixes)
      |
      = note: 38 lines change: --diff shows them

    Found 1 error in 1 inventory (1 file); 1 can be fixed with --unsafe-fixes
    ");
}
