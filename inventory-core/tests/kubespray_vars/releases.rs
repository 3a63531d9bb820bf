//! What is written for which release.

use std::fmt::Write as _;

use inventory_core::plan::Record;
use inventory_core::vars::kubespray::settings;
use inventory_core::vars::merge::Absent;
use inventory_core::vars::tree::VarsTree;

use crate::support::{MINORS, corrected, directory, fresh, planned, shown, write};

/// Most of what can be wished for in every release.
const WISHES: &str = "\
pods: 10.42.0.0/16
services: 10.43.0.0/16
node_prefix: 25
max_pods: 100
mtu: 1400
dns_domain: ci.example
load_balancer: {ranges: [192.168.1.240-192.168.1.250], metallb: true}
api_address: 192.168.1.5
";

fn of(minor: u16, network: &str) -> String {
    shown(&fresh(&planned(minor, network)).unwrap_or_else(|error| panic!("v2.{minor}: {error}")))
}

/// The releases that write alike, each with the first and the last.
fn eras(network: &str, minors: impl Iterator<Item = u16>) -> String {
    let mut eras: Vec<(u16, u16, String)> = Vec::new();
    for minor in minors {
        let text = of(minor, network);
        let neutral = text.replace(&format!("v2.{minor}.0"), "vX");
        match eras.last_mut() {
            Some((_, last, same)) if *same == neutral => *last = minor,
            _ => eras.push((minor, minor, neutral)),
        }
    }
    let eras: Vec<String> = eras.iter().map(|(first, last, text)| format!("v2.{first} to v2.{last}\n{text}")).collect();
    eras.join("\n")
}

#[test]
fn nothing_is_written_for_a_cluster_that_wants_nothing() {
    for minor in 16..=31 {
        assert_eq!(of(minor, "{}"), "", "v2.{minor}");
    }
    // Before Calico v3.17 nobody else finds the MTU.
    insta::assert_snapshot!(eras("{}", 7..=15));
    insta::assert_debug_snapshot!(corrected(&fresh(&planned(31, "{}")).unwrap()));
    insta::assert_debug_snapshot!(corrected(&fresh(&planned(7, "{}")).unwrap()));
}

#[test]
fn addresses_pools_and_the_api_stand_where_the_release_keeps_them() {
    insta::assert_snapshot!(eras(WISHES, MINORS));
}

