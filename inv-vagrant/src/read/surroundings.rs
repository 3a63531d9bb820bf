//! What is around the machines: the networks they are in, and those that only must not be taken.

use std::net::{IpAddr, Ipv4Addr};

use inventory_core::environment::{Environment, Forward, MachineNetwork, Provider, Sourced};
use inventory_core::machine::Machine;
use inventory_core::network::address::Network;
use inventory_core::network::mtu::Mtu;
use inventory_core::network::space::{AddressSpace, Origin, Owner, Role};

use super::Known;
use crate::answers::{Card, ProviderNetwork, ProviderSays};

/// What `VirtualBox`'s NAT gives every machine (its manual, chapter 6.3).
const GUEST_NAT: (IpAddr, u8) = (IpAddr::V4(Ipv4Addr::new(10, 0, 2, 0)), 24);

/// What the networks are to these machines, which were read of the same directory.
pub(super) fn read(known: &Known<'_>, machines: &[Machine]) -> Environment {
    let mut environment = Environment::default();
    let cards: Vec<(&str, &Card)> = (known.told.machines.iter())
        .filter_map(|vagrant| match &vagrant.provider_says {
            ProviderSays::Has(vm) => Some(vm.cards.iter().map(|card| (vagrant.provider.as_str(), card))),
            _ => None,
        })
        .flatten()
        .collect();
    let owned: Vec<IpAddr> = machines.iter().filter_map(|machine| machine.reach.ip).collect();
    for (network, subnets) in &known.networks {
        let is_in = |(provider, card): &&(&str, &Card)| {
            *provider == network.provider && card.network.as_ref() == Some(&network.name)
        };
        let inside: Vec<&Card> = cards.iter().filter(is_in).map(|(_, card)| *card).collect();
        for subnet in subnets {
            let is_home = owned.iter().any(|ip| subnet.cidr.contains(*ip));
            let is_private = inside.iter().any(|card| !card.is_management);
            let origin = origin(network);
            if is_home || is_private {
                environment.nodes.push(Sourced::new(subnet.clone(), origin));
            } else {
                let role = role(&network.provider, subnet, !inside.is_empty());
                environment.others.push(AddressSpace::new(subnet.cidr, role, Owner::Cluster, origin));
            }
        }
    }
    let is_virtualbox = |network: &Sourced<MachineNetwork>| network.value.provider == Some(Provider::Virtualbox);
    // A network of VirtualBox's says so itself.
    if known.told.machines.iter().any(|vagrant| vagrant.id.is_some() && vagrant.provider == "virtualbox")
        && !environment.nodes.iter().any(is_virtualbox)
        && let Some(cidr) = Network::containing(GUEST_NAT.0, GUEST_NAT.1)
    {
        let origin = Origin::Found("VirtualBox's NAT".to_owned());
        environment.others.push(AddressSpace::new(cidr, Role::GuestNat, Owner::Cluster, origin));
    }
    environment.machine_mtu = smallest_mtu(known, &cards);
    environment
}

/// What a network is that no machine has its own address in.
fn role(provider: &str, subnet: &MachineNetwork, is_management: bool) -> Role {
    match (provider, is_management) {
        ("libvirt", true) => Role::Management,
        ("virtualbox", _) if subnet.forward == Some(Forward::Isolated) => Role::HostOnly,
        ("docker", _) => Role::Bridge,
        _ => Role::Virtual,
    }
}

fn origin(network: &ProviderNetwork) -> Origin {
    Origin::Found(format!("{} network {}", network.provider, network.name))
}

/// The smallest MTU that a machine's cards are told, where one is.
fn smallest_mtu(known: &Known<'_>, cards: &[(&str, &Card)]) -> Option<Sourced<Mtu>> {
    let of_network = |(provider, card): &(&str, &Card)| {
        let (network, subnets) = (known.networks.iter())
            .find(|(network, _)| network.provider == *provider && Some(&network.name) == card.network.as_ref())?;
        let mtu = subnets.iter().filter_map(|subnet| subnet.mtu).min()?;
        Some(Sourced::new(mtu, origin(network)))
    };
    let of_card = |(provider, card): &(&str, &Card)| {
        let mtu = Mtu::new(card.mtu?.into()).ok()?;
        let network = card.network.as_deref().unwrap_or("no name");
        Some(Sourced::new(mtu, Origin::Found(format!("{provider} card in {network}"))))
    };
    cards.iter().flat_map(|card| [of_card(card), of_network(card)]).flatten().min_by_key(|mtu| mtu.value)
}
