//! How high each box lies: addresses grow downwards, every box's words have a row of their own, and two boxes share
//! a height exactly when they share an address.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::items::{Column, Item, families};

/// Between boxes with no address between them.
const SEAM: i32 = 5;

/// Between boxes with free addresses between them.
const GAP: i32 = 22;

/// Between the address families.
const FAMILY_GAP: i32 = 40;

/// Below the last thing in a box.
const PADDING: i32 = 7;

/// Where a box lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) top: i32,
    pub(super) bottom: i32,
    /// How many boxes of its column are around it.
    pub(super) depth: i32,
}

/// Where everything lies.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Of each item.
    pub(super) places: Vec<Place>,
    /// The middles of gaps with free addresses.
    pub(super) gaps: Vec<i32>,
    /// Where to write that IPv6 begins, when there is IPv4 before it.
    pub(super) ipv6: Option<i32>,
    /// The end of it all.
    pub(super) bottom: i32,
}

/// A bound of an item: its first address before its last, what is around others first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bound {
    at: u128,
    side: Side,
    order: (Reverse<u128>, usize),
    item: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    First,
    Last,
}

impl Rows {
    /// Lays out the items; `heights` are those of their words.
    pub(super) fn of(items: &[Item], heights: &[i32], top: i32) -> Self {
        let mut rows = Self { places: vec![Place::default(); items.len()], gaps: Vec::new(), ipv6: None, bottom: top };
        for (place, family) in families(items).enumerate() {
            if place > 0 {
                rows.gaps.push(rows.bottom + GAP / 2);
                rows.bottom += FAMILY_GAP;
                rows.ipv6 = Some(rows.bottom - 2);
            }
            let of_family = (0..items.len()).filter(|item| items[*item].range.family() == family);
            rows.add(&bounds(items, of_family), items, heights);
        }
        rows
    }

    fn add(&mut self, bounds: &[Bound], items: &[Item], heights: &[i32]) {
        let mut open: Vec<usize> = Vec::new();
        let mut last_closed = None;
        for group in bounds.chunk_by(|a, b| (a.at, a.side) == (b.at, b.side)) {
            let Some(Bound { at, side, .. }) = group.first() else { continue };
            match side {
                Side::First => {
                    let is_free = open.is_empty() && last_closed.is_some_and(|last: u128| last.saturating_add(1) < *at);
                    if is_free {
                        self.gaps.push(self.bottom + GAP / 2);
                    }
                    self.bottom += if is_free { GAP } else { SEAM };
                    self.open(group, items, heights, &mut open);
                }
                Side::Last => {
                    self.close(group, items, heights);
                    open.retain(|item| !group.iter().any(|bound| bound.item == *item));
                    last_closed = Some(*at);
                }
            }
        }
    }

    /// Gives items that begin together rows: one of each column beside the other.
    fn open(&mut self, group: &[Bound], items: &[Item], heights: &[i32], open: &mut Vec<usize>) {
        let mut rows: Vec<Vec<usize>> = Vec::new();
        let mut in_column: HashMap<Column, usize> = HashMap::new();
        for bound in group {
            let row = in_column.entry(items[bound.item].column).or_default();
            if rows.len() == *row {
                rows.push(Vec::new());
            }
            rows[*row].push(bound.item);
            *row += 1;
        }
        for row in rows {
            for &item in &row {
                // Ranges may cross, so that it is the deepest one still open that this one has to be inside of.
                let around = open.iter().filter(|other| items[**other].column == items[item].column);
                let depth = around.map(|other| self.places[*other].depth + 1).max().unwrap_or_default();
                self.places[item] = Place { top: self.bottom, bottom: self.bottom, depth };
            }
            self.bottom += row.iter().map(|item| heights[*item]).max().unwrap_or_default();
            open.extend(row);
        }
    }

    /// Ends items that end together: the inner ones of a column before those around them.
    fn close(&mut self, group: &[Bound], items: &[Item], heights: &[i32]) {
        let mut ends: HashMap<Column, (i32, usize)> = HashMap::new();
        for &Bound { item, .. } in group.iter().rev() {
            let reached = ends.get(&items[item].column).map_or(self.bottom, |(bottom, _)| *bottom);
            let least = self.places[item].top + heights[item] + bulk(&items[item]);
            let bottom = (reached + PADDING).max(least);
            self.places[item].bottom = bottom;
            ends.insert(items[item].column, (bottom, item));
        }
        self.bottom = ends.values().map(|(bottom, _)| *bottom).max().unwrap_or(self.bottom);
        for (_, outermost) in ends.into_values() {
            self.places[outermost].bottom = self.bottom;
        }
    }
}

/// The bounds in the order of their addresses.
fn bounds(items: &[Item], of_family: impl Iterator<Item = usize>) -> Vec<Bound> {
    let mut bounds: Vec<_> = of_family
        .flat_map(|item| {
            let (first, last) = items[item].range.numbers();
            let order = (Reverse(last), item);
            [(first, Side::First), (last, Side::Last)].map(|(at, side)| Bound { at, side, order, item })
        })
        .collect();
    // Whatever ends together ends in the order in which it began, backwards; so the ends are sorted by beginnings.
    bounds.sort_unstable_by_key(|bound| {
        let (first, _) = items[bound.item].range.numbers();
        (bound.at, bound.side, first, bound.order)
    });
    bounds
}

/// How much higher a box is than its words: its size, on a scale of powers of two.
fn bulk(item: &Item) -> i32 {
    i32::try_from(item.range.size().ilog2().min(24)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::network::address::AddressRange;
    use crate::network::space::{Owner, Role};
    use crate::plan::render::svg::address_map::items::Kind;

    fn item((column, range): (u8, AddressRange)) -> Item {
        let column = match column % 4 {
            3 => Column::Own,
            2 => Column::Siblings,
            level => Column::Level(level.into()),
        };
        Item {
            column,
            kind: Kind::Other,
            range,
            name: String::new(),
            extent: String::new(),
            details: Vec::new(),
            ticks: Vec::new(),
            tooltip: String::new(),
            keys: vec![(Owner::Cluster, Role::Outside, range)],
        }
    }

    fn range() -> impl Strategy<Value = AddressRange> {
        (any::<bool>(), 0_u128..40, 0_u128..12).prop_map(|(is_v4, first, size)| {
            let address = |number: u128| {
                let low = u16::try_from(number).unwrap();
                if is_v4 { [10, 0, 0, low.to_be_bytes()[1]].into() } else { [0xfd00, 0, 0, 0, 0, 0, 0, low].into() }
            };
            AddressRange::new(address(first), address(first + size)).unwrap()
        })
    }

    proptest! {
        #[test]
        fn boxes_share_a_height_exactly_when_they_share_an_address(found in vec((any::<u8>(), range()), 0..24)) {
            let items: Vec<_> = found.into_iter().map(item).collect();
            let rows = Rows::of(&items, &vec![27; items.len()], 0);
            for (one, a) in items.iter().zip(&rows.places) {
                prop_assert!(a.top + 27 < a.bottom && a.bottom <= rows.bottom);
                for (other, b) in items.iter().zip(&rows.places) {
                    let side_by_side = a.top < b.bottom && b.top < a.bottom;
                    prop_assert_eq!(side_by_side, one.range.overlaps(other.range));
                    if one.range.family() == other.range.family() && one.range.first() < other.range.first() {
                        prop_assert!(a.top < b.top);
                    }
                }
            }
        }
    }
}
