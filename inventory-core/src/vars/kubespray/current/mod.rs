//! What a directory's variables say today, for the cluster's nodes.
//!
//! The values are those of the cluster's group over those of `all`. What single groups and hosts have beside them is
//! the merge's to report.

mod overlay;
mod reader;

use std::net::IpAddr;

use crate::environment::{Sourced, Tunnels};
use crate::inventory::Inventory;
use crate::inventory::effective::Effective;
use crate::kubespray::Release;
use crate::network::address::{Family, Network};
use crate::network::layer::Cni;
use crate::plan::{Current, FamilyValue, Record};
use crate::safe::GroupName;
use crate::vars::effective::Found;
use crate::vars::tree::VarsTree;

use reader::{Node, Reader, Shape};

/// Reads a release's variables back: from the files, and from the inventory, if one is given, what no file has.
///
/// What cannot be known without running Ansible, or is no such value, is [`Current::opaque`] with its place. The shares
/// of hosts and the record are not kubespray's, and stay empty.
pub fn current(tree: &VarsTree, release: Release, inventory: Option<&Inventory>) -> Current {
    let group = GroupName::known(release.cluster_group());
    // All nodes have one network, so that one of them speaks for all.
    let node = inventory.and_then(|inventory| {
        let host = inventory.hosts_within(inventory.groups().get_key_value(&group)?.0).into_iter().next()?;
        Some(Node { vars: Effective::of(inventory), host })
    });
    read(Reader::new(tree, release, node), release)
}

/// The same of what somebody else looks up: the value that counts for the nodes, of a variable or of a key below one.
pub(crate) fn current_of(lookup: &dyn Fn(&[&str]) -> Option<Found>, release: Release) -> Current {
    read(Reader::over(lookup), release)
}

fn read(mut read: Reader<'_>, release: Release) -> Current {
    let families = families(&mut read, release);
    let used = families.as_ref().map_or_else(|| vec![Family::Ipv4], |families| families.value.clone());
    let (cni, unknown_cni) = cni(&mut read, release);
    let usual = if unknown_cni.is_some() { Cni::Other } else { Cni::Calico };
    let effective = cni.as_ref().map_or(usual, |cni| cni.value);
    let mut current = Current {
        services: networks(&mut read, &used, ["kube_service_addresses", "kube_service_addresses_ipv6"]),
        pods: networks(&mut read, &used, ["kube_pods_subnet", "kube_pods_subnet_ipv6"]),
        node_prefix: prefixes(&mut read, &used, ["kube_network_node_prefix", "kube_network_node_prefix_ipv6"]),
        max_pods: read.number("kubelet_max_pods"),
        container_manager: read.text("container_manager"),
        api_address: api_address(&mut read),
        node_local_dns: node_local_dns(&mut read),
        has_node_local_dns: read.truth("enable_nodelocaldns").map(|has| has.value),
        mtu: overlay::mtu(&mut read, release, effective),
        encapsulation: overlay::tunnels(&mut read, release, effective),
        encryption: overlay::encryption(&mut read, release, effective),
        families,
        cni,
        unknown_cni,
        ..Current::default()
    };
    if effective == Cni::Calico {
        current.block_prefix = block_prefixes(&mut read, release, &used, &current.node_prefix);
        current.calico_datastore = read.text("calico_datastore");
        current.vxlan_port = read.number("calico_vxlan_port");
    }
    current.opaque = read.finish();
    current
}

/// The CNI, or the word that is none.
fn cni(read: &mut Reader<'_>, release: Release) -> (Option<Sourced<Cni>>, Option<Sourced<String>>) {
    match read.text("kube_network_plugin") {
        None => (None, None),
        Some(word) => match release.cni_of_plugin(&word.value) {
            Some(cni) => (Some(word.map(|_| cni)), None),
            None => (None, Some(word)),
        },
    }
}

/// The same of a cluster whose variables were written before, perhaps for another release.
///
/// A mode of Calico's that does not stand there is the default of its release. As long as the variables come to what
/// was in effect then, they mean that, whatever the defaults are by now.
pub fn current_since(
    tree: &VarsTree,
    release: Release,
    inventory: Option<&Inventory>,
    record: Option<&Record>,
) -> Current {
    let mut now = current(tree, release, inventory);
    let then = record.and_then(|record| Some((record, record.kubespray_version.as_ref()?.parse().ok()?)));
    if let Some((record, version)) = then {
        let then = current(tree, Release::of(Some(version)), inventory);
        let was = record.encapsulation.with(record.cni).0;
        let is_as_recorded = |tunnels: &Sourced<Tunnels>| tunnels.value.with(record.cni).0 == was;
        if now.cni == then.cni && now.encapsulation.is_some() && then.encapsulation.as_ref().is_some_and(is_as_recorded)
        {
            now.encapsulation = then.encapsulation;
        }
        // A share says how large blocks are only where nobody remembers it.
        if !record.block_prefix.is_empty() {
            let Current { block_prefix, node_prefix, .. } = &mut now;
            block_prefix.retain(|block| !node_prefix.iter().any(|share| share.origin == block.origin));
        }
    }
    now
}

