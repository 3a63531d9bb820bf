//! Breaches of the table, each cause told once.

use std::collections::{HashMap, HashSet};

use super::{Breach, Fault, Rule};
use crate::network::address::AddressRange;
use crate::network::space::{AddressSpace, Owner, Role};

/// Breaches of one rule that have one cause: what is to change, and all that it meets.
pub(crate) struct Conflict<'a> {
    /// The rule.
    pub(crate) rule: &'static Rule,
    /// What is to change. `None`: it is about numbers, or about each of the others by itself.
    pub(crate) subject: Option<&'a AddressSpace>,
    /// What it meets, in the order it was found.
    pub(crate) others: Vec<&'a AddressSpace>,
    /// What is wrong with the first.
    pub(crate) fault: Fault,
}

impl<'a> Conflict<'a> {
    /// What is to be told of all breaches, in their order.
    pub(crate) fn of(breaches: Vec<Breach<'a>>) -> Vec<Self> {
        let mut conflicts: Vec<Self> = Vec::new();
        let mut places: HashMap<(&str, *const AddressSpace), usize> = HashMap::new();
        for Breach { rule, spaces, fault } in without_repetition(breaches) {
            let (subject, others) = split(&spaces);
            let key = (rule.id, subject.map_or(std::ptr::null(), std::ptr::from_ref));
            match places.get(&key) {
                // Of two machines of one address the first has been named.
                Some(at) if !spaces.is_empty() => conflicts[*at].others.extend(others.last()),
                _ => {
                    places.insert(key, conflicts.len());
                    conflicts.push(Self { rule, subject, others, fault });
                }
            }
        }
        conflicts
    }

    /// Whether it is that two things have the same addresses.
    pub(crate) fn is_overlap(&self) -> bool {
        matches!(self.fault, Fault::Shares(_))
    }
}

/// What is to change, and what it meets: what can be changed on a live cluster first, then the cluster's own ranges;
/// machines last, since they have their addresses already.
fn split<'a>(spaces: &[&'a AddressSpace]) -> (Option<&'a AddressSpace>, Vec<&'a AddressSpace>) {
    let rank = |space: &AddressSpace| match (&space.owner, space.role) {
        (Owner::Cluster, Role::LoadBalancer | Role::Vip | Role::Bridge) => 0,
        (Owner::Cluster, Role::Pods | Role::Services | Role::PodPool) => 1,
        (_, Role::Node) => 3,
        _ => 2,
    };
    match spaces {
        [node] if node.role == Role::Node => (None, vec![node]),
        // Two machines of one address: neither is the one to change.
        [later, earlier] if later.role == Role::Node && earlier.role == Role::Node => (None, vec![earlier, later]),
        _ => {
            let subject = (0..spaces.len()).min_by_key(|at| rank(spaces[*at]));
            let others = (0..spaces.len()).filter(|at| Some(*at) != subject).map(|at| spaces[at]).collect();
            (subject.map(|at| spaces[at]), others)
        }
    }
}

