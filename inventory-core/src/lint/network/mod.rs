//! What takes which addresses in a cluster and around it, each with its place, and where that breaks a rule of the table
//! of relations.
//!
//! Read once for all rules about addresses, nesting and sizes. What is not known is not in here, so that every rule that
//! would need it is silent.

mod around;
mod docker;
mod gather;
mod hard_way;
mod hosts;
mod kubespray;
mod levels;
mod load_balancer;
mod nesting;
mod present;
mod remedy;
mod rows;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeSet, HashMap};

use super::finding::Place;
use super::view::{Kind, View};
use crate::cluster::Layout;
use crate::network::address::{AddressRange, Family, Network as Cidr};
use crate::network::allocate::{POOL, Wish, allocate, defaults, unique_local_pool};
use crate::network::mtu::{self, Chain};
use crate::network::relations::{self, Breach, Facts, Fault, Route};
use crate::network::space::{AddressSpace, Owner, Role};

pub use gather::Misread;
pub use present::{present, present_levels};
pub use rows::{ELSEWHERE, ROWS};

/// What takes which addresses in a cluster and around it.
#[derive(Debug, Default)]
pub struct Network {
    /// What the table of relations is asked about.
    pub facts: Facts,
    /// What is known of each of the facts' spaces beside its addresses, in their order.
    about: Vec<About>,
    /// Breaches of the table, by what is to change.
    conflicts: Vec<Conflict>,
    /// What stands where a range is meant, and is none.
    pub misread: Vec<Misread>,
    /// The static routes of the facts, each with its place.
    pub routes: Vec<(Route, Place)>,
    /// What comes of the levels around the cluster and of its own; only where somebody declared or found what it stands
    /// on.
    pub chain: Option<Chain>,
    /// Whether the sizes in the chain are what is so, and not the smallest plausible ones.
    pub is_chain_certain: bool,
    /// What the numbers of pods, nodes and blocks are called, and where they are.
    numbers: Numbers,
    /// Free networks for those of the cluster's own that meet something.
    instead: Vec<(usize, Cidr)>,
    /// Whose defaults apply.
    layout: Layout,
}

/// What is known of an address space beside its addresses.
#[derive(Debug, Clone)]
pub struct About {
    /// What it is, in words: `pods`, `node node1`.
    pub title: String,
    /// What people call it: the variable, or their own word for the network.
    pub name: String,
    /// Where it is written. `None`: in no file of the inventory's.
    pub place: Option<Place>,
    /// Whether the range stands there as it is, so that another can be put into its place.
    pub is_literal: bool,
}

/// A breach of the table, with all that has the same cause. Spaces are places in the facts' list.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// The row of the table.
    pub row: &'static relations::Rule,
    /// What is to change.
    pub subject: Option<usize>,
    /// What it meets.
    pub others: Vec<usize>,
    /// What is wrong with the first.
    pub fault: Fault,
    /// Other conflicts that say it already, as places in the network's list: if of each of these sets one is told, this
    /// need not be.
    told_by: BTreeSet<BTreeSet<usize>>,
}

/// What the numbers are called, and where those are that are written.
#[derive(Debug, Clone, Default)]
struct Numbers {
    /// How many nodes there are.
    nodes: u32,
    /// The most pods on a node.
    max_pods: u32,
    /// The variable of it, and its place.
    max_pods_at: Option<Place>,
    /// The prefix length of a node's share, of IPv4 and IPv6: the variable and its place.
    share_at: [Option<Place>; 2],
    /// That of a block.
    block_at: [Option<Place>; 2],
    /// Where the names in the API server's certificate are.
    certificate_at: Option<Place>,
}

impl Network {
    /// That of an inventory, as its release has it.
    pub(super) fn of(view: &View<'_>) -> Self {
        let mut network = match view.kind {
            Kind::Kubespray => kubespray::network(view),
            Kind::HardWay => hard_way::network(view),
            Kind::Other => return Self::default(),
        };
        network.conflicts = network.find_conflicts(view);
        network.instead = network.find_instead(view);
        network
    }

    /// The spaces with what is known of them.
    pub fn spaces(&self) -> impl Iterator<Item = (&AddressSpace, &About)> {
        self.facts.spaces.iter().zip(&self.about)
    }

    /// The conflicts of some rows of the table.
    pub fn conflicts<'s>(&'s self, rows: &'s [&str]) -> impl Iterator<Item = &'s Conflict> {
        // Special addresses are not private, and nobody on the Internet has them: that they are special says it all.
        let is_special = |conflict: &Conflict| conflict.row.id == "G03" && !conflict.told_by.is_empty();
        self.conflicts.iter().filter(move |conflict| rows.contains(&conflict.row.id) && !is_special(conflict))
    }

