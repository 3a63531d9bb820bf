//! What a release cannot be told, and the way out.

use std::fmt::Write as _;

use inventory_core::network::encapsulation::Encapsulation;
use inventory_core::network::layer::{Cni, Tunnel};
use inventory_core::plan::NetworkPlan;
use inventory_core::vars::kubespray::settings;
use inventory_core::vars::tree::VarsTree;

use crate::support::{directory, fresh, planned};

fn refusal(plan: &NetworkPlan) -> String {
    fresh(plan).expect_err("the release can do that").to_string()
}

#[test]
fn a_wish_that_a_release_cannot_fulfil_is_a_sentence_with_the_way_out() {
    let mut text = String::new();
    for (minor, network) in [
        (15, "families: [ipv4, ipv6]"),
        (27, "families: [ipv6]"),
        (29, "cni: weave"),
        (12, "cni: kube-ovn"),
        (7, "cni: kube-router"),
        (9, "cni: none"),
        (12, "encapsulation: vxlan"),
        (16, "encryption: wireguard"),
        (18, "cni: cilium\nencryption: wireguard"),
        (11, "cni: cilium\nencapsulation: geneve"),
        (20, "cni: flannel\nencapsulation: wireguard"),
        (31, "cni: flannel\nencapsulation: udp"),
        (31, "cni: cilium\nencapsulation: {type: vxlan, when: cross-subnet}"),
        (12, "load_balancer: {ranges: [192.168.1.8/29, 192.168.1.16/29], metallb: true}"),
        (18, "api_address: {address: 192.168.1.5, by: kube-vip}"),
        (31, "api_address: {address: 192.168.1.5, port: 8443, by: kube-vip}"),
        (31, "docker_bip: 172.31.255.1/24"),
        (10, "docker_bip: 172.31.255.1/24"),
        (6, "{}"),
    ] {
        let refusal = refusal(&planned(minor, network));
        writeln!(text, "v2.{minor} {}\n  {refusal}", network.replace('\n', ", ")).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_plan_without_a_release_has_no_variables() {
    let plan = NetworkPlan { kubespray_version: None, ..planned(31, "{}") };
    insta::assert_snapshot!(refusal(&plan));
}

#[test]
fn two_tunnels_and_blocks_of_a_fixed_size_are_refused() {
    let mut plan = planned(31, "{}");
    plan.overlay.tunnels.value = [Encapsulation::Vxlan, Encapsulation::IpIp].map(Tunnel::always).to_vec();
    insta::assert_snapshot!(refusal(&plan));
    let mut plan = planned(11, "{}");
    plan.block_prefix[0].value = 26;
    insta::assert_snapshot!(refusal(&plan));
    let mut plan = planned(31, "{}");
    plan.overlay.cni.value = Cni::Antrea;
    insta::assert_snapshot!(refusal(&plan));
}

#[test]
fn a_port_that_old_releases_cannot_set_names_three_ways_out() {
    let network = "\
encapsulation: vxlan
hosting:
  - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18}
";
    let mut situation = crate::support::situation(15, network);
    situation.hosts = crate::situation::hosts(&["10.233.67.80", "10.233.67.81", "10.233.67.82"]);
    insta::assert_snapshot!(refusal(&situation.plan()));
}

#[test]
fn docker_options_are_changed_where_they_have_a_bridge_and_refused_where_not() {
    let plan = planned(17, "docker_bip: 172.31.255.1/24");
    let with = |text: &str| {
        let directory = directory(&[("group_vars/all/docker.yml", text)]);
        let made = settings(&plan, &VarsTree::read(directory.path()));
        let shown = made.map(|made| crate::support::shown(&made)).map_err(|error| error.to_string());
        shown.unwrap_or_else(|error| error.replace(directory.path().to_str().unwrap(), "DIR"))
    };
    insta::assert_snapshot!(with("{}"));
    insta::assert_snapshot!(with("docker_options: ''"));
    insta::assert_snapshot!(with("docker_options: --debug --bip=10.0.0.1/24"));
    insta::assert_snapshot!(with("docker_options: --debug"));
    insta::assert_snapshot!(with("docker_options: '--graph={{ docker_daemon_graph }}'"));
}
