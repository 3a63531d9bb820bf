//! Breaches of the table, each cause told once.

use std::collections::{BTreeSet, HashMap};

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
    /// What says it already, as places in the list of conflicts: if of each of these sets one is told, this need not be.
    /// Empty: it says something of its own, or the list has nothing else.
    pub(crate) told_by: BTreeSet<BTreeSet<usize>>,
}

impl<'a> Conflict<'a> {
    /// What is to be told of all breaches, in their order.
    pub(crate) fn of(mut breaches: Vec<Breach<'a>>) -> Vec<Self> {
        let mut told_by = told_by(&breaches).into_iter();
        breaches.retain(|_| told_by.next().is_none_or(|causes| causes.is_empty()));
        Self::group(breaches, |_| None).0
    }

    /// All of them, in their order, also what others say already, and each by itself that has a way out of its own: for
    /// whoever may be asked not to tell one.
    pub(crate) fn all(breaches: Vec<Breach<'a>>) -> Vec<Self> {
        let mut causes = told_by(&breaches);
        // Who takes the services away from the API's address still has it at a node.
        let is_api = |at: usize| breaches[at].rule.id == "C06";
        for (at, causes) in causes.iter_mut().enumerate().filter(|(at, _)| is_api(*at)) {
            causes.retain(|cause| !is_api(*cause) || kind(&breaches[*cause]) == kind(&breaches[at]));
        }
        let (mut conflicts, places) = Self::group(breaches, |breach| kind(breach));
        let of_breach = |causes: &Vec<usize>| causes.iter().map(|cause| places[*cause]).collect::<BTreeSet<_>>();
        for (place, causes) in places.iter().zip(&causes) {
            conflicts[*place].told_by.insert(of_breach(causes));
        }
        for conflict in &mut conflicts {
            if conflict.told_by.iter().any(BTreeSet::is_empty) {
                conflict.told_by.clear();
            }
        }
        conflicts
    }

    /// The breaches by what is to change and by the kind of what it meets, and for each the place of the conflict that it
    /// is part of.
    fn group(breaches: Vec<Breach<'a>>, kind: impl Fn(&Breach<'a>) -> Option<Kind<'a>>) -> (Vec<Self>, Vec<usize>) {
        let mut conflicts: Vec<Self> = Vec::new();
        let mut places: HashMap<(&str, *const AddressSpace, Option<Kind<'a>>), usize> = HashMap::new();
        let mut of_breaches = Vec::with_capacity(breaches.len());
        for breach in breaches {
            let kind = kind(&breach);
            let Breach { rule, spaces, fault } = breach;
            let (subject, others) = split(&spaces);
            let key = (rule.id, subject.map_or(std::ptr::null(), std::ptr::from_ref), kind);
            let place = match places.get(&key) {
                // Of two machines of one address the first has been named.
                Some(at) if !spaces.is_empty() => {
                    conflicts[*at].others.extend(others.last());
                    *at
                }
                _ => {
                    places.insert(key, conflicts.len());
                    conflicts.push(Self { rule, subject, others, fault, told_by: BTreeSet::new() });
                    conflicts.len() - 1
                }
            };
            of_breaches.push(place);
        }
        (conflicts, of_breaches)
    }

    /// Whether it is that two things have the same addresses.
    pub(crate) fn is_overlap(&self) -> bool {
        matches!(self.fault, Fault::Shares(_))
    }
}

/// What something is that a range meets: whose, what for, and of those that a person names which.
type Kind<'a> = (&'a Owner, Role, *const AddressSpace);

/// The kind of what the space to change meets. `None`: it is about that alone.
fn kind<'a>(breach: &Breach<'a>) -> Option<Kind<'a>> {
    let (subject, others) = split(&breach.spaces);
    let other = subject.and(others.first().copied())?;
    let which = if other.role == Role::Outside { std::ptr::from_ref(other) } else { std::ptr::null() };
    Some((&other.owner, other.role, which))
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

/// For each breach the places of those that say it already. None says itself by way of others.
fn told_by(breaches: &[Breach<'_>]) -> Vec<Vec<usize>> {
    let first = |breach: &Breach<'_>| breach.spaces.first().map(|space| space.range);
    let mut by_first: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, breach) in breaches.iter().enumerate() {
        by_first.entry((breach.rule.id, first(breach))).or_default().push(at);
    }
    let of_pods = meetings_of_pods(breaches);
    let mut told_by = vec![Vec::new(); breaches.len()];
    let mut by_subject: HashMap<*const AddressSpace, Vec<usize>> = HashMap::new();
    for (at, breach) in breaches.iter().enumerate() {
        for (stronger, _) in STRONGER.iter().filter(|(_, rule)| *rule == breach.rule.id) {
            told_by[at].extend(by_first.get(&(*stronger, first(breach))).into_iter().flatten());
        }
        if !matches!(breach.fault, Fault::Shares(_)) {
            continue;
        }
        // Calico's pool is the pod network or a part of it, about which the same has been said.
        if let Some(pool) = pool_of(breach) {
            let of_other = of_pods.get(&other_than(breach, pool)).into_iter().flatten();
            told_by[at].extend(of_other.filter(|(_, pods)| pods.contains(pool.range)).map(|(at, _)| *at));
        }
        if let (Some(subject), _) = split(&breach.spaces) {
            by_subject.entry(std::ptr::from_ref(subject)).or_default().push(at);
        }
    }
    for places in by_subject.values() {
        for (at, cause) in inside_others(breaches, places) {
            told_by[at].push(cause);
        }
    }
    told_by
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

/// Where pod networks share addresses with something, by what that is: the breaches, and which pods.
fn meetings_of_pods(
    breaches: &[Breach<'_>],
) -> HashMap<(&'static str, *const AddressSpace), Vec<(usize, AddressRange)>> {
    let mut meetings: HashMap<_, Vec<(usize, AddressRange)>> = HashMap::new();
    for (at, breach) in breaches.iter().enumerate().filter(|(_, breach)| matches!(breach.fault, Fault::Shares(_))) {
        for pods in breach.spaces.iter().filter(|space| space.role == Role::Pods && space.owner == Owner::Cluster) {
            meetings.entry(other_than(breach, pods)).or_default().push((at, pods.range));
        }
    }
    meetings
}

/// Of the breaches about one range, those whose other side lies in another's other side, each with that: the larger one is
/// the cause. A stronger rule is never said by a weaker one, but the other way round.
fn inside_others(breaches: &[Breach<'_>], places: &[usize]) -> Vec<(usize, usize)> {
    let others: HashMap<usize, AddressRange> =
        places.iter().filter_map(|at| Some((*at, split(&breaches[*at].spaces).1.first()?.range))).collect();
    let other = |at: usize| others[&at];
    let mut sorted: Vec<usize> = others.keys().copied().collect();
    sorted.sort_unstable();
    sorted.sort_by_key(|at| (other(*at).first(), std::cmp::Reverse(other(*at).last())));
    let mut around: Vec<usize> = Vec::new();
    let mut told = Vec::new();
    for at in sorted {
        let (range, strength) = (other(at), breaches[at].rule.strength);
        around.retain(|outer| other(*outer).last() >= range.first());
        // Two machines of one address are two machines.
        for outer in
            around.iter().filter(|outer| other(**outer).contains(range) && range.size() < other(**outer).size())
        {
            let is_as_strong = breaches[*outer].rule.strength >= strength;
            told.push(if is_as_strong { (at, *outer) } else { (*outer, at) });
        }
        around.push(at);
    }
    told
}
