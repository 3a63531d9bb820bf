//! Lines for `/etc/hosts`.

use std::net::IpAddr;

use crate::inventory::Inventory;
use crate::inventory::effective::Effective;
use crate::inventory::reach::{Reach, Told};
use crate::safe::{HostAddress, HostName};

/// `ADDRESS  NAME` for each host, the names in one column; a comment for a host that has no such address.
///
/// The address is the host's own (`ip`) where that is known, else the one Ansible uses.
pub fn render(inventory: &Inventory) -> String {
    let reach = Reach::new(Effective::of(inventory), None);
    let rows: Vec<(&HostName, Told<String>)> =
        inventory.hosts().keys().map(|host| (host, address(&reach, host).map(|ip| ip.to_string()))).collect();
    let width = rows.iter().filter_map(|(_, ip)| ip.as_ref().ok()).map(String::len).max().unwrap_or(0);
    let line = |(host, ip): &(&HostName, Told<String>)| match ip {
        Ok(ip) => format!("{ip:width$}  {host}\n"),
        Err(why) => format!("# {host} is left out: {why}\n"),
    };
    rows.iter().map(line).collect()
}

/// The address to write down for a host, or why there is none.
pub(super) fn address(reach: &Reach<'_>, host: &HostName) -> Told<IpAddr> {
    if let Some(ip) = reach.own_ip(host) {
        return ip;
    }
    match reach.address(host)? {
        HostAddress::Ip(ip) if ip.is_loopback() => {
            Err(format!("it is reached through {ip} of the machine Ansible runs on, which is not its own address"))
        }
        HostAddress::Ip(ip) => Ok(ip),
        HostAddress::Name(name) => Err(format!("it is reached by the name {name}, and has no `ip`")),
    }
}
