//! What is free in the networks that the machines are in.

use std::net::IpAddr;

use super::gaps;
use crate::network::address::{AddressRange, Family};
use crate::network::space::{AddressSpace, Owner, Role};

/// So many addresses in the network of the machines that nothing is known to have; the most there are in one piece
/// where there are fewer.
pub fn free_block(spaces: &[AddressSpace], family: Family, size: u128) -> Option<AddressRange> {
    let free = free(spaces, family);
    // From the end: the start is where gateways and machines are.
    let fits = free.iter().rev().find(|gap| gap.size() >= size);
    let gap = fits.or_else(|| free.iter().max_by_key(|gap| gap.size()))?;
    Some(gap.last_part(size))
}

/// An address in the network of the machines that nothing is known to have.
pub fn free_address(spaces: &[AddressSpace], family: Family) -> Option<IpAddr> {
    free(spaces, family).first().map(|gap| gap.first())
}

fn free(spaces: &[AddressSpace], family: Family) -> Vec<AddressRange> {
    let is_of_machines =
        |space: &&AddressSpace| space.role == Role::Nodes && space.owner == Owner::Cluster && space.family() == family;
    let mut free = Vec::new();
    for network in spaces.iter().filter(is_of_machines).filter_map(|space| space.range.network()) {
        // What is around all of it says nothing about which of it is taken.
        let taken = spaces.iter().filter(|space| !space.range.contains(network.range()));
        // The network's own address, the first, which is the gateway's where none is told, and the last.
        let edges = [network.nth(0), network.nth(1), Some(network.range().last())];
        let taken = taken.map(|space| space.range).chain(edges.into_iter().flatten().map(AddressRange::from));
        free.extend(gaps(network.range(), taken));
    }
    free
}
