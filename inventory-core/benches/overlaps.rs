//! How long it takes to find what overlaps among a million ranges: under a second is the aim.

use std::net::{Ipv4Addr, Ipv6Addr};

use divan::Bencher;
use inventory_core::network::address::{AddressRange, Network};
use inventory_core::network::overlap::overlaps;

const COUNT: u32 = 1_000_000;

fn main() {
    divan::main();
}

/// Numbers that look random and are the same every time (xorshift).
fn numbers() -> impl Iterator<Item = u64> {
    std::iter::successors(Some(88_172_645_463_325_252_u64), |&n| {
        let n = n ^ (n << 13);
        let n = n ^ (n >> 7);
        Some(n ^ (n << 17))
    })
}

/// The network of this length around an address; the lengths here always fit.
fn network(address: std::net::IpAddr, prefix_len: u64) -> AddressRange {
    let prefix_len = u8::try_from(prefix_len).unwrap_or(u8::MAX);
    Network::containing(address, prefix_len).unwrap_or_else(|| Network::of_one(address)).range()
}

fn measure(bencher: Bencher<'_, '_>, range: impl Fn(u32, u64) -> AddressRange) {
    let ranges: Vec<_> = (0..COUNT).zip(numbers()).map(|(at, n)| range(at, n)).collect();
    bencher.bench(|| overlaps(divan::black_box(&ranges)));
}

/// The upper half of a number, which is the more random one.
fn high(n: u64) -> u32 {
    u32::try_from(n >> 32).unwrap_or_default()
}

/// A range of IPv4 addresses that ends where IPv4 does, if it is not over before.
fn range(first: u32, more: u32) -> AddressRange {
    let address = |n| Ipv4Addr::from_bits(n).into();
    AddressRange::new(address(first), address(first.saturating_add(more))).unwrap_or_else(|_| address(first).into())
}

#[divan::bench]
fn networks_of_ipv4(bencher: Bencher<'_, '_>) {
    measure(bencher, |_, n| network(Ipv4Addr::from_bits(high(n)).into(), 18 + n % 15));
}

/// Of 1 to 16,384 addresses, as the networks have; most of them cross another.
#[divan::bench]
fn ranges_of_ipv4(bencher: Bencher<'_, '_>) {
    measure(bencher, |_, n| range(high(n), high(n << 32) % 16_384));
}

#[divan::bench]
fn networks_of_ipv6(bencher: Bencher<'_, '_>) {
    measure(bencher, |_, n| network(Ipv6Addr::from_bits(u128::from(n) << 64).into(), 24 + n % 41));
}

#[divan::bench]
fn one_network_a_million_times(bencher: Bencher<'_, '_>) {
    measure(bencher, |_, _| network(Ipv4Addr::new(10, 0, 0, 0).into(), 8));
}

/// All of them cross each other, so that every one stays active to the end.
#[divan::bench]
fn ranges_that_all_cross(bencher: Bencher<'_, '_>) {
    measure(bencher, |at, _| range(at, 2 * COUNT));
}
