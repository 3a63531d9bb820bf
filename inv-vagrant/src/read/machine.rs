//! One machine: what it is doing, its cards, and how it is reached.

mod own_address;
mod way;

use std::net::IpAddr;

use inventory_core::machine::{AddressSource, FoundAddress, Interface, Machine, NamedBy, State};

use super::{Known, state};
use crate::answers::{Card, ProviderSays, VagrantMachine, VirtualMachine};

/// The tag with the provider's name.
const PROVIDER: &str = "provider";
/// The tag with the name of the box.
const BOX: &str = "box";
/// The tag with the groups that the provisioner's inventory writes the machine into, commas between them.
const GROUPS: &str = "ansible_groups";

/// Reads a machine that exists, as far as anybody can tell.
///
/// Whoever can write into `.vagrant` chose its name, and a recording of it may come from anywhere: it is from outside.
pub(super) fn read(known: &Known<'_>, vagrant: &VagrantMachine) -> Machine {
    let mut machine = Machine::new(&vagrant.name, NamedBy::Outside, known.origin(&vagrant.provider));
    machine.id.clone_from(&vagrant.id);
    machine.place.clone_from(&known.project.place);
    (machine.state, machine.state_why) = doing(vagrant);
    machine.tags.insert(PROVIDER.to_owned(), vagrant.provider.clone());
    if let Some(name) = &vagrant.box_name {
        machine.tags.insert(BOX.to_owned(), name.clone());
    }
    let generated = known.generated.hosts.get(&vagrant.name);
    if let Some(groups) = generated.map(|host| host.groups.join(",")).filter(|groups| !groups.is_empty()) {
        machine.tags.insert(GROUPS.to_owned(), groups);
    }
    if let ProviderSays::Has(vm) = &vagrant.provider_says {
        machine.interfaces = vm.cards.iter().map(|card| interface(&vagrant.provider, card)).collect();
    }
    let entry = vagrant.index.as_ref();
    if let Some(entry) = entry.filter(|entry| entry.directory != known.project.directory) {
        machine.notes.push(format!(
            "Vagrant's index still has it in {}, so it was moved from there; `vagrant global-status --prune` would forget \
             it",
            entry.directory.display()
        ));
    }
    way::find(known, vagrant, &mut machine);
    own_address::find(known, vagrant, &mut machine);
    machine
}

/// Its state, and who says so.
fn doing(vagrant: &VagrantMachine) -> (State, Option<String>) {
    let VagrantMachine { provider, index, .. } = vagrant;
    match &vagrant.provider_says {
        ProviderSays::Has(vm) => match state::of(&vm.state) {
            State::Running => (State::Running, None),
            other => (other, Some(format!("{provider} says {}", vm.state))),
        },
        ProviderSays::Failed(why) => (State::Unknown, Some(why.clone())),
        ProviderSays::NotAsked(why) => match index {
            Some(entry) => {
                let why = format!("Vagrant last saw it {}; {why}", entry.state);
                (state::of(&entry.state), Some(why))
            }
            // It has an id, and nobody denies that it runs.
            None => (State::Running, Some(why.clone())),
        },
        ProviderSays::Gone(at) => (State::Unknown, Some(format!("{at} has it no more"))),
    }
}

/// A card as an interface of the guest's.
fn interface(provider: &str, card: &Card) -> Interface {
    let mut addresses: Vec<FoundAddress> = Vec::with_capacity(card.addresses.len());
    for told in &card.addresses {
        let from = match provider {
            "libvirt" => AddressSource::Lease,
            "virtualbox" => AddressSource::Agent,
            _ => AddressSource::Static,
        };
        let found = FoundAddress::in_guest(told.ip, from);
        let has_newer = provider == "libvirt" && addresses.iter().any(|newer| newer.ip.is_ipv4() == told.ip.is_ipv4());
        addresses.push(if has_newer {
            found.unfit("an older lease of the same card")
        } else if provider == "virtualbox" && card.is_management {
            found.unfit("behind VirtualBox's NAT every machine has this address")
        } else if provider == "virtualbox" && is_first_of_24(told.ip) {
            // Vagrant itself does not believe it (plugins/providers/virtualbox/driver, `read_guest_ip`).
            found.unfit("the guest additions say so of the host's own address")
        } else {
            found
        });
    }
    // Not told by a guest without additions, and the same in all of them.
    if provider == "virtualbox" && card.is_management && addresses.is_empty() {
        let found = FoundAddress::in_guest(own_address::BEHIND_NAT, AddressSource::Static);
        addresses.push(found.unfit("behind VirtualBox's NAT every machine has this address"));
    }
    Interface { name: None, mac: card.mac.clone(), network: card.network.clone(), mtu: None, addresses }
}

fn is_first_of_24(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V4(ip) if ip.octets()[3] == 1)
}

/// The VM of a machine, where its provider has it.
fn vm(vagrant: &VagrantMachine) -> Option<&VirtualMachine> {
    match &vagrant.provider_says {
        ProviderSays::Has(vm) => Some(vm),
        ProviderSays::NotAsked(_) | ProviderSays::Failed(_) | ProviderSays::Gone(_) => None,
    }
}

/// The first address that the source itself would use, IPv4 before IPv6.
fn usable(interface: &Interface) -> Option<IpAddr> {
    let usable =
        || interface.addresses.iter().filter(|found| found.unfit.is_none()).map(|found| found.ip).filter(is_somebodys);
    usable().find(IpAddr::is_ipv4).or_else(|| usable().next())
}

/// Whether an address can be one machine's own.
fn is_somebodys(ip: &IpAddr) -> bool {
    let is_link_local = match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    };
    !(ip.is_loopback() || ip.is_unspecified() || ip.is_multicast() || is_link_local)
}
