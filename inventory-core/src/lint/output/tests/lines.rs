//! The formats of a line a finding: concise, and GitHub's.

use super::*;

#[test]
fn concise_is_a_line_a_finding() {
    assert_snapshot!(rendered(Format::Concise), @"
    a:b,c%/größe.yml:2:12: warning[MTU002] 100% of it: ✓
    group_vars/all.yml: info[KSP001] nothing tells kubespray's version
    group_vars/all.yml:2:20: warning[INV003] `registry_password` is ***, which is short
    group_vars/k8s_cluster/k8s net.yml:3:19: error[NET001] pods 10.0.0.0/8 have the node n1 10.1.2.3 in them
    group_vars/broken.yml:3:1: not read: expected a key; indent it
    group_vars/vault.yml: not checked: it is encrypted by ansible-vault
    ");
}

#[test]
fn findings_stand_by_path_line_column_and_code() {
    let source = Source::new("b.yml", "one: 1\ntwo: 2\n");
    let other = Source::new("a.yml", "one: 1\n");
    let of = |rule, place| Finding::new(rule, "wrong", Label::new(place, ""));
    let findings = vec![
        of(&OVERLAP, at(&source, "two")),
        of(&OVERLAP, at(&source, "1")),
        of(&QUOTED, at(&source, "1")),
        of(&VERSION, at(&other, "one")),
    ];
    let text = render(&Outcome { findings, ..Outcome::default() }, Format::Concise, PLAIN);
    assert_snapshot!(text, @"
    a.yml:1:1: info[KSP001] wrong
    b.yml:1:6: warning[MTU002] wrong
    b.yml:1:6: error[NET001] wrong
    b.yml:2:1: error[NET001] wrong
    ");
}

#[test]
fn github_undoes_every_escape() {
    assert_snapshot!(rendered(Format::Github), @"
    ::warning file=a%3Ab%2Cc%25/größe.yml,line=2,endLine=2,col=12,endColumn=18,title=MTU002 mtu-in-quotes::100%25 of%0Ait: ✓%0Afix: write 1400
    ::notice file=group_vars/all.yml,title=KSP001 no-version::nothing tells kubespray's version%0Ahelp: pass --kubespray
    ::warning file=group_vars/all.yml,line=2,endLine=2,col=20,endColumn=27,title=INV003 odd-value::`registry_password` is ***, which is short%0Anote: there is a fix, which is not shown: a secret is in it
    ::error file=group_vars/k8s_cluster/k8s net.yml,line=3,endLine=3,col=19,endColumn=29,title=NET001 pods-overlap-nodes::pods 10.0.0.0/8 have the node n1 10.1.2.3 in them%0Ainventory.ini:2:32: node n1%0Anote: 10.0.0.0/8 is 16,777,216 addresses%0Ahelp: 10.233.64.0/18 is free%0Afix: write 10.233.64.0/18 (with --unsafe-fixes)
    ::error file=group_vars/broken.yml,line=3,col=1::not read: expected a key; indent it
    ::notice file=group_vars/vault.yml::not checked: it is encrypted by ansible-vault
    ");
}
