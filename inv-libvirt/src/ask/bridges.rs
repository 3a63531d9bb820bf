//! The MTU of bridges that the hypervisor's administrator made.

use std::collections::BTreeSet;
use std::path::Path;

use super::places::Place;
use super::text;
use crate::answers::{Bridge, Network};
use crate::calls::Connection;

/// Where Linux tells about its network interfaces.
const INTERFACES: &str = "/sys/class/net";

/// The bridges that guests and networks are in, where their MTU can be known: on this machine from the kernel, elsewhere
/// from libvirt's interface driver, which not every host has.
pub(super) fn bridges<'a>(
    connection: &Connection,
    place: &Place,
    domains: impl Iterator<Item = &'a str>,
    networks: &'a [Network],
) -> Vec<Bridge> {
    let names: BTreeSet<&str> = domains
        .flat_map(text::bridges_of_domain)
        .chain(networks.iter().filter_map(|network| text::bridge_of_network(&network.xml)))
        .filter(|name| is_interface(name))
        .collect();
    let is_here = place.uri().is_some_and(|uri| uri.is_here());
    let mtu = |name: &str| {
        if is_here { mtu_here(name) } else { text::mtu_of_interface(&connection.interface_xml(name).ok()?) }
    };
    names.into_iter().filter_map(|name| Some(Bridge { name: name.to_owned(), mtu: mtu(name)? })).collect()
}

/// Whether a text can be the name of an interface, and nothing else on the way to a file.
fn is_interface(name: &str) -> bool {
    (1..=15).contains(&name.len())
        && !name.starts_with('.')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

fn mtu_here(name: &str) -> Option<u32> {
    std::fs::read_to_string(Path::new(INTERFACES).join(name).join("mtu")).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_knows_the_mtu_of_this_machines_interfaces() {
        assert_eq!(mtu_here("lo"), Some(65_536));
        assert_eq!(mtu_here("no-such-nic"), None);
        for name in ["", "..", "a/b", "&lt;", "0123456789abcdef"] {
            assert!(!is_interface(name), "{name}");
        }
        assert!(is_interface("br0.150"));
    }
}
