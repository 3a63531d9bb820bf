//! Many small spaces in one box: the nodes of a cluster, the shares of many workers.

use super::items::{Column, Item, Kind};
use crate::network::address::AddressRange;
use crate::network::space::{AddressSpace, Owner, Role};
use crate::plan::render::svg::spaces::key;

/// Shares of the pod network that still get a box each.
pub(super) const FEW: usize = 6;

/// Boxes for neighbours of one owner and role: neighbours are inside the same boxes, with none between them.
pub(super) fn of(spaces: &[&AddressSpace], shown: &[Item], column: impl Fn(&AddressSpace) -> Column) -> Vec<Item> {
    let mut sorted = spaces.to_vec();
    sorted.sort_by(|a, b| (owner(a), a.role, a.range).cmp(&(owner(b), b.role, b.range)));
    let together = |a: &&AddressSpace, b: &&AddressSpace| {
        let (column, a_range, b_range) = (column(a), a.range, b.range);
        let parts = |item: &Item| {
            item.range.contains(a_range) != item.range.contains(b_range)
                || item.column == column
                    && a_range < item.range
                    && item.range < b_range
                    && !item.range.contains(b_range)
        };
        a.owner == b.owner && a.role == b.role && a.family() == b.family() && !shown.iter().any(parts)
    };
    sorted.chunk_by(together).filter_map(|group| item(group, column(group.first()?))).collect()
}

fn owner(space: &AddressSpace) -> Option<&str> {
    match &space.owner {
        Owner::Sibling(name) => Some(name),
        _ => None,
    }
}

fn item(group: &[&AddressSpace], column: Column) -> Option<Item> {
    let (first, last) = (group.first()?, group.iter().max_by_key(|space| space.range.last())?);
    let range = AddressRange::new(first.range.first(), last.range.last()).ok()?;
    let what = match (first.role, group.len()) {
        (Role::NodePods, many) => format!("pods of {many} nodes"),
        (_, 1) => "node".to_owned(),
        (_, many) => format!("{many} nodes"),
    };
    let all = |text: fn(&AddressSpace) -> String| group.iter().map(|space| text(space)).collect::<Vec<_>>().join(", ");
    Some(Item {
        column,
        kind: if first.role == Role::NodePods { Kind::Pods } else { Kind::Nodes },
        range,
        name: owner(first).map_or_else(|| what.clone(), |owner| format!("{owner}: {what}")),
        // What they lie between may happen to be a network, which nobody has made it.
        extent: if range.size() == 1 { range.to_string() } else { format!("{}-{}", range.first(), range.last()) },
        details: Vec::new(),
        ticks: if group.len() > 1 { group.iter().map(|space| space.range).collect() } else { Vec::new() },
        tooltip: all(|space| format!("{} ({})", space.range, space.origin)),
        keys: group.iter().map(|space| key(space)).collect(),
    })
}
