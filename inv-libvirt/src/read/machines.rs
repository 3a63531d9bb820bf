//! Machines, of what a hypervisor said.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use inventory_core::machine::{Interface, Jump, Machine, NamedBy, Reach, State};
use inventory_core::safe::HostAddress;

use super::addresses;
use super::around::Around;
use super::guest::{Attachment, Card, Guest};
use super::state;
use super::uri::Uri;
use super::wrong::Wrong;
use crate::answers::{Addresses, Domain, Hypervisor};
use crate::options::Teller;

/// What all guests of a hypervisor have in common.
#[derive(Debug)]
pub(super) struct Host<'a> {
    /// The hypervisor.
    pub(super) hypervisor: &'a Hypervisor,
    /// Its networks.
    pub(super) around: &'a Around<'a>,
    /// Who is asked for addresses.
    pub(super) tellers: &'a [Teller],
    /// The machine to jump through.
    pub(super) jump: Option<Jump>,
}

impl Host<'_> {
    /// The machine that a guest is.
    pub(super) fn machine(&self, guest: &Guest, domain: &Domain) -> Result<Machine, Wrong> {
        let interfaces =
            addresses::interfaces(guest, domain, self.around, self.hypervisor.place.as_deref(), self.tellers)?;
        let has_address = interfaces.iter().any(has_address);
        let state = state::state(domain.state, domain.reason);
        let mut reach = Reach { jump: self.jump.clone(), ..Reach::default() };
        if !has_address && let Some((address, port)) = guest.cards.iter().find_map(|card| self.forwarded(card)) {
            reach.address = Some(address);
            reach.port = Some(port).filter(|port| *port != 22);
        } else if !has_address && state == State::Running {
            reach.why_none = Some(self.why_no_address(guest, domain));
        }
        Ok(Machine {
            id: guest.uuid.clone(),
            state,
            place: self.hypervisor.place.clone(),
            interfaces,
            reach,
            tags: tags(guest),
            notes: self.no_word_of_agent(state, domain).filter(|_| has_address).into_iter().collect(),
            ..Machine::new(&guest.name, NamedBy::Outside, self.origin(&guest.name))
        })
    }

    /// That an agent which was asked did not answer. Where somebody else told an address, nothing else says so.
    fn no_word_of_agent(&self, state: State, domain: &Domain) -> Option<String> {
        let told = told(domain, Teller::Agent).filter(|_| self.tellers.contains(&Teller::Agent))?;
        let error = told.error.as_ref().filter(|_| state == State::Running)?;
        Some(format!("its agent did not answer: {error}"))
    }

    fn origin(&self, name: &str) -> String {
        let place = self.hypervisor.place.as_ref().map(|place| format!(" on {place}")).unwrap_or_default();
        format!("domain {name}{place}")
    }

    /// Where a port of the hypervisor's leads to the guest's SSH, as the controller sees it: through the jump the
    /// hypervisor itself, else its machine. What listens on the hypervisor's loopback only is reached from there alone.
    fn forwarded(&self, card: &Card) -> Option<(HostAddress, u16)> {
        let Attachment::User(user) = &card.attachment else { return None };
        let (listens, port) = user.ssh?;
        let listens = listens.filter(|ip| !ip.is_unspecified());
        let uri = Uri::new(&self.hypervisor.uri);
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let address = match listens {
            _ if self.jump.is_some() || uri.is_local() => listens.unwrap_or(loopback).into(),
            Some(ip) if ip.is_loopback() => return None,
            Some(ip) => ip.into(),
            None => uri.host()?,
        };
        Some((address, port))
    }

    /// Why nobody knows an address of a guest, and who could be asked.
    fn why_no_address(&self, guest: &Guest, domain: &Domain) -> String {
        if guest.cards.is_empty() {
            return "it has no network card that libvirt knows of; an <address> in its metadata may say what it has"
                .to_owned();
        }
        let mut whys: Vec<String> = Vec::new();
        let mut add = |why: String| {
            if !whys.contains(&why) {
                whys.push(why);
            }
        };
        let asks = |teller| self.tellers.contains(&teller);
        for card in &guest.cards {
            let network = self.around.name_of(card);
            match (&card.attachment, self.around.of(card)) {
                (Attachment::User(_), _) => add("behind user-mode networking only a <portForward> leads to it".into()),
                (_, Some(known)) if !known.is_active => add(format!("the network {network} is not started")),
                (_, Some(known)) if known.network.subnets.iter().any(|subnet| !subnet.ranges.is_empty()) => {
                    add(if asks(Teller::Lease) {
                        format!("it has no lease in the network {network}")
                    } else {
                        format!("`lease` is not among `addresses`, and the network {network} has a DHCP server")
                    });
                }
                _ => add(format!("libvirt gives no addresses on {network}")),
            }
        }
        if guest.cards.iter().all(|card| matches!(card.attachment, Attachment::User(_))) {
            return whys.join("; ");
        }
        if let Some(error) = told(domain, Teller::Arp).filter(|_| asks(Teller::Arp)).and_then(|arp| arp.error.as_ref())
        {
            add(format!("the neighbour table cannot be read: {error}"));
        }
        add(match told(domain, Teller::Agent).map(|agent| &agent.error) {
            _ if !asks(Teller::Agent) => {
                "with qemu-guest-agent in it, `addresses: [lease, arp, agent]` asks it".to_owned()
            }
            Some(Some(error)) => format!("its agent did not answer: {error}"),
            _ => "its agent told none of its own".to_owned(),
        });
        whys.join("; ")
    }
}

/// What one teller said of a guest, if it was asked.
fn told(domain: &Domain, teller: Teller) -> Option<&Addresses> {
    domain.addresses.iter().find(|told| told.from == teller)
}

/// Whether an interface has an address that leads to its guest.
fn has_address(interface: &Interface) -> bool {
    !interface.is_made_by_cni()
        && interface.addresses.iter().any(|found| found.unfit.is_none() && addresses::is_of_a_host(&found.ip))
}

/// What is said about a guest: `title`, `description`, `networks` and `pools` (names, separated by commas), and whatever
/// its metadata says, which wins.
fn tags(guest: &Guest) -> BTreeMap<String, String> {
    let mut networks: Vec<&str> = Vec::new();
    for card in &guest.cards {
        if let Attachment::Network(name) = &card.attachment
            && !networks.contains(&name.as_str())
        {
            networks.push(name);
        }
    }
    let own = [
        ("title", guest.title.clone()),
        ("description", guest.description.clone()),
        ("networks", (!networks.is_empty()).then(|| networks.join(","))),
        ("pools", (!guest.pools.is_empty()).then(|| guest.pools.join(","))),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    own.chain(guest.metadata.tags.iter().cloned()).collect()
}
