//! What libvirt knows of the machines: one round of questions for all of them, without libvirt's library.
//!
//! The library is what a program links to and then does not start without, and it has no deadlines; so this is a small
//! client of libvirtd's own protocol (`wire`, `calls`), which is the same since 2012. It asks over the socket for those
//! who may only look, so that nothing can be changed. A libvirt that is elsewhere is left to `virsh`.

mod calls;
mod uri;
mod virsh;
mod wire;
mod xdr;
mod xml;

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::time::Instant;

use super::providers::{Provided, Question};
use super::surroundings::Surroundings;
use crate::answers::{CardAddress, ProviderNetwork, ProviderSays, VirtualMachine};
use calls::{Lease, Login, Object};
use uri::{Endpoint, Hypervisor, Way};
use virsh::Virsh;
use wire::{Connection, Fault, Refusal};
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

/// libvirtd's own sockets.
struct Sockets {
    domains: Connection,
    networks: Endpoint,
    /// The connection to who knows the networks, where that is another.
    of_networks: Option<Connection>,
    deadline: Instant,
}

impl Sockets {
    fn open(domains: &Endpoint, networks: &Endpoint, deadline: Instant) -> Result<Self, Fault> {
        let domains = connect(domains, deadline)?;
        Ok(Self { domains, networks: networks.clone(), of_networks: None, deadline })
    }

    /// Who knows the networks.
    fn networks(&mut self) -> Result<&mut Connection, String> {
        if self.networks.socket == self.domains.path() {
            return Ok(&mut self.domains);
        }
        let own = match self.of_networks.take() {
            Some(own) => own,
            None => connect(&self.networks, self.deadline).map_err(|fault| sentence(&fault))?,
        };
        Ok(self.of_networks.insert(own))
    }
}

/// Connects and says hello.
fn connect(endpoint: &Endpoint, deadline: Instant) -> Result<Connection, Fault> {
    let mut connection = Connection::open(&endpoint.socket, deadline)?;
    let ways = connection.call(&calls::ways_to_log_in())?.map_err(refused)?;
    let ways = connection.understood(&ways, calls::read_ways_to_log_in)?;
    if ways.contains(&Login::Polkit) {
        connection.call(&calls::log_in_by_polkit())?.map_err(|refusal| Fault::Login(refusal.message))?;
    } else if !ways.is_empty() && !ways.contains(&Login::None) {
        return Err(Fault::Login("with a name and a password".to_owned()));
    }
    connection.call(&calls::open(&endpoint.uri))?.map_err(refused)?;
    Ok(connection)
}

fn refused(refusal: Refusal) -> Fault {
    Fault::Refused(refusal.message)
}

/// What libvirt says of one question, in its own words.
fn said(refusal: &Refusal) -> String {
    format!("libvirt says {:?}", refusal.message)
}

impl Talk for Sockets {
    fn domains(&mut self, uuids: &[Uuid]) -> Result<Vec<Result<Option<Domain>, String>>, String> {
        let connection = &mut self.domains;
        let calls: Vec<_> = uuids.iter().map(|uuid| calls::domain_by_uuid(uuid.0)).collect();
        let found = looked_up(connection, &calls, calls::NO_DOMAIN, calls::read_domain)?;
        let objects: Vec<&Object> = found.iter().filter_map(|found| found.as_ref().ok()?.as_ref()).collect();
        let calls: Vec<_> =
            objects.iter().flat_map(|domain| [calls::domain_state(domain), calls::domain_xml(domain)]).collect();
        let answers = connection.call_all(&calls).map_err(|fault| sentence(&fault))?;
        let mut answers = answers.into_iter();
        let mut domain = |_: Object| {
            // Between the two questions it may have gone.
            let (Some(state), Some(xml)) = (answers.next(), answers.next()) else { return Ok(None) };
            let (state, xml) = match (state, xml) {
                (Ok(state), Ok(xml)) => (state, xml),
                (Err(refusal), _) | (_, Err(refusal)) if refusal.code == calls::NO_DOMAIN => return Ok(None),
                (Err(refusal), _) | (_, Err(refusal)) => return Err(said(&refusal)),
            };
            let read = |fault: Fault| sentence(&fault);
            let (state, reason) = connection.understood(&state, calls::read_domain_state).map_err(read)?;
            let xml = connection.understood(&xml, calls::read_text).map_err(read)?;
            Ok(Some(Domain { state: in_words(state, reason).to_owned(), xml }))
        };
        Ok(found.into_iter().map(|found| found?.map_or(Ok(None), &mut domain)).collect())
    }