/// The breaches that say something of their own.
fn without_repetition(breaches: Vec<Breach<'_>>) -> Vec<Breach<'_>> {
    let implied = implied(&breaches);
    let mut at = 0..;
    let mut breaches = breaches;
    breaches.retain(|_| !at.next().is_some_and(|at| implied.contains(&at)));
    breaches
}

/// Rules of which the first says it already where both are about the same addresses first.
const STRONGER: [(&str, &str); 8] = [
    ("A06", "G03"),
    ("A07", "G03"),
    ("A08", "A09"),
    ("A12", "A14"),
    ("B04", "B05"),
    ("B04", "A11"),
    ("E02", "A24"),
    ("E02", "F09"),
];

/// The places of the breaches that others imply.
fn implied(breaches: &[Breach<'_>]) -> HashSet<usize> {
    let first = |breach: &Breach<'_>| breach.spaces.first().map(|space| space.range);
    let told: HashSet<_> = breaches.iter().map(|breach| (breach.rule.id, first(breach))).collect();
    let of_pods = meetings_of_pods(breaches);
    let mut implied = HashSet::new();
    let mut by_subject: HashMap<*const AddressSpace, Vec<usize>> = HashMap::new();
    for (at, breach) in breaches.iter().enumerate() {
        let is_said = |(stronger, rule): &(&'static str, &str)| {
            *rule == breach.rule.id && told.contains(&(*stronger, first(breach)))
        };
        let is_overlap = matches!(breach.fault, Fault::Shares(_));
        // Calico's pool is the pod network or a part of it, about which the same has been said.
        let is_said_of_pods = |pool: &AddressSpace| {
            of_pods.get(&other_than(breach, pool)).is_some_and(|pods| pods.iter().any(|pods| pods.contains(pool.range)))
        };
        if STRONGER.iter().any(is_said) || is_overlap && pool_of(breach).is_some_and(is_said_of_pods) {
            implied.insert(at);
        } else if let (true, (Some(subject), _)) = (is_overlap, split(&breach.spaces)) {
            by_subject.entry(std::ptr::from_ref(subject)).or_default().push(at);
        }
    }
    for places in by_subject.values() {
        implied.extend(inside_others(breaches, places));
    }
    implied
}

/// The pool of pods that an overlap is about.
fn pool_of<'a>(breach: &Breach<'a>) -> Option<&'a AddressSpace> {
    breach.spaces.iter().copied().find(|space| space.role == Role::PodPool && space.owner == Owner::Cluster)
}

/// What a range shares addresses with: another space, or, where that is nobody's, what the rule itself names.
fn other_than(breach: &Breach<'_>, space: &AddressSpace) -> (&'static str, *const AddressSpace) {
    let other = breach.spaces.iter().copied().find(|other| !std::ptr::eq(*other, space));
    other.map_or((breach.rule.id, std::ptr::null()), |other| ("", std::ptr::from_ref(other)))
}

/// The pod networks that share addresses with something, by what that is.
fn meetings_of_pods(breaches: &[Breach<'_>]) -> HashMap<(&'static str, *const AddressSpace), Vec<AddressRange>> {
    let mut meetings: HashMap<_, Vec<AddressRange>> = HashMap::new();
    for breach in breaches.iter().filter(|breach| matches!(breach.fault, Fault::Shares(_))) {
        for pods in breach.spaces.iter().filter(|space| space.role == Role::Pods && space.owner == Owner::Cluster) {
            meetings.entry(other_than(breach, pods)).or_default().push(pods.range);
        }
    }
    meetings
}

/// Of the breaches about one range, those whose other side lies in another's other side: the larger one is the cause.
/// A stronger rule is never implied by a weaker one, but the other way round.
fn inside_others(breaches: &[Breach<'_>], places: &[usize]) -> Vec<usize> {
    let others: HashMap<usize, AddressRange> =
        places.iter().filter_map(|at| Some((*at, split(&breaches[*at].spaces).1.first()?.range))).collect();
    let other = |at: usize| others[&at];
    let mut sorted: Vec<usize> = others.keys().copied().collect();
    sorted.sort_unstable();
    sorted.sort_by_key(|at| (other(*at).first(), std::cmp::Reverse(other(*at).last())));
    let mut around: Vec<usize> = Vec::new();
    let mut implied = Vec::new();
    for at in sorted {
        let (range, strength) = (other(at), breaches[at].rule.strength);
        around.retain(|outer| other(*outer).last() >= range.first());
        // Two machines of one address are two machines.
        let is_around = |outer: &&usize| other(**outer).contains(range) && range.size() < other(**outer).size();
        match around.iter().find(is_around) {
            Some(outer) if breaches[*outer].rule.strength >= strength => implied.push(at),
            Some(outer) => {
                implied.push(*outer);
                around.push(at);
            }
            None => around.push(at),
        }
    }
    implied
}
