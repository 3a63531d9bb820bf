//! The address space as a picture of characters: who has what, to scale.

mod blocks;
mod lanes;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::network::address::{AddressRange, Network};
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::NetworkPlan;
use crate::safe::terminal::one_line;

use super::around::{MOST_SIBLINGS, groups, sibling, siblings};
use super::style::{Ink, Style, columns, count, counted};
use lanes::{Mark, Scale, Shape};

/// The most blocks that are drawn.
const MOST_BLOCKS: usize = 8;

/// The most columns of a lane's name.
const LONGEST_NAME: usize = 18;

/// A range is only background where a pod or service network in it would be less than this part of it.
const BACKGROUND: u128 = 64;

/// The parts of the address space where something is, each as rows of characters to one scale: the levels around, the
/// siblings, the cluster, its nodes, and where the cluster's ranges collide with anything. Ends with a legend. Every
/// kind has a character of its own, so that colour only helps.
pub fn picture(plan: &NetworkPlan, style: Style) -> String {
    let chosen = chosen(plan);
    let mut lanes = lanes(plan);
    lanes.retain(|lane| lane.shapes.iter().any(|shape| chosen.iter().any(|block| block.range().overlaps(shape.range))));
    let name_width = lanes.iter().map(|lane| columns(&lane.name)).max().unwrap_or(0).clamp(5, LONGEST_NAME);
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

/// What one owner has.
struct Lane {
    name: String,
    is_own: bool,
    shapes: Vec<Shape>,
}

impl Lane {
    fn new(name: &str, is_own: bool, shapes: Vec<Shape>) -> Self {
        let name = one_line(name);
        let name = if columns(&name) <= LONGEST_NAME {
            name
        } else {
            name.chars().take(LONGEST_NAME - 1).chain(['…']).collect()
        };
        Self { name, is_own, shapes }
    }
}

/// The owners from the outside to the inside.
fn lanes(plan: &NetworkPlan) -> Vec<Lane> {
    let of = |belongs: &dyn Fn(&AddressSpace) -> bool| -> Vec<Shape> {
        plan.around.iter().filter(|space| belongs(space)).map(shape).collect()
    };
    let mut lanes = vec![Lane::new("outside", false, of(&|space| space.role == Role::Outside))];
    for (level, name) in plan.levels.iter().enumerate() {
        let belongs = |space: &AddressSpace| {
            space.role != Role::Outside && matches!(space.owner, Owner::Level(at) if usize::from(at) == level)
        };
        lanes.push(Lane::new(name, false, of(&belongs)));
    }
    let siblings = siblings(plan);
    for name in siblings.iter().take(MOST_SIBLINGS) {
        lanes.push(Lane::new(name, false, of(&|space| sibling(space) == Some(*name))));
    }
    let others = of(&|space| sibling(space).and_then(|name| siblings.get_index_of(name)) >= Some(MOST_SIBLINGS));
    lanes.push(Lane::new("other siblings", false, others));
    let is_default = |space: &AddressSpace| space.owner == Owner::Cluster && matches!(space.origin, Origin::Default(_));
    lanes.push(Lane::new("by default", false, of(&is_default)));
    let ranges = plan.ranges().map(|(role, range)| Shape {
        range: range.value.range(),
        mark: mark(role, range.value.range()),
        names: names(role, range.value.range()),
    });
    lanes.push(Lane::new(&plan.cluster, true, ranges.collect()));
    let is_machines =
        |space: &AddressSpace| space.owner == Owner::Cluster && !is_default(space) && space.role != Role::Outside;
    lanes.push(Lane::new(&counted(plan.nodes_today.into(), "node"), true, of(&is_machines)));
    lanes.push(Lane::new("collisions", true, collisions(plan)));
    lanes
}

fn shape(space: &AddressSpace) -> Shape {
    Shape { range: space.range, mark: mark(space.role, space.range), names: names(space.role, space.range) }
}

fn names(role: Role, range: AddressRange) -> Vec<String> {
    vec![format!("{role} {range}"), role.to_string(), range.to_string()]
}

fn mark(role: Role, range: AddressRange) -> Mark {
    match role {
        Role::Pods | Role::PodPool | Role::NodePods => Mark::Pods,
        Role::Services => Mark::Services,
        Role::Nodes => Mark::Nodes,
        Role::Node => Mark::Node,
        Role::LoadBalancer => Mark::Pool,
        Role::Vip => Mark::Vip,
        _ if range.size() == 1 => Mark::Address,
        _ => Mark::Other,
    }
}

/// Where the cluster's pods and services share addresses with anything.
fn collisions(plan: &NetworkPlan) -> Vec<Shape> {
    let ranges: Vec<AddressRange> = plan.ranges().map(|(_, range)| range.value.range()).collect();
    let among = ranges
        .iter()
        .enumerate()
        .flat_map(|(at, one)| ranges[at + 1..].iter().filter_map(|other| one.intersection(*other)));
    let others = plan.around.iter().flat_map(|space| ranges.iter().filter_map(|range| range.intersection(space.range)));
    let mut shared: Vec<AddressRange> = among.chain(others).collect();
    shared.sort_unstable();
    // One that lies in another adds nothing to the picture.
    shared.dedup_by(|next, before| before.contains(*next));
    shared.into_iter().map(|range| Shape { range, mark: Mark::Collision, names: Vec::new() }).collect()
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

/// The parts of the address space that are drawn, in order: those of the cluster's own, and of pods, services and nodes
/// of the levels around, with siblings where they are near. What is so large that the others would vanish in it is no
/// reason to draw all of it.
fn chosen(plan: &NetworkPlan) -> Vec<Network> {
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
    let mut chosen = blocks::blocks(&all);
    chosen.retain(|block| reasons.iter().any(|range| range.overlaps(block.range())));
    chosen.sort_by_key(|block| (!ranges.iter().any(|range| range.overlaps(block.range())), *block));
    chosen.truncate(MOST_BLOCKS);
    chosen.sort_unstable();
    chosen
}
