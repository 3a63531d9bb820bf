//! Machines that are listed in the cluster file itself.

use std::net::IpAddr;

use inventory_core::ansible::host_range;
use inventory_core::cli::At;
use inventory_core::machine::{AddressSource, FoundAddress, Interface, Machine, NamedBy};
use inventory_core::safe::HostAddress;

use crate::addresses::expand;
use crate::error::StaticError;
use crate::options::{ListedInterface, ListedMachine, StaticOptions};

/// The machines of `machines`, then those of `addresses`.
pub(crate) fn listed(options: &StaticOptions, at: &At<'_>) -> Result<Vec<Machine>, StaticError> {
    let mut machines = Vec::new();
    for listed in &options.machines {
        machines.extend(of_line(listed)?);
    }
    machines.extend(of_addresses(options, at)?);
    Ok(machines)
}

/// The machines of one entry: as many as its name has.
fn of_line(listed: &ListedMachine) -> Result<Vec<Machine>, StaticError> {
    let names = host_range::expand(&listed.name, 1, &mut host_range::Budget::new())
        .map_err(|error| StaticError::NameRange { name: listed.name.clone(), why: error.to_string() })?;
    if names.is_empty() {
        // Ansible takes it for nobody, and a cluster must not shrink by a slip.
        let why = host_range::Unusable::Backwards.to_string();
        return Err(StaticError::NameRange { name: listed.name.clone(), why });
    }
    let addresses = addresses_for(listed, &names)?;
    let ips = ips_for(listed, "ip", listed.ip.as_deref(), names.len())?;
    let access_ips = ips_for(listed, "access_ip", listed.access_ip.as_deref(), names.len())?;
    let each = names.into_iter().enumerate().map(|(position, name)| {
        let mut machine = Machine::new(name, NamedBy::User, "source.machines");
        machine.state = listed.state;
        machine.place.clone_from(&listed.place);
        machine.id.clone_from(&listed.id);
        machine.tags = listed.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        machine.vars.clone_from(&listed.vars);
        machine.reach.port = listed.port;
        machine.reach.user.clone_from(&listed.user);
        machine.reach.jump.clone_from(&listed.jump);
        machine.reach.ip = ips.get(position).copied();
        machine.reach.access_ip = access_ips.get(position).copied();
        if let Some(address) = addresses.get(position) {
            // With a port of its own or an `ip` beside it, the address is somebody's who forwards.
            let in_guest = machine.reach.port.is_none() && machine.reach.ip.is_none();
            set_address(&mut machine, address, in_guest);
        }
        machine.interfaces.extend(listed.interfaces.iter().map(interface));
        machine
    });
    Ok(each.collect())
}

/// One address for each name, or none at all.
fn addresses_for(listed: &ListedMachine, names: &[String]) -> Result<Vec<HostAddress>, StaticError> {
    let Some(text) = &listed.address else { return Ok(Vec::new()) };
    match expand(text) {
        Ok(ips) => {
            check_lengths(listed, "address", text, names.len(), ips.len())?;
            return Ok(ips.into_iter().map(HostAddress::from).collect());
        }
        // Only a name has letters, except for an IPv6 address, which has colons outside brackets.
        Err(error)
            if !text.contains('[') && (text.contains(':') || !text.contains(|c: char| c.is_ascii_alphabetic())) =>
        {
            return Err(error);
        }
        Err(_) => {}
    }
    let texts = host_range::expand(text, 1, &mut host_range::Budget::new())
        .map_err(|error| StaticError::NameRange { name: text.clone(), why: error.to_string() })?;
    check_lengths(listed, "address", text, names.len(), texts.len())?;
    texts.into_iter().map(|text| text.parse().map_err(|_| StaticError::NoHost { text })).collect()
}

fn ips_for(
    listed: &ListedMachine,
    key: &'static str,
    text: Option<&str>,
    names: usize,
) -> Result<Vec<IpAddr>, StaticError> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let ips = expand(text).map_err(|_| StaticError::NoIp { name: listed.name.clone(), key, text: text.to_owned() })?;
    check_lengths(listed, key, text, names, ips.len())?;
    Ok(ips)
}

fn check_lengths(
    listed: &ListedMachine,
    key: &'static str,
    text: &str,
    names: usize,
    count: usize,
) -> Result<(), StaticError> {
    if names == count {
        return Ok(());
    }
    Err(StaticError::Lengths { name: listed.name.clone(), names, key, addresses: text.to_owned(), count })
}

/// An IP address is the first candidate; a name, or the loopback of a forwarded port, is how it is reached at all.
fn set_address(machine: &mut Machine, address: &HostAddress, in_guest: bool) {
    match address {
        HostAddress::Ip(ip) if !ip.is_loopback() => machine.interfaces.push(Interface {
            addresses: vec![FoundAddress { ip: *ip, from: AddressSource::Static, in_guest, unfit: None }],
            ..Interface::default()
        }),
        other => machine.reach.address = Some(other.clone()),
    }
}

fn interface(listed: &ListedInterface) -> Interface {
    let address = |ip: &IpAddr| FoundAddress::in_guest(*ip, AddressSource::Static);
    Interface {
        name: listed.name.clone(),
        mac: listed.mac.clone(),
        network: listed.network.clone(),
        addresses: listed.addresses.iter().map(address).collect(),
        ..Interface::default()
    }
}

/// The machines of `addresses`, numbered from 1.
fn of_addresses(options: &StaticOptions, at: &At<'_>) -> Result<Vec<Machine>, StaticError> {
    let prefix = options.prefix.as_deref().unwrap_or("{cluster}-node-").replace("{cluster}", at.cluster);
    let mut machines: Vec<Machine> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for text in &options.addresses {
        for ip in expand(text)? {
            if !seen.insert(ip) {
                return Err(StaticError::Twice { address: ip });
            }
            let name = format!("{prefix}{}", machines.len() + 1);
            let mut machine = Machine::new(name, NamedBy::User, "source.addresses");
            set_address(&mut machine, &ip.into(), true);
            machines.push(machine);
        }
    }
    Ok(machines)
}
