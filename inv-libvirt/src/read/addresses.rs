//! Which addresses a guest's cards have, and who says so.
//!
//! Cards stand in the order of the XML; nothing else decides between them. Within a card IPv4 comes before IPv6, and
//! within a family the tellers in the order of `addresses`. What the guest made itself comes after all cards.

use std::collections::HashSet;
use std::net::IpAddr;

use inventory_core::machine::{AddressSource, FoundAddress, Interface};
use inventory_core::network::address::Network;

use super::around::Around;
use super::environment::mtu_of;
use super::guest::{Attachment, Card, Guest, SaidAddress, UserMode};
use super::leases;
use super::mac::Mac;
use super::wrong::Wrong;
use crate::answers::{Addresses, Domain, GuestInterface};
use crate::options::Teller;

/// The interfaces of a guest: its cards, then what it made itself and the agent tells of.
pub(super) fn interfaces(
    guest: &Guest,
    domain: &Domain,
    around: &Around<'_>,
    place: Option<&str>,
    tellers: &[Teller],
) -> Result<Vec<Interface>, Wrong> {
    let mut agent =
        InGuest::new(guest, around, place, told(domain, Teller::Agent).filter(|_| tellers.contains(&Teller::Agent)));
    let mut said = said(guest, around)?;
    if !tellers.contains(&Teller::Static) {
        said.iter_mut().for_each(Vec::clear);
    }
    let mut interfaces = Vec::new();
    for (at, card) in guest.cards.iter().enumerate() {
        let own = agent.cards[at].take();
        let agents: Vec<IpAddr> = own.map(|own| own.addresses.clone()).unwrap_or_default();
        let (mut addresses, mut known, mut told_by) = (Vec::new(), HashSet::new(), HashSet::new());
        for teller in tellers {
            let mut more = match teller {
                Teller::Lease => leased(card, domain, around, &agents),
                Teller::Arp => named(told(domain, *teller), card, *teller),
                Teller::Static => found(&said[at], *teller),
                Teller::Agent => found(&agents, *teller),
            };
            // A virtual address that moves between the guests is seen in the guest and in the neighbour table like its
            // own; what somebody else told too is the card's own.
            if matches!(teller, Teller::Arp | Teller::Agent) {
                let is_confirmed = |ip: &IpAddr| {
                    said[at].contains(ip) || known.contains(ip) || (*teller == Teller::Arp && agents.contains(ip))
                };
                more.sort_by_key(|address| !is_confirmed(&address.ip));
            }
            for address in more {
                if told_by.insert((address.ip, *teller)) {
                    known.insert(address.ip);
                    addresses.push(address);
                }
            }
        }
        addresses.sort_by_key(|address| address.ip.is_ipv6());
        if let Attachment::User(user) = &card.attachment {
            addresses = behind_a_process(user, addresses);
        }
        interfaces.push(Interface {
            name: own.map(|own| own.name.clone()),
            mac: card.mac.as_ref().map(ToString::to_string),
            network: Some(around.name_of(card).to_owned()),
            mtu: mtu_of(guest, card, around, place),
            addresses,
        });
    }
    // Where libvirt knows of no card, a device of the hypervisor's own may have been handed over.
    if guest.cards.is_empty() && tellers.contains(&Teller::Static) && !guest.metadata.addresses.is_empty() {
        let all: Vec<IpAddr> = guest.metadata.addresses.iter().map(|said| said.ip).collect();
        interfaces.push(Interface { addresses: found(&all, Teller::Static), ..Interface::default() });
    }
    interfaces.extend(agent.made_by_guest);
    // A guest that says so, or answers for it, would be played on the hypervisor.
    for found in interfaces.iter_mut().flat_map(|interface| &mut interface.addresses) {
        if let Some(network) = around.network_of_hypervisor(found.ip).filter(|_| found.unfit.is_none()) {
            found.unfit = Some(format!("the hypervisor's own address in the network {network}"));
        }
    }
    Ok(interfaces)
}

/// What one teller said, if it was asked and answered.
fn told(domain: &Domain, teller: Teller) -> Option<&[GuestInterface]> {
    let told: &Addresses = domain.addresses.iter().find(|told| told.from == teller)?;
    Some(&told.interfaces)
}

fn found(addresses: &[IpAddr], teller: Teller) -> Vec<FoundAddress> {
    addresses.iter().map(|ip| FoundAddress::in_guest(*ip, teller.into())).collect()
}

/// What a teller said of the interface with the card's MAC address.
fn named(told: Option<&[GuestInterface]>, card: &Card, teller: Teller) -> Vec<FoundAddress> {
    let is_card = |told: &&GuestInterface| card.mac.is_some() && told.mac.as_deref().map(Mac::new) == card.mac;
    told.unwrap_or_default().iter().filter(is_card).flat_map(|told| found(&told.addresses, teller)).collect()
}

/// The leases of a card: those of its network, which say when they end; where the driver does not tell them, what it
/// says of the guest.
fn leased(card: &Card, domain: &Domain, around: &Around<'_>, agents: &[IpAddr]) -> Vec<FoundAddress> {
    let of_network = card.mac.as_ref().and_then(|mac| around.of(card)?.leases_of(mac));
    match of_network {
        Some(leases) => leases::of_card(leases, agents),
        None => named(told(domain, Teller::Lease), card, Teller::Lease),
    }
}

