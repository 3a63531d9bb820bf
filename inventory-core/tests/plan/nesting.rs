//! Clusters inside clusters: what is kept apart, what is dropped, what is not known.

use inventory_core::environment::{Hosting, Sourced};
use inventory_core::network::space::Origin;

use crate::situation::{KUBE_TEST, SEED_NODES, Situation, because, codes, in_vars, ranges, story, told};

/// A hosting cluster with ranges that are in nobody's way, and these keys besides.
fn hosted_by(keys: &str, network: &str) -> Situation {
    let hosting = format!("hosting:\n  - {{name: kube-test, pods: 10.50.0.0/16, services: 10.51.0.0/16, {keys}}}\n");
    Situation::new(&format!("{network}{hosting}"), &["10.50.1.10", "10.50.2.10", "10.50.3.10"])
}

fn discovered(pods: Option<&str>) -> Hosting {
    let origin = || Origin::Found("cluster kube-test".to_owned());
    let json = serde_json::json!({ "name": "kube-test", "cni": "calico", "cni_version": "v3.29.0" });
    let mut hosting: Hosting = serde_json::from_value(json).unwrap();
    hosting.pods = pods.map(|pods| Sourced::new([pods.parse().unwrap()].into_iter().collect(), origin()));
    hosting
}

#[test]
fn a_hosting_level_written_without_pods_is_an_error() {
    let network = "hosting:\n  - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, services: 10.233.0.0/18}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &SEED_NODES).plan()), @"Error hosting-gap: the hosting level kube-test (ci-kube.static.yml:5:7) has no `pods`, so that nothing can be kept apart from them; write `pods: CIDR` there");
    let network = "hosting:\n  - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.50.0.0/16}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &["10.50.1.1"]).plan()), @"Warning hosting-gap: the hosting level kube-test (ci-kube.static.yml:5:7) has no `services`, so that nothing can be kept apart from them; write `services: CIDR` there");
}

