//! What is still free.

use std::collections::BTreeMap;

use crate::network::address::{AddressRange, Family, Network};

/// The addresses that are taken, merged; all others are free.
#[derive(Debug, Default)]
pub(super) struct Free {
    v4: Taken,
    v6: Taken,
}

/// Disjoint ranges by their first address, each with its last. Neighbours are not joined.
type Taken = BTreeMap<u128, u128>;

impl Free {
    /// Everything but these ranges.
    pub(super) fn new(taken: impl Iterator<Item = AddressRange>) -> Self {
        let mut free = Self::default();
        let mut sorted: Vec<_> = taken.collect();
        sorted.sort_unstable();
        for range in sorted {
            let (first, last) = range.numbers();
            let taken = free.of_mut(range.family());
            match taken.last_entry() {
                Some(mut before) if first <= *before.get() => {
                    let end = before.get_mut();
                    *end = last.max(*end);
                }
                _ => {
                    taken.insert(first, last);
                }
            }
        }
        free
    }

    /// Whether all of a range is free.
    pub(super) fn has(&self, range: AddressRange) -> bool {
        self.blocker(range).is_none()
    }

    /// Takes a network that is free.
    pub(super) fn take(&mut self, network: Network) {
        let (first, last) = network.range().numbers();
        self.of_mut(network.family()).insert(first, last);
    }

    /// The first free network of this prefix length inside a range.
    pub(super) fn next(&self, place: AddressRange, prefix_len: u8) -> Option<Network> {
        let family = place.family();
        let size = AddressRange::from(Network::containing(place.first(), prefix_len)?).numbers();
        let mask = size.1 - size.0;
        let (mut from, end) = place.numbers();
        loop {
            let first = from.checked_add(mask)? & !mask;
            let last = first.checked_add(mask).filter(|last| *last <= end)?;
            let block = AddressRange::from_numbers(family, first, last);
            match self.blocker(block) {
                None => return block.network(),
                Some(blocked_until) => from = blocked_until.checked_add(1)?,
            }
        }
    }

    /// The free ranges inside a range, in order.
    pub(super) fn gaps(&self, place: AddressRange) -> Vec<AddressRange> {
        let (mut from, end) = place.numbers();
        let mut gaps = Vec::new();
        while from <= end {
            let rest = AddressRange::from_numbers(place.family(), from, end);
            let Some((first, last)) = self.first_taken(rest) else {
                gaps.push(rest);
                break;
            };
            if from < first {
                gaps.push(AddressRange::from_numbers(place.family(), from, first - 1));
            }
            match last.checked_add(1) {
                Some(next) => from = next,
                None => break,
            }
        }
        gaps
    }

    /// Where the last taken range that a block touches ends.
    fn blocker(&self, block: AddressRange) -> Option<u128> {
        let (first, last) = block.numbers();
        let (_, &end) = self.of(block.family()).range(..=last).next_back()?;
        (end >= first).then_some(end)
    }

    /// The first taken range that shares an address with another.
    fn first_taken(&self, range: AddressRange) -> Option<(u128, u128)> {
        let (first, last) = range.numbers();
        let taken = self.of(range.family());
        let around = taken.range(..=first).next_back().filter(|(_, end)| **end >= first);
        around.or_else(|| taken.range(first..=last).next()).map(|(first, last)| (*first, *last))
    }

    fn of(&self, family: Family) -> &Taken {
        match family {
            Family::Ipv4 => &self.v4,
            Family::Ipv6 => &self.v6,
        }
    }

    fn of_mut(&mut self, family: Family) -> &mut Taken {
        match family {
            Family::Ipv4 => &mut self.v4,
            Family::Ipv6 => &mut self.v6,
        }
    }
}
