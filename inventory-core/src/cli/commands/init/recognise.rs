//! Which host of an inventory is which discovered machine.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::ansible::{Host, Inventory};
use crate::cli::Failure;
use crate::discovery::Discovery;
use crate::inventory::Value;
use crate::machine::Machine;

/// The variables that say where a host is.
const ADDRESSES: [&str; 7] = ["ansible_host", "ansible_ssh_host", "ip", "access_ip", "ip6", "access_ip6", "main_ip"];

/// What is known of the machines, to be looked up.
pub(super) struct Machines<'a> {
    all: &'a [Machine],
    by_name: HashMap<&'a str, Vec<usize>>,
    by_address: HashMap<IpAddr, Vec<usize>>,
}

/// Whose host it is.
enum Found {
    Machine(usize),
    Nobody,
    /// A sentence about it.
    Unclear(String),
}

impl<'a> Machines<'a> {
    pub(super) fn of(discovery: &'a Discovery) -> Self {
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut by_address: HashMap<IpAddr, Vec<usize>> = HashMap::new();
        for (position, machine) in discovery.machines.iter().enumerate() {
            by_name.entry(&machine.name).or_default().push(position);
            for address in addresses_of(machine) {
                let there = by_address.entry(address).or_default();
                if there.last() != Some(&position) {
                    there.push(position);
                }
            }
        }
        Self { all: &discovery.machines, by_name, by_address }
    }

    /// The machine of each host that `is_sought`, in the inventory's order. The error names all those that have none.
    pub(super) fn of_hosts<'i>(
        &self,
        inventory: &'i Inventory,
        is_sought: impl Fn(&str) -> bool,
    ) -> Result<Vec<(&'i str, usize)>, Failure> {
        let mut found: Vec<(&str, usize)> = Vec::new();
        let mut owners: HashMap<usize, &str> = HashMap::new();
        let (mut nobody, mut unclear) = (Vec::new(), Vec::new());
        for (name, host) in inventory.hosts.iter().filter(|(name, _)| is_sought(name)) {
            match self.find(name, host) {
                Found::Nobody => nobody.push(shown(name, host)),
                Found::Unclear(why) => unclear.push(why),
                Found::Machine(position) => match owners.insert(position, name) {
                    Some(other) => {
                        unclear.push(format!("{other} and {name} are both {}", self.all[position].origin));
                    }
                    None => found.push((name, position)),
                },
            }
        }
        if !nobody.is_empty() {
            let are = if nobody.len() == 1 { "host of the inventory is" } else { "hosts of the inventory are" };
            return Err(Failure::new(
                format!(
                    "{} {are} no machine that was found, neither by name nor by address: {}",
                    nobody.len(),
                    nobody.join(", ")
                ),
                "start them, or name the places where they live; delete from the inventory those that are gone",
            ));
        }
        if !unclear.is_empty() {
            return Err(Failure::new(
                format!("it is not clear who is who: {}", unclear.join("; ")),
                "correct `ansible_host` or the names in the inventory",
            ));
        }
        Ok(found)
    }

    fn find(&self, name: &str, host: &Host) -> Found {
        let addresses = addresses(name, host);
        let mut at_address: Vec<usize> =
            addresses.iter().filter_map(|address| self.by_address.get(address)).flatten().copied().collect();
        at_address.sort_unstable();
        at_address.dedup();
        let origins = |positions: &[usize]| {
            positions.iter().map(|&position| self.all[position].origin.as_str()).collect::<Vec<_>>().join(" or ")
        };
        let named = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        let both: Vec<usize> = named.iter().copied().filter(|position| at_address.contains(position)).collect();
        match (named, both.as_slice(), at_address.as_slice()) {
            (_, [one], _) | ([one], [], []) | ([], [], [one]) => Found::Machine(*one),
            ([], [], []) => Found::Nobody,
            (named, _, []) => Found::Unclear(format!("{name} may be {}", origins(named))),
            ([], _, several) => Found::Unclear(format!("{name} has an address of {}", origins(several))),
            (named, _, there) => Found::Unclear(format!(
                "{name} is called like {}, and its address is that of {}",
                origins(named),
                origins(there)
            )),
        }
    }
}

/// The addresses that lead to a machine; not those that the source itself would never use.
fn addresses_of(machine: &Machine) -> impl Iterator<Item = IpAddr> {
    let interfaces = machine.interfaces.iter().filter(|interface| !interface.is_made_by_cni());
    let found = interfaces.flat_map(|interface| &interface.addresses).filter(|found| found.unfit.is_none());
    let fixed = machine.reach.address.as_ref().and_then(crate::safe::HostAddress::ip);
    // A forwarded port's address, or a guest's own loopback, is everybody's.
    found.map(|found| found.ip).chain(fixed).chain(machine.reach.ip).filter(|ip| !ip.is_loopback())
}

fn addresses(name: &str, host: &Host) -> Vec<IpAddr> {
    let said = ADDRESSES.iter().filter_map(|variable| host.vars.get(*variable));
    let texts = said.map(|variable| variable.value.to_plain_text()).chain([name.to_owned()]);
    texts.filter_map(|text| text.parse().ok()).filter(|ip: &IpAddr| !ip.is_loopback()).collect()
}

/// A host and where the inventory says it is.
fn shown(name: &str, host: &Host) -> String {
    let at = ["ansible_host", "ansible_ssh_host", "ip"].iter().find_map(|variable| host.vars.get(*variable));
    at.map_or_else(|| name.to_owned(), |at| format!("{name} ({})", Value::to_plain_text(&at.value)))
}
