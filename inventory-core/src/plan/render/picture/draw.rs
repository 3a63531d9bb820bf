//! One block's rows of characters: who has what, drawn to scale.

use std::fmt::Write as _;

use crate::network::address::{AddressRange, Network};

use super::super::style::{Ink, Style, columns};

/// How something is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    Nodes,
    Services,
    Pods,
    Other,
    Pool,
    Node,
    Vip,
    Address,
    Collision,
}

impl Mark {
    /// Its character, which alone tells it from the others.
    pub(super) const fn glyph(self) -> char {
        match self {
            Self::Nodes => '░',
            Self::Services => '▒',
            Self::Pods => '█',
            Self::Other => '╌',
            Self::Pool => '◆',
            Self::Node => '▲',
            Self::Vip => '◇',
            Self::Address => '•',
            Self::Collision => '✗',
        }
    }

    pub(super) const fn ink(self) -> Ink {
        match self {
            Self::Nodes | Self::Node => Ink::Nodes,
            Self::Services => Ink::Services,
            Self::Pods => Ink::Pods,
            Self::Other | Self::Address => Ink::Quiet,
            Self::Pool | Self::Vip => Ink::Pool,
            Self::Collision => Ink::Error,
        }
    }

    /// What the legend says.
    pub(super) const fn means(self) -> &'static str {
        match self {
            Self::Nodes => "node network",
            Self::Services => "services",
            Self::Pods => "pods",
            Self::Other => "other",
            Self::Pool => "load balancer",
            Self::Node => "node",
            Self::Vip => "API",
            Self::Address => "gateway, DNS",
            Self::Collision => "collision",
        }
    }

    /// Whether it is so large that it may carry its name.
    const fn is_bar(self) -> bool {
        matches!(self, Self::Nodes | Self::Services | Self::Pods | Self::Other)
    }
}

/// Something to draw.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) range: AddressRange,
    pub(super) mark: Mark,
    /// What may stand in it, from the most to the least telling.
    pub(super) names: Vec<String>,
}

/// A block's scale: how its addresses become columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub(super) block: Network,
    pub(super) width: usize,
}

impl Scale {
    /// The column where an address of the block, counted from its first, begins, or the one it lies in.
    fn column(self, offset: u128, is_rounded: bool) -> usize {
        // The lowest bits decide nothing, and would not fit.
        let spare = self.block.host_len().saturating_sub(64);
        let (offset, size) = (offset >> spare, 1_u128 << (self.block.host_len() - spare));
        let half = if is_rounded { size / 2 } else { 0 };
        let column = (offset * self.width as u128 + half) / size;
        usize::try_from(column).unwrap_or(self.width).min(self.width)
    }

    /// The columns of the part of a range that is in the block: at least one.
    fn columns(self, range: AddressRange) -> Option<(usize, usize)> {
        let here = self.block.range();
        let (start, _) = here.numbers();
        let (first, last) = here.intersection(range)?.numbers();
        let (first, last) = (first - start, last - start);
        if first == last {
            let at = self.column(first, false);
            return Some((at, at + 1));
        }
        let from = self.column(first, true).min(self.width - 1);
        let end = last.checked_add(1).map_or(self.width, |end| self.column(end, true));
        Some((from, end.max(from + 1)))
    }

    /// The addresses at even parts of the block, as many as have room.
    pub(super) fn ruler(self) -> String {
        let labels = |parts: u8| -> Option<Vec<(usize, String)>> {
            let bits = self.block.host_len().checked_sub(parts)?;
            let label = |part: u128| {
                let offset = part.checked_shl(bits.into()).unwrap_or(0);
                Some((self.column(offset, true), self.block.nth(offset)?.to_string()))
            };
            let labels: Option<Vec<_>> = (0..1_u128 << parts).map(label).collect();
            labels.filter(|labels| {
                let ends = labels.iter().skip(1).map(|(at, _)| *at).chain([self.width + 1]);
                labels.iter().zip(ends).all(|((at, text), end)| at + columns(text) + 2 <= end)
            })
        };
        let mut text = String::new();
        for (at, label) in [3, 2, 1, 0].into_iter().find_map(labels).unwrap_or_default() {
            let gap = at.saturating_sub(columns(&text));
            let _ = write!(text, "{:gap$}╷{label}", "");
        }
        text
    }

