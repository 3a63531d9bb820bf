//! What is made of what real hypervisors said, and of what none would say.

mod addresses;
mod captures;
mod environment;
mod hostile;
mod places;
mod sieve;

use std::fmt::Write as _;

use inventory_core::discovery::Discovery;
use inventory_core::machine::Machine;

use super::read;
use crate::answers::{Addresses, Answers, Domain, GuestInterface, Hypervisor, Lease, Network, Said, Told};
use crate::options::{LibvirtOptions, Teller};

/// One hypervisor that answers.
pub(super) fn told(told: Told) -> Answers {
    Answers { hypervisors: vec![Hypervisor { place: None, uri: "qemu:///system".to_owned(), said: Said::Told(told) }] }
}

/// A running guest.
pub(super) fn running(xml: impl Into<String>) -> Domain {
    Domain { state: 1, reason: 1, xml: xml.into(), addresses: Vec::new() }
}

/// A guest of that name with these network cards.
pub(super) fn guest(name: &str, cards: &str) -> Domain {
    running(format!("<domain><name>{name}</name><devices>{cards}</devices></domain>"))
}

/// A card in a network.
pub(super) fn card(mac: &str, network: &str) -> String {
    format!("<interface type='network'><mac address='{mac}'/><source network='{network}'/></interface>")
}

/// A started network that gives away 10.0.0.100 to 10.0.0.199.
pub(super) fn network(name: &str, leases: Vec<Lease>) -> Network {
    let xml = format!(
        "<network><name>{name}</name><forward mode='nat'/><bridge name='virbr0'/>\
         <ip address='10.0.0.1' netmask='255.255.255.0'><dhcp><range start='10.0.0.100' end='10.0.0.199'/></dhcp></ip>\
         </network>"
    );
    Network { is_active: true, xml, leases: Some(leases) }
}

pub(super) fn lease(mac: &str, ip: &str, expires: i64) -> Lease {
    let mac = (!mac.is_empty()).then(|| mac.to_owned());
    Lease { mac, ip: ip.parse().unwrap(), expires, hostname: Some("debian".to_owned()) }
}

/// What a teller says: interface, MAC address and addresses each.
pub(super) fn says(from: Teller, interfaces: &[(&str, &str, &[&str])]) -> Addresses {
    let interfaces = interfaces.iter().map(|(name, mac, addresses)| GuestInterface {
        name: (*name).to_owned(),
        mac: (!mac.is_empty()).then(|| (*mac).to_owned()),
        addresses: addresses.iter().map(|ip| ip.parse().unwrap()).collect(),
    });
    Addresses { from, interfaces: interfaces.collect(), error: None }
}

pub(super) fn asking(tellers: &[Teller]) -> LibvirtOptions {
    LibvirtOptions { addresses: Some(tellers.to_vec()), ..LibvirtOptions::default() }
}

pub(super) fn read_all(answers: &Answers, options: &LibvirtOptions) -> Discovery {
    read(answers, options).unwrap_or_else(|failure| panic!("{}", failure.message()))
}

/// Why it is refused, and the remedy.
pub(super) fn refused(answers: &Answers, options: &LibvirtOptions) -> String {
    let failure = read(answers, options).expect_err("it is refused");
    format!("{}\n{}", failure.message(), failure.remedy())
}

/// One machine, a fact a line.
pub(super) fn shown(machine: &Machine) -> String {
    let mut text = format!("{:?} {} ({})\n", machine.name, machine.state, machine.origin);
    for interface in &machine.interfaces {
        let or_dash = |part: &Option<String>| part.as_deref().unwrap_or("-").to_owned();
        let (name, mac, network) = (or_dash(&interface.name), or_dash(&interface.mac), or_dash(&interface.network));
        let _ = writeln!(text, "  {name} {mac} in {network}");
        for found in &interface.addresses {
            let own = if found.in_guest { "" } else { ", not its own" };
            let why = found.unfit.as_ref().map(|why| format!(", never: {why}")).unwrap_or_default();
            let _ = writeln!(text, "    {} by {}{own}{why}", found.ip, found.from);
        }
    }
    let reach = &machine.reach;
    if let Some(address) = &reach.address {
        let port = reach.port.map(|port| format!(" port {port}")).unwrap_or_default();
        let _ = writeln!(text, "  reached at {address}{port}");
    }
    if let Some(jump) = &reach.jump {
        let _ = writeln!(text, "  through {jump}");
    }
    if let Some(why) = &reach.why_none {
        let _ = writeln!(text, "  no address: {why}");
    }
    for note in &machine.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    for (name, value) in &machine.tags {
        let _ = writeln!(text, "  {name} = {value:?}");
    }
    text
}

pub(super) fn all_shown(discovery: &Discovery) -> String {
    discovery.machines.iter().map(shown).collect()
}
