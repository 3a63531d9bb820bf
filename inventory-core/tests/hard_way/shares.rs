//! Shares of the pod network.

use std::collections::HashSet;

use indexmap::IndexMap;
use inventory_core::environment::Sourced;
use inventory_core::network::address::Network;
use inventory_core::plan::{ShareError, shares};
use inventory_core::safe::HostName;
use proptest::prelude::*;
use proptest::sample::subsequence;

use crate::plans::{at, default, host, network, written};

type Pins = IndexMap<HostName, Sourced<Network>>;

fn hosts(names: &[&str]) -> Vec<HostName> {
    names.iter().map(|name| host(name)).collect()
}

fn pins(pairs: &[(&str, &str)]) -> Pins {
    let pin = |(name, share): &(&str, &str)| {
        (host(name), Sourced::new(network(share), at(&format!("host_vars/{name}.yml"), 2)))
    };
    pairs.iter().map(pin).collect()
}

fn given(workers: &[&str], pinned: &Pins) -> Vec<String> {
    let shares = shares(&default(network("10.200.0.0/16")), &default(24), &hosts(workers), pinned).unwrap();
    shares.iter().map(|(host, share)| format!("{host} {}: {}", share.value, share.why)).collect()
}

fn refused(error: &ShareError) -> String {
    format!("{error}\n{}", error.remedy())
}

fn refusal(pods: &str, node_prefix: u8, workers: &[&str], pinned: &Pins) -> String {
    refused(&shares(&written(network(pods)), &default(node_prefix), &hosts(workers), pinned).unwrap_err())
}

