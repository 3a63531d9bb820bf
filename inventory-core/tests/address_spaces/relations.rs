//! The table of relations: every example of the reference, and what may overlap.

use std::collections::BTreeSet;

use inventory_core::network::relations::{Facts, Fault, Strength, breaches, rule, rules};
use inventory_core::network::space::{Owner, Role};
use serde::Deserialize;
use serde_json::Value;

use crate::facts::{facts, of, own};

/// An example of the reference.
#[derive(Deserialize)]
struct Example {
    id: String,
    severity: String,
    fail: Value,
    pass: Value,
}

fn examples() -> Vec<Example> {
    serde_json::from_str(include_str!("relations.json")).unwrap()
}

/// Those of rules about address spaces: family H is the chain of levels'.
fn examples_of_spaces() -> impl Iterator<Item = Example> {
    examples().into_iter().filter(|example| !example.id.starts_with('H'))
}

/// The names of all rules that some spaces breach.
fn broken(spaces: &[(&str, Role, Owner)]) -> Vec<&'static str> {
    let spaces = spaces.iter().map(|(text, role, owner)| of(text, *role, owner.clone())).collect();
    ids(&Facts { spaces, ..Facts::default() })
}

fn ids(facts: &Facts) -> Vec<&'static str> {
    breaches(facts).into_iter().map(|breach| breach.rule.id).collect()
}

#[test]
fn every_failing_example_breaks_its_rule_and_every_passing_one_keeps_it() {
    assert_eq!(examples_of_spaces().count(), 61);
    for Example { id, fail, pass, .. } in examples_of_spaces() {
        let rule = rule(&id).unwrap();
        assert_ne!(rule.breaches(&facts(&id, &fail)), [], "{id} {fail}");
        assert_eq!(rule.breaches(&facts(&id, &pass)), [], "{id} {pass}");
    }
}

#[test]
fn the_table_has_every_rule_of_the_reference_once_at_its_strength() {
    let mut seen = BTreeSet::new();
    for rule in rules() {
        assert!(seen.insert(rule.id), "{} is in the table twice", rule.id);
        assert!(!rule.says.ends_with('.') && !rule.source.is_empty(), "{}", rule.id);
    }
    assert_eq!(examples().len(), 61 + 8);
    for Example { id, severity, .. } in examples() {
        let strength = match severity.as_str() {
            "error" => Strength::Must,
            "warn" => Strength::Should,
            _ => Strength::May,
        };
        assert_eq!(rule(&id).unwrap().strength, strength, "{id}");
        seen.remove(&*id);
    }
    assert_eq!(Vec::from_iter(seen), ["F12", "G01", "G02", "G03"], "what the reference does not have");
}

#[test]
fn the_readme_counts_the_rules_about_address_spaces() {
    let count = rules().filter(|rule| !rule.id.starts_with('H')).count();
    assert!(
        include_str!("../../../README.md").contains(&format!("against {count} rules about what may overlap")),
        "{count}"
    );
}

#[test]
fn a_rule_that_needs_what_is_not_known_says_so_and_is_silent() {
    // The spaces of every failing example, and nothing else.
    for Example { id, fail, .. } in examples_of_spaces() {
        let rule = rule(&id).unwrap();
        let only_spaces = Facts { spaces: facts(&id, &fail).spaces, ..Facts::default() };
        let speaks = !rule.breaches(&only_spaces).is_empty();
        // E04 and F08 have a part that needs no more.
        assert!(speaks || rule.needs.is_some(), "{id} is silent and does not say why");
    }
}

#[test]
fn nothing_known_breaks_nothing() {
    assert_eq!(ids(&Facts::default()), Vec::<&str>::new());
}

