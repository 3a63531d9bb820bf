//! Membership: identity first, and never who is running right now.

use insta::assert_snapshot;

use crate::lab::{FILE, Lab};

/// Three machines whose ids are known, and a fourth that only works.
const MACHINES: &str = "\
source:
  machines:
    - {name: node-1, id: a1, address: 10.0.0.1}
    - {name: node-2, id: a2, address: 10.0.0.2}
    - {name: node-3, id: a3, address: 10.0.0.3}
    - {name: node-4, id: a4, address: 10.0.0.4}
groups:
  kube_control_plane: {numbers: 1-3}
  kube_node: {numbers: 4}
";

/// The cluster of `MACHINES`, pinned.
fn pinned() -> Lab {
    let lab = Lab::new(MACHINES);
    lab.on_file(&["pin"]).text();
    lab
}

#[test]
fn a_pinned_cluster_is_the_same_as_the_one_that_was_pinned() {
    let lab = Lab::new(MACHINES);
    let before = lab.list();
    assert_snapshot!(lab.on_file(&["pin"]).text(), @"lab.static.yml: 4 members pinned");
    assert_snapshot!(lab.read(FILE), @r"
#!/usr/bin/env inv-static
plugin: kube_inventory.vms.static
source:
  machines:
    - {name: node-1, id: a1, address: 10.0.0.1}
    - {name: node-2, id: a2, address: 10.0.0.2}
    - {name: node-3, id: a3, address: 10.0.0.3}
    - {name: node-4, id: a4, address: 10.0.0.4}
groups:
  kube_control_plane: {numbers: 1-3}
  kube_node: {numbers: 4}
members:
  - {machine: node-1, id: a1, host: node-1, etcd_member_name: etcd1, address: 10.0.0.1}
  - {machine: node-2, id: a2, host: node-2, etcd_member_name: etcd2, address: 10.0.0.2}
  - {machine: node-3, id: a3, host: node-3, etcd_member_name: etcd3, address: 10.0.0.3}
  - {machine: node-4, id: a4, host: node-4, address: 10.0.0.4}
");
    assert_eq!(lab.list(), before);
    assert_eq!(before.hosts("kube_control_plane"), "node-1 node-2 node-3");
    assert_eq!(before.each("etcd_member_name"), "etcd1 etcd2 etcd3 null");
}

#[test]
fn a_first_machine_that_stopped_is_an_error_and_nobody_takes_its_place() {
    let lab = Lab::new(MACHINES);
    lab.edit("id: a1, address", "state: stopped, id: a1, address");
    assert_snapshot!(lab.refusal(), @"node-1 (source.machines) is a member and is stopped; start it, or wait for it with `wait`; to play it as it is, add its state to `states`; to play without it, add node-1 to `except`");
    let lab = pinned();
    lab.edit("id: a1, address: 10.0.0.1}\n    -", "state: stopped, id: a1, address: 10.0.0.1}\n    -");
    assert_snapshot!(lab.refusal(), @"node-1 (source.machines) is a member and is stopped; start it, or wait for it with `wait`; to play it as it is, add its state to `states`; to keep it in its groups while it is away, write `offline: true` into its line of `members`");
}

#[test]
fn a_first_machine_that_was_created_again_is_an_error() {
    let lab = pinned();
    lab.edit("name: node-1, id: a1", "name: node-1, id: b1");
    assert_snapshot!(lab.refusal(), @"node-1 was re-created: `members` has the id a1, and it is b1 now; its disk is empty, and kubespray would take it for a new node (as first of etcd it would make a new certificate authority for all); write `offline: true` into the line of node-1 in `members` and remove the old node with remove-node.yml; then delete the line and take the new machine with `pin --add`");
}

#[test]
fn the_old_node_stays_until_it_is_removed_and_then_the_new_machine_comes_last() {
    let lab = pinned();
    lab.edit("name: node-1, id: a1, address: 10.0.0.1", "name: node-1, id: b1, address: 10.0.0.9");
    // The way the refusal tells, step by step.
    lab.edit("{machine: node-1, id: a1,", "{machine: node-1, offline: true, id: a1,");
    let list = lab.list();
    assert_eq!(list.hosts("etcd"), "node-1 node-2 node-3", "remove-node.yml sees the old one");
    assert_eq!(list.var("node-1", "ansible_host"), "10.0.0.1", "under its recorded address");
    let line = lab.read(FILE).lines().find(|line| line.contains("machine: node-1,")).unwrap().to_owned() + "\n";
    lab.edit(&line, "");
    lab.on_file(&["pin", "--add"]).text();
    assert_eq!(lab.list().hosts("lab"), "node-2 node-3 node-4 node-1");
    assert_eq!(lab.list().var("node-1", "ansible_host"), "10.0.0.9");
}

#[test]
fn a_name_written_out_is_somebody_who_must_be_there() {
    let lab = Lab::new(&format!("machines: {{names: [node-1, node-2, node-3, node-5]}}\n{MACHINES}"));
    assert_snapshot!(lab.refusal(), @"`names` under `machines` has node-5, and no machine is called so; wait for it, correct the name, or remove it; machines are named here, not hosts");
}

#[test]
fn a_new_machine_that_sorts_first_is_an_error() {
    let lab = pinned();
    lab.edit("    - {name: node-1,", "    - {name: node-0, id: b0, address: 10.0.0.9}\n    - {name: node-1,");
    assert_snapshot!(lab.refusal(), @"node-0 (source.machines, running) belongs to the cluster and is not listed in `members`; `pin --add` appends it; if it does not belong, add node-0 to `except` under `machines`");
    lab.on_file(&["pin", "--add"]).text();
    let list = lab.list();
    assert_eq!(list.hosts("lab"), "node-1 node-2 node-3 node-4 node-0", "it is the last");
    assert_eq!(list.hosts("etcd"), "node-1 node-2 node-3");
}

#[test]
fn without_pins_a_machine_more_is_an_error_where_a_number_is_expected() {
    let lab = Lab::new(&format!("machines: {{expect: 4}}\n{MACHINES}"));
    assert_eq!(lab.list().hosts("lab"), "node-1 node-2 node-3 node-4");
    lab.edit("    - {name: node-1,", "    - {name: node-0, id: b0, address: 10.0.0.9}\n    - {name: node-1,");
    assert_snapshot!(lab.refusal(), @"`expect` is 4, and the members are 5: node-0, node-1, node-2, node-3, node-4; change `expect` under `machines`, or select other machines");
}

#[test]
fn without_pins_explain_says_that_names_decide() {
    let explained = Lab::new(MACHINES).on_file(&["explain"]).text();
    assert_snapshot!(explained.lines().next().unwrap(), @"lab: 4 hosts, nothing is pinned: names decide who is who, and `pin` writes it down");
    let explained = pinned().on_file(&["explain"]).text();
    assert_snapshot!(explained.lines().next().unwrap(), @"lab: 4 hosts, who is who is pinned in `members`");
}

/// Two places, each with its file; the first machine lives in the first.
const PLACES: &str = "\
source:
  files: {hv1: hv1.ini, hv2: hv2.ini}
groups:
  kube_control_plane: all
";

fn in_places() -> Lab {
    Lab::new(PLACES)
        .with("hv1.ini", "node-1 ansible_host=10.0.0.1\n")
        .with("hv2.ini", "node-2 ansible_host=10.0.0.2\nnode-3 ansible_host=10.0.0.3\n")
}

#[test]
fn a_first_machine_on_an_unreadable_place_is_an_error() {
    let lab = in_places();
    assert_eq!(lab.list().hosts("etcd"), "node-1 node-2 node-3");
    std::fs::remove_file(lab.path("hv1.ini")).unwrap();
    assert_snapshot!(lab.refusal(), @"the place hv1 says nothing: hv1.ini cannot be read: No such file or directory (os error 2); try again when it answers, or accept the gap with `partial: true` (needs `members`)");
    assert_snapshot!(lab.on_file(&["--partial", "--list"]).failure(1), @"`partial` needs `members`: without them nobody knows whom a silent place would have had; write the members with `pin` while every place answers");
}

#[test]
fn partial_keeps_the_pinned_members_of_a_silent_place() {
    let lab = in_places();
    lab.on_file(&["pin"]).text();
    std::fs::remove_file(lab.path("hv1.ini")).unwrap();
    assert_snapshot!(lab.refusal(), @"the place hv1 says nothing: hv1.ini cannot be read: No such file or directory (os error 2); try again when it answers, or accept the gap with `partial: true` (needs `members`)");
    lab.edit("groups:", "partial: true\ngroups:");
    let list = lab.list();
    assert_eq!(list.hosts("etcd"), "node-1 node-2 node-3");
    assert_eq!(list.each("inv_state"), "unknown running running");
    assert_eq!(list.each("ansible_host"), "10.0.0.1 10.0.0.2 10.0.0.3");
    assert_eq!(list.group_var("lab", "inv_missing_places"), &serde_json::json!(["hv1"]));
    assert_eq!((list.hosts("inv_place_hv1"), list.hosts("inv_place_hv2")), ("node-1".into(), "node-2 node-3".into()));
    assert_snapshot!(lab.on_file(&["explain"]).text().split_once("not read").unwrap().1, @r"
, and accepted because `partial` says so
  hv1: hv1.ini cannot be read: No such file or directory (os error 2)
");
}

#[test]
fn partial_without_members_is_refused() {
    let lab = in_places();
    lab.edit("groups:", "partial: true\ngroups:");
    assert_snapshot!(lab.refusal(), @"`partial` needs `members`: without them nobody knows whom a silent place would have had; write the members with `pin` while every place answers");
    let lab = in_places();
    lab.edit("groups:\n  kube_control_plane: all", "layout: none\npartial: true");
    std::fs::remove_file(lab.path("hv1.ini")).unwrap();
    assert_eq!(lab.list().hosts("lab"), "node-2 node-3", "without roles nobody can be elected");
}

#[test]
fn partial_by_flag_or_environment_needs_members_too() {
    let lab = in_places();
    assert_snapshot!(lab.on_file(&["--partial", "--list"]).failure(1), @"`partial` needs `members`: without them nobody knows whom a silent place would have had; write the members with `pin` while every place answers");
    let lab = in_places().env("INV_PARTIAL", "true");
    assert_snapshot!(lab.refusal(), @"`partial` needs `members`: without them nobody knows whom a silent place would have had; write the members with `pin` while every place answers (INV_PARTIAL is set in the environment, and wins over the file)");
}

#[test]
fn the_order_2_3_1_is_one_moved_line() {
    let lab = pinned();
    let text = lab.read(FILE);
    let first = text.lines().find(|line| line.contains("machine: node-1")).unwrap().to_owned() + "\n";
    let third = text.lines().find(|line| line.contains("machine: node-3")).unwrap().to_owned() + "\n";
    lab.write(FILE, &text.replace(&first, "").replace(&third, &format!("{third}{first}")));
    let list = lab.list();
    for group in ["kube_control_plane", "etcd"] {
        assert_eq!(list.hosts(group), "node-2 node-3 node-1", "{group}");
    }
    assert_eq!(list.hosts("lab"), "node-2 node-3 node-1 node-4");
    // Members of etcd never rename themselves.
    assert_eq!(list.each("etcd_member_name"), "etcd2 etcd3 etcd1 null");
}

#[test]
fn a_dead_member_that_is_offline_stays_in_its_groups_with_its_recorded_address() {
    let lab = pinned();
    lab.edit("    - {name: node-2, id: a2, address: 10.0.0.2}\n", "");
    assert_snapshot!(lab.refusal(), @"node-2 is listed in `members` with the id a2 and does not exist; if it is gone for good, run kubespray's remove-node.yml with `offline: true` on it, then delete the line");
    lab.edit("address: 10.0.0.2}", "address: 10.0.0.2, offline: true}");
    let list = lab.list();
    assert_eq!(list.hosts("etcd"), "node-1 node-2 node-3");
    assert_eq!(list.hosts("kube_control_plane"), "node-1 node-2 node-3");
    assert_eq!(list.var("node-2", "ansible_host"), "10.0.0.2");
    assert_eq!(list.var("node-2", "ip"), "10.0.0.2");
    assert_eq!(list.var("node-2", "etcd_member_name"), "etcd2");
    assert_eq!(list.var("node-2", "inv_state"), "unknown");
}

#[test]
fn a_stopped_member_that_is_offline_stays_too() {
    let lab = pinned();
    lab.edit("id: a2, address: 10.0.0.2}\n", "id: a2, state: stopped}\n");
    lab.edit("address: 10.0.0.2}", "address: 10.0.0.2, offline: true}");
    let list = lab.list();
    assert_eq!(list.hosts("etcd"), "node-1 node-2 node-3");
    assert_eq!(
        (list.var("node-2", "ansible_host"), list.var("node-2", "inv_state")),
        (&"10.0.0.2".into(), &"stopped".into())
    );
}

#[test]
fn a_member_behind_a_forwarded_port_may_be_offline_too() {
    let lab = Lab::new(
        "source:\n  machines:\n    - {name: cp-1, address: 127.0.0.1, port: 2222, ip: 10.0.0.1}\n\
         \x20   - {name: cp-2, address: 127.0.0.1, port: 2200, ip: 10.0.0.2}\n",
    );
    lab.on_file(&["pin"]).text();
    lab.edit("port: 2222", "port: 2222, state: stopped");
    lab.edit("etcd_member_name: etcd1,", "etcd_member_name: etcd1, offline: true,");
    let list = lab.list();
    assert_eq!(list.each("ansible_host"), "127.0.0.1 127.0.0.1");
    assert_eq!((list.each("ansible_port"), list.each("ip")), ("2222 2200".into(), "10.0.0.1 10.0.0.2".into()));
}

#[test]
fn a_changed_address_of_an_etcd_member_is_an_error_and_a_workers_is_not() {
    let lab = pinned();
    lab.edit("name: node-4, id: a4, address: 10.0.0.4", "name: node-4, id: a4, address: 10.0.0.44");
    assert_eq!(lab.list().var("node-4", "ansible_host"), "10.0.0.44");
    lab.edit("name: node-2, id: a2, address: 10.0.0.2", "name: node-2, id: a2, address: 10.0.0.22");
    assert_snapshot!(lab.refusal(), @"node-2 had the address 10.0.0.2 when it was pinned and has 10.0.0.22 now; its certificates, and etcd's list of peers, name the old one; give node-2 its old address back; if the change is meant, replace the member and its certificates, then renew it with `pin --existing`");
}

#[test]
fn nobody_moves_up_when_a_member_is_skipped() {
    let lab = Lab::new(MACHINES);
    lab.edit(
        "groups:\n",
        "machines: {without_address: skip}\nhosts: {vars: {n: \"{index}\"}}\ngroups:\n  two: {first: 2}\n",
    );
    assert_eq!(lab.list().hosts("two"), "node-1 node-2");
    lab.edit("id: a2, address: 10.0.0.2", "id: a2");
    let list = lab.list();
    assert_eq!(list.hosts("two"), "node-1", "node-3 is not elected");
    assert_eq!(list.hosts("etcd"), "node-1 node-3");
    assert_eq!(list.each("etcd_member_name"), "etcd1 etcd3 null");
    assert_eq!(list.each("n"), "1 3 4");
    assert_eq!(list.group_var("lab", "inv_skipped"), &serde_json::json!(["node-2"]));
    // The first is where kubespray begins: without it another one would be.
    lab.edit("id: a1, address: 10.0.0.1", "id: a1");
    assert_snapshot!(lab.refusal(), @"node-1 (source.machines) has no usable address; it is the first of the control plane or of etcd, so it is not skipped: wait for it with `wait --for address`, or write `offline: true` and its `address` into its line of `members`");
}

#[test]
fn every_way_out_of_a_stopped_member_is_one() {
    // The refusal names `except`, `states` and `offline: true`.
    let stopped = || {
        let lab = pinned();
        lab.edit("id: a4, address: 10.0.0.4}\n", "id: a4, address: 10.0.0.4, state: stopped}\n");
        lab.refusal();
        lab
    };
    let lab = stopped();
    lab.edit("groups:", "machines: {states: [running, stopped]}\ngroups:");
    assert_eq!(lab.list().hosts("kube_node"), "node-4");
    let lab = stopped();
    lab.edit("address: 10.0.0.4}", "address: 10.0.0.4, offline: true}");
    assert_eq!(lab.list().hosts("kube_node"), "node-4");
    let lab = stopped();
    lab.edit("groups:", "machines: {except: [node-4]}\ngroups:");
    assert_snapshot!(lab.refusal(), @"node-4 is listed in `members`, and `machines` leaves it out: `except` has node-4; delete its line from `members`, or change `machines` (to play some hosts only, use Ansible's --limit)");
}

#[test]
fn no_two_members_of_etcd_have_one_name() {
    let names = |pins: &str| {
        let lab = Lab::new(&format!("{MACHINES}members: [{pins}, {{machine: node-4}}]\n"));
        lab.list().each("etcd_member_name")
    };
    let pins = "{machine: node-1, etcd_member_name: etcd2}, {machine: node-2}, {machine: node-3}";
    assert_eq!(names(pins), "etcd2 etcd1 etcd3 null", "node-2 cannot have the name of its position");
    let pins = "{machine: node-3, etcd_member_name: etcd3}, {machine: node-1}, {machine: node-2}";
    assert_eq!(names(pins), "etcd3 etcd2 etcd1 null");
    let lab = Lab::new("source: {files: old.ini}\n")
        .with("old.ini", "[kube_control_plane]\nn1 etcd_member_name=etcd2\nn2\nn3 etcd_member_name=etcd9\n");
    assert_eq!(lab.list().each("etcd_member_name"), "etcd2 etcd1 etcd9");
    lab.write("old.ini", "[kube_control_plane]\nn1 etcd_member_name=etcd1\nn2\nn3 etcd_member_name=etcd1\n");
    assert_snapshot!(lab.refusal(), @"n1 and n3 would both be the member etcd1 of etcd; correct `etcd_member_name` in `members` or in the variables; a member keeps its name for life");
}

#[test]
fn a_pin_that_fits_two_machines_asks_for_the_place() {
    let lab = Lab::new(
        "source: {files: {hv1: a.ini, hv2: b.ini}}\nhosts: {name: \"{place}-{name}\"}\n\
         groups: {kube_control_plane: all}\nmembers:\n  - {machine: x1}\n",
    )
    .with("a.ini", "x1 ansible_host=10.0.0.1\n")
    .with("b.ini", "x1 ansible_host=10.0.0.2\n");
    assert_snapshot!(lab.refusal(), @"`members` has x1, and there are two: a.ini:1:1 and b.ini:1:1; write `place:` or `namespace:` into that line of `members`");
    lab.edit("- {machine: x1}", "- {machine: x1, place: hv1}\n  - {machine: x1, place: hv2}");
    assert_eq!(lab.list().hosts("etcd"), "hv1-x1 hv2-x1");
}

#[test]
fn a_member_listed_twice_is_an_error() {
    let lab = Lab::new(&format!("{MACHINES}members:\n  - {{machine: node-1}}\n  - {{machine: node-1}}\n"));
    assert_snapshot!(lab.refusal(), @"lab.static.yml: `members` lists the machine node-1 twice; keep one of the two");
    let lab =
        Lab::new(&format!("{MACHINES}members:\n  - {{machine: node-1, host: x}}\n  - {{machine: node-2, host: x}}\n"));
    assert_snapshot!(lab.refusal(), @"lab.static.yml: `members` lists the host x twice; keep one of the two");
}
