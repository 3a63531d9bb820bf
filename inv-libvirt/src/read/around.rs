//! The virtual networks of one hypervisor, each with its leases by card.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::answers::{Lease, Told};

use super::guest::{Attachment, Card};
use super::mac::Mac;
use super::network::{Reservation, VirtualNetwork};

/// The virtual networks and bridges of a hypervisor.
#[derive(Debug)]
pub(super) struct Around<'a> {
    /// The networks, in the answers' order.
    pub(super) networks: Vec<Known<'a>>,
    by_name: HashMap<String, usize>,
    by_bridge: HashMap<String, usize>,
    by_own_address: HashMap<IpAddr, usize>,
    bridges: HashMap<&'a str, u32>,
}

/// A virtual network, and what it leased.
#[derive(Debug)]
pub(super) struct Known<'a> {
    /// What its XML says.
    pub(super) network: VirtualNetwork,
    /// Whether it is started.
    pub(super) is_active: bool,
    /// Its leases by card; `None` where the driver does not tell them. One without a MAC address, as DHCP for IPv6 gives them,
    /// is in none: it names its client by an identifier that clones share, and a name that every guest chooses itself.
    leases: Option<HashMap<Mac, Vec<&'a Lease>>>,
    reserved: HashMap<Client, Vec<IpAddr>>,
}

/// Whom an address is reserved for.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Client {
    /// A card.
    Mac(Mac),
    /// A guest, by name.
    Name(String),
}

impl<'a> Around<'a> {
    /// The networks as read, with the leases and bridges of the same answers.
    pub(super) fn new(told: &'a Told, read: Vec<VirtualNetwork>) -> Self {
        let networks = told.networks.iter().zip(read).map(|(answer, network)| Known {
            reserved: by_client(&network),
            network,
            is_active: answer.is_active,
            leases: answer.leases.as_deref().map(by_card),
        });
        let networks: Vec<Known<'a>> = networks.collect();
        let (mut by_name, mut by_bridge, mut by_own_address) = (HashMap::new(), HashMap::new(), HashMap::new());
        // A bridge can be several networks': those that are started come first.
        let started_first = [true, false]
            .into_iter()
            .flat_map(|is_active| networks.iter().enumerate().filter(move |(_, known)| known.is_active == is_active));
        for (at, Known { network, is_active, .. }) in started_first {
            by_name.entry(network.name.clone()).or_insert(at);
            if let Some(bridge) = &network.bridge {
                by_bridge.entry(bridge.clone()).or_insert(at);
            }
            for subnet in network.subnets.iter().filter(|_| *is_active) {
                by_own_address.entry(subnet.hypervisor).or_insert(at);
            }
        }
        let bridges = told.bridges.iter().map(|bridge| (bridge.name.as_str(), bridge.mtu)).collect();
        Self { networks, by_name, by_bridge, by_own_address, bridges }
    }

    /// The virtual network that a card is in: by name, or by its bridge.
    pub(super) fn of(&self, card: &Card) -> Option<&Known<'a>> {
        let at = match &card.attachment {
            Attachment::Network(name) => self.by_name.get(name),
            Attachment::Bridge(name) => self.by_bridge.get(name),
            Attachment::User(_) | Attachment::Other { .. } => None,
        };
        at.map(|at| &self.networks[*at])
    }

    /// What a card's network is called: the virtual network, or else what the card is plugged into.
    pub(super) fn name_of<'c>(&'c self, card: &'c Card) -> &'c str {
        self.of(card).map_or_else(|| card.attachment.network(), |known| &known.network.name)
    }

    /// The started network in which an address is the hypervisor's own.
    pub(super) fn network_of_hypervisor(&self, ip: IpAddr) -> Option<&str> {
        self.by_own_address.get(&ip).map(|at| self.networks[*at].network.name.as_str())
    }

    /// The MTU of a bridge, in bytes, where it is known.
    pub(super) fn bridge_mtu(&self, bridge: &str) -> Option<i64> {
        self.bridges.get(bridge).map(|mtu| i64::from(*mtu))
    }
}

impl<'a> Known<'a> {
    /// The leases of a card; `None` where the driver does not tell them.
    pub(super) fn leases_of(&self, mac: &Mac) -> Option<&[&'a Lease]> {
        self.leases.as_ref().map(|leases| leases.get(mac).map_or(&[][..], Vec::as_slice))
    }
}

impl Known<'_> {
    /// The addresses that are reserved for a card.
    pub(super) fn reserved_for_card(&self, mac: &Mac) -> &[IpAddr] {
        self.reserved.get(&Client::Mac(mac.clone())).map_or(&[], Vec::as_slice)
    }

    /// The addresses that are reserved for a guest of that name, whatever its card.
    pub(super) fn reserved_for_name(&self, name: &str) -> &[IpAddr] {
        self.reserved.get(&Client::Name(name.to_owned())).map_or(&[], Vec::as_slice)
    }
}

fn by_client(network: &VirtualNetwork) -> HashMap<Client, Vec<IpAddr>> {
    let mut clients: HashMap<Client, Vec<IpAddr>> = HashMap::new();
    for Reservation { mac, name, ip } in network.subnets.iter().flat_map(|subnet| &subnet.reservations) {
        let client = mac.clone().map(Client::Mac).or_else(|| name.clone().map(Client::Name));
        if let Some(client) = client {
            clients.entry(client).or_default().push(*ip);
        }
    }
    clients
}

fn by_card(leases: &[Lease]) -> HashMap<Mac, Vec<&Lease>> {
    let mut cards: HashMap<Mac, Vec<&Lease>> = HashMap::new();
    for lease in leases {
        if let Some(mac) = &lease.mac {
            cards.entry(Mac::new(mac)).or_default().push(lease);
        }
    }
    cards
}