#[test]
fn the_first_workers_have_the_shares_of_the_hard_way() {
    insta::assert_snapshot!(given(&["node-0", "node-1"], &Pins::new()).join("\n"), @"
    node-0 10.200.0.0/24: the first free /24 of 10.200.0.0/16
    node-1 10.200.1.0/24: the first free /24 of 10.200.0.0/16
    ");
}

#[test]
fn a_share_once_given_stays_and_new_workers_get_the_first_free() {
    let pinned = pins(&[("worker0", "10.200.2.0/24"), ("worker2", "10.200.0.0/24")]);
    insta::assert_snapshot!(given(&["worker2", "worker3", "worker1", "worker0"], &pinned).join("\n"), @"
    worker2 10.200.0.0/24: kept, as host_vars/worker2.yml:2:1 has it
    worker3 10.200.1.0/24: the first free /24 of 10.200.0.0/16
    worker1 10.200.3.0/24: the first free /24 of 10.200.0.0/16
    worker0 10.200.2.0/24: kept, as host_vars/worker0.yml:2:1 has it
    ");
}

#[test]
fn the_share_of_a_worker_that_left_waits_for_it() {
    let pinned = pins(&[("node-0", "10.200.0.0/24"), ("node-1", "10.200.1.0/24")]);
    assert!(given(&["node-1", "node-2"], &pinned)[1].starts_with("node-2 10.200.2.0/24"));
    // Unless somebody gave it away by hand.
    let pinned = pins(&[("node-0", "10.200.0.0/24"), ("node-2", "10.200.0.0/24")]);
    assert!(given(&["node-2"], &pinned)[0].starts_with("node-2 10.200.0.0/24"));
}

#[test]
fn a_share_that_is_none_of_this_pod_network_is_an_error_with_both_places() {
    let workers = ["node-0", "node-1"];
    insta::assert_snapshot!(refusal("10.200.0.0/16", 24, &workers, &pins(&[("node-0", "10.201.0.0/24")])), @"
    node-0 has the pods 10.201.0.0/24 (host_vars/node-0.yml:2:1), which do not lie in the pod network 10.200.0.0/16 (written in lab.static.yml:7:1)
    write a `pods` that has it, or remove the share, and node-0 gets one of 10.200.0.0/16; `--replan pods` gives everybody a new one
    ");
    insta::assert_snapshot!(refusal("10.200.0.0/16", 24, &workers, &pins(&[("node-1", "10.200.0.0/25")])), @"
    node-1 has the pods 10.200.0.0/25 (host_vars/node-1.yml:2:1), though a node's share is a /24 (default of kubernetes-the-hard-way)
    write `node_prefix: 25`, or remove the share, and node-1 gets a /24; if it is something else, give ours another name under `network`: `variables: {pod_cidr: NAME}`
    ");
    insta::assert_snapshot!(
        refusal("10.200.0.0/16", 24, &workers, &pins(&[("node-0", "10.200.3.0/24"), ("node-1", "10.200.3.0/24")])), @"
    node-0 (host_vars/node-0.yml:2:1) and node-1 (host_vars/node-1.yml:2:1) both have the pods 10.200.3.0/24
    remove the share of one of them: node-1 gets a free one then
    "
    );
    assert!(refusal("10.200.0.0/16", 24, &workers, &pins(&[("node-0", "fd00::/24")])).contains("fd00::/24"));
}

#[test]
fn too_few_shares_is_an_error_with_the_smallest_change() {
    let workers = ["node-0", "node-1", "node-2", "node-3", "node-4"];
    insta::assert_snapshot!(refusal("10.200.0.0/22", 24, &workers, &Pins::new()), @"
    the pod network 10.200.0.0/22 has room for 4 shares of /24, one a node, and 5 are wanted
    write `node_prefix: 25`, which leaves 126 pods a node, or write `pods: 10.200.0.0/21`
    ");
    // A share that is given has its size for ever.
    let pinned = pins(&[("node-0", "10.200.1.0/24"), ("gone", "10.200.0.0/24"), ("left", "10.200.2.0/24")]);
    insta::assert_snapshot!(refusal("10.200.0.0/22", 24, &workers, &pinned), @"
    the pod network 10.200.0.0/22 has room for 4 shares of /24, one a node, and 7 are wanted, 2 of them kept for hosts that are no workers: gone (host_vars/gone.yml:2:1) and 1 more
    remove the share of gone if it never returns, or write `pods: 10.200.0.0/21`
    ");
    insta::assert_snapshot!(refusal("10.200.0.0/24", 16, &workers[..2], &Pins::new()), @"
    the pod network 10.200.0.0/24 has room for 0 shares of /16, one a node, and 2 are wanted
    write `node_prefix: 25`, which leaves 126 pods a node, or write `pods: 10.200.0.0/15`
    ");
    insta::assert_snapshot!(refusal("10.200.0.0/31", 32, &workers, &Pins::new()), @"
    the pod network 10.200.0.0/31 has room for 2 shares of /32, one a node, and 5 are wanted
    write `pods: 10.200.0.0/29`
    ");
}

#[test]
fn an_ipv6_network_has_more_shares_than_anybody_counts() {
    let given = shares(&written(network("fd00::/8")), &default(64), &hosts(&["a", "b"]), &Pins::new()).unwrap();
    let values: Vec<_> = given.values().map(|share| share.value.to_string()).collect();
    assert_eq!(values, ["fd00::/64", "fd00:0:0:1::/64"]);
    let whole = shares(&written(network("::/0")), &default(128), &hosts(&["a"]), &Pins::new()).unwrap();
    assert_eq!(whole[0].value, network("::/128"));
}

fn workers() -> impl Strategy<Value = Vec<HostName>> {
    Just((0..40).map(|n| host(&format!("w{n}"))).collect::<Vec<_>>()).prop_shuffle()
}

proptest! {
    #[test]
    fn shares_are_disjoint_and_inside(all in workers(), count in 0..40_usize, extra in 0..3_u8, at in 0..4_u8) {
        let pods = network(&format!("10.{}.0.0/{}", 64 * at, 10 + extra));
        let given = shares(&written(pods), &default(16 + extra), &all[..count], &Pins::new()).unwrap();
        prop_assert!(given.keys().eq(&all[..count]));
        let distinct: HashSet<_> = given.values().map(|share| share.value.first()).collect();
        prop_assert_eq!(distinct.len(), count);
        for share in given.values() {
            prop_assert_eq!(share.value.prefix_len(), 16 + extra);
            prop_assert!(pods.range().contains(share.value.range()));
        }
    }

    /// What anybody has stays theirs, whoever else comes, goes, or is moved in the list.
    #[test]
    fn what_a_worker_has_it_keeps(
        (before, after) in workers().prop_flat_map(|all| {
            (subsequence(all.clone(), 0..=40), subsequence(all, 0..=40).prop_shuffle())
        })
    ) {
        let (pods, prefix) = (written(network("10.200.0.0/18")), default(24));
        let first = shares(&pods, &prefix, &before, &Pins::new()).unwrap();
        let pinned: Pins = first
            .iter()
            .map(|(host, share)| (host.clone(), Sourced::new(share.value, at("host_vars", 1))))
            .collect();
        let second = shares(&pods, &prefix, &after, &pinned).unwrap();
        for (host, share) in &second {
            match first.get(host) {
                Some(had) => prop_assert_eq!(had.value, share.value),
                None => prop_assert!(first.values().all(|had| had.value != share.value)),
            }
        }
        let distinct: HashSet<_> = second.values().map(|share| share.value).collect();
        prop_assert_eq!(distinct.len(), after.len());
    }
}
