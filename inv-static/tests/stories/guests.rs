//! `{from: ssh}`: what only the guest itself knows.

use insta::assert_snapshot;

use crate::lab::Lab;

/// Stands for `ssh`: writes down that it was asked, and says what the guest at its address says.
const FAKE_SSH: &str = r#"#!/bin/sh
echo "$*" >> asked
case "$*" in
  *10.0.0.1*) printf '2: eth0    inet 10.0.0.1/24 scope global eth0\n3: eth1    inet 172.16.0.1/24 scope global eth1\n' ;;
  *10.0.0.2*) printf '2: eth0    inet 10.0.0.2/24 scope global eth0\n3: eth1    inet 172.16.0.2/24 scope global eth1\n' ;;
  *) echo "ssh: connect to host: No route to host" >&2; exit 255 ;;
esac
"#;

fn lab(machines: &str, hosts: &str) -> Lab {
    let lab = Lab::new(&format!(
        "source: {{machines: [{machines}]}}\ngroups: {{kube_control_plane: {{first: 1}}}}\nhosts: {hosts}\n"
    ))
    .with("fake-ssh", FAKE_SSH);
    lab.make_executable("fake-ssh");
    lab
}

const TWO: &str = "{name: n1, address: 10.0.0.1}, {name: n2, address: 10.0.0.2}";
const ASKED: &str = "{ip: [{from: ssh}], vars: {ansible_ssh_executable: ./fake-ssh, ansible_user: me}}";

#[test]
fn a_guest_is_asked_for_its_own_address_where_a_rule_wants_it() {
    let lab = lab(TWO, ASKED);
    assert_eq!(lab.list().each("ip"), "172.16.0.1 172.16.0.2");
    let asked = lab.read("asked");
    assert!(
        asked.contains("-o BatchMode=yes") && asked.contains("-l me") && !asked.contains("StrictHostKey"),
        "{asked}"
    );
    assert_snapshot!(lab.on_file(&["explain", "n1"]).text(), @"
    n1
      machine   n1 (source.machines), running
      name      from the machine's own name
      address   10.0.0.1
                10.0.0.1 (static) chosen, the first in the source's order
                172.16.0.1 (ssh on eth1) another one comes first
      ip        172.16.0.1: a rule of `hosts.ip`
      groups    kube_control_plane: `groups` says so
                etcd: nothing says otherwise, so etcd runs on the control plane
    ");
}

#[test]
fn nobody_is_asked_otherwise() {
    let lab = lab(TWO, "{ip: [{cidr: 10.0.0.0/24}], vars: {ansible_ssh_executable: ./fake-ssh}}");
    assert_eq!(lab.list().each("ip"), "10.0.0.1 10.0.0.2");
    assert!(!lab.names().contains(&"asked".to_owned()));
}

#[test]
fn a_guest_that_does_not_answer_stops_the_inventory() {
    let lab = lab("{name: n1, address: 10.0.0.1}, {name: n2, address: 10.0.0.9}", ASKED);
    assert_snapshot!(lab.refusal(), @"`hosts` wants addresses `{from: ssh}`, and not every member tells its own: n2: ssh: connect to host: No route to host; wait for them with `wait --for login`, or take the rule out and write the addresses down");
}

#[test]
fn a_snapshot_remembers_the_answers_and_asks_nobody() {
    let lab = lab(TWO, ASKED);
    lab.write("snapshot.json", &lab.on_file(&["record"]).text());
    std::fs::remove_file(lab.path("asked")).unwrap();
    let replayed = crate::lab::List::parse(&lab.on_file(&["--replay", "snapshot.json", "--list"]).text());
    assert_eq!(replayed.each("ip"), "172.16.0.1 172.16.0.2");
    assert!(!lab.names().contains(&"asked".to_owned()));
}
