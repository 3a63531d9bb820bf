//! Which parts of the address space are worth a row.

use crate::network::address::{AddressRange, Family, Network};

/// A block is no smaller than this many bits of hosts, so that single addresses are seen among their neighbours.
const LEAST_BITS: u8 = 8;

/// Two parts share a row when at least one address in this many of it is theirs.
const SPARSE: u128 = 4;

/// The networks to draw: together they hold all ranges, in order, and far-apart ranges are in different ones.
pub(super) fn blocks(ranges: &[AddressRange]) -> Vec<Network> {
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
