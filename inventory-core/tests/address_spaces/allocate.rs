//! Which range is free, and why none is.

use inventory_core::network::address::{AddressRange, Family, Network};
use inventory_core::network::allocate::{
    Grant, POOL, Wish, allocate, defaults, headroom, unique_local, unique_local_pool,
};
use inventory_core::network::space::{AddressSpace, Owner, Role};
use proptest::prelude::*;

use crate::facts::{of, own};

fn net(text: &str) -> Network {
    text.parse().unwrap()
}

fn range(text: &str) -> AddressRange {
    text.parse().unwrap()
}

/// Services and pods as kubespray has them.
fn kubespray() -> [Wish; 2] {
    [
        Wish { role: Role::Services, first_choice: net("10.233.0.0/18") },
        Wish { role: Role::Pods, first_choice: net("10.233.64.0/18") },
    ]
}

fn granted(wishes: &[Wish], pool: &[AddressRange], taken: &[AddressSpace]) -> Vec<String> {
    allocate(wishes, pool, taken).unwrap().iter().map(|grant| grant.network.to_string()).collect()
}

/// What is taken wherever nothing else is said.
fn usual() -> Vec<AddressSpace> {
    defaults::others_than("kubespray").chain(defaults::MACHINES).map(|range| range.space(Owner::Cluster)).collect()
}

#[test]
fn kubespray_ranges_are_taken_when_nothing_collides() {
    assert_eq!(granted(&kubespray(), &POOL, &usual()), ["10.233.0.0/18", "10.233.64.0/18"]);
    let grants = allocate(&kubespray(), &POOL, &[]).unwrap();
    assert!(grants.iter().all(|grant| grant.instead_of.is_empty()));
}

#[test]
fn a_cluster_inside_a_kubespray_cluster_touches_neither_of_its_ranges() {
    // The seed: five machines inside the pods of a hosting cluster that is on kubespray's ranges.
    let hosting = Owner::Level(1);
    let mut taken = usual();
    taken.push(of("10.233.0.0/18", Role::Services, hosting.clone()));
    taken.push(of("10.233.64.0/18", Role::Pods, hosting));
    taken.extend([80, 76, 82, 81, 79].map(|n| own(&format!("10.233.67.{n}"), Role::Node)));
    assert_eq!(granted(&kubespray(), &POOL, &taken), ["10.233.128.0/18", "10.233.192.0/18"]);

    let grants = allocate(&kubespray(), &POOL, &taken).unwrap();
    let Grant { instead_of, .. } = &grants[1];
    let why: Vec<_> = instead_of.iter().map(|space| space.role).collect();
    assert_eq!(why, [Role::Pods, Role::Node, Role::Node, Role::Node, Role::Node, Role::Node]);
}

#[test]
fn what_does_not_collide_stays_where_it_is() {
    let services_taken = [own("10.233.0.0/24", Role::Nodes)];
    assert_eq!(granted(&kubespray(), &POOL, &services_taken), ["10.233.128.0/18", "10.233.64.0/18"]);
    let pods_taken = [own("10.233.127.255", Role::Outside)];
    assert_eq!(granted(&kubespray(), &POOL, &pods_taken), ["10.233.0.0/18", "10.233.128.0/18"]);
}

#[test]
fn counting_goes_up_to_the_end_of_the_private_network_then_through_the_pool() {
    let taken = |texts: &[&str]| texts.iter().map(|text| own(text, Role::Outside)).collect::<Vec<_>>();
    let pods = [kubespray()[1]];
    let granted = |texts: &[&str]| granted(&pods, &POOL, &taken(texts)).remove(0);
    assert_eq!(granted(&["10.233.64.0/18"]), "10.233.128.0/18");
    // What is left of its own part of the pool comes before what is further down.
    assert_eq!(granted(&["10.233.64.0/18", "10.233.128.0/17"]), "10.233.0.0/18");
    assert_eq!(granted(&["10.233.0.0/16"]), "10.234.0.0/18");
    assert_eq!(granted(&["10.232.0.0/13"]), "10.240.0.0/18");
    assert_eq!(granted(&["10.224.0.0/11"]), "10.128.0.0/18");
    assert_eq!(granted(&["10.128.0.0/9"]), "172.16.0.0/18");
    assert_eq!(granted(&["10.128.0.0/9", "172.16.0.0/12"]), "10.0.0.0/18");
    assert_eq!(granted(&["10.0.0.0/8", "172.16.0.0/12"]), "192.168.0.0/18");
}

