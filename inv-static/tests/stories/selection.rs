//! `machines`: who belongs, who must be there, and in what order.

use insta::assert_snapshot;

use crate::lab::{Lab, List};

/// No roles, so that only the selection is looked at.
fn lab(machines: &str) -> Lab {
    Lab::new(&format!(
        "layout: none\n\
         source:\n  machines:\n\
         \x20   - {{name: web-10, address: 10.0.0.10, place: hv1, tags: {{tier: web, old: \"\"}}}}\n\
         \x20   - {{name: web-9, address: 10.0.0.9, place: hv2, tags: {{tier: web}}}}\n\
         \x20   - {{name: db-1, address: 10.0.0.1, place: hv2, tags: {{tier: db}}}}\n\
         \x20   - {{name: router, address: 10.0.0.254}}\n\
         machines: {machines}\n"
    ))
}

fn members(machines: &str) -> String {
    lab(machines).list().hosts("lab")
}

#[test]
fn everybody_belongs_who_is_not_left_out() {
    assert_eq!(members("{}"), "db-1 router web-9 web-10", "9 before 10");
    assert_eq!(members("{names: [\"web-*\", \"db-?\"]}"), "db-1 web-9 web-10");
    assert_eq!(members("{names: [\"*\"], except: [router, \"db*\"]}"), "web-9 web-10");
    assert_eq!(members("{places: [hv2]}"), "db-1 web-9");
    assert_eq!(members("{order: listed}"), "web-10 web-9 db-1 router");
}

#[test]
fn a_tag_is_wished_for_by_value_by_list_by_presence_or_not_at_all() {
    assert_eq!(members("{tags: {tier: web}}"), "web-9 web-10");
    assert_eq!(members("{tags: {tier: [web, db]}}"), "db-1 web-9 web-10");
    assert_eq!(members("{tags: {old: }}"), "web-10");
    assert_eq!(members("{tags: {tier: {not: db}}}"), "router web-9 web-10", "absent is not db either");
    assert_eq!(members("{tags: {tier: {not: [db, web]}}}"), "router");
    assert_eq!(members("{tags: {tier: web, old: null}}"), "web-10", "all of them");
    assert_snapshot!(lab("{tags: {tier: {nope: db}}}").refusal(), @"lab.static.yml:10:25: unknown key `nope`; the keys here are `not`");
}

#[test]
fn a_selection_that_matches_nothing_is_an_error_unless_nobody_is_expected() {
    assert_snapshot!(lab("{names: [\"wbe-*\"]}").refusal(), @"no machine is selected (web-10: its name matches none of `names` (wbe-*)); there are web-10, web-9, db-1, router; look at `names`, `tags`, `places` and `namespaces` under `machines`; write `expect: 0` if nobody is fine");
    assert_snapshot!(lab("{namespaces: [ci]}").refusal(), @"no machine is selected (web-10: its namespace is not known); there are web-10, web-9, db-1, router; look at `names`, `tags`, `places` and `namespaces` under `machines`; write `expect: 0` if nobody is fine");
    assert_eq!(members("{names: [\"wbe-*\"], expect: 0}"), "");
    assert_snapshot!(lab("{expect: 0}").refusal(), @"`expect` is 0, and the members are 4: db-1, router, web-9, web-10; change `expect` under `machines`, or select other machines");
}

#[test]
fn another_number_of_members_is_an_error() {
    assert_eq!(members("{expect: 4}"), "db-1 router web-9 web-10");
    assert_snapshot!(lab("{expect: 5}").refusal(), @"`expect` is 5, and the members are 4: db-1, router, web-9, web-10; change `expect` under `machines`, or select other machines");
    assert_snapshot!(lab("{expect: -1}").refusal(), @"lab.static.yml:10:20: expected a whole number from 0 up, found the number -1");
}

#[test]
fn the_order_of_creation_needs_creation_times() {
    assert_snapshot!(lab("{order: created}").refusal(), @"the order is by creation time, and web-10 has none; use `order: name`");
    assert_snapshot!(lab("{order: size}").refusal(), @"lab.static.yml:10:19: unknown value `size`; it is one of `name`, `created`, `listed`");
}

#[test]
fn a_state_says_who_can_be_played_and_never_who_belongs() {
    let stopped = |machines: &str| {
        let lab = lab(machines);
        lab.edit("name: web-9,", "name: web-9, state: paused,");
        lab
    };
    assert_snapshot!(stopped("{}").refusal(), @"web-9 (source.machines) is a member and is paused; start it, or wait for it with `wait`; to play it as it is, add its state to `states`; to play without it, add web-9 to `except`");
    assert_eq!(stopped("{states: [running, paused]}").list().each("inv_state"), "running running paused running");
    assert_eq!(stopped("{except: [web-9]}").list().hosts("lab"), "db-1 router web-10");
    assert_snapshot!(lab("{states: [sleeping]}").refusal(), @"lab.static.yml:10:21: unknown value `sleeping`; it is one of `running`, `paused`, `stopped`, `pending`, `terminating`, `failed`, `unknown`");
}