#[test]
fn what_may_overlap_is_silent_in_the_whole_table() {
    let (own, hosting) = (Owner::Cluster, Owner::Level(1));
    let may: [&[(&str, Role, Owner)]; 6] = [
        // Machines inside the hosting cluster's pods: what a bridge on its pod network is.
        &[
            ("10.233.67.80", Role::Node, own.clone()),
            ("10.233.67.76", Role::Node, own.clone()),
            ("10.233.64.0/18", Role::Pods, hosting.clone()),
            ("10.239.64.0/18", Role::Pods, own.clone()),
            ("10.239.0.0/18", Role::Services, own.clone()),
        ],
        // Machines, their gateway and a load-balancer pool inside the network of the nodes.
        &[
            ("192.168.1.0/24", Role::Nodes, own.clone()),
            ("192.168.1.1", Role::Gateway, own.clone()),
            ("192.168.1.20", Role::Node, own.clone()),
            ("192.168.1.40-192.168.1.79", Role::LoadBalancer, own.clone()),
            ("192.168.1.10", Role::Vip, own.clone()),
        ],
        // Machines with leases inside what DHCP gives away.
        &[
            ("192.168.122.0/24", Role::Virtual, own.clone()),
            ("192.168.122.2-192.168.122.254", Role::Dhcp, own.clone()),
            ("192.168.122.77", Role::Node, own.clone()),
        ],
        // Siblings with the same ranges, of which nothing more is known.
        &[
            ("10.239.64.0/18", Role::Pods, own.clone()),
            ("10.239.64.0/18", Role::Pods, Owner::Sibling("b".into())),
            ("10.239.0.0/18", Role::Services, own.clone()),
            ("10.239.0.0/18", Role::Services, Owner::Sibling("b".into())),
        ],
        // kubespray's IPv6 ranges: in one /64, and apart.
        &[
            ("fd85:ee78:d8a6:8607::1:0/112", Role::Pods, own.clone()),
            ("fd85:ee78:d8a6:8607::1000/116", Role::Services, own.clone()),
        ],
        // A pool of Calico's and the pods of nodes inside the pod network.
        &[
            ("10.233.64.0/18", Role::Pods, own.clone()),
            ("10.233.64.0/18", Role::PodPool, own.clone()),
            ("10.233.65.0/24", Role::NodePods, own.clone()),
        ],
    ];
    for spaces in may {
        assert_eq!(broken(spaces), Vec::<&str>::new(), "{spaces:?}");
    }
    for id in ["F08", "F09"] {
        let example = examples().into_iter().find(|example| example.id == id).unwrap();
        assert_eq!(ids(&facts(id, &example.pass)), Vec::<&str>::new(), "{id}");
    }
}

#[test]
fn a_pool_is_compared_exactly() {
    // Rounded to networks, as one load balancer once did, the node would be inside.
    let near =
        [("192.168.1.5-192.168.1.37", Role::LoadBalancer, Owner::Cluster), ("192.168.1.2", Role::Node, Owner::Cluster)];
    assert_eq!(broken(&near), Vec::<&str>::new());
}

#[test]
fn two_clusters_on_kubespray_ranges_are_told_with_the_pair_and_once_each() {
    let spaces = vec![
        own("10.233.0.0/18", Role::Services),
        own("10.233.64.0/18", Role::Pods),
        own("10.233.67.80", Role::Node),
        own("10.233.0.3", Role::UpstreamDns),
        of("10.233.0.0/18", Role::Services, Owner::Level(1)),
        of("10.233.64.0/18", Role::Pods, Owner::Level(1)),
    ];
    let mut facts = Facts { spaces, ..Facts::default() };
    facts.nesting.on_pod_network = Some(true);
    let found = breaches(&facts);
    let told: Vec<_> = found.iter().map(|breach| (breach.rule.id, breach.fault.to_string())).collect();
    assert_eq!(
        told,
        [
            ("A02", "10.233.67.80 is in both".to_owned()),
            ("F01", "10.233.64.0/18 is in both".to_owned()),
            ("F03", "10.233.0.3 is in both".to_owned()),
            ("F04", "10.233.0.0/18 is in both".to_owned()),
        ]
    );
    let sides: Vec<_> = found[1].spaces.iter().map(ToString::to_string).collect();
    assert_eq!(sides, ["pods 10.233.64.0/18 (an example)", "pods 10.233.64.0/18 of level 1 (an example)"]);
}

#[test]
fn levels_further_out_count_only_where_machines_are_on_pod_networks() {
    let spaces = || {
        vec![
            own("10.233.64.0/18", Role::Pods),
            of("10.233.0.0/17", Role::Services, Owner::Level(1)),
            of("10.1.0.0/16", Role::Pods, Owner::Level(2)),
        ]
    };
    let with = |on_pod_network| {
        let mut facts = Facts { spaces: spaces(), ..Facts::default() };
        facts.nesting.on_pod_network = on_pod_network;
        facts
    };
    assert_eq!(ids(&with(Some(true))), ["F07"]);
    assert_eq!(ids(&with(Some(false))), Vec::<&str>::new());
    assert_eq!(ids(&with(None)), Vec::<&str>::new());
}

