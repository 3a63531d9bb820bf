//! Which address spaces must, should and may overlap: one table, which the plan and the linter both read.
//!
//! A rule is data: what it says, how strong it is, what must be known besides the address spaces before it speaks,
//! and what it requires. Families: A the cluster's ranges, B the CNI's, C load balancers and API addresses,
//! D container runtimes, E hypervisors, F levels of nesting, G what the user declares, H the hosting cluster's rules
//! about its guests.

mod agreement;
mod check;
mod cluster;
mod cni;
mod conflict;
mod declared;
mod facts;
mod hosting;
mod hypervisor;
mod load_balancer;
mod nesting;
mod numbers;
mod runtime;
mod sizes;

use std::collections::HashSet;
use std::fmt;

use check::Found;
use facts::Kind;

use crate::network::address::{AddressRange, Network};
use crate::network::space::AddressSpace;

pub(crate) use conflict::Conflict;
pub use facts::{Capacity, Facts, Guest, Installer, Nesting, PodAddresses, PoolModes, Route};
pub(crate) use numbers::Numbers;

/// A row of the table.
#[derive(Debug)]
pub struct Rule {
    /// Its name in the table: a family's letter and two digits.
    pub id: &'static str,
    /// What a breach of it means.
    pub strength: Strength,
    /// What it says, as a sentence without its full stop.
    pub says: &'static str,
    /// Where that is known from.
    pub source: &'static str,
    /// What must be known besides address spaces before it can speak; without it the rule is silent.
    pub needs: Option<&'static str>,
    /// Whether that is known, and so that the rule applies.
    applies: fn(&Facts) -> bool,
    /// What it requires, all of it.
    requires: &'static [Requirement],
}

/// What a breach of a rule means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// It may be so; said only where somebody expects otherwise.
    May,
    /// It works until it does not.
    Should,
    /// The cluster will not work.
    Must,
}

/// What a rule requires.
#[derive(Debug)]
enum Requirement {
    /// Nothing of one side shares an address with anything of the other.
    Apart(&'static [Kind], &'static [Kind]),
    /// None of these shares an address with another of them.
    Distinct(&'static [Kind]),
    /// Each of these lies in one of those of its family, if there is any.
    Within(&'static [Kind], &'static [Kind]),
    /// None of these shares an address with these fixed ranges.
    Clear(&'static [Kind], &'static [AddressRange]),
    /// Each of these lies in one of these fixed ranges of its family, if there is any.
    Inside(&'static [Kind], &'static [AddressRange]),
    /// Arithmetic says so.
    Holds(fn(&Facts) -> Vec<Found<'_>>),
}

/// A rule that does not hold, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach<'a> {
    /// The rule.
    pub rule: &'static Rule,
    /// The spaces it is about: none where it is about numbers only, the one to change first.
    pub spaces: Vec<&'a AddressSpace>,
    /// What is wrong with them.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// They share these addresses.
    Shares(AddressRange),
    /// It is in none of the ranges it should be in.
    Outside,
    /// It was written with host bits; this is the network.
    HostBits(Network),
    /// It is a network where an address in it is wanted.
    NoHostBits,
    /// There are too few of what is counted.
    TooFew {
        /// How many there are.
        are: u128,
        /// How many there must be.
        least: u128,
    },
    /// A number is not in the range it must be in: a prefix length, a place in a network.
    NotBetween {
        /// The number.
        is: u128,
        /// The least it may be.
        least: u128,
        /// The most it may be.
        most: u128,
    },
    /// This address is not where it must be: in a certificate, on a machine, a route's next hop.
    Misses(std::net::IpAddr),
    /// The rule says it all.
    AsStated,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shares(range) => write!(f, "{range} is in both"),
            Self::Outside => f.write_str("it lies outside"),
            Self::HostBits(network) => write!(f, "the network is {network}"),
            Self::NoHostBits => f.write_str("it is the network itself"),
            Self::TooFew { are, least } => write!(f, "{are} where at least {least} are needed"),
            Self::NotBetween { is, least, most } => write!(f, "{is} is not between {least} and {most}"),
            Self::Misses(address) => write!(f, "{address} is missing"),
            Self::AsStated => f.write_str("it is otherwise"),
        }
    }
}

/// What the rule says, what it is about with where each was learned, and what is wrong.
impl fmt::Display for Breach<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule.says)?;
        for (place, space) in self.spaces.iter().enumerate() {
            write!(f, "{} {space}", if place == 0 { ":" } else { " and" })?;
        }
        match self.fault {
            Fault::AsStated => Ok(()),
            ref fault => write!(f, ": {fault}"),
        }
    }
}

impl Rule {
    /// A rule about address spaces alone.
    const fn new(
        id: &'static str,
        strength: Strength,
        says: &'static str,
        source: &'static str,
        requires: &'static [Requirement],
    ) -> Self {
        Self { id, strength, says, source, needs: None, applies: |_| true, requires }
    }

    /// A rule about encapsulations and ports, which the chain of levels checks.
    const fn of_chain(id: &'static str, strength: Strength, says: &'static str, source: &'static str) -> Self {
        let rule = Self::new(id, strength, says, source, &[]);
        rule.when("the levels of nesting; their chain names this rule in its findings", |_| false)
    }

    /// The rule, silent unless something more is known.
    const fn when(mut self, needs: &'static str, applies: fn(&Facts) -> bool) -> Self {
        self.needs = Some(needs);
        self.applies = applies;
        self
    }

    /// Where the facts breach it.
    pub fn breaches<'a>(&'static self, facts: &'a Facts) -> Vec<Breach<'a>> {
        if !(self.applies)(facts) {
            return Vec::new();
        }
        let found = self.requires.iter().flat_map(|requirement| requirement.faults(facts));
        found.map(|(spaces, fault)| Breach { rule: self, spaces, fault }).collect()
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// Every rule, family by family.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        cluster::RULES,
        cni::RULES,
        load_balancer::RULES,
        runtime::RULES,
        hypervisor::RULES,
        nesting::RULES,
        declared::RULES,
        hosting::RULES,
    ]
    .into_iter()
    .flatten()
}

/// The rule of this name.
pub fn rule(id: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.id == id)
}

/// Where the facts breach any rule, in the table's order.
///
/// Two spaces that share addresses are told once, by the first rule they breach: a later one that says the same more
/// generally adds nothing.
pub fn breaches(facts: &Facts) -> Vec<Breach<'_>> {
    let mut told = HashSet::new();
    let mut is_news = |breach: &Breach<'_>| match (breach.spaces.as_slice(), &breach.fault) {
        ([one, other], Fault::Shares(_)) => {
            let (one, other) = (std::ptr::from_ref(*one), std::ptr::from_ref(*other));
            told.insert((one.min(other), one.max(other)))
        }
        _ => true,
    };
    rules().flat_map(|rule| rule.breaches(facts)).filter(|breach| is_news(breach)).collect()
}