#[test]
fn another_distribution_keeps_its_default() {
    let mut taken = usual();
    taken.extend(["10.224.0.0/11", "172.16.0.0/12"].map(|text| own(text, Role::Outside)));
    // After OpenShift's 10.128.0.0/14.
    assert_eq!(granted(&[kubespray()[1]], &POOL, &taken), ["10.132.0.0/18"]);
    taken.push(own("10.128.0.0/9", Role::Outside));
    // After AKS' 10.0.0.0/16 and MicroK8s' 10.1.0.0/16.
    assert_eq!(granted(&[kubespray()[1]], &POOL, &taken), ["10.2.0.0/18"]);
    assert!(defaults::others_than("kubernetes-the-hard-way").any(|range| range.owner == "kubespray"));
    assert!(defaults::others_than("kubernetes-the-hard-way").all(|range| range.owner != "kubernetes-the-hard-way"));
}

#[test]
fn docker_keeps_its_pools_where_it_runs() {
    let mut taken: Vec<_> = defaults::DOCKER.map(|range| range.space(Owner::Cluster)).to_vec();
    taken.push(own("10.128.0.0/9", Role::Outside));
    assert_eq!(granted(&[kubespray()[1]], &POOL, &taken), ["172.16.0.0/18"]);
    taken.push(own("172.16.0.0/16", Role::Outside));
    // Up to 172.31.255.255 all is docker's.
    assert_eq!(granted(&[kubespray()[1]], &POOL, &taken), ["10.0.0.0/18"]);
}

#[test]
fn a_full_pool_says_what_is_in_the_way_and_what_would_fit() {
    let pool = [range("172.30.0.0/16")];
    let taken = [
        own("172.30.0.0/17", Role::Nodes),
        own("172.30.200.5", Role::Vip),
        own("172.30.128.0/19", Role::Outside),
        own("10.0.0.0/8", Role::Outside),
    ];
    let wish = Wish { role: Role::Pods, first_choice: net("172.30.64.0/18") };
    let no_room = allocate(&[wish], &pool, &taken).unwrap_err();
    assert_eq!(no_room.in_the_way, [&taken[0], &taken[2], &taken[1]]);
    assert_eq!(no_room.largest, Some(net("172.30.160.0/19")));
    assert_eq!(
        no_room.to_string(),
        "no /18 is free for pods in 172.30.0.0/16; in the way: node network 172.30.0.0/17 (an example), network \
         outside 172.30.128.0/19 (an example), API address 172.30.200.5 (an example); 172.30.160.0/19 is the largest \
         that would fit: take /19, or name another pool"
    );
}

#[test]
fn what_other_wishes_have_is_in_the_way_too() {
    let pool = [range("172.30.0.0/24")];
    let wish = |role| Wish { role, first_choice: net("172.30.0.0/24") };
    let no_room = allocate(&[wish(Role::Services), wish(Role::Pods)], &pool, &[]).unwrap_err();
    assert_eq!((&*no_room.granted, no_room.largest), (&[net("172.30.0.0/24")][..], None));
    assert_eq!(
        no_room.to_string(),
        "no /24 is free for pods in 172.30.0.0/24; other wishes have 172.30.0.0/24; nothing at all is free there: name \
         another pool"
    );
}

#[test]
fn the_unique_local_network_of_a_name_never_changes() {
    for (name, network) in UNIQUE_LOCAL {
        assert_eq!(unique_local(name).to_string(), network, "{name:?}");
    }
}

#[test]
fn ipv6_is_looked_for_in_the_clusters_own_network_first_and_then_around_it() {
    let pool = unique_local_pool("ci-kube");
    let wish = |role| Wish { role, first_choice: Network::containing(pool[0].first(), 112).unwrap() };
    let networks = allocate(&[wish(Role::Services), wish(Role::Pods)], &pool, &[]).unwrap();
    assert!(networks.iter().all(|grant| pool[0].contains(grant.network.range())));
    let taken = [AddressSpace::new(pool[0], Role::Outside, Owner::Cluster, own("::", Role::Outside).origin)];
    let next = allocate(&[wish(Role::Pods)], &pool, &taken).unwrap()[0].network;
    assert_eq!(next.first(), pool[1].first());
    assert_eq!(pool.iter().map(|part| part.size()).sum::<u128>(), range("fd00::/8").size());
}

