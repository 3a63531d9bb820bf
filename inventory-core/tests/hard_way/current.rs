//! What stands in the variables counts.

use inventory_core::plan::{Current, Replan};

use crate::lab::Lab;

const CLUSTER: &str = "plugin: kube_inventory.vms.static\nlayout: hard-way\n\
    groups: {controllers: {names: [server]}, etcd: {names: [server]}, workers: {names: ['node-*']}}\n";

const MACHINES: [(&str, &str); 3] = [("server", "10.240.0.10"), ("node-0", "10.240.0.20"), ("node-1", "10.240.0.21")];

fn lab() -> Lab {
    Lab::new(CLUSTER, &MACHINES)
}

/// What is read: the cluster's networks, the shares, what is opaque.
fn read(lab: &Lab) -> String {
    shown(lab, &lab.current())
}

fn shown(lab: &Lab, current: &Current) -> String {
    let mut lines = Vec::new();
    for (what, networks) in [("pods", &current.pods), ("services", &current.services)] {
        lines.extend(networks.iter().map(|network| format!("{what} {} ({})", network.value, network.origin)));
    }
    for (host, shares) in &current.pod_cidrs {
        lines.extend(shares.iter().map(|share| format!("{host} {} ({})", share.value, share.origin)));
    }
    lines
        .extend(current.opaque.iter().map(|opaque| format!("{}: {} ({})", opaque.variable, opaque.why, opaque.origin)));
    lab.shown(&lines.join("\n"))
}

