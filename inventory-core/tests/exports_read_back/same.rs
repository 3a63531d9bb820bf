//! What Ansible reads from an export is what it reads from the JSON.

use ansible_referee::Ansible;
use inventory_core::inventory::render::{RenderError, ini, yaml};
use inventory_core::inventory::{Author, Inventory, Text, Value, Variables};
use inventory_core::safe::{harmless, is_secret_name};
use serde_json::json;

use crate::inventories::{inventory, small};
use crate::nasty::{generated, nasty};
use crate::referee::{assert_same, ini_file, script, session, yaml_file};

/// One host whose own variables, whose group's and whose everything else's are these.
fn host_and_group(vars: &Variables) -> Inventory {
    let bare = inventory(&json!({"hosts": {"node-1": {}}}));
    let named = |prefix: &str| -> Variables {
        vars.iter().map(|(name, value)| (format!("{prefix}{name}"), value.clone())).collect()
    };
    let (mut hosts, mut groups) = (bare.hosts().clone(), bare.groups().clone());
    hosts[0].clone_from(vars);
    groups[0].vars = named("group_");
    Inventory::new(bare.top().clone(), hosts, groups, named("all_")).unwrap()
}

#[test]
fn the_small_cluster_is_the_same_in_yaml() {
    let inventory = without_bastion_and_secrets();
    assert_same(&inventory, yaml_file);
}

/// The host `bastion` has its variables from its group in the JSON; that is compared below. Secrets stay behind.
fn without_bastion_and_secrets() -> Inventory {
    let small = small();
    let is_bastion = |name: &str| name == "bastion";
    let mut hosts = small.hosts().clone();
    hosts.retain(|name, _| !is_bastion(name.as_str()));
    hosts.values_mut().for_each(|vars| vars.retain(|name, _| !is_secret_name(name)));
    let mut groups = small.groups().clone();
    groups.retain(|name, _| !is_bastion(name.as_str()));
    groups[0].vars.shift_remove("registry");
    Inventory::new(small.top().clone(), hosts, groups, small.vars().clone()).unwrap()
}

#[test]
fn every_nasty_value_is_the_same_in_yaml() {
    assert_same(&host_and_group(&nasty()), yaml_file);
}

#[test]
fn every_nasty_value_is_the_same_in_ini() {
    assert_same(&host_and_group(&nasty()), ini_file);
}

/// Whether the YAML of ansible-core 2.19 would take this text for something else if it were marked.
fn cannot_be_marked(text: &str) -> bool {
    let line = text.strip_suffix('\n').unwrap_or(text);
    matches!(line, "~" | "<<" | "!" | "&" | "*") || harmless(line)
}

/// The value with every text in it from outside that can be marked.
fn marked(value: &Value) -> Value {
    match value {
        Value::Text(text) if !cannot_be_marked(&text.content) => Value::outside(&text.content),
        Value::List(items) => Value::List(items.iter().map(marked).collect()),
        Value::Map(map) => Value::Map(all_marked(map)),
        other => other.clone(),
    }
}

fn all_marked(vars: &Variables) -> Variables {
    vars.iter().map(|(name, value)| (name.clone(), marked(value))).collect()
}

#[test]
fn outside_text_keeps_its_mark_in_yaml() {
    let mut vars = all_marked(&nasty());
    vars.extend(all_marked(&generated(1500)));
    let cipher =
        "$ANSIBLE_VAULT;1.1;AES256\n66386439653236336462626566653063336164663966303231363934653561363964363833\n";
    vars.insert("vault".to_owned(), Value::Text(Text { content: cipher.to_owned(), author: Author::Vault }));
    assert_same(&host_and_group(&vars), yaml_file);
}

#[test]
fn texts_that_yaml_cannot_mark_are_still_text() {
    let texts = ["~", "<<", "!", "&", "*", "~\n", "1\n", "yes\n", "2024-01-01\n", "\n", "1.5\n", "52:54:00\n"];
    let vars: Variables = texts.iter().map(|text| (format!("t{text:?}"), Value::outside(*text))).collect();
    let expected: serde_json::Map<_, _> = texts.iter().map(|text| (format!("t{text:?}"), json!(text))).collect();
    let bare = host_and_group(&vars);
    for ansible in Ansible::ALL {
        let session = session(ansible);
        let file = yaml_file(session.home(), &bare);
        let list = session.inventory(["--list".as_ref(), "--export".as_ref(), "-i".as_ref(), file.as_os_str()]).json();
        assert_eq!(list["_meta"]["hostvars"]["node-1"], json!(expected), "{ansible:?}");
    }
}

