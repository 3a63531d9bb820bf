//! How many nodes and pods a range has room for, and how large it must be. Prefix lengths are in bits.

use crate::network::address::{Family, Network};

/// How many networks of this prefix length another is divided into: shares of nodes, Calico's blocks. None fits into
/// a smaller one.
pub fn parts(network: Network, prefix_len: u8) -> u128 {
    match prefix_len.checked_sub(network.prefix_len()) {
        Some(bits) if prefix_len <= network.family().bits() => 1_u128.checked_shl(bits.into()).unwrap_or(u128::MAX),
        _ => 0,
    }
}

/// How many pods have room in a node's share; the first and last address are nobody's, as kubespray counts.
pub fn pods_in_share(family: Family, prefix_len: u8) -> u128 {
    let host_len = family.bits().saturating_sub(prefix_len);
    1_u128.checked_shl(host_len.into()).unwrap_or(u128::MAX).saturating_sub(2)
}

/// The longest prefix of a share that has room for so many pods; none if they are more than there are addresses.
pub fn share_for(family: Family, pods: u32) -> Option<u8> {
    family.bits().checked_sub(bits_for(u128::from(pods) + 2))
}

/// The longest prefix of a pod network that has a share for every node; none if they need more than there is.
pub fn pods_for(nodes: u32, share_len: u8) -> Option<u8> {
    share_len.checked_sub(bits_for(nodes.into()))
}

/// How every node finds a share in a pod network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoreShares {
    /// The prefix length of shares of which there are enough and in which the pods of a node have room: the usual one
    /// where that is one of them.
    pub share: Option<u8>,
    /// The prefix length of a pod network that has enough shares as they are.
    pub pods: Option<u8>,
}

/// How so many nodes with so many pods each find a share in a pod network where there are too few.
pub fn more_shares(network: Network, share: u8, usual: u8, nodes: u32, max_pods: u32) -> MoreShares {
    // The longest share that its pods have room in, and the shortest with which there are enough.
    let longest = share_for(network.family(), max_pods).unwrap_or(share);
    let longest = longest.min(network.prefix_len().saturating_add(16));
    let shortest = network.prefix_len().saturating_add(bits_for(nodes.into()));
    MoreShares {
        share: (shortest <= longest).then(|| usual.clamp(shortest, longest)),
        pods: pods_for(nodes, share).filter(|size| *size < network.prefix_len()),
    }
}

/// How many bits tell so many things apart.
pub fn bits_for(count: u128) -> u8 {
    let greatest = count.saturating_sub(1);
    u8::try_from(u128::BITS - greatest.leading_zeros()).unwrap_or(128)
}
