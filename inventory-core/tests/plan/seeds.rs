//! The clusters of `examples/`, with the networks they have in life.

use crate::situation::{SEED_NODES, Situation, ranges, story, told};

#[test]
fn ci_kube_is_a_kubernetes_in_a_kubernetes() {
    let network = "\
pods: 10.239.64.0/18
services: 10.239.0.0/18
mtu: 1400
hosting:
  - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18, dns: 10.233.0.3}
nodes:
  - {cidr: 10.233.64.0/18, provider: kubevirt-bridge}
";
    let plan = Situation::new(network, &SEED_NODES).plan();
    assert!(plan.is_sound());
    insta::assert_snapshot!(story(&plan), @"
    services 10.239.0.0/18* [fixed; written in ci-kube.static.yml:5:13]
    pods 10.239.64.0/18* [fixed; written in ci-kube.static.yml:4:9]
    Info nesting-bridge: ci-kube: with the bridge binding machines cannot be migrated live, and one that restarts gets another address
    ");
}

#[test]
fn ci_kube_as_it_was_first_built_carries_ipip_in_ipip() {
    let file = "\
cluster: ci-kube
kubespray_version: v2.7.0
network:
  pods: 10.239.64.0/18
  services: 10.239.0.0/18
  mtu: 1400
  docker_bip: 192.168.0.1/16
  hosting:
    - {name: kube-test, cni: calico, cni_version: v3.1.3, encapsulation: ipip, pods: 10.233.64.0/18, services: 10.233.0.0/18, dns: 10.233.0.3}
";
    let plan = Situation::of_file(file, &SEED_NODES).plan();
    assert!(plan.is_sound());
    insta::assert_snapshot!(story(&plan), @"
    services 10.239.0.0/18* [fixed; written in ci-kube.static.yml:6:13]
    pods 10.239.64.0/18* [fixed; written in ci-kube.static.yml:5:9]
    Warning mtu-relies-on-pmtud: kube-test (ci-kube.static.yml:10:7): pods send packets of 1500 bytes into tunnels of 1440, and only ICMP tells them; write 1440 for both
    ");
    insta::assert_snapshot!(plan.mtu.chain.levels[1].sum, @"1500 (site) − 20 (ipip, kube-test) − 40 (left free, kube-test) − 20 (ipip, ci-kube) = 1420");
}

#[test]
fn kube_on_air_is_four_guests_on_a_laptop() {
    let file = "\
cluster: kube-on-air
layout: none
network:
  cni: kube-router
  pods: 10.244.0.0/16
  services: 10.96.0.0/12
  load_balancer: {ranges: [172.31.255.128 - 172.31.255.252], metallb: true}
  nodes:
    - {cidr: 172.31.255.0/24, gateway: 172.31.255.254, provider: libvirt}
";
    let plan = Situation::of_file(file, &["172.31.255.10", "172.31.255.11", "172.31.255.12", "172.31.255.13"]).plan();
    assert!(plan.is_sound());
    assert_eq!(plan.cluster_dns[0].to_string(), "10.96.0.10");
    insta::assert_snapshot!(story(&plan), @"
    services 10.96.0.0/12* [fixed; written in ci-kube.static.yml:7:13]
    pods 10.244.0.0/16* [fixed; written in ci-kube.static.yml:6:9]
    Info mtu-relies-on-pmtud: kube-on-air: pods send packets of 1500 bytes into tunnels of 1480, and only ICMP tells them; no variable tells kube-router an MTU: let ICMP pass between pods
    ");
}

#[test]
fn ha_lab_is_routed_by_hand() {
    let file = "\
cluster: ha-lab
layout: hard-way
network:
  api_address: 10.240.0.50
  nodes:
    - {cidr: 10.240.0.0/24, dns: 10.240.0.2, provider: virtualbox}
";
    let addresses = ["10.240.0.20", "10.240.0.21", "10.240.0.22", "10.240.0.30", "10.240.0.31", "10.240.0.32"];
    let plan = Situation::of_file(file, &addresses).plan();
    assert_eq!(ranges(&plan), ["10.32.0.0/24", "10.200.0.0/16"]);
    assert_eq!(told(&plan), "");
}

#[test]
fn from_scratch_has_flannel_and_a_majority_in_etcd() {
    let file = "cluster: from-scratch\nlayout: hard-way\nnetwork:\n  cni: flannel\n  pods: 10.1.0.0/16\n";
    let plan = Situation::of_file(file, &["192.168.1.165", "192.168.1.166", "192.168.1.167"]).plan();
    assert_eq!(ranges(&plan), ["10.32.0.0/24", "10.1.0.0/16"]);
    assert_eq!(told(&plan), "");
}

#[test]
fn lab_cluster_has_its_load_balancer_beside_its_nodes() {
    let numbers = [20, 21, 22, 25, 26, 27, 28, 29, 31, 32, 34, 35, 36, 37, 38, 39];
    let addresses = numbers.map(|n| format!("192.168.1.{n}"));
    let network = "\
cni: cilium
load_balancer: {ranges: [192.168.1.40-192.168.1.79], metallb: true}
nodes:
  - {cidr: 192.168.1.0/24}
";
    let plan = Situation::new(network, &addresses.each_ref().map(String::as_str)).plan();
    assert_eq!(ranges(&plan), ["10.233.0.0/18", "10.233.64.0/18"]);
    assert_eq!(told(&plan), "");
}
