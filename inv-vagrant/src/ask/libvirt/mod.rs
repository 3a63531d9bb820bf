//! What libvirt knows of the machines: one round of questions for all of them, without libvirt's library.
//!
//! The library is what a program links to and then does not start without, and it has no deadlines; so this is a small
//! client of libvirtd's own protocol (`wire`, `calls`), which is the same since 2012. It asks over the socket for those
//! who may only look, so that nothing can be changed. A libvirt that is elsewhere is left to `virsh`.

mod calls;
mod sockets;
mod uri;
mod virsh;
mod wire;
mod xdr;
mod xml;

use std::fmt;
use std::net::IpAddr;
use std::time::Instant;

use super::providers::{Provided, Question};
use super::surroundings::Surroundings;
use crate::answers::{CardAddress, ProviderNetwork, ProviderSays, VirtualMachine};
use calls::Lease;
use sockets::{Sockets, sentence};
use uri::{Hypervisor, Way};
use virsh::Virsh;
use wire::Fault;
use xml::Attached;

/// A domain's UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Uuid([u8; 16]);

impl Uuid {
    /// A UUID as it is mostly written, or its 32 digits alone.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        let is_hex = digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = is_hex.then(|| u128::from_str_radix(&digits, 16).ok()).flatten()?;
        let uuid = Self(number.to_be_bytes());
        // A dash in any other place is none: it could begin an option of somebody's.
        (text == digits || text.eq_ignore_ascii_case(&uuid.to_string())).then_some(uuid)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            let dash = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{dash}{byte:02x}")?;
        }
        Ok(())
    }
}

/// A domain as libvirt describes it.
struct Domain {
    /// In vagrant-libvirt's words.
    state: String,
    xml: String,
}

/// A network as libvirt describes it.
struct Network {
    xml: String,
    /// Its leases, or why there are none.
    leases: Result<Vec<Lease>, String>,
}

/// A way to ask a libvirt. An error is a sentence about all of it.
trait Talk {
    /// `None` is a domain that does not exist.
    fn domains(&mut self, uuids: &[Uuid]) -> Result<Vec<Result<Option<Domain>, String>>, String>;
    /// The networks of these names, `None` where there is none.
    fn networks(&mut self, names: &[String]) -> Result<Vec<Result<Option<Network>, String>>, String>;
    /// The names of all networks.
    fn names_of_networks(&mut self) -> Result<Vec<String>, String>;
}

