//! What fits through, and which value is written.

use crate::situation::{KUBE_TEST, SEED_NODES, Situation, because, in_vars, told};
use inventory_core::network::mtu::Mtu;
use inventory_core::plan::NetworkPlan;

const LAN: [&str; 3] = ["192.168.1.10", "192.168.1.11", "192.168.1.12"];

fn written(plan: &NetworkPlan) -> String {
    plan.mtu.written.as_ref().map_or_else(|| "nothing".to_owned(), |written| because(plan, written))
}

#[test]
fn a_flat_cluster_needs_no_value() {
    for cni in ["calico", "cilium\ncni_version: v1.17.0", "flannel", "kube-ovn", "none"] {
        let plan = Situation::new(&format!("cni: {cni}\n"), &LAN).plan();
        assert_eq!((written(&plan).as_str(), told(&plan).as_str()), ("nothing", ""), "{cni}");
    }
}

#[test]
fn a_path_smaller_than_the_nic_is_written() {
    insta::assert_snapshot!(written(&Situation::new("underlay: {mtu: 1500, path_mtu: 1400}\n", &LAN).plan()), @"1350* [changeable; 1400 (site) − 50 (vxlan, ci-kube) = 1350]");
    let cilium = "cni: cilium\ncni_version: v1.17.0\nunderlay: {mtu: 1500, path_mtu: 1400}\n";
    insta::assert_snapshot!(written(&Situation::new(cilium, &LAN).plan()), @"1400* [changeable; the nodes' MTU, from which cilium deducts; pods get 1400 (site) − 50 (vxlan, ci-kube) = 1350]");
}

#[test]
fn the_network_of_the_machines_may_be_smaller_than_the_site() {
    let network = "nodes:\n  - {name: lab, cidr: 192.168.1.0/24, mtu: 1450}\nunderlay: {mtu: 9000}\n";
    let plan = Situation::new(network, &LAN).plan();
    insta::assert_snapshot!(plan.mtu.chain.levels[0].sum, @"1450 (lab) − 50 (vxlan, ci-kube) = 1400");
}

#[test]
fn a_written_mtu_that_is_too_large_is_an_error_with_the_sum() {
    insta::assert_snapshot!(told(&Situation::new(&format!("mtu: 1450\n{KUBE_TEST}"), &SEED_NODES).plan()), @"Error mtu-exceeds-path: `mtu` is 1450 (written in ci-kube.static.yml:4:8), with which pods send packets of 1450 bytes, and 1400 fit: 1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400; large ones vanish, small ones pass; write `mtu: 1400`, or `auto`");
}

#[test]
fn a_written_mtu_that_is_smaller_than_it_could_be_is_no_error() {
    assert_eq!(told(&Situation::new(&format!("mtu: 1380\n{KUBE_TEST}"), &SEED_NODES).plan()), "");
    insta::assert_snapshot!(told(&Situation::new(&format!("mtu: 1200\n{KUBE_TEST}"), &SEED_NODES).plan()), @"Info mtu-slack: ci-kube: 1200 bytes are used where 1400 fit");
}

#[test]
fn a_value_for_pods_written_for_cilium_is_told_from_one_for_nodes() {
    let network = "cni: cilium\ncni_version: v1.17.0\nmtu: 1450\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Warning mtu-written-for-pods: `mtu` is 1450 (written in ci-kube.static.yml:6:8), and cilium takes the nodes' MTU and deducts from it, so that its pods get 1400; write `mtu: 1500`, or `auto`");
    let network = "cni: cilium\ncni_version: v1.17.0\nmtu: 1600\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Error mtu-exceeds-path: `mtu` is 1600 (written in ci-kube.static.yml:6:8), with which pods send packets of 1550 bytes, and 1450 fit: 1500 (site) − 50 (vxlan, ci-kube) = 1450; large ones vanish, small ones pass; write `mtu: 1500`, or `auto`");
}

#[test]
fn a_cni_without_a_variable_says_what_to_do_instead() {
    let network = "cni: flannel\nunderlay: {mtu: 1500, path_mtu: 1400}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Warning mtu-exceeds-path: ci-kube: flannel lets pods send packets of 1450 bytes, and 1350 fit: 1400 (site) − 50 (vxlan, ci-kube) = 1350; large ones vanish, small ones pass; no variable tells flannel an MTU: give the machines' NIC 100 bytes less, or take a `cni` that can be told");
    let network = "cni: kube-router\ncni_version: v2.1.0\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Info mtu-relies-on-pmtud: ci-kube: pods send packets of 1500 bytes into tunnels of 1480, and only ICMP tells them; no variable tells kube-router an MTU: let ICMP pass between pods");
    let network = "cni: flannel\nmtu: 1400\n";
    insta::assert_snapshot!(told(&Situation::new(network, &LAN).plan()), @"Warning mtu: `mtu` is 1400 (ci-kube.static.yml:5:8), and no variable of kubespray's tells flannel an MTU; give the machines' own NIC 1400 bytes, from which flannel takes its own");
}

