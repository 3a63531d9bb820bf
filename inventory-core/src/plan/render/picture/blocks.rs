//! Which parts of the address space are worth a row.

use crate::network::address::{AddressRange, Family, Network};
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::NetworkPlan;

use super::super::around::sibling;

/// The most blocks that are drawn.
const MOST_BLOCKS: usize = 8;

/// A range is only background where a pod or service network in it would be less than this part of it.
const BACKGROUND: u128 = 64;
/// A block is no smaller than this many bits of hosts, so that single addresses are seen among their neighbours.
const LEAST_BITS: u8 = 8;

/// Two parts share a row when at least one address in this many of it is theirs.
const SPARSE: u128 = 4;

/// The parts of the address space that are drawn, in order: those of the cluster's own, and of pods, services and nodes
/// of the levels around, with siblings where they are near. What is so large that the others would vanish in it is no
/// reason to draw all of it.
pub(super) fn chosen(plan: &NetworkPlan) -> Vec<Network> {
    let is_network = |role| matches!(role, Role::Pods | Role::Services);
    let ranges: Vec<AddressRange> = plan.ranges().map(|(_, range)| range.value.range()).collect();
    let others = plan.around.iter().filter(|space| space.owner != Owner::Cluster);
    let networks = others.clone().filter(|space| is_network(space.role)).map(|space| space.range);
    let networks: Vec<AddressRange> = networks.chain(ranges.iter().copied()).collect();
    let is_background = |range: &AddressRange| {
        networks.iter().any(|network| range.contains(*network) && range.size() / BACKGROUND >= network.size())
    };
    let (siblings, levels): (Vec<&AddressSpace>, Vec<_>) = others
        .filter(|space| is_network(space.role) || space.role == Role::Nodes)
        .partition(|space| sibling(space).is_some());
    let mut reasons: Vec<AddressRange> = own(plan).into_iter().chain(levels.iter().map(|space| space.range)).collect();
    reasons.retain(|range| !is_background(range));
    let all: Vec<AddressRange> = siblings
        .iter()
        .map(|space| space.range)
        .filter(|range| !is_background(range))
        .chain(reasons.iter().copied())
        .collect();
    let mut chosen = blocks(&all);
    chosen.retain(|block| reasons.iter().any(|range| range.overlaps(block.range())));
    chosen.sort_by_key(|block| (!ranges.iter().any(|range| range.overlaps(block.range())), *block));
    chosen.truncate(MOST_BLOCKS);
    chosen.sort_unstable();
    chosen
}

/// The cluster's own ranges and the addresses of its nodes.
fn own(plan: &NetworkPlan) -> Vec<AddressRange> {
    let machines = plan
        .around
        .iter()
        .filter(|space| matches!(space.role, Role::Node | Role::Nodes | Role::LoadBalancer | Role::Vip));
    let machines =
        machines.filter(|space| space.owner == Owner::Cluster && !matches!(space.origin, Origin::Default(_)));
    plan.ranges().map(|(_, range)| range.value.range()).chain(machines.map(|space| space.range)).collect()
}

/// The networks to draw: together they hold all ranges, in order, and far-apart ranges are in different ones.
fn blocks(ranges: &[AddressRange]) -> Vec<Network> {
    let mut sorted: Vec<AddressRange> = ranges.to_vec();
    sorted.sort_unstable();
    let mut parts: Vec<Part> = Vec::new();
    let mut reached: Option<(Family, u128)> = None;
    for range in sorted {
        let (first, last) = range.numbers();
        // What an earlier range has already is not counted twice.
        let news = match reached {
            Some((family, end)) if family == range.family() && end >= first => last.saturating_sub(end),
            _ => range.size(),
        };
        if reached.is_none_or(|(family, end)| family != range.family() || end < last) {
            reached = Some((range.family(), last));
        }
        let Some(block) = around(range, LEAST_BITS) else { continue };
        parts.push(Part { block, taken: news });
        while let [.., one, other] = parts.as_slice()
            && let Some(both) = one.with(other)
        {
            parts.truncate(parts.len() - 2);
            parts.push(both);
        }
    }
    parts.into_iter().map(|part| part.block).collect()
}

/// A block and how many of its addresses are taken.
struct Part {
    block: Network,
    taken: u128,
}

impl Part {
    /// The two as one, if they lie in each other or close together.
    fn with(&self, other: &Self) -> Option<Self> {
        let (one, two) = (self.block.range(), other.block.range());
        if self.block.family() != other.block.family() {
            return None;
        }
        let taken = self.taken.saturating_add(other.taken);
        let whole = AddressRange::new(one.first().min(two.first()), one.last().max(two.last())).ok()?;
        let block = around(whole, LEAST_BITS)?;
        let is_dense = block.range().size() / SPARSE <= taken;
        (one.overlaps(two) || is_dense).then_some(Self { block, taken })
    }
}

/// The smallest network around a range that leaves at least so many bits to hosts.
fn around(range: AddressRange, least_bits: u8) -> Option<Network> {
    let (first, last) = range.numbers();
    let bits = u8::try_from(128 - (first ^ last).leading_zeros()).ok()?.max(least_bits);
    Network::containing(range.first(), range.family().bits() - bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(ranges: &[&str]) -> Vec<String> {
        let ranges: Vec<AddressRange> = ranges.iter().map(|text| text.parse().unwrap()).collect();
        blocks(&ranges).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn neighbours_share_a_block_and_far_apart_ranges_do_not() {
        assert_eq!(chosen(&["10.233.0.0/18", "10.233.192.0/18", "10.233.64.0/18"]), ["10.233.0.0/16"]);
        assert_eq!(chosen(&["10.233.0.0/18", "10.239.0.0/18"]), ["10.233.0.0/18", "10.239.0.0/18"]);
        assert_eq!(chosen(&["10.233.67.76", "10.233.64.0/18"]), ["10.233.64.0/18"]);
    }

    #[test]
    fn single_addresses_are_shown_among_their_neighbours() {
        assert_eq!(chosen(&["192.168.1.10", "192.168.1.200"]), ["192.168.1.0/24"]);
        assert_eq!(chosen(&["fd00::1", "fd00::ff00"]), ["fd00::/120", "fd00::ff00/120"]);
    }

    #[test]
    fn both_families_and_their_ends_have_blocks() {
        assert_eq!(chosen(&["0.0.0.0/0", "::/0"]), ["0.0.0.0/0", "::/0"]);
        assert_eq!(chosen(&["255.255.255.255", "::"]), ["255.255.255.0/24", "::/120"]);
    }
}
