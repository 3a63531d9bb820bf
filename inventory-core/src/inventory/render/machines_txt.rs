//! The `machines.txt` of kubernetes-the-hard-way: `IPV4 FQDN HOSTNAME [POD_SUBNET]`, one machine a line.
//!
//! Its readers are `while read` and `grep NAME machines.txt | cut -d " "`, so fields have single blanks between them,
//! and a name that another line contains is refused: `grep node-1` would find `node-10` as well, and there is no
//! place for a warning that somebody reads.

use std::collections::HashSet;
use std::net::IpAddr;

use indexmap::IndexMap;

use super::{RenderError, hosts};
use crate::cluster::RoleGroups;
use crate::inventory::Inventory;
use crate::inventory::effective::Effective;
use crate::inventory::reach::{Names, Reach};
use crate::network::address::{AddressError, Family, Network};
use crate::safe::{GroupName, HostAddress, HostName};

const POD_CIDR: Names = Names(&["pod_cidr"]);

struct Machine<'a> {
    host: &'a HostName,
    name: &'a str,
    line: String,
}

/// One line for each member of the cluster, in order; a worker's has a fourth field, its share of the pod network: the
/// one in `shares`, else its variable `pod_cidr`.
///
/// `domain` makes the second field of the names that have no dot.
pub fn render(
    inventory: &Inventory,
    roles: &RoleGroups,
    domain: &str,
    shares: &IndexMap<HostName, Network>,
) -> Result<String, RenderError> {
    if !matches!(format!("x.{domain}").parse(), Ok(HostAddress::Name(_))) {
        return Err(RenderError::Domain(domain.to_owned()));
    }
    let reach = Reach::new(Effective::of(inventory), None);
    let workers: HashSet<&HostName> = inventory.hosts_within(&roles.workers).into_iter().collect();
    let mut machines = Vec::new();
    for host in inventory.hosts_within(inventory.top()) {
        let ip = match hosts::address(&reach, host) {
            Ok(IpAddr::V4(ip)) => ip,
            Ok(IpAddr::V6(ip)) => return Err(no_ipv4(host, format!("its address is {ip}"))),
            Err(why) => return Err(no_ipv4(host, why)),
        };
        let (name, fqdn) = match host.as_str().split_once('.') {
            Some((name, _)) => (name, host.to_string()),
            None => (host.as_str(), format!("{host}.{domain}")),
        };
        let mut line = format!("{ip} {fqdn} {name}");
        if workers.contains(host) {
            let share = shares.get(host).copied().map_or_else(|| told_share(&reach, host, &roles.workers), Ok)?;
            line.extend([" ", &share.to_string()]);
        }
        machines.push(Machine { host, name, line });
    }
    refuse_ambiguous(&machines)?;
    Ok(machines.into_iter().map(|machine| machine.line + "\n").collect())
}

fn no_ipv4(host: &HostName, why: String) -> RenderError {
    RenderError::NoIpv4 { host: host.clone(), why }
}

/// What the variable of a worker says.
fn told_share(reach: &Reach<'_>, host: &HostName, workers: &GroupName) -> Result<Network, RenderError> {
    let group = workers.clone();
    let Some(told) = reach.text(host, &POD_CIDR) else {
        return Err(RenderError::NoPodSubnet { host: host.clone(), group });
    };
    let network = told.and_then(|text| {
        let network: Network = text.parse().map_err(|why: AddressError| why.to_string())?;
        if network.family() == Family::Ipv4 { Ok(network) } else { Err(format!("{network} is no IPv4 network")) }
    });
    network.map_err(|why| RenderError::PodSubnet { host: host.clone(), why, group })
}

/// Refuses a name that the line of another machine contains anywhere.
fn refuse_ambiguous(machines: &[Machine<'_>]) -> Result<(), RenderError> {
    for machine in machines {
        let other = machines.iter().find(|other| other.host != machine.host && other.line.contains(machine.name));
        if let Some(other) = other {
            return Err(RenderError::FoundTwice {
                short: machine.host.clone(),
                long: other.host.clone(),
                label: machine.name.to_owned(),
            });
        }
    }
    Ok(())
}
