//! IPv6 networks of a cluster's own (RFC 4193).

use std::net::Ipv6Addr;

use crate::network::address::{AddressRange, Family};

/// Unique local addresses whose global ID anybody may choose.
const LOCAL: AddressRange = AddressRange::ipv6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 0), 8);

/// The /48 of a cluster: its global ID is the 64-bit FNV-1a hash of the name's UTF-8 bytes, folded to 40 bits by
/// exclusive-or of its upper part into its lower.
///
/// RFC 4193 wants a random ID, so that two sites that meet do not collide. A hash of the name is as good as random
/// among clusters of different names, and gives a cluster the same network on every machine and every day. It must
/// therefore never change.
pub fn unique_local(cluster: &str) -> AddressRange {
    let hash = cluster
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let id = (hash >> 40) ^ (hash & 0xff_ffff_ffff);
    AddressRange::ipv6(Ipv6Addr::from_bits(LOCAL.numbers().0 | u128::from(id) << 80), 48)
}

/// Where a cluster's IPv6 networks are looked for: in its own /48, then counted up from it, then below it.
pub fn unique_local_pool(cluster: &str) -> Vec<AddressRange> {
    let own = unique_local(cluster);
    let ((first, last), (lowest, highest)) = (own.numbers(), LOCAL.numbers());
    let above = (last < highest).then(|| AddressRange::from_numbers(Family::Ipv6, last + 1, highest));
    let below = (lowest < first).then(|| AddressRange::from_numbers(Family::Ipv6, lowest, first - 1));
    [Some(own), above, below].into_iter().flatten().collect()
}
