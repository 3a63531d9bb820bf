//! The leases of a network card: which one it has.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::net::IpAddr;

use inventory_core::machine::{AddressSource, FoundAddress};

use crate::answers::Lease;

/// The leases of one card, best first, IPv4 before IPv6; all but the best of each family unfit.
///
/// A machine that was made again asks with another client id: it gets another address while its old lease goes on, and
/// the old one is listed first. So the lease that ends last is the best, one that never ends before all others; of two
/// that end together the one with the lower address. That can still be wrong. Where the agent in the guest says that
/// the card has one of the leased addresses, that is the one, and the agent's word has chosen among the DHCP server's.
pub(super) fn of_card(leases: &[&Lease], confirmed: &[IpAddr]) -> Vec<FoundAddress> {
    let mut sorted = leases.to_vec();
    let end = |lease: &Lease| if lease.expires <= 0 { i64::MAX } else { lease.expires };
    let is_confirmed = |lease: &Lease| confirmed.contains(&lease.ip);
    sorted.sort_by_key(|lease| (lease.ip.is_ipv6(), !is_confirmed(lease), Reverse(end(lease)), lease.ip));
    let mut found: Vec<FoundAddress> = Vec::with_capacity(sorted.len());
    // A guest that asks again and again may have taken all that a large network gives away.
    let mut known = HashSet::with_capacity(sorted.len());
    let mut best_of_family = [None; 2];
    for lease in sorted {
        if !known.insert(lease.ip) {
            continue;
        }
        let address = FoundAddress::in_guest(lease.ip, AddressSource::Lease);
        let best = &mut best_of_family[usize::from(lease.ip.is_ipv6())];
        found.push(match *best {
            None => {
                *best = Some(lease.ip);
                address
            }
            Some(best) if confirmed.contains(&best) && is_confirmed(lease) => address,
            Some(best) if confirmed.contains(&best) => {
                address.unfit(format!("an older lease of the same card; the agent says that it has {best}"))
            }
            Some(best) => {
                address.unfit(format!("an older lease of the same card; if {best} does not answer, it may be this one"))
            }
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lease(ip: &str, expires: i64) -> Lease {
        Lease { mac: None, ip: ip.parse().unwrap(), expires, hostname: None }
    }

    fn chosen(leases: &[Lease], confirmed: &[&str]) -> String {
        let confirmed: Vec<IpAddr> = confirmed.iter().map(|ip| ip.parse().unwrap()).collect();
        let leases: Vec<&Lease> = leases.iter().collect();
        let lines = of_card(&leases, &confirmed).into_iter().map(|found| {
            found.unfit.map_or_else(|| format!("{} fits", found.ip), |why| format!("{}: {why}", found.ip))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_newest_lease_wins_and_the_others_are_told() {
        // The reference's second boot: the stale leases are listed first.
        let leases = [
            lease("192.168.150.101", 1_795_164_386),
            lease("192.168.150.105", 5),
            lease("192.168.150.108", 1_795_168_000),
        ];
        insta::assert_snapshot!(chosen(&leases, &[]), @r"
        192.168.150.108 fits
        192.168.150.101: an older lease of the same card; if 192.168.150.108 does not answer, it may be this one
        192.168.150.105: an older lease of the same card; if 192.168.150.108 does not answer, it may be this one
        ");
    }

    #[test]
    fn the_agent_tells_which_of_two_live_leases_is_used() {
        let leases = [lease("10.0.0.2", 200), lease("10.0.0.1", 100), lease("fd00::2", 1), lease("fd00::1", 2)];
        insta::assert_snapshot!(chosen(&leases, &["10.0.0.1"]), @r"
        10.0.0.1 fits
        10.0.0.2: an older lease of the same card; the agent says that it has 10.0.0.1
        fd00::1 fits
        fd00::2: an older lease of the same card; if fd00::1 does not answer, it may be this one
        ");
        insta::assert_snapshot!(chosen(&leases[..2], &["10.0.0.1", "10.0.0.2"]), @r"
        10.0.0.2 fits
        10.0.0.1 fits
        ");
    }

    #[test]
    fn a_lease_without_an_end_is_the_newest() {
        insta::assert_snapshot!(chosen(&[lease("10.0.0.1", 100), lease("10.0.0.2", 0)], &[]), @r"
        10.0.0.2 fits
        10.0.0.1: an older lease of the same card; if 10.0.0.2 does not answer, it may be this one
        ");
    }

    fn any_lease() -> impl Strategy<Value = Lease> {
        (0_u8..6, prop::bool::ANY, -1_i64..4).prop_map(|(n, is_v6, expires)| {
            lease(&if is_v6 { format!("fd00::{n}") } else { format!("10.0.0.{n}") }, expires)
        })
    }

    proptest! {
        /// Slow and obvious: go through all leases, and keep the better one.
        #[test]
        fn the_best_lease_is_the_one_that_no_other_beats(
            leases in prop::collection::vec(any_lease(), 0..9),
            agent in prop::collection::vec(0_u8..6, 0..2),
            seed in prop::num::usize::ANY,
        ) {
            let confirmed: Vec<IpAddr> = agent.iter().map(|n| format!("10.0.0.{n}").parse().unwrap()).collect();
            let references: Vec<&Lease> = leases.iter().collect();
            let found = of_card(&references, &confirmed);

            for is_v6 in [false, true] {
                let beats = |one: &Lease, other: &Lease| {
                    if confirmed.contains(&one.ip) != confirmed.contains(&other.ip) {
                        return confirmed.contains(&one.ip);
                    }
                    let forever = |lease: &Lease| lease.expires <= 0;
                    if forever(one) != forever(other) {
                        return forever(one);
                    }
                    if !forever(one) && one.expires != other.expires {
                        return one.expires > other.expires;
                    }
                    one.ip < other.ip
                };
                let mut best: Option<&Lease> = None;
                for lease in leases.iter().filter(|lease| lease.ip.is_ipv6() == is_v6) {
                    if best.is_none_or(|best| beats(lease, best)) {
                        best = Some(lease);
                    }
                }
                let first = found.iter().find(|found| found.ip.is_ipv6() == is_v6);
                prop_assert_eq!(first.map(|found| found.ip), best.map(|lease| lease.ip));
                prop_assert!(first.is_none_or(|first| first.unfit.is_none()));
            }
            // Every leased address is told, once; and the order of the answer changes nothing.
            for lease in &leases {
                prop_assert_eq!(found.iter().filter(|found| found.ip == lease.ip).count(), 1);
            }
            let mut turned = references.clone();
            turned.rotate_left(if leases.is_empty() { 0 } else { seed % leases.len() });
            prop_assert_eq!(of_card(&turned, &confirmed), found);
        }
    }
}