/// Asks about all machines that libvirt made. Where nobody names a libvirt, those that the system's does not know may be
/// in the user's own, which is where some distributions make vagrant-libvirt put them.
pub(super) fn ask(questions: &[Question<'_>], surroundings: &Surroundings, deadline: Instant) -> Provided {
    let mut provided = ask_one(&Hypervisor::of(surroundings), questions, surroundings, deadline);
    let Some(own) = Hypervisor::of_the_user(surroundings) else { return provided };
    let is_known = |machine: usize, says: &[(usize, ProviderSays)]| {
        says.iter().any(|(of, says)| *of == machine && matches!(says, ProviderSays::Has(_)))
    };
    let unknown: Vec<Question<'_>> =
        questions.iter().copied().filter(|question| !is_known(question.machine, &provided.says)).collect();
    if unknown.is_empty() {
        return provided;
    }
    let more = ask_one(&own, &unknown, surroundings, deadline);
    let is_new = |(machine, _): &(usize, ProviderSays)| is_known(*machine, &more.says);
    provided.says.retain(|says| !is_new(says));
    provided.says.extend(more.says.iter().filter(|says| is_new(says)).cloned());
    for network in more.networks {
        if !provided.networks.contains(&network) {
            provided.networks.push(network);
        }
    }
    provided.unanswered.extend(more.unanswered);
    provided
}

fn ask_one(
    hypervisor: &Hypervisor,
    questions: &[Question<'_>],
    surroundings: &Surroundings,
    deadline: Instant,
) -> Provided {
    let mut virsh = Virsh { uri: &hypervisor.uri, shown: &hypervisor.shown, surroundings, deadline };
    let (domains, networks) = match &hypervisor.way {
        Way::Virsh => return told(questions, &hypervisor.shown, &mut virsh),
        Way::Sockets { domains, networks } => (domains, networks),
    };
    match Sockets::open(domains, networks, deadline) {
        Ok(mut sockets) => told(questions, &hypervisor.shown, &mut sockets),
        // libvirt's own client can log in where we cannot.
        Err(Fault::Closed(_) | Fault::Login(_)) if !is_missing("virsh", surroundings) => {
            told(questions, &hypervisor.shown, &mut virsh)
        }
        Err(fault) => Provided::failed(questions, &sentence(&fault)),
    }
}

/// Whether there is no program of that name.
fn is_missing(program: &str, surroundings: &Surroundings) -> bool {
    let path = surroundings.search_path.clone().unwrap_or_default();
    !std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

fn told(questions: &[Question<'_>], shown: &str, talk: &mut impl Talk) -> Provided {
    let mut provided = Provided::default();
    let mut asked = Vec::new();
    for question in questions {
        if let Some(uuid) = Uuid::parse(question.id) {
            asked.push((question.machine, uuid));
        } else {
            let why = format!("its id {:?} is no UUID, as libvirt's are", question.id);
            provided.says.push((question.machine, ProviderSays::Failed(why)));
        }
    }
    let uuids: Vec<Uuid> = asked.iter().map(|(_, uuid)| *uuid).collect();
    let domains = match talk.domains(&uuids) {
        Ok(domains) => domains,
        Err(why) => {
            provided.says.extend(asked.iter().map(|(machine, _)| (*machine, ProviderSays::Failed(why.clone()))));
            return provided;
        }
    };
    let mut machines: Vec<(usize, String, Vec<Attached>)> = Vec::new();
    for ((machine, _), domain) in asked.iter().zip(domains) {
        let read = |domain: Domain| {
            let cards = xml::cards(&domain.xml);
            let cards = cards.map_err(|why| format!("libvirt's description of it cannot be read: {why}"))?;
            Ok((domain.state, cards))
        };
        match domain.and_then(|domain| domain.map(read).transpose()) {
            Ok(Some((state, cards))) => machines.push((*machine, state, cards)),
            Ok(None) => provided.says.push((*machine, ProviderSays::Gone(shown.to_owned()))),
            Err(why) => provided.says.push((*machine, ProviderSays::Failed(why))),
        }
    }
    ask_networks(machines.iter_mut().flat_map(|(_, _, cards)| cards).collect(), &mut provided, talk);
    provided.says.extend(machines.into_iter().map(|(machine, state, cards)| {
        let cards = cards.into_iter().map(Attached::into_card).collect();
        (machine, ProviderSays::Has(VirtualMachine { state, cards, forwards: Vec::new() }))
    }));
    provided
}

/// Describes the networks of all cards, and gives each card its addresses.
fn ask_networks(mut cards: Vec<&mut Attached>, provided: &mut Provided, talk: &mut impl Talk) {
    let mut names: Vec<String> = cards.iter().filter_map(|attached| attached.card.network.clone()).collect();
    let mut note = |what: String| provided.unanswered.push(what);
    // A card may also be put into a network by its bridge, as those of a user's own libvirt are. Which bridge is a
    // network's stands in the networks' descriptions alone.
    if cards.iter().any(|attached| attached.bridge.is_some()) {
        match talk.names_of_networks() {
            Ok(all) => names.extend(all),
            Err(why) => note(format!("which bridge belongs to which network is not known: {why}")),
        }
    }
    names.sort();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let networks = match talk.networks(&names) {
        Ok(networks) => networks,
        Err(why) => return note(format!("libvirt's networks and leases are not known: {why}")),
    };
    for (name, network) in names.into_iter().zip(networks) {
        let network = match network {
            Ok(Some(network)) => network,
            Ok(None) => {
                note(format!("libvirt has no network {name:?} any more, though a machine has a card in it"));
                continue;
            }
            Err(why) => {
                note(format!("the network {name:?} is not known: {why}"));
                continue;
            }
        };
        let described = xml::network(&network.xml).map_err(|why| {
            note(format!("the description of the network {name:?} cannot be read: {why}"));
        });
        let bridge = described.as_ref().ok().and_then(|described| described.bridge.as_deref());
        let is_in = |attached: &Attached| {
            let by_bridge = attached.bridge.is_some() && attached.bridge.as_deref() == bridge;
            by_bridge || attached.card.network.as_deref() == Some(&name)
        };
        let mut inside = cards.iter_mut().filter(|attached| is_in(attached)).peekable();
        if inside.peek().is_none() {
            continue;
        }
        let leases = network.leases.unwrap_or_else(|why| {
            note(format!("the leases of the network {name:?} are not known: {why}"));
            Vec::new()
        });
        for attached in inside {
            attached.card.network = Some(name.clone());
            attached.card.addresses = addresses(attached.card.mac.as_deref(), &leases);
        }
        if let Ok(described) = described {
            let description = described.reduced;
            provided.networks.push(ProviderNetwork { provider: "libvirt".to_owned(), name, description });
        }
    }
}

/// The addresses that were leased to a card, the newest lease first: a machine that was made anew under its old MAC has
/// another one, and the old lease stays until it runs out.
fn addresses(mac: Option<&str>, leases: &[Lease]) -> Vec<CardAddress> {
    let Some(mac) = mac else { return Vec::new() };
    let is_its = |lease: &&Lease| lease.mac.as_deref().is_some_and(|leased| leased.eq_ignore_ascii_case(mac));
    let address = |lease: &Lease| {
        Some(CardAddress { ip: lease.ip.parse::<IpAddr>().ok()?, expires: Some(lease.expires).filter(|end| *end != 0) })
    };
    let mut addresses: Vec<CardAddress> = leases.iter().filter(is_its).filter_map(address).collect();
    // A lease without an end outlives all others. Those of the other family run for another time.
    addresses.sort_by_key(|address| {
        (address.ip.is_ipv6(), std::cmp::Reverse(address.expires.unwrap_or(i64::MAX)), address.ip)
    });
    addresses
}

#[cfg(test)]
mod tests;
