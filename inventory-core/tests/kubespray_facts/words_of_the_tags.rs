//! The tables against `variables.json`: for 87 variables, the first and the last of the tags v2.2.0 to v2.31.0 and of
//! the branch after them (`HEAD`) with the word anywhere below `roles/` or `inventory/`, and what they hold.

use std::collections::BTreeMap;

use inventory_core::kubespray::history::{Standing, ValueSort, Variable, variable};
use inventory_core::network::layer::Cni;
use serde::Deserialize;

#[derive(Deserialize)]
struct Words {
    kind: String,
    plugin: Option<String>,
    first: Option<String>,
    last: Option<String>,
}

fn words() -> BTreeMap<String, Words> {
    let words: BTreeMap<String, Words> = serde_json::from_str(include_str!("variables.json")).unwrap();
    assert_eq!(words.len(), 87);
    words
}

/// The minor number of a tag; `None` for `HEAD`.
fn minor(tag: &str) -> Option<u16> {
    let minor = tag.strip_prefix("v2.")?.strip_suffix(".0")?;
    Some(minor.parse().unwrap())
}

/// The table's line for a variable.
fn line(name: &str) -> &'static Variable {
    variable(name).unwrap_or_else(|| panic!("the table has no {name}"))
}

#[test]
fn every_variable_came_with_the_tag_that_first_has_its_name() {
    for (name, words) in words() {
        assert_eq!(line(&name).first, words.first.as_deref().and_then(minor), "{name}");
    }
}

#[test]
fn a_variable_is_ignored_since_the_tag_after_the_last_that_has_its_name() {
    let mut gone = Vec::new();
    for (name, words) in words() {
        let Some(last) = words.last.as_deref().and_then(minor) else { continue };
        let change = line(&name).changes.last().unwrap_or_else(|| panic!("{name} went after v2.{last}"));
        assert_eq!((change.since, change.standing), (last + 1, Standing::Ignored), "{name}");
        gone.push(name);
    }
    assert_eq!(gone, ["dnsmasq_dns_server", "metallb_additional_address_pools", "metallb_ip_range", "weave_mtu"]);
}

#[test]
fn where_the_name_is_still_there_it_is_read_or_means_something_else() {
    // The word is in the assertion that refuses it, in the warning, or is a role's name or a key of a map by now.
    let outlived = ["enable_dual_stack_networks", "ipip", "ipip_mode", "metallb", "metallb_peers"];
    let words = words();
    let still = words.iter().filter(|(_, words)| words.last.as_deref().is_none_or(|last| minor(last).is_none()));
    let changed = still.map(|(name, _)| name.as_str()).filter(|name| !line(name).changes.is_empty());
    assert_eq!(changed.collect::<Vec<_>>(), outlived);
}

#[test]
fn a_variable_holds_what_the_roles_take_it_for() {
    for (name, words) in words() {
        let sort = line(&name).sort.unwrap_or_else(|| panic!("{name} has no sort"));
        let fits = match words.kind.as_str() {
            "cidr" => sort == ValueSort::Network,
            "cidr-list" | "cidr-list-csv" => sort == ValueSort::Networks,
            "ip" | "ip (host var)" => sort == ValueSort::Address,
            // Kube-OVN takes ranges among the addresses that it leaves out.
            "ip-list" | "ip-csv" => sort == ValueSort::Addresses || name == "kube_ovn_default_exclude_ips",
            "range-or-cidr list" => sort == ValueSort::Ranges,
            "prefixlen" | "int" => sort == ValueSort::Number,
            "mtu" => sort == ValueSort::Mtu,
            "bool" => sort == ValueSort::Boolean,
            "host" | "csv" | "csv name=url" | "shell string" => sort == ValueSort::Text,
            kind if kind.starts_with("enum") => sort == ValueSort::Word,
            kind if kind.starts_with("list") => sort == ValueSort::List,
            kind if kind.starts_with("object") || kind.starts_with("map") => sort == ValueSort::Map,
            kind => panic!("{name} is of a kind that this test does not know: {kind}"),
        };
        assert!(fits, "{name}: {sort:?}, and not {}", words.kind);
    }
}

#[test]
fn a_variable_of_a_cni_is_known_to_be() {
    for (name, words) in words() {
        let cni = match words.plugin.as_deref() {
            Some("calico") => Some(Cni::Calico),
            Some("cilium") => Some(Cni::Cilium),
            Some("flannel") => Some(Cni::Flannel),
            Some("kube-ovn") => Some(Cni::KubeOvn),
            Some("kube-router") => Some(Cni::KubeRouter),
            Some("weave") => Some(Cni::Weave),
            // macvlan is none of the CNIs that are known by name.
            None | Some("macvlan") => None,
            Some(other) => panic!("{name}: {other}"),
        };
        assert_eq!(line(&name).cni, cni, "{name}");
    }
}
