//! Whose rows a picture has, and what each has.

use crate::network::address::AddressRange;
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::NetworkPlan;
use crate::safe::terminal::one_line;

use super::super::around::{MOST_SIBLINGS, sibling, siblings};
use super::super::style::{columns, counted};
use super::draw::{Mark, Shape};

/// The most columns of a lane's name.
const LONGEST_NAME: usize = 18;

/// What one owner has.
pub(super) struct Lane {
    pub(super) name: String,
    pub(super) is_own: bool,
    pub(super) shapes: Vec<Shape>,
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
pub(super) fn lanes(plan: &NetworkPlan) -> Vec<Lane> {
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
