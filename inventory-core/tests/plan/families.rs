//! IPv4, IPv6, both.

use crate::situation::{Situation, in_vars, ranges, story, told};
use inventory_core::network::address::Family;
use inventory_core::plan::{Current, Replan};

const DUAL: [&str; 3] = ["192.168.1.10,fd12::10", "192.168.1.11,fd12::11", "192.168.1.12,fd12::12"];
const V6: [&str; 3] = ["fd12::10", "fd12::11", "fd12::12"];

#[test]
fn dual_stack_has_a_pair_of_everything_ipv4_first() {
    let plan = Situation::new("families: [ipv6, ipv4]\n", &DUAL).plan();
    insta::assert_snapshot!(story(&plan), @"
    services 10.233.0.0/18 [fixed; default of kubespray]
    services fd85:ee78:d8a6:8607::1000/116 [fixed; default of kubespray]
    pods 10.233.64.0/18 [fixed; default of kubespray]
    pods fd85:ee78:d8a6:8607::1:0/112 [fixed; default of kubespray]
    ");
    assert_eq!(plan.families, [Family::Ipv4, Family::Ipv6]);
    let prefixes: Vec<u8> = plan.node_prefix.iter().chain(&plan.block_prefix).map(|choice| choice.value).collect();
    assert_eq!(prefixes, [24, 120, 26, 122]);
    let dns: Vec<String> = plan.cluster_dns.iter().map(ToString::to_string).collect();
    assert_eq!(dns, ["10.233.0.3", "fd85:ee78:d8a6:8607::1003"]);
    assert_eq!(plan.room.len(), 2);
}

#[test]
fn ipv6_alone_has_no_ipv4_anywhere() {
    let plan = Situation::new("families: ipv6\n", &V6).plan();
    insta::assert_snapshot!(story(&plan), @"
    services fd85:ee78:d8a6:8607::1000/116 [fixed; default of kubespray]
    pods fd85:ee78:d8a6:8607::1:0/112 [fixed; default of kubespray]
    Warning node-local-dns: the cluster's families are [ipv6], and the DNS cache on each node listens on 169.254.25.10 (default of kubespray's node-local DNS): pods have no way to it; set `nodelocaldns_ip` in group_vars to an IPv6 address outside of pods, services and nodes; or `enable_nodelocaldns: false`, since the cache of releases without kubernetes-sigs/kubespray#13087 does not start with one
    ");
    assert!(plan.ranges().all(|(_, choice)| choice.value.family() == Family::Ipv6));
}

#[test]
fn a_family_that_no_host_is_known_to_have_is_told() {
    let told = |network: &str, hosts: &[&str]| told(&Situation::new(network, hosts).plan());
    let lan = ["192.168.1.10", "192.168.1.11"];
    insta::assert_snapshot!(told("families: [ipv4, ipv6]\n", &lan), @"Warning families: the cluster's families are [ipv4, ipv6], and no host has a known IPv6 address, only IPv4 ones; give the machines IPv6 addresses, and say which with `hosts: {ip6: [{family: ipv6}]}`; or write `families: [ipv4]`");
    insta::assert_snapshot!(told("families: [ipv6]\n", &lan), @"
    Warning node-local-dns: the cluster's families are [ipv6], and the DNS cache on each node listens on 169.254.25.10 (default of kubespray's node-local DNS): pods have no way to it; set `nodelocaldns_ip` in group_vars to an IPv6 address outside of pods, services and nodes; or `enable_nodelocaldns: false`, since the cache of releases without kubernetes-sigs/kubespray#13087 does not start with one
    Warning families: the cluster's families are [ipv6], and no host has a known IPv6 address, only IPv4 ones; give the machines IPv6 addresses, and say which with `hosts: {ip6: [{family: ipv6}]}`; or write `families: [ipv4]`
    ");
    insta::assert_snapshot!(told("families: [ipv4, ipv6]\n", &V6), @"Warning families: the cluster's families are [ipv4, ipv6], and no host has a known IPv4 address, only IPv6 ones; give the machines IPv4 addresses, and say which with `hosts: {ip: [{family: ipv4}]}`; or write `families: [ipv6]`");
    assert_eq!(told("families: [ipv4, ipv6]\n", &["192.168.1.10", "192.168.1.11,fd12::11"]), "", "some have");
    assert_eq!(told("families: [ipv4, ipv6]\n", &[]), "", "nothing is known");
}

#[test]
fn a_dns_cache_that_listens_on_ipv4_is_told_where_there_is_none() {
    let told = |change: &dyn Fn(&mut Current)| {
        let situation = Situation::new("families: ipv6\n", &V6).with_current(|current| change(current));
        told(&situation.plan())
    };
    insta::assert_snapshot!(told(&|_| {}), @"Warning node-local-dns: the cluster's families are [ipv6], and the DNS cache on each node listens on 169.254.25.10 (default of kubespray's node-local DNS): pods have no way to it; set `nodelocaldns_ip` in group_vars to an IPv6 address outside of pods, services and nodes; or `enable_nodelocaldns: false`, since the cache of releases without kubernetes-sigs/kubespray#13087 does not start with one");
    let address = |text: &str| Some(in_vars(3, text.parse().unwrap()));
    insta::assert_snapshot!(told(&|current| current.node_local_dns = address("169.254.25.11")), @"Warning node-local-dns: the cluster's families are [ipv6], and the DNS cache on each node listens on 169.254.25.11 (group_vars/k8s_cluster/k8s-cluster.yml:3:1): pods have no way to it; set `nodelocaldns_ip` in group_vars to an IPv6 address outside of pods, services and nodes; or `enable_nodelocaldns: false`, since the cache of releases without kubernetes-sigs/kubespray#13087 does not start with one");
    assert_eq!(told(&|current| current.node_local_dns = address("fd53::10")), "");
    assert_eq!(told(&|current| current.has_node_local_dns = Some(false)), "");
    // Whatever address it has, nothing is put there.
    let taken = Situation::new("families: ipv6\n", &V6)
        .with_current(|current| current.node_local_dns = address("fd85:ee78:d8a6:8607::1010"));
    let services = taken.plan().services[0].value;
    assert_eq!(services.to_string(), "fd85:ee78:d8a6:8607::2000/116");
}

#[test]
fn a_pair_of_ranges_makes_it_dual_stack_in_any_order() {
    let plan = Situation::new("pods: [fd00:1::/56, 10.1.0.0/16]\nnode_prefix: [24, 64]\n", &DUAL).plan();
    insta::assert_snapshot!(story(&plan), @"
    services 10.233.0.0/18 [fixed; default of kubespray]
    services fd85:ee78:d8a6:8607::1000/116 [fixed; default of kubespray]
    pods 10.1.0.0/16* [fixed; written in ci-kube.static.yml:4:9]
    pods fd00:1::/56* [fixed; written in ci-kube.static.yml:4:9]
    ");
}

#[test]
fn a_range_of_a_family_that_is_not_there_is_refused() {
    insta::assert_snapshot!(Situation::new("families: ipv4\npods: fd00:1::/56\n", &DUAL).refusal(), @"ci-kube.static.yml:5:9: `pods` has fd00:1::/56, and IPv6 is none of the cluster's `families`; remove it, or add ipv6 to `families`");
    insta::assert_snapshot!(Situation::new("pods: 10.1.0.0/16\nservices: fd00:1::/112\n", &DUAL).refusal(), @"ci-kube.static.yml:5:13: `services` has fd00:1::/112, and IPv6 is none of the cluster's `families`; remove it, or add ipv6 to `families`");
}

#[test]
fn families_twice_or_none_are_refused() {
    insta::assert_snapshot!(Situation::new("families: [ipv4, ipv4]\n", &DUAL).refusal(), @"ci-kube.static.yml:4:13: `families` has ipv4 twice; write [ipv4], [ipv6], or [ipv4, ipv6]");
    insta::assert_snapshot!(Situation::new("families: []\n", &DUAL).refusal(), @"ci-kube.static.yml:4:13: `families` is empty; write [ipv4], [ipv6], or [ipv4, ipv6]");
}

#[test]
fn a_size_for_one_family_of_two_is_refused() {
    insta::assert_snapshot!(Situation::new("families: [ipv4, ipv6]\npods: {size: /18}\n", &DUAL).refusal(), @"ci-kube.static.yml:5:9: `size` has 1 number and the cluster has 2 address families; write a pair, IPv4's first: {size: [/18, /112]}");
    insta::assert_snapshot!(Situation::new("families: [ipv4, ipv6]\nnode_prefix: 24\n", &DUAL).refusal(), @"ci-kube.static.yml:5:16: `node_prefix` has 1 number and the cluster has 2 address families; write a pair, IPv4's first: [24, 120]");
}

#[test]
fn ipv6_comes_from_the_clusters_own_prefix_where_kubesprays_is_taken() {
    let network = "families: ipv6\navoid:\n  - {name: site, cidr: 'fd85:ee78:d8a6:8607::/64'}\n";
    let plan = Situation::new(network, &V6).plan();
    insta::assert_snapshot!(story(&plan), @"
    services fd85:ee78:d8a6:8608::/116* [fixed; instead of fd85:ee78:d8a6:8607::1000/116: network outside fd85:ee78:d8a6:8607::/64 (site, ci-kube.static.yml:6:26), 1 in all]
    pods fd85:ee78:d8a6:8608::1:0/112* [fixed; instead of fd85:ee78:d8a6:8607::1:0/112: network outside fd85:ee78:d8a6:8607::/64 (site, ci-kube.static.yml:6:26), 1 in all]
    Warning node-local-dns: the cluster's families are [ipv6], and the DNS cache on each node listens on 169.254.25.10 (default of kubespray's node-local DNS): pods have no way to it; set `nodelocaldns_ip` in group_vars to an IPv6 address outside of pods, services and nodes; or `enable_nodelocaldns: false`, since the cache of releases without kubernetes-sigs/kubespray#13087 does not start with one
    ");
    assert_eq!(ranges(&plan), ranges(&Situation::new(network, &V6).plan()));
}

#[test]
fn the_hard_ways_ipv6_is_the_same_every_day_and_the_names_own() {
    let of = |name: &str| {
        let file = format!("cluster: {name}\nlayout: hard-way\nnetwork:\n  families: ipv6\n  node_prefix: 120\n");
        ranges(&Situation::of_file(&file, &V6).plan())
    };
    assert_eq!(of("one"), of("one"));
    assert_ne!(of("one"), of("two"));
    insta::assert_snapshot!(of("one").join(" "), @"fd19:21d0:5405::/112 fd19:21d0:5405::100:0/104");
}

#[test]
fn ipv6_written_for_the_hard_way_and_in_the_way_gets_a_free_one() {
    let file = "layout: hard-way\nnetwork:\n  pods: fd12::/64\n  services: fd34::/112\n  node_prefix: 80\n";
    insta::assert_snapshot!(told(&Situation::of_file(file, &V6).plan()), @"Error A02: pods fd12::/64 (ci-kube.static.yml:4:9) meets node fd12::10 (host node1) and 2 more and must not: no node's address is in the pod network; write `pods: fd84:cef3:abbf::/64`, or `auto`");
}

#[test]
fn a_version_without_dual_stack_says_since_when() {
    let old = |version: &str, families: &str| {
        let file = format!("kubespray_version: {version}\nnetwork:\n  families: {families}\n");
        told(&Situation::of_file(&file, &DUAL).plan())
    };
    insta::assert_snapshot!(old("v2.15.1", "[ipv4, ipv6]"), @"
    Error families: `families` is [ipv4, ipv6], and kubespray has both families since v2.16.0; this is v2.15.1; write `families: [ipv4]`
    Warning D03: pool of docker's bridges 192.168.0.0/16 (default of docker) meets node 192.168.1.10 (host node1) and 2 more and should not: what docker takes more bridges from shares no address with nodes, pods or services; it matters only where somebody makes docker networks on the nodes
    ");
    insta::assert_snapshot!(old("v2.27.0", "ipv6"), @"Error families: `families` is [ipv6], and kubespray has IPv6 alone since v2.28.0; this is v2.27.0; write `families: [ipv4]`, or both");
}

#[test]
fn families_of_the_variables_stay_unless_replanned() {
    let dual = |situation: Situation| {
        situation.with_current(|current| current.families = Some(in_vars(70, vec![Family::Ipv4, Family::Ipv6])))
    };
    assert_eq!(dual(Situation::new("cni: calico\n", &DUAL)).plan().families.len(), 2);
    let replanned = dual(Situation::new("cni: calico\n", &DUAL)).replanning(Replan::Families).plan();
    insta::assert_snapshot!(story(&replanned), @"
    services 10.233.0.0/18 [fixed; default of kubespray]
    pods 10.233.64.0/18 [fixed; default of kubespray]
    Info moves: `families` moves from [ipv4, ipv6] (group_vars/k8s_cluster/k8s-cluster.yml:70:1) to [ipv4]; a cluster that runs must be built again for it
    ");
}

#[test]
fn a_service_network_of_ipv6_wider_than_what_is_used_is_a_warning() {
    let network = "families: ipv6\nservices: fd00:1::/108\n";
    insta::assert_snapshot!(told(&Situation::new(network, &V6).plan()), @"
    Warning A09: services fd00:1::/108 (ci-kube.static.yml:5:13) breaks a rule: an IPv6 service network is a /112 or smaller, since no more of it is used (/108 is not between /112 and /128); write `services: {size: /112}`, or a longer one
    Warning node-local-dns: the cluster's families are [ipv6], and the DNS cache on each node listens on 169.254.25.10 (default of kubespray's node-local DNS): pods have no way to it; set `nodelocaldns_ip` in group_vars to an IPv6 address outside of pods, services and nodes; or `enable_nodelocaldns: false`, since the cache of releases without kubernetes-sigs/kubespray#13087 does not start with one
    ");
    let network = "families: ipv6\nservices: fd00:1::/64\n";
    insta::assert_snapshot!(told(&Situation::new(network, &V6).plan()), @"
    Error A08: services fd00:1::/64 (ci-kube.static.yml:5:13) breaks a rule: the service network leaves at most 20 bits to hosts: /12 in IPv4, /108 in IPv6 (/64 is not between /108 and /128); write `services: {size: /112}`, or a longer one
    Warning node-local-dns: the cluster's families are [ipv6], and the DNS cache on each node listens on 169.254.25.10 (default of kubespray's node-local DNS): pods have no way to it; set `nodelocaldns_ip` in group_vars to an IPv6 address outside of pods, services and nodes; or `enable_nodelocaldns: false`, since the cache of releases without kubernetes-sigs/kubespray#13087 does not start with one
    ");
}
