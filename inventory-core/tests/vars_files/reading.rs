//! Which value counts, and what it is.

use inventory_core::inventory::Value;
use inventory_core::vars::tree::Reading;

use crate::directory::{Directory, group, path};

fn occurrences(files: &[(&str, &str)], keys: &str) -> Vec<String> {
    let directory = Directory::new(files);
    let found = directory.tree().occurrences(&group("all"), &path(keys));
    let shown = found.into_iter().map(|found| {
        let kind = match &found.reading {
            Reading::Plain(_) => "plain",
            Reading::Template(_) => "template",
            Reading::Unsafe(_) => "unsafe",
            Reading::Hidden(_) => "hidden",
            Reading::Vault => "vault",
            Reading::Unfit(_) => "unfit",
        };
        let wins = if found.wins { " wins" } else { "" };
        format!("{} {kind} {}{wins}", found.location, found.reading.to_plain_text())
    });
    directory.shown(shown)
}

#[test]
fn the_last_file_wins_and_in_a_file_the_last_key() {
    let files = [
        ("group_vars/all/a.yml", "mtu: 1\nmtu: 2\n"),
        ("group_vars/all/b.yml", "# c\n  \nmtu: 1400\nmtu: 3\nx: 1\n"),
        ("group_vars/all/c.yml", "other: 1\n"),
    ];
    assert_eq!(
        occurrences(&files, "mtu"),
        [
            "group_vars/all/a.yml:1:1 plain 1",
            "group_vars/all/a.yml:2:1 plain 2",
            "group_vars/all/b.yml:3:1 plain 1400",
            "group_vars/all/b.yml:4:1 plain 3 wins",
        ]
    );
}

#[test]
fn a_later_map_wins_as_a_whole() {
    let files =
        [("group_vars/all/a.yml", "lb:\n  address: 1.2.3.4\n  port: 1\n"), ("group_vars/all/b.yml", "lb: {port: 2}\n")];
    assert_eq!(occurrences(&files, "lb.address"), ["group_vars/all/a.yml:2:3 plain 1.2.3.4"]);
    assert_eq!(
        occurrences(&files, "lb.port"),
        ["group_vars/all/a.yml:3:3 plain 1", "group_vars/all/b.yml:1:6 plain 2 wins"]
    );
    let twice = [("group_vars/all.yml", "lb: {address: a}\nlb: {port: 1}\n")];
    assert_eq!(occurrences(&twice, "lb.address"), ["group_vars/all.yml:1:6 plain a"]);
}

#[test]
fn only_what_is_certain_is_plain() {
    for (text, kind) in [
        ("010", "plain 8"),
        ("'{{ x }}'", "template {{ x }}"),
        ("[1, '{% if x %}1{% endif %}']", "template [1,\"{% if x %}1{% endif %}\"]"),
        ("!unsafe '{{ x }}'", "unsafe {{ x }}"),
        ("!vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\n", "vault (encrypted)"),
        ("{a: !vault x}", "vault (encrypted)"),
        ("!!binary aGk=", "unfit these escapes do not make valid text"),
        ("yes", "plain true"),
    ] {
        let file = format!("k: {text}\n");
        assert_eq!(occurrences(&[("group_vars/all.yml", &file)], "k"), [format!("group_vars/all.yml:1:1 {kind} wins")]);
    }
}

#[test]
fn a_path_that_ends_early_occurs_where_it_ends() {
    let at = |text: &str| occurrences(&[("group_vars/all.yml", text)], "lb.address");
    assert_eq!(at("lb: '{{ x }}'\n"), ["group_vars/all.yml:1:1 template {{ x }} wins"]);
    assert_eq!(at("lb: text\n"), ["group_vars/all.yml:1:1 unfit `lb` is text \"text\" and no map wins"]);
    assert_eq!(at("lb:\n"), [""; 0]);
    assert_eq!(at("x: &x {address: a}\nlb:\n  <<: *x\n"), ["group_vars/all.yml:1:8 plain a wins"]);
    assert_eq!(at("x: &x {address: a}\nlb: *x\n"), ["group_vars/all.yml:1:8 plain a wins"]);
}

#[test]
fn a_value_is_another_when_its_type_is() {
    let reading = |text: &str| {
        let directory = Directory::new(&[("group_vars/all.yml", &format!("k: {text}\n"))]);
        directory.tree().value(&group("all"), &path("k")).unwrap().reading
    };
    assert!(reading("1400").is(&Value::Int(1400)));
    assert!(!reading("'1400'").is(&Value::Int(1400)));
    assert!(reading("on").is(&Value::Bool(true)));
    assert!(reading("!unsafe a").is(&Value::user("a")));
    assert!(reading("a").is(&Value::outside("a")));
    assert!(reading("'{{ a }}'").is(&Value::user("{{ a }}")));
    assert!(!reading("'{{ a }}'").is(&Value::outside("{{ a }}")));
    assert!(!reading("!unsafe '{{ a }}'").is(&Value::user("{{ a }}")));
}
