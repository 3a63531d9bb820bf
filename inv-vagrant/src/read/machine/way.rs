//! How the controller reaches a machine: what its provider says now, else a saved SSH configuration, else what the
//! provisioner's inventory said once.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use inventory_core::machine::{Connection, Machine, Reach};
use inventory_core::safe::HostAddress;

use super::super::Known;
use super::super::generated::GeneratedHost;
use super::super::ssh_config::SshHost;
use super::{usable, vm};
use crate::answers::{Forward, ProviderSays, VagrantMachine, VirtualMachine};

const SSH: u16 = 22;
const WINRM: u16 = 5985;
const WINRM_TLS: u16 = 5986;

/// Where a machine answers, and who says so.
struct Way {
    address: HostAddress,
    port: Option<u16>,
    /// A sentence without its full stop.
    why: String,
}

/// Fills in how the machine is reached.
pub(super) fn find(known: &Known<'_>, vagrant: &VagrantMachine, machine: &mut Machine) {
    let generated = known.generated.hosts.get(&vagrant.name);
    let ssh = known.ssh.iter().find(|(_, host)| host.name == vagrant.name);
    let vm = vm(vagrant);
    let winrm = winrm(vm, generated);
    let way = vm
        .and_then(|vm| of_provider(vagrant, vm, machine, winrm.is_some()))
        .or_else(|| ssh.and_then(|(path, host)| of_ssh_config(path, host)))
        .or_else(|| generated.and_then(|host| of_generated(known, host)));
    let reach = &mut machine.reach;
    match way {
        None => reach.why_none = Some(nobody_knows(vagrant, ssh)),
        Some(way) => {
            // Ansible's own default for WinRM is the encrypted port.
            let port = way.port.or(winrm.map(|_| WINRM));
            reach.port = port.filter(|port| *port != SSH);
            reach.address = Some(way.address);
            machine.notes.push(way.why);
        }
    }
    reach.user = ssh.and_then(|(_, host)| host.user.clone()).or_else(|| generated.and_then(|host| host.user.clone()));
    match winrm {
        Some(Winrm::ByForward(connection)) => reach.connection = connection,
        Some(Winrm::ByInventory) => {
            let is_encrypted = reach.port.is_some_and(|port| port % 50_000 == WINRM_TLS);
            reach.connection = if is_encrypted { Connection::WinrmHttps } else { Connection::WinrmHttp };
        }
        None => doors(vagrant, ssh.map(|(_, host)| host), generated, reach),
    }
}

/// Why there is no way, and who could tell one.
fn nobody_knows(vagrant: &VagrantMachine, ssh: Option<&(&Path, SshHost)>) -> String {
    if let Some((path, address)) = ssh.and_then(|(path, host)| Some((path, host.address.as_ref()?))) {
        return format!("{} says {address:?}, which is neither an address nor a host name", path.display());
    }
    let says = match &vagrant.provider_says {
        ProviderSays::NotAsked(why) | ProviderSays::Failed(why) => why.clone(),
        ProviderSays::Has(_) | ProviderSays::Gone(_) => format!("{} tells no address of it", vagrant.provider),
    };
    format!("{says}; save what `vagrant ssh-config {}` prints and name the file in `ssh_config`", vagrant.name)
}

/// The keys, and the way through somebody else.
fn doors(vagrant: &VagrantMachine, ssh: Option<&SshHost>, generated: Option<&GeneratedHost>, reach: &mut Reach) {
    let own: Vec<String> = vagrant.keys.iter().map(|key| escaped(&key.to_string_lossy())).collect();
    let of_ssh = ssh.map(|host| host.keys.as_slice()).unwrap_or_default();
    let of_inventory = generated.and_then(|host| host.key.as_deref()).map(escaped);
    reach.keys = match (of_ssh, &own[..]) {
        ([], []) => of_inventory.into_iter().collect(),
        ([], own) => own.to_vec(),
        // A directory that was moved took the machine's own key along.
        (keys, own) => {
            let is_its_own = |key: &str| is_its_own(Path::new(key), vagrant);
            let moved = own.iter().find(|key| is_its_own(key));
            let current = |key: &String| moved.filter(|_| is_its_own(key)).unwrap_or(key).clone();
            keys.iter().map(current).collect()
        }
    };
    // Vagrant's default, and without it a full agent's keys come first.
    reach.identities_only = ssh.map_or(!reach.keys.is_empty(), |host| host.identities_only);
    if let Some(host) = ssh {
        reach.proxy_command.clone_from(&host.proxy_command);
        reach.jump = host.proxy_jump.as_deref().and_then(|jump| jump.parse().ok());
    }
}