#[test]
fn groups_children_and_their_order_are_the_same() {
    let inventory = inventory(&json!({
        "hosts": {"b2": {"x": 1}, "b10": {}, "a1": {"x": "y"}, "10.0.0.1": {}, "1e3": {}, "yes": {}},
        "groups": {
            "late": {"children": ["zz", "aa", "mid"], "vars": {"who": "late"}},
            "kube-node": {"hosts": ["a1", "b10"], "vars": {"ansible_group_priority": 5, "p": 1}},
            "aa": {"hosts": ["b10", "b2"]},
            "mid": {"hosts": ["yes"], "children": ["zz"], "vars": {"who": "mid"}},
            "empty": {},
            "zz": {"hosts": ["1e3", "10.0.0.1"]},
            "other": {"children": ["zz", "empty"]},
        },
        "vars": {"everybody": [1]},
    }));
    assert_same(&inventory, yaml_file);
    assert_same(&inventory, ini_file);
}

/// Groups in each other, and a host in the last of them.
fn chain(length: usize) -> Inventory {
    let child = |number: usize| if number == length { json!([]) } else { json!([format!("g{}", number + 1)]) };
    let hosts = |number: usize| if number == length { json!(["node-1"]) } else { json!([]) };
    let group = |number| (format!("g{number}"), json!({"hosts": hosts(number), "children": child(number)}));
    let groups: serde_json::Map<_, _> = (1..=length).map(group).collect();
    inventory(&json!({"hosts": {"node-1": {}}, "groups": groups}))
}

#[test]
fn groups_may_lie_deep_in_each_other() {
    assert_same(&chain(32), yaml_file);
    assert_same(&chain(60), ini_file);
    let error = yaml::render(&chain(33)).unwrap_err();
    assert_eq!(error.to_string(), "YAML cannot hold the group `g33`: it lies more than 32 groups deep");
}

#[test]
fn a_host_alone_in_the_group_of_its_name_knows_the_same() {
    let inventory = inventory(&json!({
        "hosts": {"node-1": {}, "bastion": {"ansible_host": "203.0.113.7", "ansible_port": 22}},
        "groups": {"top": {"hosts": ["node-1"]}, "bastion": {"hosts": ["bastion"]}},
    }));
    for ansible in Ansible::ALL {
        let session = session(ansible);
        let home = session.home();
        let files = [script(home, &inventory), yaml_file(home, &inventory), ini_file(home, &inventory)];
        let [json, yaml, ini] =
            files.map(|file| session.inventory(["--list".as_ref(), "-i".as_ref(), file.as_os_str()]).json());
        assert_eq!(json["_meta"]["hostvars"]["bastion"]["ansible_port"], 22);
        assert_eq!(json, yaml, "{ansible:?}");
        assert_eq!(json, ini, "{ansible:?}");
    }
}

#[test]
fn generated_values_are_the_same_in_ini_and_yaml() {
    let inventory = host_and_group(&generated(1500));
    assert_same(&inventory, ini_file);
    assert_same(&inventory, yaml_file);
}

#[test]
fn ini_refuses_what_it_cannot_mark_and_names_the_place() {
    let refused = |host: serde_json::Value| {
        ini::render(&inventory(&json!({"hosts": {"node-1": host}}))).expect_err("it is refused")
    };
    let error = refused(json!({"inv_tags": {"a": [{"note": {"__ansible_unsafe": "{{ x }}"}}]}}));
    assert_eq!(
        error.to_string(),
        "INI cannot hold `inv_tags.a[0].note` of the host `node-1`: its text is not yours, and INI has no mark that \
         keeps Ansible from evaluating it"
    );
    assert_eq!(error.remedy(), "export it with `--format yaml`, which can say everything");
    let error = refused(json!({"ansible_password": {"__ansible_vault": "$ANSIBLE_VAULT;1.1;AES256\n61\n"}}));
    assert!(matches!(error, RenderError::VaultInIni { .. }), "{error}");
    let deep = (0..60).fold(json!(1), |inner, _| json!([inner]));
    assert!(matches!(refused(json!({"a": deep})), RenderError::DepthInIni { limit: 50, .. }));
    for name in ["a b", "a=b", "", "a#", "a'", "[a"] {
        assert!(matches!(refused(json!({name: 1})), RenderError::NameInIni { .. }), "{name:?}");
    }
}