    /// What the chain of levels says of the cluster's own: what is wrong further out is not this cluster's to mend.
    pub fn own_level(&self) -> impl Iterator<Item = &mtu::Finding> {
        let own = self.chain.as_ref().map_or(0, |chain| chain.levels.len().saturating_sub(1));
        let findings = self.chain.iter().flat_map(|chain| &chain.findings);
        findings.filter(move |finding| finding.level == own)
    }

    fn find_conflicts(&self, view: &View<'_>) -> Vec<Conflict> {
        let breaches = relations::breaches(&self.facts).into_iter();
        let breaches = breaches.filter(|breach| !Self::is_accepted(view, breach)).collect();
        let conflicts = relations::Conflict::all(breaches);
        if conflicts.is_empty() {
            return Vec::new();
        }
        // Breaches are about the very spaces of the facts.
        let places: HashMap<*const AddressSpace, usize> =
            self.facts.spaces.iter().enumerate().map(|(at, space)| (std::ptr::from_ref(space), at)).collect();
        let place = |space: &AddressSpace| places.get(&std::ptr::from_ref(space)).copied();
        let own = |conflict: relations::Conflict<'_>| Conflict {
            row: conflict.rule,
            subject: conflict.subject.and_then(place),
            others: conflict.others.iter().filter_map(|other| place(other)).collect(),
            fault: conflict.fault,
            told_by: conflict.told_by,
        };
        conflicts.into_iter().map(own).collect()
    }

    /// What breaks a rule and is meant so.
    fn is_accepted(view: &View<'_>, breach: &Breach<'_>) -> bool {
        // Only kube-vip answers ARP for it: a load balancer may be anywhere.
        breach.rule.id == "C06" && breach.fault == Fault::Outside && !kubespray::answers_arp(view)
    }

    /// Free networks for the pod and service networks that are to change, none in the way of another.
    fn find_instead(&self, view: &View<'_>) -> Vec<(usize, Cidr)> {
        let spaces = &self.facts.spaces;
        let is_range =
            |at: &usize| spaces[*at].owner == Owner::Cluster && matches!(spaces[*at].role, Role::Pods | Role::Services);
        let overlaps = self.conflicts.iter().filter(|conflict| matches!(conflict.fault, Fault::Shares(_)));
        let mut wrong: Vec<usize> = overlaps.filter_map(|conflict| conflict.subject).filter(is_range).collect();
        wrong.sort_unstable();
        wrong.dedup();
        let wishes: Vec<(usize, Wish)> = wrong.iter().filter_map(|at| Some((*at, self.wish(*at)?))).collect();
        if wishes.is_empty() {
            return Vec::new();
        }
        let whose = self.whose();
        let shunned = defaults::MACHINES.into_iter().chain(defaults::others_than(whose));
        let shunned: Vec<AddressSpace> = shunned.map(|range| range.space(Owner::Cluster)).collect();
        // Calico's pool moves with its pods.
        let moves = |range: AddressRange| wrong.iter().any(|at| spaces[*at].range == range);
        let taken = spaces.iter().filter(|space| !(space.owner == Owner::Cluster && moves(space.range)));
        let pool = pool(view);
        let wanted: Vec<Wish> = wishes.iter().map(|(_, wish)| *wish).collect();
        let grants = allocate(&wanted, &pool, taken.chain(&shunned)).unwrap_or_default();
        wishes.iter().zip(grants).map(|((at, _), grant)| (*at, grant.network)).collect()
    }

    /// As much as a range has, where the layout has its own if that is free.
    fn wish(&self, at: usize) -> Option<Wish> {
        let space = &self.facts.spaces[at];
        let network = space.range.network()?;
        let of_layout: &[defaults::DefaultRange] = match self.layout {
            Layout::HardWay => &defaults::HARD_WAY,
            Layout::Kubespray | Layout::None => &defaults::KUBESPRAY,
        };
        let is_of =
            |range: &&defaults::DefaultRange| range.role == space.role && range.range.family() == space.family();
        let usual = of_layout.iter().find(is_of).map_or(network.first(), |usual| usual.range.first());
        Some(Wish { role: space.role, first_choice: Cidr::containing(usual, network.prefix_len())? })
    }

    /// Whose defaults apply.
    fn whose(&self) -> &'static str {
        match self.layout {
            Layout::HardWay => "kubernetes-the-hard-way",
            Layout::Kubespray | Layout::None => "kubespray",
        }
    }
}

/// Where free networks are looked for: where a person said, else in all private networks.
fn pool(view: &View<'_>) -> Vec<AddressRange> {
    let told = view.surroundings.declared.pool.iter().flat_map(|pool| pool.value.iter().copied());
    let mut pool: Vec<AddressRange> = told.collect();
    for (family, usual) in [(Family::Ipv4, POOL.to_vec()), (Family::Ipv6, unique_local_pool(&around::name(view)))] {
        if !pool.iter().any(|range| range.family() == family) {
            pool.extend(usual);
        }
    }
    pool
}
