//! The sweep against the slow obvious way: every range with every other.

use inventory_core::network::address::AddressRange;
use inventory_core::network::overlap::{Lie, Overlap, overlaps};
use proptest::prelude::*;

/// What the documentation of `overlaps` says, word by word.
fn slowly(ranges: &[AddressRange]) -> Vec<Overlap> {
    let key = |i: usize| (ranges[i].family(), ranges[i].first(), std::cmp::Reverse(ranges[i].last()), i);
    let mut found = Vec::new();
    for range in 0..ranges.len() {
        let before = || (0..ranges.len()).filter(|&other| key(other) < key(range));
        let nearest = before().filter(|&other| ranges[other].contains(ranges[range])).max_by_key(|&other| key(other));
        if let Some(neighbour) = nearest {
            let how = if ranges[neighbour] == ranges[range] { Lie::Same } else { Lie::Inside };
            found.push(Overlap { range, neighbour, how });
        }
        let crossing = before()
            .filter(|&other| ranges[other].overlaps(ranges[range]) && !ranges[other].contains(ranges[range]))
            .max_by_key(|&other| (ranges[other].last(), key(other)));
        if let Some(neighbour) = crossing {
            found.push(Overlap { range, neighbour, how: Lie::Crossing });
        }
    }
    found.sort_unstable();
    found
}

fn quickly(ranges: &[AddressRange]) -> Vec<Overlap> {
    let mut found = overlaps(ranges);
    found.sort_unstable();
    found
}

fn ranges(texts: &[&str]) -> Vec<AddressRange> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// Networks and ranges of both families, close enough together to meet.
fn any_range() -> impl Strategy<Value = AddressRange> {
    let text = prop_oneof![
        (0u32..4096, 20u32..=32).prop_map(|(n, len)| {
            let first = n & (u32::MAX << (32 - len));
            format!("10.0.{}.{}/{len}", first >> 8 & 15, first & 255)
        }),
        (0u32..256, 0u32..256).prop_map(|(a, b)| format!("10.0.0.{}-10.0.0.{}", a.min(b), a.max(b))),
        (0u32..65536, 112u32..=128).prop_map(|(n, len)| format!("fd00::{:x}/{len}", n & !(0xffff >> (len - 112)))),
        (0u32..256, 0u32..256).prop_map(|(a, b)| format!("fd00::{:x}-fd00::{:x}", a.min(b), a.max(b))),
        Just("0.0.0.0/0".to_owned()),
        Just("::/0".to_owned()),
    ];
    text.prop_map(|text| text.parse().unwrap())
}

proptest! {
    #[test]
    fn the_sweep_finds_what_comparing_all_pairs_finds(ranges in prop::collection::vec(any_range(), 0..60)) {
        prop_assert_eq!(quickly(&ranges), slowly(&ranges));
    }

    #[test]
    fn whatever_overlaps_anything_is_in_an_answer(ranges in prop::collection::vec(any_range(), 0..60)) {
        let found = overlaps(&ranges);
        for (i, range) in ranges.iter().enumerate() {
            let overlaps_another = ranges.iter().enumerate().any(|(j, other)| i != j && range.overlaps(*other));
            prop_assert_eq!(found.iter().any(|o| o.range == i || o.neighbour == i), overlaps_another);
        }
        for overlap in found {
            prop_assert!(ranges[overlap.range].overlaps(ranges[overlap.neighbour]));
        }
    }

    #[test]
    fn the_order_of_the_slice_does_not_matter(ranges in prop::collection::vec(any_range(), 0..30)) {
        let pairs = |ranges: &[AddressRange]| {
            let mut pairs: Vec<_> = overlaps(ranges)
                .into_iter()
                .map(|o| (ranges[o.range], ranges[o.neighbour], o.how))
                .collect();
            pairs.sort_unstable();
            pairs
        };
        let backwards: Vec<_> = ranges.iter().rev().copied().collect();
        prop_assert_eq!(pairs(&ranges), pairs(&backwards));
    }
}

#[test]
fn pods_around_services_and_services_around_pods_are_both_found() {
    let inside = |range, neighbour| vec![Overlap { range, neighbour, how: Lie::Inside }];
    assert_eq!(overlaps(&ranges(&["10.233.0.0/16", "10.233.0.0/18"])), inside(1, 0));
    assert_eq!(overlaps(&ranges(&["10.233.0.0/18", "10.233.0.0/16"])), inside(0, 1));
}

#[test]
fn interleaved_blocks_do_not_overlap() {
    // Reported as overlapping by another installer, though they are apart.
    let blocks = ["10.156.208.0/23", "10.156.210.0/23", "10.156.212.0/23", "10.156.214.0/23", "10.156.218.0/23"];
    assert_eq!(overlaps(&ranges(&blocks)), []);
}

#[test]
fn a_crossing_range_inside_a_network_is_told_apart_from_the_network() {
    let ranges = ranges(&["10.5.0.0/16", "10.5.0.0-10.5.0.10", "10.5.0.5-10.5.0.20"]);
    let inside = |range| Overlap { range, neighbour: 0, how: Lie::Inside };
    let crossing = Overlap { range: 2, neighbour: 1, how: Lie::Crossing };
    assert_eq!(overlaps(&ranges), [inside(1), inside(2), crossing]);
}

#[test]
fn families_never_meet() {
    assert_eq!(overlaps(&ranges(&["0.0.0.0/0", "::/0", "::ffff:10.0.0.0/104"])).len(), 1);
}
