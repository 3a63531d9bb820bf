//! What the ranges were kept apart from, gathered so that a person can take it in.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::IpAddr;

use indexmap::{IndexMap, IndexSet};

use crate::network::address::AddressRange;
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::NetworkPlan;

use super::style::counted;
use super::words;

/// The most of a kind that are named.
const NAMED: usize = 6;

/// The most siblings that are told apart.
pub(super) const MOST_SIBLINGS: usize = 6;

/// Whose spaces are shown together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A level around the machines.
    Level(u8),
    /// Another cluster on the same level.
    Sibling,
    /// More of them than anybody would read.
    OtherSiblings,
    /// The cluster's own.
    Own,
    /// What its machines must reach.
    Outside,
    /// What is so wherever nothing else is said.
    Default,
}

/// Spaces that are shown together.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) kind: Kind,
    /// Whose they are.
    pub(super) name: Cow<'a, str>,
    pub(super) spaces: Vec<&'a AddressSpace>,
}

/// The spaces by who has them: levels from the outermost, siblings, the cluster itself, defaults.
pub(super) fn groups(plan: &NetworkPlan) -> Vec<Group<'_>> {
    let siblings = siblings(plan);
    let others = siblings.len().saturating_sub(MOST_SIBLINGS);
    let mut groups: IndexMap<(Kind, Cow<'_, str>), Vec<&AddressSpace>> = IndexMap::new();
    for space in &plan.around {
        let kind = match (&space.owner, &space.origin) {
            (Owner::Level(level), _) => Kind::Level(*level),
            (Owner::Sibling(name), _) => match siblings.get_index_of(name.as_str()) {
                Some(0..MOST_SIBLINGS) => Kind::Sibling,
                _ => Kind::OtherSiblings,
            },
            (Owner::Cluster, Origin::Default(_)) => Kind::Default,
            (Owner::Cluster, _) if space.role == Role::Outside => Kind::Outside,
            (Owner::Cluster, _) => Kind::Own,
        };
        let name = match kind {
            Kind::Default => "by default".into(),
            Kind::Outside => "outside".into(),
            Kind::OtherSiblings => counted(others as u128, "other sibling").into(),
            Kind::Level(_) | Kind::Sibling | Kind::Own => words::owner(plan, &space.owner),
        };
        groups.entry((kind, name)).or_default().push(space);
    }
    let mut groups: Vec<_> = groups.into_iter().map(|((kind, name), spaces)| Group { kind, name, spaces }).collect();
    groups.sort_by_key(|group| group.kind);
    groups
}

/// The names of the siblings, in order.
pub(super) fn siblings(plan: &NetworkPlan) -> IndexSet<&str> {
    plan.around.iter().filter_map(sibling).collect()
}

/// The sibling whose a space is.
pub(super) fn sibling(space: &AddressSpace) -> Option<&str> {
    match &space.owner {
        Owner::Sibling(name) => Some(name),
        Owner::Cluster | Owner::Level(_) => None,
    }
}

impl Group<'_> {
    /// `pods 10.233.64.0/18 (IPPool default-pool), nodes 10.0.0.11-10.0.0.13`.
    pub(super) fn text(&self) -> String {
        let mut by_role: IndexMap<Role, Vec<&AddressSpace>> = IndexMap::new();
        for space in &self.spaces {
            by_role.entry(space.role).or_default().push(space);
        }
        let parts = by_role.into_iter().map(|(role, spaces)| {
            let name = match role {
                Role::Outside => String::new(),
                Role::Node if spaces.len() > 1 => "nodes ".to_owned(),
                role => format!("{role} "),
            };
            let origin = &spaces[0].origin;
            if spaces.iter().all(|space| space.origin == *origin) {
                let ranges = shortened(&joined(spaces.iter().map(|space| space.range)));
                format!("{name}{ranges} ({})", whose(origin))
            } else if role != Role::Node && spaces.len() <= NAMED {
                let each = spaces.iter().map(|space| format!("{} ({})", space.range, whose(&space.origin)));
                format!("{name}{}", each.collect::<Vec<_>>().join(", "))
            } else {
                format!("{name}{}", shortened(&joined(spaces.iter().map(|space| space.range))))
            }
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// Where a space was learned; of a default only whose it is.
fn whose(origin: &Origin) -> String {
    match origin {
        Origin::Default(whom) => whom.to_string(),
        origin => origin.to_string(),
    }
}

/// Ranges in order as texts, single addresses that follow each other without a gap as one: `10.0.0.2-10.0.0.3`.
fn joined(ranges: impl Iterator<Item = AddressRange>) -> Vec<String> {
    let mut sorted: Vec<AddressRange> = ranges.collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut joined: Vec<(AddressRange, bool)> = Vec::new();
    for range in sorted {
        let is_single = range.size() == 1;
        if let Some((last, true)) = joined.last_mut()
            && is_single
            && follows(last.last(), range.first())
            && let Ok(longer) = AddressRange::new(last.first(), range.last())
        {
            *last = longer;
        } else {
            joined.push((range, is_single));
        }
    }
    let text = |(range, is_run): (AddressRange, bool)| {
        let (first, last) = (range.first(), range.last());
        // A run may happen to be a network, which nobody has made it.
        if is_run && first != last { format!("{first}-{last}") } else { range.to_string() }
    };
    joined.into_iter().map(text).collect()
}

fn follows(one: IpAddr, next: IpAddr) -> bool {
    match (one, next) {
        (IpAddr::V4(one), IpAddr::V4(next)) => one.to_bits().checked_add(1) == Some(next.to_bits()),
        (IpAddr::V6(one), IpAddr::V6(next)) => one.to_bits().checked_add(1) == Some(next.to_bits()),
        _ => false,
    }
}

/// The first few, and how many more there are.
pub(super) fn shortened(texts: &[String]) -> String {
    // One more than said is as short as saying so.
    let named = if texts.len() <= NAMED + 1 { texts.len() } else { NAMED };
    let mut text = texts[..named].join(", ");
    if texts.len() > named {
        let _ = write!(text, " and {} more", texts.len() - named);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_addresses_in_a_row_are_one_range_and_networks_stay_what_they_are() {
        let ranges = ["10.0.0.3", "10.0.0.2", "10.0.0.2", "10.0.0.9", "10.1.0.0/24", "10.1.1.0/24", "fd00::1"];
        let texts = joined(ranges.iter().map(|text| text.parse().unwrap()));
        assert_eq!(texts, ["10.0.0.2-10.0.0.3", "10.0.0.9", "10.1.0.0/24", "10.1.1.0/24", "fd00::1"]);
    }

    #[test]
    fn a_long_list_is_shortened_with_a_count() {
        let ranges: Vec<String> = (0..40).map(|n| format!("10.{n}.0.0/16")).collect();
        assert!(shortened(&ranges).ends_with("10.5.0.0/16 and 34 more"), "{}", shortened(&ranges));
        assert!(!shortened(&ranges[..7]).contains("more"));
    }
}
