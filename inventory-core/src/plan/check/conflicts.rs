//! Breaches of the table of relations, each cause told once.

use std::collections::{HashMap, HashSet};

use super::super::{Finding, NetworkPlan, Severity};
use super::numbers;
use super::remedy::Remedies;
use crate::network::address::AddressRange;
use crate::network::relations::{Breach, Fault, Rule, Strength};
use crate::network::space::{AddressSpace, Owner, Role};

/// Breaches of one rule that have one cause: what is to change, and all that it meets.
pub(super) struct Conflict<'a> {
    /// The rule.
    pub(super) rule: &'static Rule,
    /// What is to change. `None`: it is about numbers, or about each of the others by itself.
    pub(super) subject: Option<&'a AddressSpace>,
    /// What it meets, in the order it was found.
    pub(super) others: Vec<&'a AddressSpace>,
    /// What is wrong with the first.
    pub(super) fault: Fault,
}

impl<'a> Conflict<'a> {
    /// What is to be told of all breaches, in their order.
    pub(super) fn of(breaches: Vec<Breach<'a>>) -> Vec<Self> {
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
    pub(super) fn is_overlap(&self) -> bool {
        matches!(self.fault, Fault::Shares(_))
    }

    /// As a finding.
    pub(super) fn finding(&self, plan: &NetworkPlan, remedies: &Remedies<'_>) -> Finding {
        let severity = match self.rule.strength {
            Strength::Must => Severity::Error,
            Strength::Should => Severity::Warning,
            Strength::May => Severity::Info,
        };
        Finding { severity, code: self.rule.id, what: self.tell(plan), remedy: remedies.of(self) }
    }

    /// `pods 10.233.64.0/18 (where) meets node 10.233.67.80 (where) and 4 more and must not: what the rule says`.
    fn tell(&self, plan: &NetworkPlan) -> String {
        if let Some(text) = self.subject.and_then(|subject| numbers::tell(plan, self.rule.id, subject)) {
            return text;
        }
        let says = self.rule.says;
        // Of things that are alike, any is as good a subject.
        let (subject, others) = match (self.subject, self.others.split_first()) {
            (Some(subject), _) => (subject, self.others.as_slice()),
            (None, Some((first, others))) => (*first, others),
            (None, None) => return says.to_owned(),
        };
        let mut text = plan.tell(subject);
        if self.rule.id == "F09" {
            let are = if others.is_empty() { "is" } else { "are" };
            return format!("{text}{} {are} in none of the networks that are known here", and_more(others.len()));
        }
        if let Some((first, more)) = others.split_first() {
            text.extend([" meets ", &plan.tell(first), &and_more(more.len())]);
        }
        text += match (self.rule.strength, self.is_overlap() && !others.is_empty()) {
            (Strength::Must, true) => " and must not: ",
            (Strength::Should, true) => " and should not: ",
            (Strength::Must | Strength::Should, false) => " breaks a rule: ",
            (Strength::May, _) => ": ",
        };
        text += says;
        match &self.fault {
            Fault::AsStated | Fault::Outside => {}
            // Where one lies in the other, both have been named already.
            Fault::Shares(range) if self.subject.iter().chain(&self.others).any(|space| space.range == *range) => {}
            Fault::NotBetween { is, least, most } if !matches!(self.rule.id, "A20" | "A21") => {
                text.extend([
                    " (/",
                    &is.to_string(),
                    " is not between /",
                    &least.to_string(),
                    " and /",
                    &most.to_string(),
                    ")",
                ]);
            }
            fault => text.extend([" (", &fault.to_string(), ")"]),
        }
        text
    }
}

fn and_more(count: usize) -> String {
    if count == 0 { String::new() } else { format!(" and {count} more") }
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
    let is_pool = |space: &&AddressSpace| space.role == Role::PodPool && space.owner == Owner::Cluster;
    let mut implied = HashSet::new();
    let mut by_subject: HashMap<*const AddressSpace, Vec<usize>> = HashMap::new();
    for (at, breach) in breaches.iter().enumerate() {
        let is_said = |(stronger, rule): &(&'static str, &str)| {
            *rule == breach.rule.id && told.contains(&(*stronger, first(breach)))
        };
        let is_overlap = matches!(breach.fault, Fault::Shares(_));
        // Calico's only pool is the pod network, about which the same has been said.
        if STRONGER.iter().any(is_said) || is_overlap && breach.spaces.iter().any(is_pool) {
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