#[test]
fn calicos_tunnels_are_told_in_the_words_of_the_release() {
    let mut text = String::new();
    for (wish, since) in [
        ("encapsulation: vxlan", 13),
        ("encapsulation: {type: vxlan, when: cross-subnet}", 13),
        ("encapsulation: ipip", 7),
        ("encapsulation: {type: ipip, when: cross-subnet}", 7),
        ("encapsulation: none", 7),
        ("encryption: wireguard\nmtu: 1400", 17),
    ] {
        writeln!(text, "== {wish}\n{}", eras(wish, since..=31)).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn cilium_is_told_the_mtu_of_the_nodes_as_text() {
    let wishes = "cni: cilium\nencapsulation: geneve\nencryption: ipsec\nmtu: 1450\n";
    insta::assert_snapshot!(eras(wishes, 19..=31));
    insta::assert_snapshot!(eras("cni: cilium\nmtu: 1450\n", 7..=31));
    insta::assert_snapshot!(of(31, "cni: cilium\nencapsulation: none\nencryption: wireguard\n"));
}

#[test]
fn the_sum_above_ciliums_mtu_says_that_it_is_the_pods() {
    let network = "\
cni: cilium
underlay: {mtu: 9000}
hosting:
  - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18, mtu: 8900}
";
    let of = |network: &str| {
        let mut situation = crate::support::situation(31, network);
        situation.hosts = crate::situation::hosts(&["10.233.67.80", "10.233.67.81", "10.233.67.82"]);
        let text = shown(&fresh(&situation.plan()).unwrap());
        text.lines().find(|line| line.contains("cilium_mtu")).map(|line| line.trim().to_owned()).unwrap()
    };
    insta::assert_snapshot!(of(network), @r#"cilium_mtu: "8900"  # the nodes' MTU, from which cilium deducts; pods get 9000 (site) − 50 (vxlan, kube-test) − 50 (mtu 8900 written, kube-test) − 50 (vxlan, ci-kube) = 8850"#);
    insta::assert_snapshot!(of(&format!("encryption: wireguard\n{network}")), @r#"cilium_mtu: "8900"  # the nodes' MTU, from which cilium deducts; pods get 8770, and what fits is 9000 (site) − 50 (vxlan, kube-test) − 50 (mtu 8900 written, kube-test) − 50 (vxlan, ci-kube) − 75 (wireguard, ci-kube) = 8775"#);
}

#[test]
fn the_other_cnis_have_what_their_releases_have() {
    let mut text = String::new();
    for (wish, minors) in [
        ("cni: flannel\nmtu: 1400", 7..=31),
        ("cni: flannel\nencapsulation: none", 7..=31),
        ("cni: flannel\nencapsulation: wireguard", 21..=31),
        ("cni: kube-router\nmtu: 1400", 8..=31),
        ("cni: kube-ovn\nmtu: 1400\nencapsulation: vxlan", 13..=31),
        ("cni: weave\nmtu: 1350", 7..=28),
        ("cni: none", 10..=31),
    ] {
        writeln!(text, "== {wish}\n{}", eras(wish, minors)).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn both_families_have_had_two_switches() {
    let wishes = "\
families: [ipv4, ipv6]
pods: [10.42.0.0/16, 'fd00:42::/112']
services: [10.43.0.0/16, 'fd00:43::/116']
node_prefix: [25, 121]
";
    insta::assert_snapshot!(eras(wishes, 16..=31));
    let alone = "families: [ipv6]\npods: 'fd00:42::/112'\nservices: 'fd00:43::/116'\n";
    insta::assert_snapshot!(eras(alone, 28..=31));
}

#[test]
fn kube_vip_brings_its_companions() {
    insta::assert_snapshot!(eras("api_address: {address: 192.168.1.5, by: kube-vip}", 19..=31));
    insta::assert_snapshot!(of(31, "families: [ipv4, ipv6]\napi_address: {address: 'fd00::5', by: kube-vip}"));
    assert_eq!(of(31, "api_address: {address: 192.168.1.11, by: node}"), "");
}

#[test]
fn metallb_may_have_several_ranges_since_v2_13() {
    let wishes = "load_balancer: {ranges: [192.168.1.240-192.168.1.250, 192.168.1.252, 192.168.2.0/28], metallb: true}";
    insta::assert_snapshot!(eras(wishes, 13..=31));
    assert_eq!(of(31, "load_balancer: [192.168.1.240-192.168.1.250]"), "", "somebody else gives them away");
}

#[test]
fn whoever_announces_by_bgp_gets_no_arp_beside_it() {
    let with = |minor, variables: &str| {
        let network = "load_balancer: {ranges: [192.168.1.240/28], metallb: true}\n\
                       api_address: {address: 192.168.1.5, by: kube-vip}";
        let directory = directory(&[("group_vars/all.yml", variables)]);
        let made = settings(&planned(minor, network), &VarsTree::read(directory.path())).unwrap();
        let names = made.settings.iter().filter(|it| it.absent == Absent::Write).map(|it| it.path.join("."));
        names.filter(|name| name.contains("arp") || name.contains("layer2")).collect::<Vec<_>>()
    };
    let vip = "kube_vip_bgp_enabled: true\n";
    assert_eq!(with(31, &format!("{vip}metallb_config: {{layer3: {{}}}}\n")), [""; 0]);
    assert_eq!(with(21, &format!("{vip}metallb_protocol: bgp\n")), [""; 0]);
    assert_eq!(with(21, vip), ["kube_proxy_strict_arp"]);
    assert_eq!(with(31, "kube_proxy_mode: nftables\n"), ["metallb_config.layer2", "kube_vip_arp_enabled"]);
    let both = ["metallb_config.layer2", "kube_proxy_strict_arp", "kube_vip_arp_enabled"];
    assert_eq!(with(31, "kube_proxy_mode: '{{ mode }}'\n"), both, "once");
}

#[test]
fn a_pool_that_somebody_named_keeps_its_name() {
    let text = "metallb_config:\n  address_pools:\n    lan: {ip_range: [192.168.1.9/32], auto_assign: false}\n  layer2: [lan]\n";
    let directory = directory(&[("group_vars/k8s_cluster/addons.yml", text)]);
    let network = "load_balancer: {ranges: [192.168.1.240/28], metallb: true}";
    let merged = write(&planned(31, network), directory.path());
    let changes: Vec<String> = merged.changes.iter().map(|change| change.path.join(".")).collect();
    assert_eq!(changes, ["metallb_enabled", "metallb_config.address_pools.lan.ip_range", "kube_proxy_strict_arp"]);
}

#[test]
fn a_pool_says_auto_assign_where_the_template_fails_without_it() {
    let network = "load_balancer: {ranges: [192.168.1.240/28], metallb: true}";
    for minor in 22..=31 {
        let written = of(minor, network).contains("metallb_config.address_pools.primary.auto_assign: true");
        assert_eq!(written, minor <= 23, "v2.{minor}");
    }
    let text = "metallb_config: {address_pools: {lan: {auto_assign: false, ip_range: [192.168.1.9/32]}}}\n";
    let directory = directory(&[("group_vars/k8s_cluster/addons.yml", text)]);
    let merged = write(&planned(22, network), directory.path());
    assert!(!merged.changes.iter().any(|change| change.path.ends_with(&["auto_assign".to_owned()])), "theirs stays");
}

#[test]
fn a_pool_in_the_shape_of_an_older_release_is_pointed_out() {
    let network = "load_balancer: {ranges: [192.168.1.240/28], metallb: true}";
    let notes = |from: u16, to: u16| {
        let directory = directory(&[]);
        write(&planned(from, network), directory.path());
        let made = settings(&planned(to, network), &VarsTree::read(directory.path())).unwrap();
        let place = format!("{}/", directory.path().display());
        made.notes.iter().map(|note| note.replace(&place, "")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(notes(21, 31), @"group_vars/k8s_cluster/addons.yml:5:1: `metallb_ip_range` has no effect, because kubespray v2.31.0 reads `metallb_config` instead; remove it");
    insta::assert_snapshot!(notes(13, 14), @"group_vars/k8s-cluster/addons.yml:4:3: `metallb.ip_range` has no effect, because kubespray v2.14.0 reads `metallb_ip_range` instead; remove it");
    assert_eq!(notes(22, 31), "");
    assert_eq!(notes(14, 21), "");
}

#[test]
fn a_cluster_inside_another_says_what_was_in_the_way() {
    let network = "\
hosting:
  - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18, dns: 10.233.0.3}
";
    let mut situation = crate::support::situation(31, network);
    situation.hosts = crate::situation::hosts(&["10.233.67.80", "10.233.67.81", "10.233.67.82"]);
    insta::assert_snapshot!(shown(&fresh(&situation.plan()).unwrap()));
}

#[test]
fn a_default_that_a_new_release_changed_is_written_out() {
    let was = |minor: u16| {
        let then = planned(minor, "{}");
        // As it was before the datastore stood in it.
        Record { calico_datastore: None, ..Record::of(&then) }
    };
    let mut text = String::new();
    for (from, to) in [(14, 15), (17, 18), (18, 19), (19, 20), (14, 31), (20, 31)] {
        let mut situation = crate::support::situation(to, "{}");
        situation.current.record = Some(was(from));
        writeln!(text, "== v2.{from} to v2.{to}\n{}", shown(&fresh(&situation.plan()).unwrap())).unwrap();
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_name_from_outside_stays_in_its_comment() {
    let network = "\
hosting:
  - {name: \"kube\\u2028kube_pods_subnet: 0.0.0.0/0\\n#\", cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18}
";
    let made = fresh(&planned(31, network)).unwrap();
    let is_one_line = |reason: &str| !reason.contains(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}']);
    assert!(made.settings.iter().all(|setting| is_one_line(&setting.reason)), "{made:?}");
}

#[test]
fn a_release_after_the_newest_known_is_written_as_that_one() {
    let newer = of(33, WISHES);
    assert!(newer.contains("note: kubespray v2.33.0 is newer than v2.31.0"), "{newer}");
    let settings = |text: &str| text.lines().filter(|line| !line.starts_with("note: ")).count();
    assert_eq!(settings(&newer), settings(&of(31, WISHES)));
}