/// The families, where a variable says which.
fn families(read: &mut Reader<'_>, release: Release) -> Option<Sourced<Vec<Family>>> {
    let old = release.has_dual_stack().then(|| read.truth("enable_dual_stack_networks")).flatten();
    let (mut ipv4, mut ipv6) = (None, old);
    if release.has_ipv6_alone() {
        ipv4 = read.truth("ipv4_stack");
        ipv6 = read.truth("ipv6_stack").or(ipv6);
    }
    let origin = ipv6.as_ref().or(ipv4.as_ref())?.origin.clone();
    let has = |told: Option<Sourced<bool>>, default| told.map_or(default, |told| told.value);
    let (ipv4, ipv6) = (has(ipv4, true), has(ipv6, false));
    let both = [(Family::Ipv4, ipv4), (Family::Ipv6, ipv6)];
    let families: Vec<Family> = both.into_iter().filter(|(_, is_used)| *is_used).map(|(family, _)| family).collect();
    (!families.is_empty()).then(|| Sourced::new(families, origin))
}

/// The networks of the families that are used. Of a text with several (`v4,v6`), which kubespray's own checks refuse,
/// all are meant.
fn networks(read: &mut Reader<'_>, used: &[Family], names: [&'static str; 2]) -> Vec<Sourced<Network>> {
    let mut found = Vec::new();
    for family in used {
        let name = super::addresses::of(*family, names);
        let Some(text) = read.text(name) else { continue };
        for part in text.value.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match part.parse::<Network>() {
                Ok(network) => found.push(Sourced::new(network, text.origin.clone())),
                Err(error) => read.opaque(name, text.origin.clone(), error.to_string()),
            }
        }
    }
    found
}

fn prefixes(read: &mut Reader<'_>, used: &[Family], names: [&'static str; 2]) -> Vec<Sourced<FamilyValue>> {
    let mut found = Vec::new();
    for family in used {
        let name = super::addresses::of(*family, names);
        let Some(length) = read.number::<u8>(name) else { continue };
        if length.value > family.bits() {
            read.opaque(name, length.origin, format!("an {family} address has {} bits", family.bits()));
        } else {
            found.push(length.map(|value| FamilyValue { family: *family, value }));
        }
    }
    found
}

/// The lengths of Calico's blocks: their own, and in the releases between, where they have none, a node's share.
fn block_prefixes(
    read: &mut Reader<'_>,
    release: Release,
    used: &[Family],
    shares: &[Sourced<FamilyValue>],
) -> Vec<Sourced<FamilyValue>> {
    let mut blocks = Vec::new();
    if release.has_calico_block_size() {
        blocks = prefixes(read, used, ["calico_pool_blocksize", "calico_pool_blocksize_ipv6"]);
    }
    let is_of = |block: &Sourced<FamilyValue>| block.value.family == Family::Ipv4;
    if release.blocks_follow_node_prefix() && !blocks.iter().any(is_of) {
        blocks.extend(shares.iter().find(|share| is_of(share)).cloned());
    }
    blocks
}

fn api_address(read: &mut Reader<'_>) -> Option<Sourced<IpAddr>> {
    let mut told = read.find(&["loadbalancer_apiserver", "address"], &Shape::Text);
    if told.is_none() && read.truth("kube_vip_enabled").is_some_and(|is_on| is_on.value) {
        told = read.find(&["kube_vip_address"], &Shape::Text);
    }
    address(read, "loadbalancer_apiserver.address", told?.map(|value| value.to_plain_text().trim().to_owned()))
}

fn node_local_dns(read: &mut Reader<'_>) -> Option<Sourced<IpAddr>> {
    let name = "nodelocaldns_ip";
    let told = read.text(name)?;
    address(read, name, told)
}

fn address(read: &mut Reader<'_>, name: &str, told: Sourced<String>) -> Option<Sourced<IpAddr>> {
    let Sourced { value, origin } = told;
    let Ok(address) = value.parse() else {
        read.opaque(name, origin, format!("{value:?} is no IP address"));
        return None;
    };
    Some(Sourced::new(address, origin))
}