#[test]
fn what_the_machines_show_replaces_what_they_should_and_the_difference_is_said() {
    let plan = Situation::new(&format!("machine_mtu: 1400\n{KUBE_TEST}"), &SEED_NODES).plan();
    insta::assert_snapshot!(written(&plan), @"nothing");
    insta::assert_snapshot!(told(&plan), @"Warning mtu-machine-differs: ci-kube: the machines' NIC shows 1400, and by the rules it should be 1450; 1400 is reckoned with");
    let plan = Situation::new(&format!("machine_mtu: 1450\n{KUBE_TEST}"), &SEED_NODES).plan();
    assert_eq!((written(&plan).as_str(), told(&plan).as_str()), ("nothing", ""));
}

#[test]
fn the_seeds_old_clusters_need_a_value() {
    let hosting = "hosting:\n  - {name: kube-test, cni: calico, cni_version: v3.1.3, encapsulation: ipip, pods: 10.233.64.0/18, services: 10.233.0.0/18}\n";
    let file = |mtu: &str| {
        format!(
            "kubespray_version: v2.7.0\nnetwork:\n  pods: 10.239.64.0/18\n  services: 10.239.0.0/18\n{mtu}  hosting:\n    - {}",
            hosting.lines().nth(1).unwrap().trim_start_matches("  - ")
        )
    };
    let plan = Situation::of_file(&file(""), &SEED_NODES).plan();
    insta::assert_snapshot!(written(&plan), @"1420* [changeable; 1500 (site) − 20 (ipip, kube-test) − 40 (left free, kube-test) − 20 (ipip, ci-kube) = 1420]");
    insta::assert_snapshot!(told(&plan), @"Warning mtu-relies-on-pmtud: kube-test (ci-kube.static.yml:7:7): pods send packets of 1500 bytes into tunnels of 1440, and only ICMP tells them; write 1440 for both");
    let shipped = Situation::of_file(&file("  mtu: 1400\n"), &SEED_NODES).plan();
    assert_eq!(shipped.findings.len(), plan.findings.len());
    assert_eq!(shipped.mtu.chain.levels[1].safe.bytes(), 1420);
}

#[test]
fn ipv6_below_1280_is_an_error() {
    let network = "families: [ipv4, ipv6]\nunderlay: {mtu: 1280}\n";
    insta::assert_snapshot!(told(&Situation::new(network, &["192.168.1.10,fd12::10"]).plan()), @"Error mtu-ipv6-below-1280: ci-kube: 1210 bytes are left for IPv6, which needs 1280: 1280 (site) − 70 (vxlan, ci-kube) = 1210. Take an encapsulation away, or IPv6");
}

#[test]
fn below_576_is_a_warning_and_below_68_no_plan() {
    insta::assert_snapshot!(told(&Situation::new("underlay: {mtu: 600}\n", &LAN).plan()), @"Warning mtu-ipv4-below-576: ci-kube: 550 bytes are left, less than the 576 that every IPv4 host accepts: 600 (site) − 50 (vxlan, ci-kube) = 550");
    insta::assert_snapshot!(Situation::new("underlay: {mtu: 100}\n", &LAN).refusal(), @"ci-kube: 50 bytes are left for a packet, and IPv4 needs 68: 100 (site) − 50 (vxlan, ci-kube) = 50. Take a level or an encapsulation away; or tell what the links really carry: `underlay: {mtu: …}`");
}