/// Whether a key is the one that Vagrant made for this machine.
fn is_its_own(key: &Path, vagrant: &VagrantMachine) -> bool {
    key.ends_with(Path::new("machines").join(&vagrant.name).join(&vagrant.provider).join("private_key"))
}

/// A path as SSH's `IdentityFile` reads it.
fn escaped(path: &str) -> String {
    path.replace('%', "%%")
}

/// Who says that it is a Windows machine.
#[derive(Clone, Copy)]
enum Winrm {
    /// Vagrant forwards the port for it.
    ByForward(Connection),
    /// The provisioner's inventory.
    ByInventory,
}

fn winrm(vm: Option<&VirtualMachine>, generated: Option<&GeneratedHost>) -> Option<Winrm> {
    // Vagrant adds these rules where the communicator is WinRM, beside the one for SSH, and prefers the plain one.
    let forwards = vm.map(|vm| vm.forwards.as_slice()).unwrap_or_default();
    let named = |wanted: &str| forwards.iter().any(|forward| forward.name.as_deref() == Some(wanted));
    if named("winrm") {
        Some(Winrm::ByForward(Connection::WinrmHttp))
    } else if named("winrm-ssl") {
        Some(Winrm::ByForward(Connection::WinrmHttps))
    } else {
        generated.filter(|host| host.is_winrm).map(|_| Winrm::ByInventory)
    }
}

fn of_provider(vagrant: &VagrantMachine, vm: &VirtualMachine, machine: &Machine, is_winrm: bool) -> Option<Way> {
    let provider = &vagrant.provider;
    if let Some(forward) = best_forward(&vm.forwards, is_winrm) {
        let address = if forward.host.is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { forward.host };
        return Some(Way {
            address: address.into(),
            port: Some(forward.port),
            why: format!("by default it is reached at the port {} that {provider} forwards to it", forward.port),
        });
    }
    let managed = vm.cards.iter().position(|card| card.is_management);
    let of_card = |at: usize| {
        let interface = machine.interfaces.get(at)?;
        let network =
            interface.network.as_ref().map_or_else(String::new, |network| format!(" in the network {network}"));
        Some(Way {
            address: usable(interface)?.into(),
            port: None,
            why: format!("by default it is reached at its address{network}, as {provider} says"),
        })
    };
    // Without an address where Vagrant itself talks to it, any other is better than what somebody once said.
    managed.and_then(of_card).or_else(|| (0..machine.interfaces.len()).find_map(of_card))
}

/// The rule that Vagrant would take: the guest's own port, its own name, this host's own address.
fn best_forward(forwards: &[Forward], is_winrm: bool) -> Option<&Forward> {
    let (ports, name): (&[u16], _) = if is_winrm { (&[WINRM, WINRM_TLS], "winrm") } else { (&[SSH], "ssh") };
    let is_here = |forward: &Forward| forward.host.is_loopback() || forward.host.is_unspecified();
    forwards
        .iter()
        .filter(|forward| ports.contains(&forward.guest_port))
        .min_by_key(|forward| (forward.name.as_deref() != Some(name), !is_here(forward)))
}

fn of_ssh_config(path: &Path, host: &SshHost) -> Option<Way> {
    let address = host.address.as_deref()?.parse().ok()?;
    Some(Way { address, port: host.port, why: format!("by default it is reached as {} says", path.display()) })
}

fn of_generated(known: &Known<'_>, host: &GeneratedHost) -> Option<Way> {
    let address = host.address.as_deref()?.parse().ok()?;
    let path = known.told.generated_inventory.as_ref().map(|file| file.path.display().to_string()).unwrap_or_default();
    Some(Way {
        address,
        port: host.port,
        why: format!("by default it is reached as the provisioner's inventory {path} says, which may be stale"),
    })
}