/// The addresses of a card whose packets a process of the hypervisor's speaks for: none leads to the guest.
fn behind_a_process(user: &UserMode, told: Vec<FoundAddress>) -> Vec<FoundAddress> {
    if user.is_passt {
        let why = "passt gives the guest an address that the hypervisor has too; <portForward> leads to a guest";
        return told.into_iter().map(|address| address.unfit(why)).collect();
    }
    let why = "user-mode networking, where every guest has this address and nobody else reaches it";
    let network = user.ipv4.and_then(|(address, prefix)| Network::containing(address, prefix));
    // SLIRP gives the fifteenth address of its network, which is 10.0.2.0/24 unless the XML says otherwise.
    let slirp = network.or_else(|| Network::containing(IpAddr::from([10, 0, 2, 0]), 24)).and_then(|net| net.nth(15));
    let mut addresses: Vec<FoundAddress> = told.into_iter().map(|address| address.unfit(why)).collect();
    if let Some(ip) = slirp.filter(|ip| !addresses.iter().any(|known| known.ip == *ip)) {
        addresses.push(FoundAddress::in_guest(ip, AddressSource::Static).unfit(why));
    }
    addresses
}

/// What configurations say, card by card: the guest's metadata, then the reservations of its networks.
fn said(guest: &Guest, around: &Around<'_>) -> Result<Vec<Vec<IpAddr>>, Wrong> {
    let mut cards: Vec<Vec<IpAddr>> = vec![Vec::new(); guest.cards.len()];
    for said in &guest.metadata.addresses {
        if let Some(at) = card_of(said, guest, around)? {
            cards[at].push(said.ip);
        }
    }
    let mut named_in: Vec<&str> = Vec::new();
    for (card, addresses) in guest.cards.iter().zip(&mut cards) {
        let Some(known) = around.of(card) else { continue };
        addresses.extend(card.mac.iter().flat_map(|mac| known.reserved_for_card(mac)));
        // A name is the guest's, and one of its cards has the address: the first in that network.
        if !named_in.contains(&known.network.name.as_str()) {
            named_in.push(&known.network.name);
            addresses.extend(known.reserved_for_name(&guest.name));
        }
    }
    Ok(cards)
}

/// The card that an address in the metadata is on: the one it names, else the first whose network it is in, else the
/// first; none where there are no cards.
fn card_of(said: &SaidAddress, guest: &Guest, around: &Around<'_>) -> Result<Option<usize>, Wrong> {
    let SaidAddress { ip, network, mac } = said;
    let cards = || guest.cards.iter();
    if network.is_some() || mac.is_some() {
        let is_it = |card: &Card| {
            network.as_ref().is_none_or(|network| around.name_of(card) == network)
                && mac.as_ref().is_none_or(|mac| card.mac.as_ref() == Some(mac))
        };
        let name =
            || [network.clone(), mac.as_ref().map(ToString::to_string)].into_iter().flatten().collect::<Vec<_>>();
        return cards().position(is_it).map(Some).ok_or_else(|| Wrong::NoSuchCard { card: name().join(", ") });
    }
    let holds = |card: &Card| {
        around.of(card).is_some_and(|known| known.network.subnets.iter().any(|subnet| subnet.cidr.contains(*ip)))
    };
    Ok(cards().position(holds).or((!guest.cards.is_empty()).then_some(0)))
}

/// What the agent tells, sorted to the cards.
struct InGuest<'a> {
    /// The interface of each card.
    cards: Vec<Option<&'a GuestInterface>>,
    /// The others, which the guest made itself: bridges, VLANs, tunnels, what a CNI needs.
    made_by_guest: Vec<Interface>,
}

impl<'a> InGuest<'a> {
    /// An interface is a card's if it has its MAC address. A bridge or a VLAN inside the guest has it too: of several
    /// the first with an address is the card's, and none that a CNI made.
    fn new(guest: &Guest, around: &Around<'_>, place: Option<&str>, told: Option<&'a [GuestInterface]>) -> Self {
        let told = told.unwrap_or_default();
        let mut is_taken = vec![false; told.len()];
        let mut cards = Vec::with_capacity(guest.cards.len());
        for card in &guest.cards {
            let is_card = |at: &usize| {
                let one: &GuestInterface = &told[*at];
                !is_taken[*at]
                    && card.mac.is_some()
                    && one.mac.as_deref().map(Mac::new) == card.mac
                    && !is_made_by_cni(one)
            };
            let candidates: Vec<usize> = (0..told.len()).filter(is_card).collect();
            let with_address = candidates.iter().copied().find(|at| told[*at].addresses.iter().any(is_of_a_host));
            let at = with_address.or_else(|| candidates.first().copied());
            if let Some(at) = at {
                is_taken[at] = true;
            }
            cards.push(at.map(|at| &told[at]));
        }
        let others = told.iter().zip(is_taken).filter(|(one, is_taken)| !is_taken && !one.addresses.is_empty());
        let made_by_guest = others.map(|(one, _)| {
            let mac = one.mac.as_deref().map(Mac::new);
            let card = guest.cards.iter().find(|card| card.mac.is_some() && card.mac == mac);
            Interface {
                name: Some(one.name.clone()),
                mac: mac.map(|mac| mac.to_string()),
                network: card.map(|card| around.name_of(card).to_owned()),
                mtu: card.and_then(|card| mtu_of(guest, card, around, place)),
                addresses: found(&one.addresses, Teller::Agent),
            }
        });
        Self { cards, made_by_guest: made_by_guest.collect() }
    }
}

fn is_made_by_cni(told: &GuestInterface) -> bool {
    Interface { name: Some(told.name.clone()), ..Interface::default() }.is_made_by_cni()
}

/// Whether it is more than loopback or link-local, which every interface has, and can be a host's at all.
pub(super) fn is_of_a_host(ip: &IpAddr) -> bool {
    let is_nobodys = match ip {
        IpAddr::V4(ip) => ip.is_link_local() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_unicast_link_local() || ip.to_ipv4_mapped().is_some(),
    };
    !ip.is_loopback() && !ip.is_unspecified() && !ip.is_multicast() && !is_nobodys
}
