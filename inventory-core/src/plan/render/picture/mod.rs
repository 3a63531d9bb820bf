//! The address space as a picture of characters: who has what, to scale.

mod blocks;
mod draw;
mod lanes;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::network::address::Network;
use crate::network::space::AddressSpace;
use crate::plan::NetworkPlan;

use super::around::groups;
use super::style::{Ink, Style, columns, count};
use draw::{Mark, Scale, Shape};

/// The parts of the address space where something is, each as rows of characters to one scale: the levels around, the
/// siblings, the cluster, its nodes, and where the cluster's ranges collide with anything. Ends with a legend. Every
/// kind has a character of its own, so that colour only helps.
pub fn picture(plan: &NetworkPlan, style: Style) -> String {
    let chosen = blocks::chosen(plan);
    let mut lanes = lanes::lanes(plan);
    lanes.retain(|lane| lane.shapes.iter().any(|shape| chosen.iter().any(|block| block.range().overlaps(shape.range))));
    let name_width = lanes.iter().map(|lane| columns(&lane.name)).max().unwrap_or(0).max(5);
    let width = even(style.width.saturating_sub(name_width + 4));
    let mut text = String::new();
    let mut used = BTreeSet::new();
    for &block in &chosen {
        let scale = Scale { block, width };
        let (title, each) = (block.to_string(), scale.addresses_per_column());
        text += &style.paint(Ink::Strong, &title);
        if let Some(gap) = (name_width + 4 + width).checked_sub(columns(&title) + columns(&each) + 1) {
            let _ = write!(text, "{:gap$} {}", "", style.paint(Ink::Quiet, &each));
        }
        text.push('\n');
        let _ = writeln!(text, "{:indent$}{}", "", style.paint(Ink::Quiet, &scale.ruler()), indent = name_width + 4);
        for lane in &lanes {
            let here: Vec<Shape> =
                lane.shapes.iter().filter(|shape| shape.range.overlaps(block.range())).cloned().collect();
            used.extend(here.iter().map(|shape| shape.mark));
            for (number, row) in scale.rows(&here, style).into_iter().enumerate() {
                let name = if number == 0 { lane.name.as_str() } else { "" };
                let gap = " ".repeat(name_width - columns(name).min(name_width));
                let name = if lane.is_own { style.paint(Ink::Strong, name) } else { name.to_owned() };
                let _ = writeln!(text, "  {name}{gap}  {row}");
            }
        }
        text.push('\n');
    }
    text + &legend(&used, style) + &elsewhere(plan, &chosen, style)
}

/// What every character means.
fn legend(used: &BTreeSet<Mark>, style: Style) -> String {
    let marks = used.iter().map(|mark| (mark.ink(), mark.glyph(), mark.means()));
    let mut text = String::new();
    let mut taken = 0;
    for (ink, glyph, means) in marks.chain([(Ink::Quiet, '·', "free")]) {
        let length = 2 + columns(means);
        if taken > 0 && taken + 3 + length > style.width {
            text.push('\n');
            taken = 0;
        }
        if taken > 0 {
            text.push_str("   ");
            taken += 3;
        }
        let _ = write!(text, "{} {means}", style.paint(ink, &glyph.to_string()));
        taken += length;
    }
    text + "\n"
}

/// What there is in no block that is drawn.
fn elsewhere(plan: &NetworkPlan, drawn: &[Network], style: Style) -> String {
    let is_drawn = |space: &AddressSpace| drawn.iter().any(|block| block.range().overlaps(space.range));
    let left = groups(plan).into_iter().filter_map(|group| {
        let mut left = group.spaces.iter().filter(|space| !is_drawn(space)).map(|space| space.range);
        let first = left.next()?;
        Some(match left.count() {
            0 => format!("{} {first}", group.name),
            more => format!("{} {first} and {more} more", group.name),
        })
    });
    let left: Vec<String> = left.collect();
    if left.is_empty() { String::new() } else { style.hanging("", 0, &format!("elsewhere: {}", left.join(", ")), 0) }
}

/// The widest that divides a network's parts evenly: 32, 48, 64, 96, 128.
fn even(room: usize) -> usize {
    let powers = (3..12).map(|bits| 1_usize << bits);
    let widths = powers.flat_map(|power| [power, power + power / 2]).filter(|width| *width <= room);
    widths.max().unwrap_or(8)
}

impl Scale {
    /// `1,024 addresses a column`.
    fn addresses_per_column(self) -> String {
        let (size, width) = (self.block.range().size(), self.width as u128);
        let about = if size.is_multiple_of(width) { "" } else { "~" };
        match size.saturating_add(width / 2) / width {
            0 => format!("{} columns an address", width / size),
            1 => format!("{about}1 address a column"),
            each => format!("{about}{} addresses a column", count(each).trim_start_matches('~')),
        }
    }
}
