//! Rules that count: how large a range is, how many shares or blocks it has.

use super::check::Found;
use super::facts::{Facts, Installer, own};
use super::{Fault, Kind};
use crate::network::address::{Family, Network};
use crate::network::allocate::headroom;
use crate::network::space::AddressSpace;
use crate::network::space::Role::{ClusterDns, GuestNat, PodPool, Pods, Services};

/// The most bits that a service network leaves to hosts: the allocator keeps one bit for each address.
const MOST_SERVICE_BITS: u8 = 20;
/// The most bits between a pod network's prefix and a share's.
const MOST_SHARE_BITS: u8 = 16;

/// Spaces of a kind that are one network, with it.
fn networks(facts: &Facts, kind: Kind) -> impl Iterator<Item = (&AddressSpace, Network)> {
    facts.spaces.iter().filter(move |space| kind.is(space)).filter_map(|space| Some((space, space.range.network()?)))
}

/// A fault, if a number is not between two others.
fn between(space: &AddressSpace, is: u8, least: u8, most: u8) -> Option<Found<'_>> {
    let outside = is < least || most < is;
    outside.then(|| (vec![space], Fault::NotBetween { is: is.into(), least: least.into(), most: most.into() }))
}

/// A fault, if there are fewer than needed.
fn enough(spaces: Vec<&AddressSpace>, are: u128, least: u128) -> Option<Found<'_>> {
    (are < least).then_some((spaces, Fault::TooFew { are, least }))
}

pub(super) fn services_not_too_large(facts: &Facts) -> Vec<Found<'_>> {
    let least = |network: Network| network.family().bits() - MOST_SERVICE_BITS;
    networks(facts, own(Services))
        .filter_map(|(space, net)| between(space, net.prefix_len(), least(net), net.family().bits()))
        .collect()
}

pub(super) fn services_not_clamped(facts: &Facts) -> Vec<Found<'_>> {
    networks(facts, own(Services))
        .filter(|(_, net)| net.family() == Family::Ipv6)
        .filter_map(|(space, net)| between(space, net.prefix_len(), 112, 128))
        .collect()
}

pub(super) fn services_enough(facts: &Facts) -> Vec<Found<'_>> {
    let least = if facts.installer == Some(Installer::Kubeadm) { 10 } else { 8 };
    facts.own(Services).filter_map(|space| enough(vec![space], space.range.size(), least)).collect()
}

pub(super) fn pods_enough(facts: &Facts) -> Vec<Found<'_>> {
    facts.own(Pods).filter_map(|space| enough(vec![space], space.range.size(), 14)).collect()
}

pub(super) fn share_fits(facts: &Facts) -> Vec<Found<'_>> {
    networks(facts, own(Pods))
        .filter_map(|(space, net)| {
            let share = facts.capacity.node_prefix(net.family())?;
            between(space, share, net.prefix_len(), net.family().bits())
        })
        .collect()
}

pub(super) fn share_not_too_small(facts: &Facts) -> Vec<Found<'_>> {
    let is_checked = |net: Network| facts.installer == Some(Installer::Kubeadm) || net.family() == Family::Ipv6;
    networks(facts, own(Pods))
        .filter(|(_, net)| is_checked(*net))
        .filter_map(|(space, net)| {
            let share = facts.capacity.node_prefix(net.family())?;
            // A share larger than the network is another rule's.
            (share >= net.prefix_len())
                .then(|| between(space, share, net.prefix_len(), net.prefix_len() + MOST_SHARE_BITS))?
        })
        .collect()
}

pub(super) fn shares_enough(facts: &Facts) -> Vec<Found<'_>> {
    let Some(nodes) = facts.capacity.nodes else { return Vec::new() };
    networks(facts, own(Pods))
        .filter_map(|(space, net)| {
            let shares = headroom::parts(net, facts.capacity.node_prefix(net.family())?);
            enough(vec![space], shares, nodes.into())
        })
        .collect()
}

pub(super) fn pods_fit_share(facts: &Facts) -> Vec<Found<'_>> {
    let (Some(max_pods), Some(share)) = (facts.capacity.max_pods, facts.capacity.node_prefix_v4) else {
        return Vec::new();
    };
    let room = headroom::pods_in_share(Family::Ipv4, share);
    // Of IPv6 every share has enough, or is refused for its length.
    let pods: Vec<_> = facts.own(Pods).filter(|space| space.family() == Family::Ipv4).take(1).collect();
    enough(pods, room, max_pods.into()).into_iter().collect()
}

pub(super) fn dns_in_static_band(facts: &Facts) -> Vec<Found<'_>> {
    let in_networks = facts.own(ClusterDns).flat_map(|dns| networks(facts, own(Services)).map(move |s| (dns, s)));
    in_networks
        .filter(|(dns, (services, _))| services.range.contains(dns.range))
        .filter_map(|(dns, (services, _))| {
            let most = (services.range.size() / 16).clamp(16, 256);
            let is = dns.range.numbers().0 - services.range.numbers().0;
            (is > most).then_some((vec![dns, services], Fault::NotBetween { is, least: 2, most }))
        })
        .collect()
}

pub(super) fn block_in_bounds(facts: &Facts) -> Vec<Found<'_>> {
    let bounds = |family| if family == Family::Ipv4 { (20, 32) } else { (116, 128) };
    networks(facts, own(PodPool))
        .filter_map(|(space, net)| {
            let (least, most) = bounds(net.family());
            between(space, facts.capacity.block_prefix(net.family())?, least, most)
        })
        .collect()
}

pub(super) fn block_fits_pool(facts: &Facts) -> Vec<Found<'_>> {
    networks(facts, own(PodPool))
        .filter_map(|(space, net)| {
            let block = facts.capacity.block_prefix(net.family())?;
            (block < net.prefix_len()).then(|| between(space, net.prefix_len(), 0, block))?
        })
        .collect()
}

pub(super) fn blocks_enough(facts: &Facts) -> Vec<Found<'_>> {
    let Some(nodes) = facts.capacity.nodes else { return Vec::new() };
    networks(facts, own(PodPool))
        .filter_map(|(space, net)| {
            let blocks = headroom::parts(net, facts.capacity.block_prefix(net.family())?);
            enough(vec![space], blocks, nodes.into())
        })
        .collect()
}

pub(super) fn guest_nat_enough(facts: &Facts) -> Vec<Found<'_>> {
    facts.own(GuestNat).filter_map(|space| enough(vec![space], space.range.size(), 4)).collect()
}

pub(super) fn eks_services(facts: &Facts) -> Vec<Found<'_>> {
    networks(facts, own(Services)).filter_map(|(space, net)| between(space, net.prefix_len(), 12, 24)).collect()
}
