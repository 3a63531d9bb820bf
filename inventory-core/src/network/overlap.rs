//! Which ranges overlap: one sweep over sorted bounds.
//!
//! Networks nest or are apart; exact ranges may also cross. So for each range two neighbours are told: the nearest
//! one around it, and one that it crosses. Whatever overlaps anything is in an answer, on one side or the other, and
//! there are never more answers than twice the ranges.

use std::collections::BTreeSet;

use super::address::{AddressRange, Family};

/// Two ranges that share addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Overlap {
    /// The place of the one that starts later, or is inside.
    pub range: usize,
    /// The place of the one that starts earlier, or is around it.
    pub neighbour: usize,
    /// How they lie.
    pub how: Lie,
}

/// How two overlapping ranges lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lie {
    /// They are the same addresses.
    Same,
    /// All of the range is in its neighbour.
    Inside,
    /// The neighbour starts before the range and ends inside it.
    Crossing,
}

/// Every range's nearest neighbours among the others, in the order of their addresses; places are the slice's.
///
/// A range is told the one around it that starts last (of those, the shortest; of the same addresses, the one before
/// it in the slice), and of those that start before it and end inside it the one that ends last (of those, the one that
/// starts last). O(n log n).
pub fn overlaps(ranges: &[AddressRange]) -> Vec<Overlap> {
    let mut sorted: Vec<Bounds> = ranges.iter().enumerate().map(Bounds::new).collect();
    sorted.sort_unstable();
    let mut found = Vec::new();
    for family in sorted.chunk_by(|a, b| a.family == b.family) {
        sweep(family, &mut found);
    }
    found
}

/// A range, ordered so that whatever is around another comes before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bounds {
    family: Family,
    first: u128,
    last: std::cmp::Reverse<u128>,
    place: usize,
}

impl Bounds {
    fn new((place, range): (usize, &AddressRange)) -> Self {
        let (first, last) = range.numbers();
        Self { family: range.family(), first, last: std::cmp::Reverse(last), place }
    }
}

/// Looks at each range of one family once.
fn sweep(sorted: &[Bounds], found: &mut Vec<Overlap>) {
    // Ranges that can be the nearest one around a later range. Each ends before the one below it does: had it ended
    // later, it would have been the nearer one for everything that the other is around.
    let mut around: Vec<&Bounds> = Vec::new();
    // The ends of all ranges so far that reach the current one, with their places in `sorted`.
    let mut ends: BTreeSet<(u128, usize)> = BTreeSet::new();
    for (at, range) in sorted.iter().enumerate() {
        let last = range.last.0;
        while around.last().is_some_and(|top| top.last.0 < last) {
            around.pop();
        }
        if let Some(top) = around.last() {
            let same = top.first == range.first && top.last == range.last;
            let how = if same { Lie::Same } else { Lie::Inside };
            found.push(Overlap { range: range.place, neighbour: top.place, how });
        }
        around.push(range);
        while ends.first().is_some_and(|&(end, _)| end < range.first) {
            ends.pop_first();
        }
        if let Some(&(_, crossed)) = ends.range(..(last, 0)).next_back() {
            found.push(Overlap { range: range.place, neighbour: sorted[crossed].place, how: Lie::Crossing });
        }
        ends.insert((last, at));
    }
}