#[test]
fn room_for_nodes_and_pods_is_counted_as_kubespray_counts() {
    let parts = |network, len| headroom::parts(net(network), len);
    assert_eq!(parts("10.233.64.0/18", 24), 64);
    assert_eq!(parts("10.233.64.0/18", 26), 256);
    assert_eq!(parts("10.233.64.0/24", 23), 0);
    assert_eq!(parts("fd85:ee78:d8a6:8607::1:0/112", 120), 256);
    assert_eq!(headroom::pods_in_share(Family::Ipv4, 24), 254);
    assert_eq!(headroom::pods_in_share(Family::Ipv4, 26), 62);
    assert_eq!(headroom::pods_in_share(Family::Ipv4, 32), 0);
    assert_eq!(headroom::share_for(Family::Ipv4, 110), Some(25));
    assert_eq!(headroom::share_for(Family::Ipv4, 126), Some(25));
    assert_eq!(headroom::share_for(Family::Ipv4, 127), Some(24));
    assert_eq!(headroom::share_for(Family::Ipv4, u32::MAX), None);
    assert_eq!(headroom::pods_for(64, 24), Some(18));
    assert_eq!(headroom::pods_for(65, 24), Some(17));
    assert_eq!(headroom::pods_for(1, 24), Some(24));
    assert_eq!(headroom::pods_for(u32::MAX, 24), None);
}

/// Networks and ranges inside 10.0.0.0/20.
fn any_taken() -> impl Strategy<Value = AddressSpace> {
    prop_oneof![
        (0u32..4096, 22u32..=32).prop_map(|(n, len)| {
            let first = n & (u32::MAX << (32 - len));
            format!("10.0.{}.{}/{len}", first >> 8, first & 255)
        }),
        (0u32..4096, 0u32..600).prop_map(|(n, more)| {
            let last = (n + more).min(4095);
            format!("10.0.{}.{}-10.0.{}.{}", n >> 8, n & 255, last >> 8, last & 255)
        }),
    ]
    .prop_map(|text| AddressSpace::new(range(&text), Role::Outside, Owner::Cluster, own("::", Role::Outside).origin))
}

proptest! {
    #[test]
    fn a_grant_is_the_first_that_trying_every_block_finds(
        taken in prop::collection::vec(any_taken(), 0..30),
        len in 22u8..=32,
        choice in 0u32..4096,
    ) {
        let pool = [range("10.0.0.0/20")];
        let block = |n: u32| Network::containing(std::net::Ipv4Addr::from_bits((10 << 24) + n).into(), len).unwrap();
        let first_choice = block(choice);
        let step = 1u32 << (32 - len);
        let all = (0..4096).step_by(usize::try_from(step).unwrap()).map(block);
        let onwards = all.clone().filter(|network| network.first() >= first_choice.first());
        let is_free = |network: &Network| taken.iter().all(|space| !space.range.overlaps(network.range()));
        let expected = onwards.chain(all).find(is_free);

        match allocate(&[Wish { role: Role::Pods, first_choice }], &pool, &taken) {
            Ok(grants) => prop_assert_eq!(Some(grants[0].network), expected),
            Err(no_room) => {
                prop_assert_eq!(None, expected);
                // The largest is free, and no network twice its size is.
                let largest = no_room.largest.map_or(33, Network::prefix_len);
                prop_assert!(no_room.largest.is_none_or(|network| is_free(&network)));
                let larger = (0..4096u32).map(|n| std::net::Ipv4Addr::from_bits((10 << 24) + n).into());
                let mut larger = larger.map(|address| Network::containing(address, largest - 1).unwrap());
                prop_assert!(!larger.any(|network| is_free(&network)));
            }
        }
    }

    #[test]
    fn grants_never_meet(
        taken in prop::collection::vec(any_taken(), 0..10),
        wishes in prop::collection::vec((0u32..4096, 22u8..=30), 1..5),
    ) {
        let wishes: Vec<_> = wishes
            .into_iter()
            .map(|(n, len)| {
                let first_choice = Network::containing(std::net::Ipv4Addr::from_bits((10 << 24) + n).into(), len).unwrap();
                Wish { role: Role::Pods, first_choice }
            })
            .collect();
        if let Ok(grants) = allocate(&wishes, &[range("10.0.0.0/20")], &taken) {
            for (i, grant) in grants.iter().enumerate() {
                prop_assert_eq!(grant.network.prefix_len(), wishes[i].first_choice.prefix_len());
                let others = grants[..i].iter().map(|other| other.network.range());
                prop_assert!(!others.chain(taken.iter().map(|s| s.range)).any(|o| o.overlaps(grant.network.range())));
            }
        }
    }
}

/// Computed apart from the code, from the definition of FNV-1a.
const UNIQUE_LOCAL: [(&str, &str); 4] = [
    ("ci-kube", "fd84:cef3:abbf::/48"),
    ("lab", "fd19:1dd3:8e22::/48"),
    ("ci-kübe", "fd97:fbb:366c::/48"),
    ("", "fde4:84e9:d1b9::/48"),
];
