//! The guest's own address, kubespray's `ip`: that of the private network, never a forwarded port's, never the one that
//! every guest behind a NAT has.

use std::net::{IpAddr, Ipv4Addr};

use inventory_core::environment::MachineNetwork;
use inventory_core::machine::{AddressSource, FoundAddress, Interface, Machine};

use super::super::Known;
use super::{is_somebodys, usable, vm};
use crate::answers::{VagrantMachine, VirtualMachine};

/// What every guest behind `VirtualBox`'s NAT is called.
pub(super) const BEHIND_NAT: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 2, 15));

const WAYS_OUT: &str = "write `ip: [{from: ssh}]` under `hosts` to ask the guest, `ip` under `hosts.vars`, or `ip` into \
                        the `host_vars` of the Vagrantfile's Ansible provisioner";

/// Fills in `ip` and why it is so.
pub(super) fn find(known: &Known<'_>, vagrant: &VagrantMachine, machine: &mut Machine) {
    let provider = &vagrant.provider;
    let vm = vm(vagrant);
    let is_private = |at: usize| vm.is_some_and(|vm| vm.cards.get(at).is_some_and(|card| !card.is_management));
    let private: Vec<usize> = (0..machine.interfaces.len()).filter(|at| is_private(*at)).collect();
    let seen = private.iter().find_map(|&at| Some((at, usable(&machine.interfaces[at])?)));
    let written = known.generated.hosts.get(&vagrant.name).and_then(|host| host.ip);
    let written = written.filter(|ip| is_somebodys(ip) && *ip != BEHIND_NAT);
    // Of several networks the Vagrantfile's own word chooses, where the provider confirms it.
    let confirmed = written.filter(|ip| private.iter().any(|&at| has(&machine.interfaces[at], *ip)));
    let (ip, why) = match (confirmed, seen, written) {
        (Some(ip), _, _) => (Some(ip), format!("the Vagrantfile's `host_vars` say so, and {provider} confirms it")),
        (None, Some((at, ip)), written) => {
            let network = in_network(&machine.interfaces[at]);
            if let Some(written) = written.filter(|written| *written != ip) {
                machine.notes.push(format!(
                    "the provisioner's inventory says `ip` {written}, and {provider} knows nothing of it"
                ));
            }
            (Some(ip), format!("its address{network}, as {provider} says"))
        }
        (None, None, Some(ip)) => {
            place_written(known, vm, machine, ip);
            (Some(ip), "the provisioner's inventory says so, which may be stale".to_owned())
        }
        (None, None, None) => without_private_address(provider, vm, machine, &private),
    };
    machine.reach.ip = ip;
    machine.reach.ip_why = Some(why);
}

fn has(interface: &Interface, ip: IpAddr) -> bool {
    interface.addresses.iter().any(|found| found.ip == ip && found.unfit.is_none())
}

fn in_network(interface: &Interface) -> String {
    interface.network.as_ref().map_or_else(String::new, |network| format!(" in the network {network}"))
}

/// What is left where no private network tells an address.
fn without_private_address(
    provider: &str,
    vm: Option<&VirtualMachine>,
    machine: &Machine,
    private: &[usize],
) -> (Option<IpAddr>, String) {
    let Some(vm) = vm else {
        return (None, format!("nobody tells the guest's own address; {WAYS_OUT}"));
    };
    if let Some(&at) = private.first() {
        let network = in_network(&machine.interfaces[at]);
        let nowhere = match provider {
            "virtualbox" => "the guest additions, which would tell it, say nothing",
            _ => "there is no lease, so it is static, and stands nowhere but in the Vagrantfile and in the guest",
        };
        return (None, format!("of its address{network} nothing is known: {nowhere}; {WAYS_OUT}"));
    }
    let own = machine.interfaces.iter().find_map(|interface| Some((interface, usable(interface)?)));
    match own {
        Some((interface, ip)) => {
            let network = in_network(interface);
            (
                Some(ip),
                format!("it has no private network, and its address{network} is its own, which others there reach"),
            )
        }
        None if provider == "virtualbox" && !vm.cards.is_empty() => {
            (None, "it has no private network, and behind VirtualBox's NAT every machine has 10.0.2.15".to_owned())
        }
        None => (None, format!("nobody tells the guest's own address; {WAYS_OUT}")),
    }
}

/// Puts the address that only the Vagrantfile knows on the card it belongs to, so that rules find it.
fn place_written(known: &Known<'_>, vm: Option<&VirtualMachine>, machine: &mut Machine, ip: IpAddr) {
    let holds = |subnets: &[MachineNetwork]| subnets.iter().any(|subnet| subnet.cidr.contains(ip));
    let name = known.networks.iter().find(|(_, subnets)| holds(subnets)).map(|(network, _)| network.name.as_str());
    let found = FoundAddress::in_guest(ip, AddressSource::Static);
    let cards = vm.map(|vm| vm.cards.as_slice()).unwrap_or_default();
    let card = cards.iter().position(|card| !card.is_management && name.is_some() && card.network.as_deref() == name);
    match card.and_then(|at| machine.interfaces.get_mut(at)) {
        Some(interface) => interface.addresses.push(found),
        None => machine.interfaces.push(Interface {
            network: name.map(str::to_owned),
            addresses: vec![found],
            ..Interface::default()
        }),
    }
}