    /// The shapes as rows of characters, those that share addresses under each other, and single addresses and pools
    /// under the network they are in.
    pub(super) fn rows(self, shapes: &[Shape], style: Style) -> Vec<String> {
        let mut rows: Vec<Row> = Vec::new();
        let (mut bars, mut points): (Vec<&Shape>, Vec<&Shape>) = shapes.iter().partition(|shape| shape.mark.is_bar());
        bars.sort_by_key(|shape| (shape.mark, shape.range));
        points.sort_by_key(|shape| (shape.mark, shape.range));
        for shapes in [&mut bars, &mut points] {
            let above = rows.len();
            shapes.dedup_by_key(|shape| (shape.mark, shape.range));
            for shape in shapes {
                let Some(columns) = self.columns(shape.range) else { continue };
                let is_free = |row: &&mut Row| !row.ranges.iter().any(|range| range.overlaps(shape.range));
                if let Some(row) = rows.iter_mut().skip(above).find(is_free) {
                    row.draw(shape, columns);
                } else {
                    let mut row = Row::new(self.width);
                    row.draw(shape, columns);
                    rows.push(row);
                }
            }
        }
        rows.iter().map(|row| row.text(style)).collect()
    }
}

/// A row on its way.
struct Row {
    cells: Vec<(char, Ink)>,
    ranges: Vec<AddressRange>,
}

impl Row {
    fn new(width: usize) -> Self {
        Self { cells: vec![('·', Ink::Quiet); width], ranges: Vec::new() }
    }

    fn draw(&mut self, shape: &Shape, (from, end): (usize, usize)) {
        self.ranges.push(shape.range);
        self.cells[from..end].fill((shape.mark.glyph(), shape.mark.ink()));
        let room = (end - from).saturating_sub(4);
        let Some(name) = shape.names.iter().find(|name| columns(name) <= room) else { return };
        let name = format!(" {name} ");
        let start = from + (end - from - columns(&name)) / 2;
        for (cell, letter) in self.cells[start..].iter_mut().zip(name.chars()) {
            *cell = (letter, Ink::Strong);
        }
    }

    fn text(&self, style: Style) -> String {
        let runs = self.cells.chunk_by(|one, next| one.1 == next.1);
        runs.map(|run| style.paint(run[0].1, &run.iter().map(|(letter, _)| letter).collect::<String>())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns_of(block: &str, width: usize, range: &str) -> Option<(usize, usize)> {
        Scale { block: block.parse().unwrap(), width }.columns(range.parse().unwrap())
    }

    #[test]
    fn networks_have_their_part_of_the_width() {
        for (range, columns) in
            [("10.0.0.0/18", (0, 16)), ("10.0.64.0/18", (16, 32)), ("10.0.192.0/18", (48, 64)), ("10.0.0.0/8", (0, 64))]
        {
            assert_eq!(columns_of("10.0.0.0/16", 64, range), Some(columns), "{range}");
        }
        assert_eq!(columns_of("::/0", 48, "8000::/1"), Some((24, 48)));
        assert_eq!(columns_of("10.0.0.0/16", 64, "10.1.0.0/16"), None);
    }

    #[test]
    fn what_is_smaller_than_a_column_has_the_column_it_lies_in() {
        assert_eq!(columns_of("10.0.0.0/16", 64, "10.0.3.255"), Some((0, 1)));
        assert_eq!(columns_of("10.0.0.0/16", 64, "10.0.255.255"), Some((63, 64)));
        assert_eq!(columns_of("10.0.0.0/16", 64, "10.0.255.0/24"), Some((63, 64)));
        assert_eq!(columns_of("fd00::/64", 96, "fd00::1"), Some((0, 1)));
    }

    #[test]
    fn a_ruler_has_as_many_addresses_as_have_room() {
        let ruler = |block: &str, width| Scale { block: block.parse().unwrap(), width }.ruler();
        assert_eq!(ruler("10.0.0.0/16", 32), "╷10.0.0.0       ╷10.0.128.0");
        assert_eq!(ruler("10.0.0.0/16", 48), "╷10.0.0.0   ╷10.0.64.0  ╷10.0.128.0 ╷10.0.192.0");
        assert_eq!(ruler("10.0.0.0/16", 8), "");
    }
}
