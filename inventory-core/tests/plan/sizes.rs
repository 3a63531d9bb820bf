//! Nodes, pods, and whether they have room.

use crate::situation::{Situation, because, ranges, story, told};

const LAN: [&str; 3] = ["192.168.1.10", "192.168.1.11", "192.168.1.12"];

/// So many nodes in one network.
fn nodes(count: u16) -> Vec<String> {
    (0..count).map(|n| format!("172.20.{}.{}", n / 250, n % 250 + 1)).collect()
}

fn with_nodes(network: &str, count: u16) -> Situation {
    let addresses = nodes(count);
    Situation::new(network, &addresses.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn twice_todays_nodes_have_room_without_a_word() {
    let plan = Situation::new("cni: cilium\ncni_version: v1.18.0\n", &LAN).plan();
    assert_eq!((plan.nodes_today, plan.max_nodes.value), (3, 6));
    assert_eq!((plan.room[0].nodes, plan.room[0].pods_per_node, plan.room[0].services), (64, 110, 16384));
    assert_eq!(told(&plan), "");
}

#[test]
fn a_pod_network_is_chosen_large_enough_for_max_nodes() {
    let plan = Situation::new("cni: cilium\ncni_version: v1.18.0\nmax_nodes: 100\n", &LAN).plan();
    insta::assert_snapshot!(story(&plan), @"
    services 10.233.0.0/18 [fixed; default of kubespray]
    pods 10.233.128.0/17* [fixed; the next one that is free, as a /17, for 100 nodes]
    ");
    assert_eq!(plan.room[0].nodes, 128);
}

#[test]
fn calicos_blocks_are_counted_not_shares() {
    // 16384 addresses, two blocks of 64 for 110 pods: 128 nodes.
    let plan = with_nodes("cni: calico\n", 60).plan();
    assert_eq!(plan.room[0].nodes, 128);
    assert_eq!(ranges(&plan), ["10.233.0.0/18", "10.233.64.0/18"]);
    let plan = with_nodes("cni: calico\n", 70).plan();
    assert_eq!(ranges(&plan)[1], "10.233.128.0/17");
}

#[test]
fn too_little_room_for_growth_is_a_warning() {
    let network = "cni: cilium\ncni_version: v1.18.0\npods: 10.50.0.0/22\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Warning growth: pods 10.50.0.0/22 has room for 4 nodes of 110 pods; there are 3 today, and `max_nodes` is 6, twice that; take a /21 while the cluster is not built, or write `max_nodes: 4`");
    let network = format!("{network}max_nodes: 40\n");
    insta::assert_snapshot!(told(&Situation::new(&network, &LAN).plan()), @"Warning growth: pods 10.50.0.0/22 has room for 4 nodes of 110 pods; there are 3 today, and `max_nodes` is 40 (ci-kube.static.yml:7:14); take a /18 while the cluster is not built, or write `max_nodes: 4`");
    insta::assert_snapshot!(told(&Situation::new("pods: 10.50.0.0/24\nmax_nodes: 4\n", &["192.168.1.10"]).plan()), @"Warning growth: pods 10.50.0.0/24 has room for 2 nodes of 110 pods; there is 1 today, and `max_nodes` is 4 (ci-kube.static.yml:5:14); take a /23 while the cluster is not built, or write `max_nodes: 2`");
}

#[test]
fn more_nodes_than_fit_is_an_error_with_the_smallest_change() {
    let network = "cni: cilium\ncni_version: v1.18.0\npods: 10.50.0.0/23\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error A14: pods 10.50.0.0/23 (written in ci-kube.static.yml:6:9) has room for 2 nodes, since `node_prefix` is 24 (default of kubespray), and there are 3 nodes; write `node_prefix: 25`, or `pods: {size: /22}`");
}

#[test]
fn a_share_larger_than_the_pod_network_is_told_once() {
    let network = "cni: flannel\npods: 10.50.0.0/20\nnode_prefix: 18\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error A12: `node_prefix` is 18 (written in ci-kube.static.yml:6:16), and pods 10.50.0.0/20 (written in ci-kube.static.yml:5:9) is smaller than one such share; write `node_prefix: 24`, or `pods: {size: /16}`");
}

#[test]
fn shares_more_than_16_bits_longer_are_refused() {
    let network = "cni: flannel\npods: 10.0.0.0/9\nservices: 10.233.0.0/18\nnode_prefix: 26\nmax_pods: 50\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error A13: `node_prefix` is 26 (written in ci-kube.static.yml:7:16), more than 16 bits longer than pods 10.0.0.0/9 (written in ci-kube.static.yml:5:9), and Kubernetes does not divide a network that finely; write `node_prefix: 24`");
}