    fn networks(&mut self, names: &[String]) -> Result<Vec<Result<Option<Network>, String>>, String> {
        let connection = self.networks()?;
        let calls: Vec<_> = names.iter().map(|name| calls::network_by_name(name)).collect();
        let found = looked_up(connection, &calls, calls::NO_NETWORK, calls::read_network)?;
        let objects: Vec<&Object> = found.iter().filter_map(|found| found.as_ref().ok()?.as_ref()).collect();
        let calls: Vec<_> =
            objects.iter().flat_map(|network| [calls::network_xml(network), calls::leases(network)]).collect();
        let answers = connection.call_all(&calls).map_err(|fault| sentence(&fault))?;
        let mut answers = answers.into_iter();
        let mut network = |_: Object| {
            let (Some(xml), Some(leases)) = (answers.next(), answers.next()) else { return Ok(None) };
            let xml = match xml {
                Ok(xml) => connection.understood(&xml, calls::read_text).map_err(|fault| sentence(&fault))?,
                Err(refusal) if refusal.code == calls::NO_NETWORK => return Ok(None),
                Err(refusal) => return Err(said(&refusal)),
            };
            let read =
                |leases: Vec<u8>| connection.understood(&leases, calls::read_leases).map_err(|fault| sentence(&fault));
            Ok(Some(Network { xml, leases: leases.map_err(|refusal| said(&refusal)).and_then(read) }))
        };
        Ok(found.into_iter().map(|found| found?.map_or(Ok(None), &mut network)).collect())
    }

    fn names_of_networks(&mut self) -> Result<Vec<String>, String> {
        let connection = self.networks()?;
        let answer = connection
            .call(&calls::all_networks())
            .map_err(|fault| sentence(&fault))?
            .map_err(|refusal| said(&refusal))?;
        let networks = connection.understood(&answer, calls::read_networks).map_err(|fault| sentence(&fault))?;
        Ok(networks.into_iter().map(Object::into_name).collect())
    }
}

/// Finds objects; `None` is one that does not exist.
fn looked_up(
    connection: &mut Connection,
    calls: &[wire::Call],
    missing: i32,
    read: impl Fn(&mut xdr::Reader<'_>) -> Result<Object, xdr::XdrError>,
) -> Result<Vec<Result<Option<Object>, String>>, String> {
    let answers = connection.call_all(calls).map_err(|fault| sentence(&fault))?;
    let object = |answer: wire::Answered| match answer {
        Ok(bytes) => connection.understood(&bytes, &read).map(Some).map_err(|fault| sentence(&fault)),
        Err(refusal) if refusal.code == missing => Ok(None),
        Err(refusal) => Err(said(&refusal)),
    };
    Ok(answers.into_iter().map(object).collect())
}

/// `virDomainState` in vagrant-libvirt's words. A domain that was saved is off and says so in its reason.
fn in_words(state: i32, reason: i32) -> &'static str {
    const SAVED: i32 = 5;
    match (state, reason) {
        (1, _) => "running",
        (2, _) => "blocked",
        (3, _) => "paused",
        (4, _) => "shutting-down",
        (5, SAVED) => "saved",
        (5, _) => "shutoff",
        (6, _) => "crashed",
        (7, _) => "pmsuspended",
        _ => "nostate",
    }
}

/// What failed, and what a person can do about it.
fn sentence(fault: &Fault) -> String {
    let remedy = match fault {
        Fault::NotThere(path) => {
            let unit = if is_a_users(path) {
                "`virsh -c qemu:///session list` starts it"
            } else {
                "start it (`systemctl start libvirtd`, or `virtqemud.socket` and `virtnetworkd.socket`), or name \
                 another in LIBVIRT_DEFAULT_URI"
            };
            unit.to_owned()
        }
        Fault::Closed(_) | Fault::Login(_) => {
            "join the group `libvirt`, or ask whoever runs libvirt to let you look".to_owned()
        }
        Fault::Late(_) => "see whether libvirtd hangs (`virsh list`), or allow more time with `timeout`".to_owned(),
        Fault::HungUp(_) => "see what libvirtd's log says".to_owned(),
        Fault::NotUnderstood(..) => "see that it is libvirtd which listens there".to_owned(),
        Fault::Broken(..) => "correct LIBVIRT_DEFAULT_URI".to_owned(),
        Fault::Refused(_) => "see that LIBVIRT_DEFAULT_URI names the libvirt that the machines run in".to_owned(),
    };
    format!("{fault}; {remedy}")
}

/// Whether a socket is that of a user's own libvirt, which starts when it is asked for and not by itself.
fn is_a_users(path: &Path) -> bool {
    !path.to_string_lossy().contains("-ro")
}

#[cfg(test)]
mod tests;