#[test]
fn networks_are_read_wherever_they_count_for_a_control_plane() {
    let lab = lab()
        .with("group_vars/all.yml", "---\ncluster_cidr: 10.100.0.0/16\nservice_cidr: 10.50.0.0/24,fd00::/112\n")
        .with("group_vars/workers.yml", "cluster_cidr: 10.101.0.0/16\n");
    insta::assert_snapshot!(read(&lab), @"
    pods 10.100.0.0/16 (group_vars/all.yml:2:1)
    services 10.50.0.0/24 (group_vars/all.yml:3:1)
    services fd00::/112 (group_vars/all.yml:3:1)
    ");
    let lab = lab.with("group_vars/controllers/net.yml", "cluster_cidr: [10.102.0.0/16]\n");
    assert!(read(&lab).starts_with("pods 10.102.0.0/16 (group_vars/controllers/net.yml:1:1)"));
}

#[test]
fn shares_are_read_from_files_and_the_inventory_and_of_hosts_that_left() {
    let groups = "{controllers: {names: [server]}, etcd: {names: [server]}, \
        workers: {names: ['node-*'], host_vars: {pod_cidr: '10.200.{number}.0/24'}}}";
    let cluster = format!("plugin: kube_inventory.vms.static\nlayout: hard-way\ngroups: {groups}\n");
    let lab = Lab::new(&cluster, &MACHINES)
        .with("host_vars/node-1.yml", "pod_cidr: 10.200.7.0/24\n")
        .with("host_vars/node-9.yml", "pod_cidr: 10.200.9.0/24\n")
        .with("host_vars/node-8.yml", "pod_cidr: '{{ x }}'\n");
    insta::assert_snapshot!(read(&lab), @"
    node-0 10.200.0.0/24 (`pod_cidr` of node-0 in the inventory)
    node-1 10.200.7.0/24 (host_vars/node-1.yml:1:1)
    node-9 10.200.9.0/24 (host_vars/node-9.yml:1:1)
    ");
}

#[test]
fn of_a_sibling_the_files_are_enough() {
    let lab = lab()
        .with("group_vars/all.yml", "cluster_cidr: 10.100.0.0/16\n")
        .with("group_vars/controllers.yml", "cluster_cidr: 10.101.0.0/16\nservice_cidr: 10.50.0.0/24\n")
        .with("host_vars/node-7.yml", "pod_cidr: 10.100.7.0/24\n");
    insta::assert_snapshot!(shown(&lab, &lab.in_files()), @"
    pods 10.100.0.0/16 (group_vars/all.yml:1:1)
    services 10.50.0.0/24 (group_vars/controllers.yml:2:1)
    node-7 10.100.7.0/24 (host_vars/node-7.yml:1:1)
    ");
}

#[test]
fn what_cannot_be_read_is_opaque() {
    let lab = lab()
        .with(
            "group_vars/all.yml",
            "cluster_cidr: '{{ pods }}'\nservice_cidr: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  00\n",
        )
        .with("group_vars/workers.yml", "pod_cidr: 10.200.{{ n }}.0/24\n")
        .with("host_vars/node-1.yml", "pod_cidr: 10.200.1.7/24\n")
        .with("host_vars/node-0.yml", "pod_cidr: 24\n")
        // Nobody is led to the pods of a host that has none.
        .with("host_vars/server.yml", "pod_cidr: '{{ x }}'\n");
    insta::assert_snapshot!(read(&lab), @r#"
    service_cidr: it is encrypted (group_vars/all.yml:2:1)
    cluster_cidr: it is a template (group_vars/all.yml:1:1)
    pod_cidr: 24 is no network (host_vars/node-0.yml:1:1)
    pod_cidr: "10.200.1.7/24" is an address inside 10.200.1.0/24; write the network (host_vars/node-1.yml:1:1)
    "#);
}

#[test]
fn nothing_is_nothing() {
    let lab = lab().with("group_vars/all.yml", "cluster_cidr:\nservice_cidr: ''\npod_cidr: []\n");
    assert_eq!(read(&lab), "");
}

#[test]
fn a_share_stays_with_its_host_whatever_becomes_of_the_others() {
    let lab = lab();
    lab.write();
    insta::assert_snapshot!(lab.text("host_vars/node-0.yml"), @"
    ---
    # inv: the first free /24 of 10.200.0.0/16
    pod_cidr: 10.200.0.0/24
    # inv: the pods of every other worker, since without a CNI nobody else lays routes to them
    pod_routes:
      - cidr: 10.200.1.0/24
        via: 10.240.0.21
    ");
    let reversed = [("node-1", "10.240.0.21"), ("node-2", "10.240.0.22"), ("server", "10.240.0.10")];
    let lab = lab.becomes(CLUSTER, &reversed);
    lab.write();
    assert!(lab.text("host_vars/node-1.yml").contains("pod_cidr: 10.200.1.0/24\n"));
    // node-0 may return.
    assert!(lab.text("host_vars/node-2.yml").contains("pod_cidr: 10.200.2.0/24\n"));
    assert!(lab.text("host_vars/node-0.yml").contains("pod_cidr: 10.200.0.0/24\n"));
}

#[test]
fn shares_move_when_somebody_wants_other_pods() {
    let lab = lab();
    lab.write();
    let elsewhere = format!("{CLUSTER}network: {{pods: 10.100.0.0/16}}\n");
    let lab = lab.becomes(&elsewhere, &MACHINES);
    insta::assert_snapshot!(lab.errors(), @"pod-share: node-0 has the pods 10.200.0.0/24 (host_vars/node-0.yml:3:1), which do not lie in the pod network 10.100.0.0/16 (written in lab.static.yml:4:17); write a `pods` that has it, or remove the share, and node-0 gets one of 10.100.0.0/16; `--replan pods` gives everybody a new one");
    lab.replan(Replan::Pods);
    assert!(lab.text("host_vars/node-1.yml").contains("pod_cidr: 10.100.1.0/24\n"));
}

#[test]
fn a_variable_of_that_name_that_is_another_thing_is_explained() {
    let lab = lab().with("group_vars/all.yml", "pod_cidr: 10.200.0.0/16\n");
    insta::assert_snapshot!(lab.errors(), @"pod-share: node-0 (group_vars/all.yml:1:1) and node-1 (group_vars/all.yml:1:1) both have the pods 10.200.0.0/16; remove it, and each gets its own in `host_vars`; if it is something else, give ours another name under `network`: `variables: {pod_cidr: NAME}`");
}

#[test]
fn shares_that_only_ansible_knows_are_not_given_again() {
    let lab =
        lab().with("group_vars/workers.yml", "pod_cidr: 10.200.{{ groups.workers.index(inventory_hostname) }}.0/24\n");
    insta::assert_snapshot!(lab.errors(), @"pod-share: whose pods are where is not known: pod_cidr in group_vars/workers.yml:1:1 cannot be read, because it is a template; write each worker's own network into `host_vars`; if it is something else, give ours another name under `network`: `variables: {pod_cidr: NAME}`");
    let renamed = format!("{CLUSTER}network: {{variables: {{pod_cidr: node_pods}}}}\n");
    let lab = lab.becomes(&renamed, &MACHINES);
    lab.write();
    assert!(lab.text("host_vars/node-1.yml").contains("node_pods: 10.200.1.0/24\n"));
}

#[test]
fn the_size_of_shares_stays_too() {
    let lab = lab().with("host_vars/node-1.yml", "pod_cidr: 10.200.0.128/25\n");
    lab.write();
    assert!(lab.text("host_vars/node-0.yml").contains("pod_cidr: 10.200.0.0/25\n"));
}
