//! Rules that compare what is known from several places.

use super::check::{Found, apart, shared};
use super::facts::{Facts, own, siblings};
use super::{Fault, Kind};
use crate::network::address::{Family, InterfaceAddress};
use crate::network::space::Role::{Bridge, ClusterDns, Dhcp, Node, Nodes, Pods, Services};
use crate::network::space::{AddressSpace, Origin, Owner};

pub(super) fn host_bits(facts: &Facts) -> Vec<Found<'_>> {
    // Docker's bridge is written with an address on purpose.
    let written = facts.spaces.iter().filter(|space| space.role != Bridge);
    let fault = |written: InterfaceAddress| Fault::HostBits(written.network());
    written.filter_map(|space| Some((vec![space], fault(space.host_bits?)))).collect()
}

pub(super) fn bridge_has_address(facts: &Facts) -> Vec<Found<'_>> {
    // Docker's own default is known by its network alone.
    let said = facts.own(Bridge).filter(|space| !matches!(space.origin, Origin::Default(_)));
    said.filter(|space| space.host_bits.is_none()).map(|space| (vec![space], Fault::NoHostBits)).collect()
}

pub(super) fn dns_not_first(facts: &Facts) -> Vec<Found<'_>> {
    let pairs = facts.own(ClusterDns).flat_map(|dns| facts.own(Services).map(move |services| (dns, services)));
    pairs
        .filter(|(dns, services)| services.range.contains(dns.range))
        .filter_map(|(dns, services)| {
            let is = dns.range.numbers().0 - services.range.numbers().0;
            let most = services.range.size() - 1;
            (is < 2).then_some((vec![dns, services], Fault::NotBetween { is, least: 2, most }))
        })
        .collect()
}

pub(super) fn certificate_names_api(facts: &Facts) -> Vec<Found<'_>> {
    let Some(names) = &facts.api_certificate else { return Vec::new() };
    facts
        .own(Services)
        .filter_map(|services| {
            let first = services.range.network()?.nth(1)?;
            (!names.contains(&first)).then_some((vec![services], Fault::Misses(first)))
        })
        .collect()
}

pub(super) fn ip_is_on_guest(facts: &Facts) -> Vec<Found<'_>> {
    let is_node = |space: &&AddressSpace, ip| own(Node).is(space) && space.range == ip;
    let missing = facts.guests.iter().filter(|guest| !guest.interfaces.contains(&guest.ip));
    missing
        .map(|guest| {
            let node = facts.spaces.iter().find(|space| is_node(space, guest.ip.into()));
            (node.into_iter().collect(), Fault::Misses(guest.ip))
        })
        .collect()
}

pub(super) fn routes_lead_to_owners(facts: &Facts) -> Vec<Found<'_>> {
    let pods = |route: &super::Route| {
        facts.spaces.iter().filter(|space| space.range == route.destination.range()).collect::<Vec<_>>()
    };
    facts.routes.iter().filter_map(|route| Some((pods(route), route.fault(facts)?))).collect()
}

impl super::Route {
    /// What is wrong with it: it leads past the node that has the pods, or over no network of the nodes.
    pub(crate) fn fault(&self, facts: &Facts) -> Option<Fault> {
        let is_on_link = |via| facts.own(Nodes).any(|nodes| nodes.range.contains(via));
        let knows_link = facts.own(Nodes).next().is_some();
        match self.owner {
            Some(owner) if owner != self.via => Some(Fault::Misses(owner)),
            _ if knows_link && !is_on_link(self.via.into()) => Some(Fault::Outside),
            _ => None,
        }
    }
}

pub(super) fn families_agree(facts: &Facts) -> Vec<Found<'_>> {
    let of = |role| facts.own(role).map(AddressSpace::family).collect::<Vec<_>>();
    let (pods, services) = (of(Pods), of(Services));
    let repeats = |families: &[Family]| families.len() > 2 || families.len() == 2 && families[0] == families[1];
    let disagree = !pods.is_empty() && !services.is_empty() && pods != services;
    if !repeats(&pods) && !repeats(&services) && !disagree {
        return Vec::new();
    }
    vec![(facts.own(Pods).chain(facts.own(Services)).collect(), Fault::AsStated)]
}

pub(super) fn one_encapsulation(facts: &Facts) -> Vec<Found<'_>> {
    let is_wrong = |modes: &&super::PoolModes| modes.ipip && (modes.vxlan || modes.family == Family::Ipv6);
    facts.pool_modes.iter().filter(is_wrong).map(|_| (Vec::new(), Fault::AsStated)).collect()
}

pub(super) fn configured_outside_dhcp(facts: &Facts) -> Vec<Found<'_>> {
    if facts.static_addresses != Some(true) {
        return Vec::new();
    }
    facts.own(Node).flat_map(|node| facts.own(Dhcp).filter_map(move |dhcp| shared(node, dhcp))).collect()
}

/// Levels next to each other are other rules'; here only those with one or more between them.
pub(super) fn levels_apart(facts: &Facts) -> Vec<Found<'_>> {
    let level = |space: &AddressSpace| match space.owner {
        Owner::Level(level) => Some(u16::from(level)),
        _ => None,
    };
    let innermost = facts.spaces.iter().filter_map(level).max().map_or(0, |level| level + 1);
    let ranges: Vec<_> = facts
        .spaces
        .iter()
        .filter(|space| matches!(space.role, Pods | Services) && !matches!(space.owner, Owner::Sibling(_)))
        .map(|space| (level(space).unwrap_or(innermost), space))
        .collect();
    let is_far = |(one, a): (u16, &AddressSpace), (other, b): (u16, &AddressSpace)| {
        one > other + 1 && (a.role == Pods || b.role == Pods)
    };
    ranges
        .iter()
        .flat_map(|inner| {
            ranges.iter().filter(move |outer| is_far(*inner, **outer)).map(move |outer| (inner.1, outer.1))
        })
        .filter_map(|(inner, outer)| shared(inner, outer))
        .collect()
}

pub(super) fn siblings_reuse(facts: &Facts) -> Vec<Found<'_>> {
    const NODES: (&[Kind], &[Kind]) = (&[own(Node)], &[siblings(Node)]);
    const RANGES: (&[Kind], &[Kind]) = (&[own(Pods), own(Services)], &[siblings(Pods), siblings(Services)]);
    let mut found = apart(facts, NODES.0, NODES.1);
    // Under the node's own address nobody sees which pod a packet came from.
    if facts.nat_outgoing == Some(false) {
        found.extend(apart(facts, RANGES.0, RANGES.1));
    }
    found
}
