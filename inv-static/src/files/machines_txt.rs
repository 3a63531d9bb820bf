//! The `machines.txt` of kubernetes-the-hard-way: `IPV4_ADDRESS FQDN HOSTNAME [POD_SUBNET]`, a machine a line.

use std::net::Ipv4Addr;

use inventory_core::inventory::Value;
use inventory_core::machine::{AddressSource, FoundAddress, Interface, Machine, NamedBy};
use inventory_core::network::address::{Family, Network};
use inventory_core::yaml::Source;

use crate::error::StaticError;

/// Whether every line is one of such a file's. An inventory's lines begin with a name, or go on with `key=value`.
pub(crate) fn is_one(text: &str) -> bool {
    let mut lines = lines(text).peekable();
    lines.peek().is_some()
        && lines.all(|(_, fields)| {
            (3..=4).contains(&fields.len())
                && fields[0].parse::<Ipv4Addr>().is_ok()
                && !fields.iter().any(|field| field.contains('='))
        })
}

/// The machines, called by their short names.
pub(crate) fn read(source: &Source) -> Result<Vec<Machine>, StaticError> {
    lines(source.text())
        .map(|(line, fields)| {
            // Each field is a part of the text, so its own address tells where it stands.
            let place = |field: &str| source.location(field.as_ptr() as usize - source.text().as_ptr() as usize);
            let wrong = |field: &str, what| StaticError::Field { at: place(field), field: field.to_owned(), what };
            let ip: Ipv4Addr = fields[0].parse().map_err(|_| wrong(fields[0], "IPv4 address"))?;
            let origin = format!("{}:{line}", source.name().display());
            let mut machine = Machine::new(fields[2], NamedBy::Outside, origin);
            machine.interfaces.push(Interface {
                addresses: vec![FoundAddress::in_guest(ip.into(), AddressSource::Static)],
                ..Interface::default()
            });
            if let Some(subnet) = fields.get(3) {
                // The strings of this file are from outside; a network is safe once it is one.
                let network = subnet.parse::<Network>().ok().filter(|network| network.family() == Family::Ipv4);
                let network = network.ok_or_else(|| wrong(subnet, "IPv4 network"))?;
                machine.vars.insert("pod_cidr".to_owned(), Value::outside(network.to_string()));
            }
            Ok(machine)
        })
        .collect()
}

/// The lines that say something, with their numbers from 1 and their fields.
fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.split_ascii_whitespace().collect::<Vec<_>>()))
        .filter(|(_, fields)| !fields.is_empty() && !fields[0].starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &str =
        "10.0.0.1 server.kubernetes.local server  \n10.0.0.2 node-0.kubernetes.local node-0 10.200.0.0/24\n";

    #[test]
    fn the_hard_ways_file_is_recognised_and_an_inventory_is_not() {
        assert!(is_one(REAL));
        for text in ["", "10.0.0.1 ansible_user=x ip=10.0.0.1", "[all]\n10.0.0.1", "10.0.0.1\n10.0.0.2"] {
            assert!(!is_one(text), "{text:?}");
        }
    }

    #[test]
    fn the_pod_subnet_is_pinned_to_the_machine() {
        let machines = read(&Source::new("machines.txt", REAL)).unwrap();
        assert_eq!(machines[0].name, "server");
        assert_eq!(machines[1].vars["pod_cidr"].as_str(), Some("10.200.0.0/24"));
        assert_eq!(machines[1].origin, "machines.txt:2");
    }
}