#[test]
fn an_ipv6_underlay_costs_twenty_bytes_more() {
    let v6: [&str; 2] = ["fd12::10", "fd12::11"];
    insta::assert_snapshot!(Situation::new("families: ipv6\n", &v6).plan().mtu.chain.levels[0].sum, @"1500 (site) − 70 (vxlan, ci-kube) = 1430");
    insta::assert_snapshot!(Situation::new("cni: cilium\ncni_version: v1.17.0\nfamilies: ipv6\n", &v6).plan().mtu.chain.levels[0].sum, @"1500 (site) − 70 (vxlan, ci-kube) = 1430");
    let hosting = "underlay: {family: ipv6}\nhosting:\n  - {name: outer, cni: cilium, cni_version: v1.17.0, encapsulation: vxlan, pods: 10.50.0.0/16, services: 10.51.0.0/16}\n";
    let plan = Situation::new(hosting, &["10.50.0.9", "10.50.0.10"]).plan();
    insta::assert_snapshot!(plan.mtu.chain.levels[1].sum, @"1500 (site) − 70 (vxlan, outer) − 50 (vxlan, ci-kube) = 1380");
    insta::assert_snapshot!(written(&plan), @"1380* [changeable; 1500 (site) − 70 (vxlan, outer) − 50 (vxlan, ci-kube) = 1380]");
    // flannel takes 50 whatever it runs over.
    insta::assert_snapshot!(told(&Situation::new("cni: flannel\nfamilies: ipv6\n", &v6).plan()), @"
    Warning mtu-exceeds-path: ci-kube: flannel lets pods send packets of 1450 bytes, and 1430 fit: 1500 (site) − 70 (vxlan, ci-kube) = 1430; large ones vanish, small ones pass; no variable tells flannel an MTU: give the machines' NIC 20 bytes less, or take a `cni` that can be told
    Warning node-local-dns: the cluster's families are [ipv6], and the DNS cache on each node listens on 169.254.25.10 (default of kubespray's node-local DNS): pods have no way to it; set `nodelocaldns_ip` in group_vars to an IPv6 address outside of pods, services and nodes; or `enable_nodelocaldns: false`, since the cache of releases without kubernetes-sigs/kubespray#13087 does not start with one
    ");
}

#[test]
fn dual_stack_calico_has_a_tunnel_for_each_family() {
    let plan = Situation::new("families: [ipv4, ipv6]\n", &["192.168.1.10,fd12::10"]).plan();
    insta::assert_snapshot!(plan.mtu.chain.levels[0].sum, @"1500 (site) − 70 (vxlan, ci-kube) = 1430");
}

#[test]
fn encryption_is_in_the_sum() {
    insta::assert_snapshot!(Situation::new("encryption: wireguard\n", &LAN).plan().mtu.chain.levels[0].sum, @"1500 (site) − 60 (wireguard, ci-kube) = 1440");
    let cilium = "cni: cilium\ncni_version: v1.17.0\nencryption: ipsec\n";
    insta::assert_snapshot!(Situation::new(cilium, &LAN).plan().mtu.chain.levels[0].sum, @"1500 (site) − 50 (vxlan, ci-kube) − 77 (ipsec, ci-kube) = 1373");
}

#[test]
fn a_value_in_the_variables_stays_as_long_as_it_fits() {
    let with = |bytes: i64, network: &str, nodes: &[&str]| {
        Situation::new(network, nodes)
            .with_current(|current| current.mtu = Some(in_vars(9, Mtu::new(bytes).unwrap())))
            .plan()
    };
    insta::assert_snapshot!(written(&with(1390, KUBE_TEST, &SEED_NODES)), @"1390* [changeable; kept, as group_vars/k8s_cluster/k8s-cluster.yml:9:1 has it]");
    insta::assert_snapshot!(written(&with(1450, KUBE_TEST, &SEED_NODES)), @"1400* [changeable; 1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400]");
    insta::assert_snapshot!(written(&with(1440, "cni: calico\n", &LAN)), @"1440* [changeable; kept, as group_vars/k8s_cluster/k8s-cluster.yml:9:1 has it]");
    insta::assert_snapshot!(written(&with(1500, "cni: calico\n", &LAN)), @"1450* [changeable; 1500 (site) − 50 (vxlan, ci-kube) = 1450]");
    assert_eq!(told(&with(1500, "cni: calico\n", &LAN)), "");
}

#[test]
fn a_version_nobody_tells_is_guessed_at_and_the_key_is_named() {
    let file = "layout: hard-way\nnetwork:\n  cni: cilium\n  encryption: wireguard\n";
    insta::assert_snapshot!(told(&Situation::of_file(file, &LAN).plan()), @"Info mtu-guessed: ci-kube: the version of cilium is not known, so the smallest plausible MTU is taken, 1355 (it may be 1370); say which it is; the key is `cni_version`");
}

#[test]
fn the_hard_ways_bridges_have_1500_whatever_the_machines_show() {
    let file = "layout: hard-way\nnetwork:\n  underlay: {mtu: 1450}\n";
    insta::assert_snapshot!(told(&Situation::of_file(file, &LAN).plan()), @r#"Warning mtu-exceeds-path: ci-kube: the nodes' bridges let pods send packets of 1500 bytes, and 1450 fit: 1450 (site); large ones vanish, small ones pass; write `"mtu": 1450` into the configuration of the bridges"#);
}