#[test]
fn a_member_without_an_address_is_an_error_or_recorded_as_skipped() {
    let without = |machines: &str| {
        let lab = lab(machines);
        lab.edit(
            "name: web-9, address: 10.0.0.9,",
            "name: web-9, interfaces: [{name: cali1a2, addresses: [10.42.0.1]}],",
        );
        lab
    };
    assert_snapshot!(without("{}").refusal(), @"web-9 (source.machines) has no usable address: 10.42.0.1 (never: a CNI made this interface inside the guest); wait for it with `wait --for address`, change the rules in `hosts.address`, leave it out with `except`, or write `without_address: skip` under `machines`");
    let list = without("{without_address: skip}").list();
    assert_eq!(list.hosts("lab"), "db-1 router web-10");
    assert_eq!(list.group_var("lab", "inv_skipped"), &serde_json::json!(["web-9"]));
    assert!(lab("{}").list().group_var("lab", "inv_skipped").is_null(), "only when there are some");
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let lab = lab("{names: [\"web-*\"]}").env("INV_NAMES", "db-*,router").env("INV_EXPECT", "1");
    let hosts = |arguments: &[&str]| List::parse(&lab.on_file(arguments).text()).hosts("lab");
    assert_eq!(hosts(&["--names", "db-*"]), "db-1");
    assert_eq!(hosts(&["--expect", "2", "--list"]), "db-1 router");
    assert_eq!(hosts(&["--names", "web-*", "--except", "web-1?", "--list"]), "web-9");
    assert_snapshot!(lab.refusal(), @"`expect` is 1, and the members are 2: db-1, router; change `expect` under `machines`, or select other machines (INV_NAMES, INV_EXPECT are set in the environment, and win over the file)");
}

#[test]
fn a_variable_of_the_environment_that_is_empty_is_not_set() {
    let mut lab = lab("{names: [\"web-*\"]}");
    for name in ["NAMES", "EXPECT", "ORDER", "STATES", "PARTIAL", "FILES", "MACHINES", "ADDRESSES", "PREFIX"] {
        lab = lab.env(&format!("INV_{name}"), "");
    }
    assert_eq!(lab.list().hosts("lab"), "web-9 web-10");
    assert_eq!(lab.on_file(&["graph", "--names", "db-1"]).text().lines().count(), 2);
}

#[test]
fn a_text_may_take_a_variable_of_the_environment() {
    let lab = || {
        Lab::new(
            "cluster: ci-{env:JOB}\nlayout: none\n\
             source: {addresses: [\"{env:FIRST}\"]}\nmachines: {names: [\"ci-{env:JOB}-*\"]}\n",
        )
        .env("FIRST", "10.0.0.1")
    };
    assert_eq!(lab().env("JOB", "7").list().hosts("ci_7"), "ci-7-node-1");
    assert_snapshot!(lab().refusal(), @"lab.static.yml:3:10: the environment variable JOB is not set; set it before Ansible runs");
    assert_snapshot!(lab().env("JOB", "7 8").refusal(), @r#"lab.static.yml:3:10: "ci-7 8" cannot name a cluster; use letters, digits, `.`, `_` and `-`"#);
}

#[test]
fn without_a_cluster_file_what_cannot_be_played_is_left_out() {
    let lab = Lab::empty().with(
        "vmis.json",
        r#"{"items": [
            {"kind": "VirtualMachineInstance", "metadata": {"name": "a"}, "status": {"phase": "Failed"}},
            {"kind": "VirtualMachineInstance", "metadata": {"name": "head-1"},
             "spec": {"domain": {"devices": {"interfaces": [{"name": "d", "bridge": {}}]}}, "networks": [{"name": "d", "pod": {}}]},
             "status": {"phase": "Running", "interfaces": [{"name": "d", "ipAddress": "10.0.0.1"}]}}]}"#,
    );
    let list = List::parse(&lab.run(&["--files", "vmis.json"]).text());
    assert_eq!(list.groups(), "inv_static", "one group, no roles");
    assert_eq!(list.hosts("inv_static"), "head-1");
    assert!(list.var("head-1", "ip").is_null(), "only kubespray has `ip`");
    let explained = lab.run(&["--files", "vmis.json", "explain"]).text();
    assert_snapshot!(explained, @r"
inv-static: 1 host, there is no cluster file: everything that can be played, and no roles

head-1
  machine   head-1 (vmi ?/head-1 in vmis.json), running
  name      from the machine's own name
  address   10.0.0.1
            10.0.0.1 (pod network in d) chosen, the first in the source's order
  ip        left out: only kubespray has `ip`

left out
  a (vmi ?/a in vmis.json): it is failed
");
}
