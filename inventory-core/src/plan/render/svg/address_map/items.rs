//! What the map shows: boxes with their words, each in a column.

use std::collections::{HashMap, HashSet};

use super::groups;
use crate::network::address::{AddressRange, Family};
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::render::style::count;
use crate::plan::render::svg::levels;
use crate::plan::render::svg::spaces::{Clash, Key, key};
use crate::plan::{NetworkPlan, Why};

/// More boxes than this in one column are not drawn, but counted: in the cluster's own, and in any other.
const MOST: (usize, usize) = (12, 6);

/// Where a box says as much, further collisions are only painted.
const MOST_DETAILS: usize = 5;

/// Which column, from the left: the levels around, siblings, the cluster itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Column {
    /// A box of [`levels::boxes`].
    Level(usize),
    Siblings,
    Own,
}

impl Column {
    /// Where a space is drawn.
    fn of(space: &AddressSpace, plan: &NetworkPlan) -> Self {
        let innermost = plan.levels.len().saturating_sub(1);
        let level = match space.owner {
            Owner::Sibling(_) => return Self::Siblings,
            Owner::Level(level) => usize::from(level).min(innermost),
            Owner::Cluster if space.role == Role::Outside => 0,
            Owner::Cluster if is_around_machines(space.role) => innermost,
            Owner::Cluster => return Self::Own,
        };
        let boxes = levels::boxes(plan.levels.len());
        boxes.iter().position(|levels| levels.contains(&level)).map_or(Self::Own, Self::Level)
    }
}

/// What the machines of a cluster are in, and so is part of what is around it.
const fn is_around_machines(role: Role) -> bool {
    matches!(role, Role::Nodes | Role::Dhcp | Role::GuestNat | Role::HostOnly | Role::Virtual | Role::Management)
}

/// What a box's colour says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Pods,
    Services,
    Nodes,
    Edge,
    Other,
}

impl Kind {
    const fn of(role: Role) -> Self {
        match role {
            Role::Pods | Role::NodePods | Role::PodPool => Self::Pods,
            Role::Services | Role::ClusterDns => Self::Services,
            Role::Nodes | Role::Node | Role::Gateway | Role::Dhcp => Self::Nodes,
            Role::LoadBalancer | Role::Vip => Self::Edge,
            _ => Self::Other,
        }
    }

    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Pods => "pods",
            Self::Services => "services",
            Self::Nodes => "nodes",
            Self::Edge => "edge",
            Self::Other => "other",
        }
    }
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) column: Column,
    pub(super) kind: Kind,
    pub(super) range: AddressRange,
    /// What it is.
    pub(super) name: String,
    /// Its addresses, as a person writes them.
    pub(super) extent: String,
    /// What more there is to say, a line each.
    pub(super) details: Vec<String>,
    /// Where in it something lies: nodes, shares.
    pub(super) ticks: Vec<AddressRange>,
    pub(super) tooltip: String,
    /// The spaces it stands for.
    pub(super) keys: Vec<Key>,
}

/// What the map shows, and how much more there would be.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) shown: Vec<Item>,
    /// Of each column that has more than is shown.
    pub(super) more: Vec<(Column, usize)>,
    /// Which of the items collide with each other.
    pub(super) clashes: Vec<Vec<usize>>,
}

impl Items {
    pub(super) fn of(plan: &NetworkPlan, spaces: &[AddressSpace], clashes: &[Clash]) -> Self {
        let clashing: HashSet<Key> =
            clashes.iter().flat_map(|clash| [Some(&clash.space), clash.other.as_ref()]).flatten().map(key).collect();
        let shares = spaces.iter().filter(|space| space.role == Role::NodePods).count();
        let (many, single): (Vec<_>, Vec<_>) = spaces
            .iter()
            .filter(|space| !is_detail(space.role) || clashing.contains(&key(space)))
            .partition(|space| space.role == Role::Node || space.role == Role::NodePods && shares > groups::FEW);
        let mut items = Self::default();
        items.take(merged(single.into_iter().map(|space| item(plan, space))), &clashing);
        let groups = groups::of(&many, &items.shown, |space| Column::of(space, plan));
        items.take(groups, &clashing);
        items.meet(clashes);
        items
    }

    /// Finds the boxes of what collides and has them say so.
    fn meet(&mut self, clashes: &[Clash]) {
        let places: HashMap<Key, usize> =
            (0..).zip(&self.shown).flat_map(|(at, item)| item.keys.iter().map(move |key| (key.clone(), at))).collect();
        let place = |space: &AddressSpace| places.get(&key(space)).copied();
        let mut seen = HashSet::new();
        for clash in clashes {
            let pair = (place(&clash.space), clash.other.as_ref().and_then(place));
            // Nodes in a box of their own meet one thing all together.
            if !seen.insert(pair) {
                continue;
            }
            let details = pair.0.map(|at| &mut self.shown[at].details);
            if let Some(details) = details.filter(|details| details.len() < MOST_DETAILS) {
                details.push(meets(clash));
            }
            self.clashes.push([pair.0, pair.1].into_iter().flatten().collect());
        }
    }

