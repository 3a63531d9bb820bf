//! The cluster's hosts, as the plan knows them.

use std::net::IpAddr;

use std::collections::HashSet;

use super::Choice;
use crate::cluster::Cluster;
use crate::inventory::effective::Effective;
use crate::inventory::{Inventory, Value};
use crate::network::address::{Family, Network};
use crate::safe::HostName;

/// A host and what the plan needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedHost {
    /// Its name.
    pub name: HostName,
    /// The addresses on its own interface, one a family; where it has none, the address it is reached at, if that is
    /// no name.
    pub addresses: Vec<IpAddr>,
    /// Whether it runs the API server.
    pub is_control_plane: bool,
    /// Whether it runs etcd.
    pub is_etcd: bool,
    /// Whether it runs the cluster's pods.
    pub is_worker: bool,
    /// What etcd calls it.
    pub etcd_name: Option<String>,
    /// Its share of the pod network, one a family, where the plan gives it one (the hard way's workers).
    pub pod_cidrs: Vec<Choice<Network>>,
}

impl PlannedHost {
    /// The hosts of an inventory that play a part in the cluster, in its order; all of them where it has no groups
    /// for the parts.
    pub fn of(cluster: &Cluster, inventory: &Inventory) -> Vec<Self> {
        let groups = cluster.role_groups();
        let [control_plane, etcd, workers] = [&groups.control_plane, &groups.etcd, &groups.workers]
            .map(|group| inventory.hosts_within(group).into_iter().collect::<HashSet<_>>());
        let effective = Effective::of(inventory);
        let has_parts = !control_plane.is_empty() || !workers.is_empty();
        let host = |name: &HostName| Self {
            name: name.clone(),
            addresses: addresses(&effective, name),
            is_control_plane: control_plane.contains(name),
            is_etcd: etcd.contains(name),
            is_worker: workers.contains(name) || !has_parts,
            etcd_name: effective.get(name, "etcd_member_name").and_then(Value::as_str).map(str::to_owned),
            pod_cidrs: Vec::new(),
        };
        let hosts = inventory.hosts().keys().map(host);
        hosts.filter(|host| host.is_control_plane || host.is_etcd || host.is_worker).collect()
    }

    /// The addresses of hosts.
    pub(super) fn addresses_of(hosts: &[Self]) -> impl Iterator<Item = IpAddr> {
        hosts.iter().flat_map(|host| host.addresses.iter().copied())
    }
}

/// The addresses on a host's own interface, else the one it is reached at: IPv4 first, one a family.
fn addresses(effective: &Effective<'_>, host: &HostName) -> Vec<IpAddr> {
    let of = |variable: &str| -> Option<IpAddr> { effective.get(host, variable)?.as_str()?.parse().ok() };
    let mut addresses: Vec<IpAddr> = ["ip", "ip6"].into_iter().filter_map(of).collect();
    if addresses.is_empty() {
        addresses.extend(of("ansible_host").or_else(|| host.as_str().parse().ok()));
    }
    addresses.sort_by_key(|address| Family::of(*address));
    addresses.dedup_by_key(|address| Family::of(*address));
    addresses
}
