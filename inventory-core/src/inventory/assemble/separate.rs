//! Members of one cluster that cannot reach each other: each in a network of its own place that nobody outside reaches.
//!
//! Only what is known is refused: an address that is on none of the machine's interfaces, or a network of which nobody
//! said how it is forwarded, decides nothing. Hard-way playbooks are the user's own and may build tunnels first.

use std::net::IpAddr;

use indexmap::IndexMap;

use super::Member;
use super::collisions::literal;
use super::error::AssembleError;
use crate::cluster::{Accepted, Cluster};
use crate::discovery::Discovery;
use crate::environment::{Forward, MachineNetwork};
use crate::inventory::Variables;
use crate::safe::HostName;

/// The variables by which kubespray's nodes find each other, the first one set counts.
const BETWEEN_NODES: [&str; 5] = ["access_ip", "ip", "access_ip6", "ip6", "ansible_host"];

/// A member and the network that others would have to reach it in.
struct Located<'a> {
    host: &'a HostName,
    place: &'a str,
    network: &'a str,
    forward: Forward,
}

/// Refuses members of different places of whom one is in a network that nobody outside reaches.
pub(super) fn check(
    cluster: &Cluster,
    discovery: &Discovery,
    members: &[Member<'_>],
    hosts: &IndexMap<HostName, Variables>,
) -> Result<(), AssembleError> {
    if cluster.network.allow.contains(&Accepted::SeparateNat) {
        return Ok(());
    }
    let written = cluster.network.nodes.iter().flatten();
    // What a source found without a place is one network, whatever places its machines are of: Vagrantfiles of one host.
    let discovered = discovery.environment.nodes.iter().map(|node| (&node.value, node.value.place.is_none()));
    let networks: Vec<(&MachineNetwork, bool)> = written.map(|node| (&node.value, false)).chain(discovered).collect();
    let located: Vec<Located<'_>> =
        members.iter().filter_map(|member| locate(member, &hosts[&member.host], &networks)).collect();
    let Some(first) = located.iter().find(|located| located.forward.confines()) else { return Ok(()) };
    // Whoever is confined elsewhere makes the plainer sentence.
    let elsewhere = || located.iter().filter(|located| located.place != first.place);
    let second = elsewhere().find(|located| located.forward.confines()).or_else(|| elsewhere().next());
    let Some(second) = second else { return Ok(()) };
    let network =
        |located: &Located<'_>| format!("the network {} of {} ({})", located.network, located.place, located.forward);
    Err(AssembleError::SeparateNetworks {
        first: first.host.clone(),
        first_network: network(first),
        second: second.host.clone(),
        second_network: network(second),
        both: second.forward.confines(),
    })
}

/// The network of the address that other nodes use.
fn locate<'a>(member: &'a Member<'_>, vars: &Variables, networks: &[(&MachineNetwork, bool)]) -> Option<Located<'a>> {
    let machine = &member.machine;
    let place = machine.place.as_deref()?;
    let set = BETWEEN_NODES.iter().find(|name| vars.contains_key(**name))?;
    let address: IpAddr = literal(vars, set)?.parse().ok()?;
    let has = |interface: &&crate::machine::Interface| interface.addresses.iter().any(|found| found.ip == address);
    let network = machine.interfaces.iter().find(has)?.network.as_deref()?;
    let is_it = |(candidate, _): &&(&MachineNetwork, bool)| {
        candidate.name.as_deref() == Some(network)
            && candidate.place.as_deref().is_none_or(|of| of == place)
            && candidate.forward.is_some()
    };
    // A network may have a subnet for each family, each with its own way out.
    let mut named = networks.iter().filter(is_it);
    let exact = named.clone().find(|(candidate, _)| candidate.cidr.contains(address));
    let (candidate, is_everywhere) = exact.or_else(|| named.next())?;
    let forward = candidate.forward.filter(|_| !is_everywhere)?;
    Some(Located { host: &member.host, place, network, forward })
}
