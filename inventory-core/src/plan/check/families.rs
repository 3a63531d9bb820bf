//! Address families that the cluster is to have, and that something in it has not.

use super::super::ranges::word;
use super::super::{Finding, NetworkPlan, Severity};
use crate::cluster::Layout;
use crate::kubespray::Release;
use crate::network::address::Family;
use crate::network::space::{Owner, Role};

/// What has another family than the cluster.
pub(super) fn findings(plan: &NetworkPlan) -> Vec<Finding> {
    node_local_dns(plan).into_iter().chain(hosts(plan)).collect()
}

/// kubespray gives the DNS cache on the nodes an IPv4 address, whatever families the cluster has. The variable is no
/// part of the plan.
fn node_local_dns(plan: &NetworkPlan) -> Option<Finding> {
    // Of an older release, that it has no IPv6 alone is told already.
    if plan.families != [Family::Ipv6] || !Release::of(plan.kubespray_version).has_ipv6_alone() {
        return None;
    }
    let is_it = |role, owner: &Owner| role == Role::NodeLocalDns && *owner == Owner::Cluster;
    let dns = plan.around.iter().find(|space| is_it(space.role, &space.owner) && space.family() == Family::Ipv4)?;
    Some(Finding {
        severity: Severity::Warning,
        code: "node-local-dns",
        what: format!(
            "the cluster's families are [ipv6], and the DNS cache on each node listens on {} ({}): pods have no way to it",
            dns.range, dns.origin
        ),
        remedy: "set `nodelocaldns_ip` in group_vars to an IPv6 address outside of pods, services and nodes; or \
                 `enable_nodelocaldns: false`, since the cache of releases without kubernetes-sigs/kubespray#13087 \
                 does not start with one"
            .to_owned(),
    })
}

/// Pods of a family need nodes of that family. Hosts of which no address is known say nothing.
fn hosts(plan: &NetworkPlan) -> Vec<Finding> {
    let has = |family: Family| {
        plan.hosts.iter().flat_map(|host| &host.addresses).any(|address| Family::of(*address) == family)
    };
    let [ipv4, ipv6] = [has(Family::Ipv4), has(Family::Ipv6)];
    let (missing, other) = match (ipv4, ipv6) {
        (true, false) => (Family::Ipv6, Family::Ipv4),
        (false, true) => (Family::Ipv4, Family::Ipv6),
        _ => return Vec::new(),
    };
    if !plan.families.contains(&missing) {
        return Vec::new();
    }
    let variable = if missing == Family::Ipv6 { "ip6" } else { "ip" };
    let give = match plan.layout {
        Layout::Kubespray => format!(
            "give the machines {missing} addresses, and say which with `hosts: {{{variable}: [{{family: {}}}]}}`",
            word(missing)
        ),
        _ => format!("give the machines {missing} addresses"),
    };
    vec![Finding {
        severity: Severity::Warning,
        code: "families",
        what: format!(
            "the cluster's families are {}, and no host has a known {missing} address, only {other} ones",
            super::words(&plan.families),
        ),
        remedy: format!("{give}; or write `families: [{}]`", word(other)),
    }]
}
