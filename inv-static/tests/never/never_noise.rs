//! Nothing that Ansible would show as an error or a warning, and nothing that differs from run to run.

use ansible_referee::Ansible;
use serde_json::{Value, json};

use crate::bench::{Bench, strict_session};

/// Five machines in two places, with groups of every kind.
fn cluster(machines: &[Value]) -> Bench {
    Bench::of(&json!({
        "source": {"files": "s.json"},
        "hosts": {"vars": {"ansible_user": "root", "rack": "{tag:rack}", "number": "{index}", "empty": {}}},
        "groups": {
            "kube_control_plane": {"first": 3},
            "nobody": "none",
            "only_children": {"children": ["etcd"]},
            "only_vars": {"vars": {"nothing": null, "list": []}},
            "from_tag": {"key": "groups", "allow": ["web", "db"]},
        },
    }))
    .with(
        "s.json",
        json!({"format": 1, "source": "kubevirt", "taken": "", "raw": null, "discovery": {"machines": machines}})
            .to_string(),
    )
}

fn machines() -> Vec<Value> {
    let machine = |number: usize| {
        json!({
            "name": format!("node-{number}"), "named_by": "outside", "origin": format!("vmi lab/node-{number}"),
            "place": if number.is_multiple_of(2) { "hv2" } else { "hv1" },
            "reach": {"address": format!("10.0.0.{number}")},
            "tags": {"rack": format!("r{{{number}}}"), "groups": "web", "z": "é", "a": "1"},
        })
    };
    (1..=12).map(machine).collect()
}

#[test]
fn ansible_has_nothing_to_say_about_a_good_inventory() {
    let bench = cluster(&machines());
    for ansible in Ansible::ALL {
        let session = strict_session(ansible);
        let listed = session.inventory(["-i".as_ref(), bench.file().as_os_str(), "--list".as_ref()]);
        assert!(listed.status.success() && listed.stderr.is_empty(), "{ansible:?}: {}", listed.stderr);
    }
}

#[test]
fn two_runs_and_a_shuffled_source_give_the_same_bytes() {
    let first = cluster(&machines()).list();
    let bench = cluster(&machines());
    assert!(first == bench.list() && first == bench.list());
    let mut shuffled = machines();
    for step in [5, 7, 11] {
        shuffled = (0..12).map(|at| shuffled[at * step % 12].clone()).collect();
        assert_eq!(first, cluster(&shuffled).list());
    }
}

#[test]
fn every_group_is_a_map_with_hosts_and_every_host_has_its_variables() {
    let list = cluster(&machines()).json();
    let hostvars = list["_meta"]["hostvars"].as_object().unwrap();
    for (name, group) in list.as_object().unwrap().iter().filter(|(name, _)| *name != "_meta") {
        for host in group["hosts"].as_array().unwrap_or_else(|| panic!("{name} has no hosts: {group}")) {
            assert!(hostvars[host.as_str().unwrap()].is_object(), "{name}");
        }
        for key in ["vars", "children"] {
            assert!(group.get(key).is_none_or(|value| !value.is_null() && value != &json!({}) && value != &json!([])));
        }
    }
    assert_eq!(list["_meta"].as_object().unwrap().len(), 1, "no `profile`, which 2.19 refuses");
}

#[test]
fn an_empty_cluster_is_a_document_too() {
    let bench = Bench::new("layout: none\nsource: {files: empty.ini}\nmachines: {expect: 0}\n").with("empty.ini", "");
    assert_eq!(bench.json()["_meta"], json!({"hostvars": {}}));
    for ansible in Ansible::ALL {
        let session = strict_session(ansible);
        let listed = session.inventory(["-i".as_ref(), bench.file().as_os_str(), "--list".as_ref()]);
        assert!(listed.status.success() && !listed.stderr.contains("[ERROR]"), "{listed:#?}");
    }
}

#[test]
fn a_command_that_succeeds_is_silent() {
    let bench = cluster(&machines());
    for arguments in [
        &["--list"][..],
        &["--host", "node-1"],
        &["--host", "nobody"],
        &["--pretty"],
        &["explain"],
        &["graph"],
        &["env"],
        &["record"],
        &["export", "--format", "yaml"],
        &["--help"],
        &["--version"],
    ] {
        let output = bench.run(arguments);
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}
