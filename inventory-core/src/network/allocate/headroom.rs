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

/// How many bits tell so many things apart.
pub fn bits_for(count: u128) -> u8 {
    let greatest = count.saturating_sub(1);
    u8::try_from(u128::BITS - greatest.leading_zeros()).unwrap_or(128)
}