#[test]
fn max_pods_beyond_the_share_says_both_ways_out() {
    let network = "cni: cilium\ncni_version: v1.18.0\nmax_pods: 300\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error A15: `max_pods` is 300 (written in ci-kube.static.yml:6:13), and `node_prefix` is 24 (default of kubespray), which is 254 pods a node; write `max_pods: 254`, or `node_prefix: 23`");
    let network = "cni: flannel\npods: 10.50.0.0/22\nnode_prefix: 24\nmax_pods: 300\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"
    Error A15: `max_pods` is 300 (written in ci-kube.static.yml:7:13), and `node_prefix` is 24 (written in ci-kube.static.yml:6:16), which is 254 pods a node; write `max_pods: 254`
    Warning growth: pods 10.50.0.0/22 has room for 4 nodes of 254 pods; there are 3 today, and `max_nodes` is 6, twice that; take a /21 while the cluster is not built, or write `max_nodes: 4`
    ");
}

#[test]
fn calico_is_exempt_from_the_size_of_shares() {
    let plan = Situation::new("max_pods: 300\nnode_prefix: 26\n", &LAN).plan();
    assert_eq!(told(&plan), "");
    assert_eq!(plan.room[0].pods_per_node, 300);
}

#[test]
fn a_pool_smaller_than_a_block_is_told_once() {
    insta::assert_snapshot!(told(&Situation::new("pods: 10.50.0.0/27\n", &LAN).plan()), @"Error B04: pods 10.50.0.0/27 (written in ci-kube.static.yml:4:9) is smaller than one of Calico's blocks, /26 (default of kubespray v2.31.0); write `pods: {size: /23}`, or a shorter one");
    insta::assert_snapshot!(told(&Situation::new("pods: 10.50.0.0/25\n", &LAN).plan()), @"Warning B05: pods 10.50.0.0/25 (written in ci-kube.static.yml:4:9) has 2 blocks of Calico's, /26 (default of kubespray v2.31.0), and there are 3 nodes; write `pods: {size: /23}`, or a shorter one");
}

#[test]
fn calicos_pool_without_room_for_all_pods_is_a_warning() {
    insta::assert_snapshot!(told(&Situation::new("pods: 10.50.0.0/24\n", &LAN).plan()), @"Warning growth: pods 10.50.0.0/24 has room for 2 nodes of 110 pods; there are 3 today, and `max_nodes` is 6, twice that; take a /22 while the cluster is not built, or write a smaller `max_pods`");
}

#[test]
fn fewer_nodes_than_there_are_cannot_be_the_most() {
    insta::assert_snapshot!(Situation::new("max_nodes: 2\n", &LAN).refusal(), @"ci-kube.static.yml:4:14: `max_nodes` is 2, and there are 3 nodes today; write 3 or more, or leave it out");
}

#[test]
fn a_node_without_pods_is_refused() {
    insta::assert_snapshot!(Situation::new("max_pods: 0\n", &LAN).refusal(), @"ci-kube.static.yml:4:13: `max_pods` is 0, and a node without pods is none; leave it out: 110");
}

#[test]
fn a_prefix_longer_than_an_address_is_refused() {
    insta::assert_snapshot!(Situation::new("node_prefix: 40\n", &LAN).refusal(), @"ci-kube.static.yml:4:16: `node_prefix` is 40, and an IPv4 address has 32 bits; write 24, which is the usual one");
    insta::assert_snapshot!(Situation::new("pods: {size: /40}\n", &LAN).refusal(), @"ci-kube.static.yml:4:9: /40 is longer than an IPv4 address; IPv4 has prefix lengths up to /32");
    insta::assert_snapshot!(Situation::new("node_prefix: [24, 120]\n", &LAN).refusal(), @"ci-kube.static.yml:4:16: `node_prefix` has 2 numbers and the cluster has 1 address family; write one number");
}

#[test]
fn hosts_that_only_run_etcd_are_no_nodes() {
    let mut situation = Situation::new("cni: calico\n", &LAN);
    situation.hosts[2].is_worker = false;
    situation.hosts[2].is_control_plane = false;
    assert_eq!(situation.plan().nodes_today, 2);
}

#[test]
fn sizes_say_where_they_come_from() {
    let plan = Situation::new("node_prefix: 25\nmax_nodes: 8\n", &LAN).plan();
    insta::assert_snapshot!(because(&plan, &plan.node_prefix[0]), @"25* [fixed; written in ci-kube.static.yml:4:16]");
    insta::assert_snapshot!(because(&plan, &plan.max_pods), @"110 [changeable; default of the kubelet]");
    insta::assert_snapshot!(because(&plan, &plan.max_nodes), @"8* [changeable; written in ci-kube.static.yml:5:14]");
}

#[test]
fn a_thousand_hosts_stay_fast() {
    let situation = with_nodes(
        "load_balancer: [172.20.9.0/24]\napi_address: 172.20.8.1\nnodes:\n  - {cidr: 172.20.0.0/16, gateway: 172.20.255.1}\n",
        1000,
    );
    let start = std::time::Instant::now();
    let plan = situation.plan();
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
    assert_eq!(told(&plan), "");
    assert_eq!(plan.nodes_today, 1000);
}
