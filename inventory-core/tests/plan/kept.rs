//! A value that is written, or was in effect, never moves by itself.

use crate::situation::{KUBE_TEST, SEED_NODES, Situation, codes, in_vars, ranges, story, told};
use inventory_core::environment::{TunnelForm, Tunnels};
use inventory_core::network::address::Family;
use inventory_core::plan::{FamilyValue, Opaque, Replan};

const LAN: [&str; 3] = ["192.168.1.10", "192.168.1.11", "192.168.1.12"];
const RECORD: &str = r#"{"format": 1, "kubespray_version": "v2.31.0", "cni": "calico",
    "encapsulation": [{"type": "vxlan", "cross_subnet": false}], "services": ["10.233.0.0/18"],
    "pods": ["10.233.64.0/18"], "node_prefix": [24], "block_prefix": [26], "container_manager": "containerd"}"#;

#[test]
fn what_the_variables_have_stays_though_the_layout_has_another() {
    let situation = Situation::new("cni: calico\n", &LAN).having("10.239.0.0/18", "10.239.64.0/18");
    insta::assert_snapshot!(story(&situation.plan()), @"
    services 10.239.0.0/18* [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    pods 10.239.64.0/18* [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    ");
}

#[test]
fn a_default_in_the_variables_is_not_written_again() {
    let situation = Situation::new("cni: calico\n", &LAN).having("10.233.0.0/18", "10.233.64.0/18");
    insta::assert_snapshot!(story(&situation.plan()), @"
    services 10.233.0.0/18 [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    pods 10.233.64.0/18 [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    ");
}

#[test]
fn what_has_become_wrong_stays_and_is_an_error_with_what_replan_takes() {
    let situation = Situation::new(KUBE_TEST, &SEED_NODES).having("10.233.0.0/18", "10.233.64.0/18");
    insta::assert_snapshot!(story(&situation.plan()), @"
    services 10.233.0.0/18 [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    pods 10.233.64.0/18 [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    Error F01: pods 10.233.64.0/18 (group_vars/k8s_cluster/k8s-cluster.yml:77:1) meets pods 10.233.64.0/18 of kube-test (ci-kube.static.yml:5:88) and must not: pods share no address with the hosting cluster's pods, which the machines themselves are; `--replan pods,services` takes 10.233.192.0/18, which is all there is to do while the cluster is not built; one that runs must be built again
    Error F03: services 10.233.0.0/18 (group_vars/k8s_cluster/k8s-cluster.yml:77:1) meets upstream DNS 10.233.0.3 (ci-kube.static.yml:5:134) and must not: the resolver that machines are told to use is in neither pods nor services; with both clusters on kubespray's ranges it is the cluster's own DNS, which then asks itself; `--replan pods,services` takes 10.233.128.0/18, which is all there is to do while the cluster is not built; one that runs must be built again
    ");
}

#[test]
fn replan_moves_one_and_says_what_it_costs() {
    let situation =
        Situation::new(KUBE_TEST, &SEED_NODES).having("10.239.0.0/18", "10.233.64.0/18").replanning(Replan::Pods);
    insta::assert_snapshot!(story(&situation.plan()), @"
    services 10.239.0.0/18* [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    pods 10.233.128.0/18* [fixed; instead of 10.233.64.0/18: pods 10.233.64.0/18 of kube-test (ci-kube.static.yml:5:88), 6 in all]
    Info moves: `pods` moves from 10.233.64.0/18 (group_vars/k8s_cluster/k8s-cluster.yml:77:1) to 10.233.128.0/18; a cluster that runs must be built again for it
    ");
}

#[test]
fn replan_of_what_the_cluster_file_writes_says_that_it_does_nothing() {
    let situation = Situation::new("pods: 10.240.0.0/16\n", &LAN).replanning(Replan::Pods);
    insta::assert_snapshot!(told(&situation.plan()), @"Warning replan: `--replan pods` changes nothing: it is written in ci-kube.static.yml:4:9; change it there, or take it away");
}

#[test]
fn replan_without_anything_to_move_says_nothing() {
    let situation = Situation::new("cni: calico\n", &LAN).replanning(Replan::Pods).replanning(Replan::BlockSize);
    assert_eq!(told(&situation.plan()), "");
}

#[test]
fn a_default_that_was_in_effect_stays_when_something_comes_into_its_way() {
    let network = "avoid:\n  - {name: new VPN, cidr: 10.233.64.0/20}\n";
    let situation = Situation::new(network, &LAN).recorded(RECORD);
    insta::assert_snapshot!(story(&situation.plan()), @"
    services 10.233.0.0/18 [fixed; kept: services were 10.233.0.0/18, when the variables were last written]
    pods 10.233.64.0/18 [fixed; kept: pods were 10.233.64.0/18, when the variables were last written]
    Error G01: pods 10.233.64.0/18 (in effect when the variables were last written) meets network outside 10.233.64.0/20 (new VPN, ci-kube.static.yml:5:29) and must not: pods and services share no address with a network outside that machines must reach; `--replan pods` takes 10.233.128.0/18, which is all there is to do while the cluster is not built; one that runs must be built again
    ");
    let replanned = Situation::new(network, &LAN).recorded(RECORD).replanning(Replan::Pods);
    insta::assert_snapshot!(story(&replanned.plan()), @"
    services 10.233.0.0/18 [fixed; kept: services were 10.233.0.0/18, when the variables were last written]
    pods 10.233.128.0/18* [fixed; instead of 10.233.64.0/18: network outside 10.233.64.0/20 (new VPN, ci-kube.static.yml:5:29), 1 in all]
    Info moves: `pods` moves from 10.233.64.0/18 (in effect when the variables were last written) to 10.233.128.0/18; a cluster that runs must be built again for it
    ");
}

#[test]
fn without_a_record_a_default_that_stands_nowhere_makes_way() {
    let network = "avoid:\n  - {name: new VPN, cidr: 10.233.64.0/20}\n";
    assert_eq!(ranges(&Situation::new(network, &LAN).plan()), ["10.233.0.0/18", "10.233.128.0/18"]);
}

#[test]
fn another_range_in_the_cluster_file_is_an_error_once_the_variables_are_ours() {
    let situation = Situation::new("pods: 10.240.0.0/16\n", &LAN).having("10.239.0.0/18", "10.239.64.0/18");
    insta::assert_snapshot!(told(&situation.plan()), @"Warning moves: `pods` moves from 10.239.64.0/18 (group_vars/k8s_cluster/k8s-cluster.yml:77:1) to 10.240.0.0/16; a cluster that runs must be built again for it");
    let ours = Situation::new("pods: 10.240.0.0/16\n", &LAN).having("10.239.0.0/18", "10.239.64.0/18").recorded(RECORD);
    insta::assert_snapshot!(told(&ours.plan()), @"
    Error moves: `services` moves from 10.233.0.0/18 (in effect when the variables were last written) to 10.239.0.0/18; a cluster that runs must be built again for it: write 10.233.0.0/18 back, or, if 10.239.0.0/18 is meant, write it into the cluster file and say `--replan services`
    Error moves: `pods` moves from 10.233.64.0/18 (in effect when the variables were last written) to 10.240.0.0/16; a cluster that runs must be built again for it: write 10.233.64.0/18 back, or, if 10.240.0.0/16 is meant, write it into the cluster file and say `--replan pods`
    ");
}

#[test]
fn node_prefix_families_encapsulation_and_cni_do_not_move_unnoticed_either() {
    let network = "cni: cilium\ncni_version: v1.17.0\nnode_prefix: [25, 120]\nfamilies: [ipv4, ipv6]\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).recorded(RECORD).plan()), @"
    Error moves: `cni` moves from calico (in effect when the variables were last written) to cilium; a cluster that runs must be built again for it: write calico back, or, if cilium is meant, delete .inv/plan.json
    Error moves: `families` moves from [ipv4] (in effect when the variables were last written) to [ipv4, ipv6]; a cluster that runs must be built again for it: write [ipv4] back, or, if [ipv4, ipv6] is meant, write it into the cluster file and say `--replan families`
    Error moves: `node_prefix` moves from 24 (in effect when the variables were last written) to 25; a cluster that runs must be built again for it: write 24 back, or, if 25 is meant, write it into the cluster file and say `--replan node-prefix`
    Warning families: the cluster's families are [ipv4, ipv6], and no host has a known IPv6 address, only IPv4 ones; give the machines IPv6 addresses, and say which with `hosts: {ip6: [{family: ipv6}]}`; or write `families: [ipv4]`
    ");
    let network = "encapsulation: ipip\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).recorded(RECORD).plan()), @"Error moves: `encapsulation` moves from vxlan (in effect when the variables were last written) to ipip; a cluster that runs must be built again for it: write vxlan back, or, if ipip is meant, write it into the cluster file and say `--replan encapsulation`");
}

#[test]
fn node_prefix_and_block_size_of_the_variables_stay() {
    let situation = Situation::new("cni: calico\n", &LAN).with_current(|current| {
        current.node_prefix = vec![in_vars(80, FamilyValue { family: Family::Ipv4, value: 25 })];
        current.block_prefix = vec![in_vars(81, FamilyValue { family: Family::Ipv4, value: 24 })];
        current.max_pods = Some(in_vars(82, 60));
    });
    let plan = situation.plan();
    insta::assert_snapshot!(crate::situation::because(&plan, &plan.node_prefix[0]), @"25* [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:80:1 has it]");
    insta::assert_snapshot!(crate::situation::because(&plan, &plan.block_prefix[0]), @"24* [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:81:1 has it]");
    insta::assert_snapshot!(crate::situation::because(&plan, &plan.max_pods), @"60* [changeable; kept, as group_vars/k8s_cluster/k8s-cluster.yml:82:1 has it]");
    let replanned = situation.replanning(Replan::NodePrefix).replanning(Replan::BlockSize).plan();
    insta::assert_snapshot!(told(&replanned), @"
    Info moves: `node_prefix` moves from 25 (group_vars/k8s_cluster/k8s-cluster.yml:80:1) to 24; a cluster that runs must be built again for it
    Info moves: the size of Calico's blocks moves from 24 (group_vars/k8s_cluster/k8s-cluster.yml:81:1) to 26; a cluster that runs must be built again for it
    ");
}

#[test]
fn a_size_that_is_wished_for_does_not_move_what_is_there() {
    let situation = Situation::new("pods: {size: /16}\n", &LAN).having("10.239.0.0/18", "10.239.64.0/18");
    insta::assert_snapshot!(story(&situation.plan()), @"
    services 10.239.0.0/18* [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    pods 10.239.64.0/18* [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    Warning size: `pods` is to be a /16 (ci-kube.static.yml:4:9), and 10.239.64.0/18 stays (kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it); write `pods: 10.239.64.0/18`; `--replan pods` is for a cluster that is to be built again
    ");
}

#[test]
fn a_plan_that_was_written_is_the_plan_again() {
    let first = Situation::new(KUBE_TEST, &SEED_NODES).plan();
    let again = Situation::new(KUBE_TEST, &SEED_NODES)
        .having(&first.services[0].value.to_string(), &first.pods[0].value.to_string())
        .recorded_after(&first)
        .plan();
    assert_eq!(ranges(&first), ranges(&again));
    assert_eq!(codes(&first), codes(&again));
    insta::assert_snapshot!(story(&again), @"
    services 10.233.128.0/18* [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    pods 10.233.192.0/18* [fixed; kept, as group_vars/k8s_cluster/k8s-cluster.yml:77:1 has it]
    ");
}

#[test]
fn what_cannot_be_read_is_said_and_left() {
    let situation = Situation::new("cni: calico\n", &LAN).with_current(|current| {
        current.opaque = vec![Opaque {
            is_hidden: true,
            variable: "kube_pods_subnet".to_owned(),
            origin: in_vars(77, ()).origin,
            why: "it is a template".to_owned(),
        }];
    });
    insta::assert_snapshot!(told(&situation.plan()), @"Warning not-checked: `kube_pods_subnet` (group_vars/k8s_cluster/k8s-cluster.yml:77:1) cannot be checked: it is a template; it is left as it is; write the value itself to have it checked");
}

#[test]
fn another_api_address_is_a_warning_about_certificates() {
    let kept = |network: &str| {
        Situation::new(network, &LAN).with_current(|current| {
            current.api_address = Some(in_vars(3, "192.168.1.5".parse().unwrap()));
        })
    };
    insta::assert_snapshot!(told(&kept("api_address: 192.168.1.6\n").plan()), @"Warning moves: `api_address` moves from 192.168.1.5 (group_vars/k8s_cluster/k8s-cluster.yml:3:1) to 192.168.1.6; the certificates and kubeconfigs of a cluster that runs name the old one: renew them");
    assert_eq!(told(&kept("api_address: 192.168.1.5\n").plan()), "");
    // One that only the variables have is kept apart from.
    insta::assert_snapshot!(told(&kept("load_balancer: [192.168.1.0-192.168.1.7]\n").plan()), @"Error C04: load-balancer pool 192.168.1.0/29 (ci-kube.static.yml:4:19) meets API address 192.168.1.5 (group_vars/k8s_cluster/k8s-cluster.yml:3:1) and must not: a load-balancer pool avoids the gateway, the address of the API and what DHCP gives away; take addresses that nothing else has");
}

#[test]
fn another_cnis_encapsulation_is_not_kept() {
    let situation = Situation::new("cni: cilium\ncni_version: v1.17.0\n", &LAN).with_current(|current| {
        current.cni = Some(in_vars(4, inventory_core::network::layer::Cni::Calico));
        current.encapsulation = Some(in_vars(5, Tunnels::always(TunnelForm::Ipip)));
    });
    let plan = situation.plan();
    assert_eq!(Tunnels::of(&plan.overlay.tunnels.value).to_string(), "vxlan");
    insta::assert_snapshot!(told(&plan), @"Warning moves: `cni` moves from calico (group_vars/k8s_cluster/k8s-cluster.yml:4:1) to cilium; a cluster that runs must be built again for it");
}

#[test]
fn the_hard_ways_default_stands_in_its_variables_for_ever() {
    let situation = Situation::of_file("layout: hard-way\n", &LAN).having("10.32.0.0/24", "10.200.0.0/16");
    assert!(situation.plan().ranges().all(|(_, choice)| choice.is_written));
}

#[test]
fn each_value_says_whether_it_can_be_changed_later() {
    let plan = Situation::new("api_address: 192.168.1.5\nmtu: 1400\nmax_pods: 100\n", &LAN).plan();
    let fixities = [
        ("pods", plan.pods[0].fixity),
        ("services", plan.services[0].fixity),
        ("node_prefix", plan.node_prefix[0].fixity),
        ("block_prefix", plan.block_prefix[0].fixity),
        ("encapsulation", plan.overlay.tunnels.fixity),
        ("cni", plan.overlay.cni.fixity),
        ("datastore", plan.calico_datastore.as_ref().unwrap().fixity),
        ("container_manager", plan.container_manager.fixity),
        ("api_address", plan.api.as_ref().unwrap().fixity),
        ("mtu", plan.mtu.written.as_ref().unwrap().fixity),
        ("max_pods", plan.max_pods.fixity),
        ("max_nodes", plan.max_nodes.fixity),
        ("encryption", plan.overlay.encryption.fixity),
    ];
    let lines: Vec<String> = fixities.iter().map(|(key, fixity)| format!("{key}: {fixity}")).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    pods: fixed
    services: fixed
    node_prefix: fixed
    block_prefix: fixed
    encapsulation: fixed
    cni: fixed
    datastore: fixed
    container_manager: fixed
    api_address: with care
    mtu: changeable
    max_pods: changeable
    max_nodes: changeable
    encryption: changeable
    ");
}