#[test]
fn a_hosting_level_that_is_discovered_and_silent_is_a_warning() {
    let situation = Situation::new("cni: calico\n", &["10.50.1.1"]).finding(|environment| {
        environment.hosting = vec![Sourced::new(discovered(None), Origin::Found("context kube-test".to_owned()))];
    });
    insta::assert_snapshot!(told(&situation.plan()), @"
    Warning hosting-gap: the hosting level kube-test (context kube-test) has no `pods` and no `services`, so that nothing can be kept apart from them; its administrator knows them: `hosting: [{name: kube-test, pods: CIDR, services: CIDR, …}]`
    Info mtu-guessed: kube-test (context kube-test): the encapsulation of calico is not known, so the smallest plausible MTU is taken, 1450 (it may be 1480); say which it is
    ");
}

#[test]
fn what_is_written_of_hosting_wins_over_what_was_discovered() {
    let situation = Situation::new(KUBE_TEST, &SEED_NODES).finding(|environment| {
        let hosting = discovered(Some("10.99.0.0/16"));
        environment.hosting = vec![Sourced::new(hosting, Origin::Found("context kube-test".to_owned()))];
    });
    assert_eq!(ranges(&situation.plan()), ["10.233.128.0/18", "10.233.192.0/18"]);
    let none = Situation::new("hosting: []\n", &["10.233.67.1"]).finding(|environment| {
        let hosting = discovered(Some("10.233.64.0/18"));
        environment.hosting = vec![Sourced::new(hosting, Origin::Found("context kube-test".to_owned()))];
    });
    assert_eq!(none.plan().levels, ["site"]);
}

#[test]
fn a_calico_inside_a_calico_gets_another_port() {
    let plan = hosted_by("cni: calico, cni_version: v3.29.0, encapsulation: vxlan", "").plan();
    insta::assert_snapshot!(because(&plan, plan.overlay.vxlan_port.as_ref().unwrap()), @"4790* [changeable; kube-test drops VXLAN on its own port]");
    assert_eq!(told(&plan), "");
}

#[test]
fn a_hosting_calico_that_allows_vxlan_still_has_a_port_of_its_own() {
    let plan = hosted_by("cni: calico, cni_version: v3.29.0, encapsulation: vxlan, allow: [vxlan]", "").plan();
    insta::assert_snapshot!(because(&plan, plan.overlay.vxlan_port.as_ref().unwrap()), @"4790* [changeable; kube-test uses that port itself]");
    // It drops nothing, and sends nothing on that port itself.
    let plan = hosted_by("cni: calico, cni_version: v3.29.0, encapsulation: ipip, allow: [vxlan]", "").plan();
    assert_eq!((plan.overlay.vxlan_port.clone(), told(&plan).as_str()), (None, ""));
}

#[test]
fn a_hosting_port_is_gone_around() {
    let plan = hosted_by("cni: calico, cni_version: v3.29.0, encapsulation: vxlan, vxlan_port: 4790", "").plan();
    assert_eq!(
        (plan.overlay.vxlan_port, codes(&hosted_by("cni: flannel, vxlan_port: 4789", "").plan()).len()),
        (None, 0)
    );
    let plan = hosted_by("cni: flannel, vxlan_port: 4789", "").plan();
    insta::assert_snapshot!(because(&plan, plan.overlay.vxlan_port.as_ref().unwrap()), @"4790* [changeable; kube-test uses that port itself]");
}

#[test]
fn a_port_in_the_variables_stays_where_it_works() {
    let calico = "cni: calico, cni_version: v3.29.0, encapsulation: vxlan";
    let kept =
        |port: u16| hosted_by(calico, "").with_current(|current| current.vxlan_port = Some(in_vars(12, port))).plan();
    let plan = kept(6789);
    insta::assert_snapshot!(because(&plan, plan.overlay.vxlan_port.as_ref().unwrap()), @"6789* [changeable; kept, as group_vars/k8s_cluster/k8s-cluster.yml:12:1 has it]");
    let plan = kept(4789);
    insta::assert_snapshot!(because(&plan, plan.overlay.vxlan_port.as_ref().unwrap()), @"4790* [changeable; kube-test drops VXLAN on its own port]");
}

#[test]
fn ipip_inside_a_calico_is_dropped_and_the_ways_out_are_said() {
    let plan = hosted_by("cni: calico, cni_version: v3.29.0, encapsulation: vxlan", "encapsulation: ipip\n").plan();
    insta::assert_snapshot!(told(&plan), @"Error nesting-dropped: ci-kube: kube-test (ci-kube.static.yml:6:7) drops its ipip (IP protocol 4): Calico lets no workload send IPIP; use VXLAN on another port than 4789, or set `allowIPIPPacketsFromWorkloads` in kube-test's FelixConfiguration; write `encapsulation: vxlan`");
    let plan =
        hosted_by("cni: calico, cni_version: v3.29.0, encapsulation: vxlan, allow: [ipip]", "encapsulation: ipip\n");
    assert_eq!(told(&plan.plan()), "");
}

#[test]
fn cilium_inside_cilium_cannot_be_told_another_port() {
    let plan =
        hosted_by("cni: cilium, cni_version: v1.17.0, encapsulation: vxlan", "cni: cilium\ncni_version: v1.17.0\n");
    insta::assert_snapshot!(told(&plan.plan()), @"Warning nesting-port-shared: ci-kube: its vxlan on UDP port 8472 is also kube-test (ci-kube.static.yml:7:7)'s; no variable gives cilium another port: write `encapsulation: geneve`");
}

#[test]
fn flannel_inside_cilium_has_no_variable_and_the_plan_says_what_to_do() {
    let plan = hosted_by("cni: cilium, cni_version: v1.17.0, encapsulation: vxlan", "cni: flannel\n").plan();
    assert_eq!(plan.mtu.written, None);
    insta::assert_snapshot!(told(&plan), @"
    Warning mtu-exceeds-path: ci-kube: flannel lets pods send packets of 1450 bytes, and 1400 fit: 1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400; large ones vanish, small ones pass; no variable tells flannel an MTU: give the machines' NIC 50 bytes less, or take a `cni` that can be told
    Warning nesting-port-shared: ci-kube: its vxlan on UDP port 8472 is also kube-test (ci-kube.static.yml:6:7)'s; no variable gives flannel another port: write `encapsulation: wireguard`
    ");
}

#[test]
fn kube_router_inside_cilium_is_dropped() {
    let plan =
        hosted_by("cni: cilium, cni_version: v1.17.0, encapsulation: vxlan", "cni: kube-router\ncni_version: v2.1.0\n");
    insta::assert_snapshot!(told(&plan.plan()), @"
    Error nesting-dropped: ci-kube: kube-test (ci-kube.static.yml:7:7) drops its ipip (IP protocol 4): Cilium passes TCP, UDP, SCTP and ICMP only; use VXLAN, Geneve or WireGuard, or set `enable-extended-ip-protocols` in kube-test's configuration; kube-router has no vxlan: take a `cni` that has
    Warning mtu-exceeds-path: ci-kube: kube-router lets pods send packets of 1480 bytes, and 1430 fit: 1500 (site) − 50 (vxlan, kube-test) − 20 (ipip, ci-kube) = 1430; large ones vanish, small ones pass; no variable tells kube-router an MTU: give the machines' NIC 50 bytes less, or take a `cni` that can be told
    ");
}

#[test]
fn calico_inside_cilium_keeps_its_port_and_gets_an_mtu() {
    let plan = hosted_by("cni: cilium, cni_version: v1.17.0, encapsulation: vxlan", "").plan();
    insta::assert_snapshot!(because(&plan, plan.mtu.written.as_ref().unwrap()), @"1400* [changeable; 1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400]");
    assert_eq!((plan.overlay.vxlan_port.clone(), told(&plan).as_str()), (None, ""));
}

#[test]
fn packets_without_encapsulation_do_not_pass_a_pod_network() {
    let plan = hosted_by("cni: calico, cni_version: v3.29.0, encapsulation: vxlan", "encapsulation: none\n").plan();
    insta::assert_snapshot!(told(&plan), @"Error nesting-bare: ci-kube: its pods' packets travel without encapsulation, and kube-test (ci-kube.static.yml:6:7) passes only those of the machines' own addresses; write `encapsulation: vxlan`");
}

#[test]
fn a_hosting_cni_nobody_knows_takes_the_smallest_plausible_mtu_and_says_so() {
    insta::assert_snapshot!(told(&hosted_by("cni: other", "").plan()), @"Warning mtu-unknown-cni: kube-test (ci-kube.static.yml:5:7): nothing is known of its CNI, so 1400 is taken for what its pods can send; give its `mtu`");
    insta::assert_snapshot!(told(&hosted_by("cni: calico", "").plan()), @"Info mtu-guessed: kube-test (ci-kube.static.yml:5:7): the encapsulation of calico is not known, so the smallest plausible MTU is taken, 1450 (it may be 1480); say which it is");
    insta::assert_snapshot!(told(&hosted_by("cni: cilium, encapsulation: vxlan", "").plan()), @"");
    insta::assert_snapshot!(told(&hosted_by("nat_outgoing: true", "").plan()), @"Warning mtu-unknown-cni: kube-test (ci-kube.static.yml:5:7): nothing is known of its CNI, so 1400 is taken for what its pods can send; give its `mtu`");
}

#[test]
fn what_is_wrong_further_out_is_no_error_of_this_cluster() {
    let hosting = "\
hosting:
  - {name: outer, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.50.0.0/16, services: 10.51.0.0/16}
  - {name: middle, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.52.0.0/16, services: 10.53.0.0/16}
";
    insta::assert_snapshot!(told(&Situation::new(hosting, &["10.52.0.9"]).plan()), @"Warning nesting-dropped: middle (ci-kube.static.yml:6:7): outer (ci-kube.static.yml:5:7) drops its vxlan on UDP port 4789: Calico lets no workload send to its own VXLAN port; give middle another one, or set `allowVXLANPacketsFromWorkloads` in outer's FelixConfiguration");
}

#[test]
fn every_level_is_kept_apart_from_however_far_out() {
    let hosting = "\
hosting:
  - {name: outer, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18, nodes: 192.168.1.0/24}
  - {name: middle, cni: flannel, pods: 10.234.0.0/16, services: 10.235.0.0/16}
";
    let plan = Situation::new(hosting, &["10.234.0.9"]).plan();
    assert_eq!(ranges(&plan), ["10.233.128.0/18", "10.233.192.0/18"]);
    insta::assert_snapshot!(told(&Situation::new(&format!("pods: 10.233.64.0/18\n{hosting}"), &["10.234.0.9"]).plan()), @"Error F01: pods 10.233.64.0/18 (ci-kube.static.yml:4:9) meets pods 10.233.64.0/18 of outer (ci-kube.static.yml:6:84) and must not: pods share no address with the hosting cluster's pods, which the machines themselves are; write `pods: 10.233.192.0/18`, or `auto`");
}

#[test]
fn five_levels_deep_the_sum_is_still_said() {
    let level = |n: u8| {
        format!(
            "  - {{name: level{n}, cni: flannel, pods: 10.{}.0.0/16, services: 10.{}.0.0/16, vxlan_port: {}}}\n",
            50 + n,
            60 + n,
            9000 + u16::from(n)
        )
    };
    let hosting = format!("hosting:\n{}", (1..=4).map(level).collect::<String>());
    let plan = Situation::new(&hosting, &["10.54.0.9", "10.54.0.10"]).plan();
    insta::assert_snapshot!(plan.mtu.chain.levels.last().unwrap().sum, @"1500 (site) − 50 (vxlan, level1) − 50 (vxlan, level2) − 50 (vxlan, level3) − 50 (vxlan, level4) − 50 (vxlan, ci-kube) = 1250");
    assert_eq!(plan.mtu.written.as_ref().unwrap().value.bytes(), 1250);
    assert_eq!(told(&plan), "");
    let plan =
        Situation::new(&format!("families: [ipv4, ipv6]\n{hosting}"), &["10.54.0.9,fd12::9", "10.54.0.10,fd12::10"])
            .plan();
    insta::assert_snapshot!(told(&plan), @"Error mtu-ipv6-below-1280: ci-kube: 1230 bytes are left for IPv6, which needs 1280: 1500 (site) − 50 (vxlan, level1) − 50 (vxlan, level2) − 50 (vxlan, level3) − 50 (vxlan, level4) − 70 (vxlan, ci-kube) = 1230. Take an encapsulation away, or IPv6");
}

#[test]
fn levels_of_one_name_are_refused() {
    let hosting = "hosting:\n  - {name: kube-test, pods: 10.50.0.0/16}\n  - {name: kube-test, pods: 10.51.0.0/16}\n";
    insta::assert_snapshot!(Situation::new(hosting, &[]).refusal(), @"ci-kube.static.yml:6:7: `hosting` has a level called kube-test, and another level is called that too (ci-kube.static.yml:5:7); give it a name of its own, by which it is told in sums");
    let hosting = "hosting:\n  - {name: ci-kube, pods: 10.50.0.0/16}\n";
    insta::assert_snapshot!(Situation::new(hosting, &[]).refusal(), @"ci-kube.static.yml:5:7: `hosting` has a level called ci-kube, and the cluster itself is called that; give it a name of its own, by which it is told in sums");
}

#[test]
fn machines_beside_the_pod_network_are_not_inside_the_overlay() {
    let hosting = "hosting:\n  - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18}\n";
    // A secondary network: the address is not a pod's.
    let plan = Situation::new(hosting, &["172.31.0.5", "172.31.0.6"]).plan();
    insta::assert_snapshot!(story(&plan), @"
    services 10.233.128.0/18* [fixed; instead of 10.233.0.0/18: services 10.233.0.0/18 of kube-test (ci-kube.static.yml:5:114), 1 in all]
    pods 10.233.192.0/18* [fixed; instead of 10.233.64.0/18: pods 10.233.64.0/18 of kube-test (ci-kube.static.yml:5:88), 1 in all]
    Info F09: node 172.31.0.5 (host node1) and 1 more are in none of the networks that are known here; tell their networks: `nodes: [{cidr: …}]`
    ");
    assert_eq!(plan.mtu.chain.levels.len(), 1);
    assert_eq!((plan.mtu.written.clone(), plan.overlay.vxlan_port.clone()), (None, None));
    // Or its maker says so.
    let nodes = format!("{hosting}nodes:\n  - {{cidr: 10.233.66.0/24, provider: libvirt, mtu: 1450}}\n");
    assert_eq!(Situation::new(&nodes, &["10.233.66.5"]).plan().mtu.chain.underlay.link.bytes(), 1450);
}

#[test]
fn without_a_single_address_machines_are_taken_to_be_inside() {
    assert_eq!(Situation::new(KUBE_TEST, &[]).plan().mtu.chain.levels.len(), 2);
}

#[test]
fn kubevirts_bridge_binding_says_what_it_costs() {
    let network = format!("{KUBE_TEST}nodes:\n  - {{cidr: 10.233.64.0/18, provider: kubevirt-bridge}}\n");
    insta::assert_snapshot!(story(&Situation::new(&network, &SEED_NODES).plan()), @"
    services 10.233.128.0/18* [fixed; instead of 10.233.0.0/18: services 10.233.0.0/18 of kube-test (ci-kube.static.yml:5:114), 2 in all]
    pods 10.233.192.0/18* [fixed; instead of 10.233.64.0/18: pods 10.233.64.0/18 of kube-test (ci-kube.static.yml:5:88), 7 in all]
    Info nesting-bridge: ci-kube: with the bridge binding machines cannot be migrated live, and one that restarts gets another address
    ");
}

#[test]
fn kubevirts_masquerade_cannot_have_several_nodes() {
    let network = format!("{KUBE_TEST}nodes:\n  - {{cidr: 10.233.64.0/18, provider: kubevirt-masquerade}}\n");
    insta::assert_snapshot!(told(&Situation::new(&network, &SEED_NODES).plan()), @"Error nesting-masquerade: ci-kube: with the masquerade binding every machine is 10.0.2.2 to itself, so that nodes claim one address; use the bridge binding or a secondary network");
    assert_eq!(told(&Situation::new(&network, &SEED_NODES[..1]).plan()), "");
    let network = format!("{KUBE_TEST}nodes:\n  - {{cidr: 10.0.2.0/24, provider: kubevirt-masquerade}}\n");
    insta::assert_snapshot!(told(&Situation::new(&network, &["10.0.2.2", "10.0.2.2", "10.0.2.2"]).plan()), @"
    Error nesting-masquerade: ci-kube: with the masquerade binding every machine is 10.0.2.2 to itself, so that nodes claim one address; use the bridge binding or a secondary network
    Info F09: node 10.0.2.2 (host node1) and 2 more are in none of the networks that are known here; tell their networks: `nodes: [{cidr: …}]`
    ");
}

#[test]
fn both_clusters_on_kubesprays_ranges_ask_themselves_for_names() {
    let network = format!("services: 10.233.0.0/18\n{KUBE_TEST}");
    insta::assert_snapshot!(told(&Situation::new(&network, &SEED_NODES).plan()), @"Error F03: services 10.233.0.0/18 (ci-kube.static.yml:4:13) meets upstream DNS 10.233.0.3 (ci-kube.static.yml:6:134) and must not: the resolver that machines are told to use is in neither pods nor services; with both clusters on kubespray's ranges it is the cluster's own DNS, which then asks itself; write `services: 10.233.192.0/18`, or `auto`");
}

#[test]
fn a_hosting_ovn_kubernetes_takes_more_than_its_ranges() {
    let network = "pods: 100.64.0.0/16\nhosting:\n  - {name: ocp, cni: openshift, pods: 10.128.0.0/14, services: 172.30.0.0/16}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &["10.128.4.5"]).plan()), @"Error B08: pods 100.64.0.0/16 (ci-kube.static.yml:4:9) meets the CNI's own network 100.64.0.0/16 of ocp (default of OVN-Kubernetes) and must not: the networks that a hosting OVN-Kubernetes takes for its links share no address with the cluster's own or those outside; write `pods: 10.234.0.0/16`, or `auto`");
}

#[test]
fn the_network_of_a_hosting_clusters_nodes_is_kept_apart_from_and_hiding_it_is_a_warning() {
    let hosting = "hosting:\n  - {name: kube-test, cni: flannel, pods: 10.50.0.0/16, services: 10.51.0.0/16, nodes: 10.233.64.0/24}\n";
    assert_eq!(ranges(&Situation::new(hosting, &["10.50.1.1"]).plan()), ["10.233.0.0/18", "10.233.128.0/18"]);
    insta::assert_snapshot!(told(&Situation::new(&format!("pods: 10.233.64.0/18\n{hosting}"), &["10.50.1.1"]).plan()), @"Warning F06: pods 10.233.64.0/18 (ci-kube.static.yml:4:9) meets node network 10.233.64.0/24 of kube-test (ci-kube.static.yml:6:90) and should not: pods and services share no address with the network of the hosting cluster's nodes; write `pods: 10.233.128.0/18`, or `auto`");
}

#[test]
fn across_subnets_costs_as_much_as_always() {
    let plan = hosted_by("cni: flannel", "encapsulation: {type: vxlan, when: cross-subnet}\n").plan();
    insta::assert_snapshot!(because(&plan, plan.mtu.written.as_ref().unwrap()), @"1400* [changeable; 1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400]");
}

#[test]
fn places_that_did_not_tell_are_in_the_plan() {
    let silent = inventory_core::environment::SilentPlace {
        place: "ServiceCIDR".to_owned(),
        why: "403".to_owned(),
        would_tell: "services of kube-test".to_owned(),
    };
    let situation = Situation::new("cni: calico\n", &[]).finding(|environment| environment.silent.push(silent.clone()));
    assert_eq!(situation.plan().silent, [silent]);
}