    /// Takes as many of a column's boxes as have room, those that collide first, then by what they are.
    fn take(&mut self, mut found: Vec<Item>, clashing: &HashSet<Key>) {
        found.sort_by_key(|item| (!item.keys.iter().any(|key| clashing.contains(key)), item.keys[0].1));
        for item in found {
            let column = item.column;
            let most = if column == Column::Own { MOST.0 } else { MOST.1 };
            if self.shown.iter().filter(|shown| shown.column == column).count() < most {
                self.shown.push(item);
            } else if let Some((_, more)) = self.more.iter_mut().find(|(of, _)| *of == column) {
                *more += 1;
            } else {
                self.more.push((column, 1));
            }
        }
    }
}

/// Single addresses, and what is inside something that is shown anyway.
const fn is_detail(role: Role) -> bool {
    matches!(role, Role::Gateway | Role::ClusterDns | Role::UpstreamDns | Role::NodeLocalDns | Role::PodPool)
}

fn item(plan: &NetworkPlan, space: &AddressSpace) -> Item {
    let mut details = Vec::new();
    if space.owner == Owner::Cluster {
        details.extend(room(plan, space));
        let choice = plan.ranges().find(|(role, choice)| *role == space.role && space.range == choice.value.into());
        details.extend(choice.and_then(|(_, choice)| reason(&choice.why)));
    }
    Item {
        column: Column::of(space, plan),
        kind: Kind::of(space.role),
        range: space.range,
        name: name(space),
        extent: space.range.to_string(),
        details,
        ticks: Vec::new(),
        tooltip: plan.tell(space),
        keys: vec![key(space)],
    }
}

fn name(space: &AddressSpace) -> String {
    match (&space.owner, space.role, &space.origin) {
        (Owner::Sibling(name), role, _) => format!("{name}: {role}"),
        // Somebody declared it and gave it a name, which the planner puts before the place.
        (_, Role::Outside, Origin::Found(what)) => {
            what.rsplit_once(", ").map_or(what.as_str(), |(name, _)| name).to_owned()
        }
        (_, Role::NodePods, Origin::Found(host)) => format!("pods of {host}"),
        (_, Role::Node, Origin::Found(host)) => host.clone(),
        (_, role, _) => role.to_string(),
    }
}

/// What a range has room for.
fn room(plan: &NetworkPlan, space: &AddressSpace) -> Option<String> {
    let room = plan.room.iter().find(|room| room.family == space.family())?;
    match space.role {
        Role::Pods => Some(format!("room for {} nodes, {} pods on each", count(room.nodes), count(room.pods_per_node))),
        Role::Services => Some(format!("room for {} Services", count(room.services))),
        _ => None,
    }
}

/// Why it is this one, where that is short enough to be drawn.
fn reason(why: &Why) -> Option<String> {
    match why {
        Why::Written(_) => Some("as the cluster file says".to_owned()),
        Why::Kept(_) | Why::WasInEffect(_) => Some("kept as it was".to_owned()),
        Why::Default(_) => Some(why.to_string()),
        Why::Free { instead_of, .. } => Some(format!("instead of {instead_of}")),
        Why::Fits(_) | Why::Leaves { .. } | Why::Because(_) => None,
    }
}

fn meets(clash: &Clash) -> String {
    let Clash { other, shared, .. } = clash;
    match other {
        None => format!("✕ {shared} is nobody's to use"),
        Some(other) => match &other.owner {
            Owner::Sibling(name) => format!("✕ meets {} of {name}", other.role),
            Owner::Cluster => format!("✕ meets its own {}", other.role),
            Owner::Level(_) => format!("✕ meets {} {}", other.role, other.range),
        },
    }
}

/// Siblings on the same range share a box.
fn merged(items: impl Iterator<Item = Item>) -> Vec<Item> {
    let mut merged: Vec<Item> = Vec::new();
    for item in items {
        let same = |other: &&mut Item| {
            item.column == Column::Siblings
                && other.column == Column::Siblings
                && other.range == item.range
                && other.keys[0].1 == item.keys[0].1
        };
        if let Some(other) = merged.iter_mut().find(same) {
            other.keys.extend(item.keys);
            other.name = format!("{} of {} clusters", other.keys[0].1, other.keys.len());
        } else {
            merged.push(item);
        }
    }
    merged
}

/// The families there are, IPv4 first.
pub(super) fn families(items: &[Item]) -> impl Iterator<Item = Family> {
    [Family::Ipv4, Family::Ipv6].into_iter().filter(|family| items.iter().any(|item| item.range.family() == *family))
}
