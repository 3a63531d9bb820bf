//! How long it takes to find a service and a pod network where 10,000 prefixes are taken: under 10 ms is the aim.

use std::net::Ipv4Addr;
use std::path::Path;

use divan::Bencher;
use inventory_core::cluster::{Avoid, Cluster, Loaded, RangeWish};
use inventory_core::environment::{Environment, Sourced};
use inventory_core::network::address::{AddressRange, Network};
use inventory_core::network::space::Origin;
use inventory_core::plan::{Current, Input, NetworkPlan, PlanError, Why, plan};
use inventory_core::yaml::Source;
use serde::de::IgnoredAny;

const COUNT: usize = 10_000;

fn main() {
    divan::main();
}

/// The network of this prefix length around an address; the lengths here always fit.
fn network(address: Ipv4Addr, prefix_len: u8) -> Network {
    Network::containing(address.into(), prefix_len).unwrap_or_else(|| Network::of_one(address.into()))
}

/// A cluster that has nothing of its own yet, on a site where all this is taken.
fn cluster(avoid: Vec<Avoid>) -> Cluster {
    let text = "plugin: kube_inventory.vms.static\nkubespray_version: v2.31.0\n";
    let loaded = Loaded::<IgnoredAny>::parse(
        Source::new("ci-kube.static.yml", text),
        Path::new("ci-kube.static.yml"),
        "static",
        &|_| None,
    );
    let Ok(loaded) = loaded else { panic!("a cluster file of two lines can be read") };
    let mut cluster = loaded.cluster;
    cluster.network.avoid = Some(avoid);
    cluster
}

/// What is measured: everything but reading the file.
fn planned(cluster: &Cluster) -> Result<NetworkPlan, PlanError> {
    plan(&Input {
        cluster,
        hosts: &[],
        environment: &Environment::default(),
        current: &Current::default(),
        siblings: &[],
        replan: &[],
    })
}

/// Networks of /20 to /28, a third of them in each of the private ranges, which look random and are the same every time
/// (xorshift). Of 10.0.0.0/8 about one /18 in 25 stays free; of the others nothing does.
fn taken() -> Vec<Avoid> {
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
        let origin = Origin::Written { file: "site.yml".to_owned(), line: 3, column: 11 };
        Avoid { name: format!("network {network}"), cidr: Sourced::new(AddressRange::from(network), origin) }
    });
    spaces.take(COUNT).collect()
}

#[divan::bench]
fn two_networks_among_ten_thousand(bencher: Bencher<'_, '_>) {
    let cluster = cluster(taken());
    let is_free = |range: AddressRange| taken().iter().all(|avoid| !avoid.cidr.value.overlaps(range));
    let found = planned(&cluster);
    assert!(
        found.is_ok_and(|plan| plan
            .ranges()
            .all(|(_, choice)| { is_free(choice.value.range()) && matches!(choice.why, Why::Free { .. }) })),
        "the first choices must be taken, and others found"
    );
    bencher.bench(|| planned(divan::black_box(&cluster)).is_ok());
}

#[divan::bench]
fn two_written_networks_that_meet_a_hundred(bencher: Bencher<'_, '_>) {
    let mut cluster = cluster(taken());
    let origin = Origin::Written { file: "ci-kube.static.yml".to_owned(), line: 4, column: 9 };
    let written = |third| RangeWish::Written(vec![network(Ipv4Addr::new(10, third, 0, 0), 12)]);
    cluster.network.pods = Some(Sourced::new(written(16), origin.clone()));
    cluster.network.services = Some(Sourced::new(written(32), origin));
    assert!(planned(&cluster).is_ok_and(|plan| !plan.is_sound()), "they meet many");
    bencher.bench(|| planned(divan::black_box(&cluster)).is_ok());
}
