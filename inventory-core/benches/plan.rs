//! How long it takes to find a service and a pod network where 10,000 prefixes are taken: under 10 ms is the aim.

use std::net::Ipv4Addr;

use divan::Bencher;
use inventory_core::network::address::{AddressRange, Network};
use inventory_core::network::allocate::{Grant, NoRoom, POOL, Wish, allocate};
use inventory_core::network::space::{AddressSpace, Origin, Owner, Role};

const COUNT: usize = 10_000;

fn main() {
    divan::main();
}

/// What is measured.
fn plan<'a>(wishes: &[Wish], taken: &'a [AddressSpace]) -> Result<Vec<Grant<'a>>, NoRoom<'a>> {
    allocate(wishes, &POOL, taken)
}

/// The IPv4 network of this prefix length around an address; the lengths here always fit.
fn network(address: Ipv4Addr, prefix_len: u8) -> Network {
    Network::containing(address.into(), prefix_len).unwrap_or_else(|| Network::of_one(address.into()))
}

/// kubespray's own services and pods.
fn wishes() -> [Wish; 2] {
    [(Role::Services, 0), (Role::Pods, 64)]
        .map(|(role, third)| Wish { role, first_choice: network(Ipv4Addr::new(10, 233, third, 0), 18) })
}

/// Networks of /20 to /28, a third of them in each of the private ranges, which look random and are the same every time
/// (xorshift). Of 10.0.0.0/8 about one /18 in 25 stays free; of the others nothing does.
fn taken() -> Vec<AddressSpace> {
    const PRIVATE: [(Ipv4Addr, u8); 3] =
        [(Ipv4Addr::new(10, 0, 0, 0), 8), (Ipv4Addr::new(172, 16, 0, 0), 12), (Ipv4Addr::new(192, 168, 0, 0), 16)];
    let numbers = std::iter::successors(Some(88_172_645_463_325_252_u64), |&n| {
        let n = n ^ (n << 13);
        let n = n ^ (n >> 7);
        Some(n ^ (n << 17))
    });
    let spaces = numbers.zip(PRIVATE.into_iter().cycle()).map(|(n, (base, base_len))| {
        let host = u32::try_from(n >> 32).unwrap_or_default() >> base_len;
        let prefix_len = 20 + u8::try_from(n % 9).unwrap_or_default();
        let network = network(Ipv4Addr::from_bits(base.to_bits() | host), prefix_len);
        AddressSpace::new(network, Role::Outside, Owner::Level(0), Origin::Found(format!("network {network}")))
    });
    spaces.take(COUNT).collect()
}

#[divan::bench]
fn two_networks_among_ten_thousand(bencher: Bencher<'_, '_>) {
    let (wishes, taken) = (wishes(), taken());
    let is_free = |range: AddressRange| taken.iter().all(|space| !space.range.overlaps(range));
    let found = plan(&wishes, &taken);
    assert!(
        found.is_ok_and(|grants| grants
            .iter()
            .all(|grant| !grant.instead_of.is_empty() && is_free(grant.network.range()))),
        "the first choices must be taken, and others found"
    );
    bencher.bench(|| plan(divan::black_box(&wishes), divan::black_box(&taken)).is_ok());
}
