//! How a requirement is checked.

use super::{Facts, Fault, Kind, Requirement};
use crate::network::address::AddressRange;
use crate::network::overlap::overlaps;
use crate::network::space::AddressSpace;

/// The spaces of a breach, and what is wrong with them.
pub(super) type Found<'a> = (Vec<&'a AddressSpace>, Fault);

impl Requirement {
    /// Where the facts do not meet it.
    pub(super) fn faults<'a>(&self, facts: &'a Facts) -> Vec<Found<'a>> {
        match self {
            Self::Apart(these, those) => apart(facts, these, those),
            Self::Distinct(kinds) => distinct(facts, kinds),
            Self::Within(inner, outer) => {
                let outer: Vec<_> = facts.of(outer).map(|space| space.range).collect();
                inside(facts, inner, &outer)
            }
            Self::Clear(kinds, fixed) => clear(facts, kinds, fixed),
            Self::Inside(kinds, fixed) => inside(facts, kinds, fixed),
            Self::Holds(holds) => holds(facts),
        }
    }
}

/// Of the two sides one is a handful of networks, the other may be all nodes.
pub(super) fn apart<'a>(facts: &'a Facts, these: &'static [Kind], those: &'static [Kind]) -> Vec<Found<'a>> {
    let those: Vec<_> = facts.of(those).collect();
    let pairs = facts.of(these).flat_map(|this| those.iter().map(move |that| (this, *that)));
    pairs.filter_map(|(this, that)| shared(this, that)).collect()
}

/// What two spaces share.
pub(super) fn shared<'a>(this: &'a AddressSpace, that: &'a AddressSpace) -> Option<Found<'a>> {
    let range = this.range.intersection(that.range)?;
    Some((vec![this, that], Fault::Shares(range)))
}

fn distinct<'a>(facts: &'a Facts, kinds: &'static [Kind]) -> Vec<Found<'a>> {
    let spaces: Vec<_> = facts.of(kinds).collect();
    let ranges: Vec<_> = spaces.iter().map(|space| space.range).collect();
    let found = overlaps(&ranges);
    found.into_iter().filter_map(|overlap| shared(spaces[overlap.range], spaces[overlap.neighbour])).collect()
}

fn clear<'a>(facts: &'a Facts, kinds: &'static [Kind], fixed: &[AddressRange]) -> Vec<Found<'a>> {
    let shares = |space: &'a AddressSpace| {
        let range = fixed.iter().find_map(|fixed| space.range.intersection(*fixed))?;
        Some((vec![space], Fault::Shares(range)))
    };
    facts.of(kinds).filter_map(shares).collect()
}

fn inside<'a>(facts: &'a Facts, kinds: &'static [Kind], ranges: &[AddressRange]) -> Vec<Found<'a>> {
    let is_outside = |space: &&AddressSpace| {
        let mut ranges = ranges.iter().filter(|range| range.family() == space.family()).peekable();
        ranges.peek().is_some() && !ranges.any(|range| range.contains(space.range))
    };
    facts.of(kinds).filter(is_outside).map(|space| (vec![space], Fault::Outside)).collect()
}