#[test]
fn bounds_are_where_the_reference_has_them() {
    // The rule, the facts' numbers, the ranges that are just inside, and those just outside.
    let cases: [(&str, Role, &str, &str); 8] = [
        ("A08", Role::Services, "10.96.0.0/12", "10.0.0.0/11"),
        ("A08", Role::Services, "fd00::/108", "fd00::/107"),
        ("A09", Role::Services, "fd00::/112", "fd00::/111"),
        ("A10", Role::Services, "10.0.0.0-10.0.0.9", "10.0.0.0-10.0.0.8"),
        ("A11", Role::Pods, "10.0.0.0-10.0.0.13", "10.0.0.0-10.0.0.12"),
        ("A13", Role::Pods, "10.0.0.0/8", "10.0.0.0/7"),
        ("A14", Role::Pods, "10.0.0.0/18", "10.0.0.0/19"),
        ("E06", Role::GuestNat, "10.0.2.0/30", "10.0.2.0-10.0.2.2"),
    ];
    for (id, role, inside, outside) in cases {
        let facts = |text| {
            let mut facts = facts("A12", &serde_json::json!({ "node_mask": 24, "nodes": 64 }));
            facts.spaces.push(own(text, role));
            facts
        };
        assert_eq!(rule(id).unwrap().breaches(&facts(inside)), [], "{id} {inside}");
        assert_ne!(rule(id).unwrap().breaches(&facts(outside)), [], "{id} {outside}");
    }
    let dns = |text| Facts {
        spaces: vec![own("10.32.0.0/20", Role::Services), own(text, Role::ClusterDns)],
        ..Facts::default()
    };
    assert_eq!(ids(&dns("10.32.1.0")), Vec::<&str>::new());
    assert_eq!(ids(&dns("10.32.1.1")), ["A21"]);
    assert_eq!(ids(&dns("10.32.0.1")), ["A20"]);
}

#[test]
fn declared_networks_and_siblings_are_kept_apart() {
    let avoided = [("10.8.0.0/13", Role::Pods, Owner::Cluster), ("10.9.0.0/24", Role::Outside, Owner::Cluster)];
    assert_eq!(broken(&avoided), ["G01"]);
    let apart = [("10.233.64.0/18", Role::Pods, Owner::Cluster), ("10.9.0.0/24", Role::Outside, Owner::Cluster)];
    assert_eq!(broken(&apart), Vec::<&str>::new());

    let sibling = |text, role| of(text, role, Owner::Sibling("ci-other".into()));
    let spaces = |pods| vec![own(pods, Role::Pods), sibling("10.233.64.0/18", Role::Pods)];
    let named = |pods| Facts { spaces: spaces(pods), siblings_differ: Some(true), ..Facts::default() };
    assert_eq!(ids(&named("10.233.64.0/19")), ["G02"]);
    assert_eq!(ids(&named("10.233.128.0/18")), Vec::<&str>::new());
}

#[test]
fn pods_and_services_that_are_somebodys_on_the_internet_are_told() {
    let rule = rule("G03").unwrap();
    let breaks = |text: &str, role| {
        let facts = Facts { spaces: vec![own(text, role)], ..Facts::default() };
        let found = rule.breaches(&facts);
        assert!(found.iter().all(|breach| breach.fault == Fault::Outside), "{text}");
        !found.is_empty()
    };
    for mistake in [
        "172.32.0.0/16",
        "192.169.0.0/16",
        "8.8.0.0/16",
        "172.15.0.0/16",
        "11.0.0.0/8",
        "192.160.0.0/12",
        "100.128.0.0/16",
        "2001:db8::/112",
    ] {
        assert!(breaks(mistake, Role::Pods) && breaks(mistake, Role::Services), "{mistake}");
    }
    for private in [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "172.31.0.0/16",
        "192.168.64.0/18",
        "100.64.0.0/16",
        "fd85:ee78:d8a6:8607::1:0/112",
        "fc00::/7",
    ] {
        assert!(!breaks(private, Role::Pods) && !breaks(private, Role::Services), "{private}");
    }
    assert!(!breaks("8.8.8.8", Role::Node) && !breaks("8.8.8.0/24", Role::LoadBalancer), "those may be public");
}

#[test]
fn host_bits_are_told_with_the_true_network() {
    let facts = Facts { spaces: vec![own("10.5.0.0/12", Role::Pods)], ..Facts::default() };
    let found = breaches(&facts);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].fault, Fault::HostBits("10.0.0.0/12".parse().unwrap()));
    let told = "a range is written as its network, without host bits: pods 10.0.0.0/12 (an example): \
                the network is 10.0.0.0/12";
    assert_eq!(found[0].to_string(), told);
}
