//! Text from outside never runs, however the play uses it.

use ansible_referee::Ansible;
use inventory_core::inventory::{Inventory, Value};
use serde_json::json;

use crate::inventories::inventory;
use crate::referee::{session, yaml_file};

/// Uses every variable in the ways that plays do, and puts halves together.
const PLAY: &str = "
- hosts: all
  gather_facts: false
  connection: local
  tasks:
    - debug: {var: \"{{ item }}\"}
      loop: [plain, statement, header, first, second, list, map, group_text, all_text, block]
    - debug: {msg: \"{{ [plain, statement, header, first ~ second, list, map, group_text, all_text, block] }}\"}
    - set_fact: {joined: \"{{ first ~ second }}\", copied: \"{{ header }}\", kept: \"{{ map }}\"}
    - debug: {msg: \"{{ joined }} {{ copied }} {{ kept.deep }} {{ hostvars[inventory_hostname].plain }}\"}
";

/// An inventory in which every text makes its own file when it is evaluated, and the files' directory.
fn dangerous(text: impl Fn(&str) -> Value, touched: &std::path::Path) -> Inventory {
    let touch = |name: &str| format!("lookup('pipe', 'touch {}/{name}')", touched.display());
    let braces = |name: &str| text(&format!("{{{{ {} }}}}", touch(name)));
    let value = |value: Value| serde_json::to_value(value).expect("a value is JSON");
    inventory(&json!({
        "hosts": {"node-1": {
            "plain": value(braces("plain")),
            "statement": value(text(&format!("{{% if {} %}}{{% endif %}}", touch("statement")))),
            "header": value(text(&format!("#jinja2:variable_start_string:'[%', variable_end_string:'%]'\n[% {} %]", touch("header")))),
            "first": value(text("{")),
            "second": value(text(&format!("{{ {} }}}}", touch("split")))),
            "list": [[value(braces("list"))]],
            "map": {"deep": {"er": value(braces("map"))}},
            "block": value(text(&format!("one\ntwo {{{{ {} }}}}\n", touch("block")))),
        }},
        "groups": {"top": {"hosts": ["node-1"], "vars": {"group_text": value(braces("group"))}}},
        "vars": {"all_text": value(braces("all"))},
    }))
}

/// What was made by playing the YAML export.
fn made(ansible: Ansible, text: impl Fn(&str) -> Value) -> Vec<String> {
    let session = session(ansible);
    let touched = session.home().join("touched");
    std::fs::create_dir(&touched).unwrap();
    let file = yaml_file(session.home(), &dangerous(text, &touched));
    let play = session.home().join("play.yml");
    std::fs::write(&play, PLAY).unwrap();
    let outcome = session.playbook(["-i".as_ref(), file.as_os_str(), play.as_os_str()]);
    assert!(outcome.stdout.contains("node-1"), "{}\n{}", outcome.stdout, outcome.stderr);
    let mut names: Vec<String> =
        std::fs::read_dir(touched).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    if names.is_empty() {
        assert!(outcome.status.success(), "{}\n{}", outcome.stdout, outcome.stderr);
    }
    names
}

#[test]
fn nothing_from_outside_runs_when_the_export_is_played() {
    for ansible in Ansible::ALL {
        assert_eq!(made(ansible, |text| Value::outside(text)), [""; 0], "{ansible:?}");
    }
}

#[test]
fn the_same_texts_of_the_users_own_do_run() {
    for ansible in Ansible::ALL {
        let made = made(ansible, |text| Value::user(text));
        for name in ["all", "block", "group", "list", "map", "plain", "statement"] {
            assert!(made.iter().any(|made| made == name), "{ansible:?} did not evaluate {name}, only {made:?}");
        }
    }
}
