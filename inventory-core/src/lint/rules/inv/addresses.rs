//! The addresses that a cluster's nodes are given.

use std::net::IpAddr;

use crate::lint::finding::Place;
use crate::lint::model::Scope;
use crate::lint::view::View;

/// The variables that hold an address of a node's own.
pub(super) const VARIABLES: [&str; 4] = ["ip", "ip6", "access_ip", "access_ip6"];

/// An address of a node.
pub(super) struct NodeAddress<'a> {
    pub(super) host: &'a str,
    pub(super) variable: &'static str,
    pub(super) address: IpAddr,
    pub(super) place: Place,
}

/// Every address that the nodes are given, node by node.
pub(super) fn of_nodes<'a>(view: &View<'a>) -> Vec<NodeAddress<'a>> {
    let mut found = Vec::new();
    for (host, scope) in view.each_node() {
        for variable in VARIABLES {
            if let Some((address, told)) = view.address(scope, &[variable]) {
                found.push(NodeAddress { host, variable, address, place: told.place() });
            }
        }
    }
    found
}

/// The variables that say where Ansible connects to, the strongest first.
pub(super) const ENDPOINT: [&str; 2] = ["ansible_host", "ansible_ssh_host"];

/// Where Ansible connects to: what is written, else the name itself. `None`: it cannot be known.
pub(super) fn endpoint(view: &View<'_>, host: &str, scope: &Scope<'_, '_>) -> Option<(String, Option<Place>)> {
    let Some(variable) = ENDPOINT.into_iter().find(|variable| scope.is_set(variable)) else {
        return Some((host.to_owned(), None));
    };
    let told = scope.find(&[variable])?;
    match &told.value {
        Ok(value) => Some((value.to_plain_text().trim().to_owned(), Some(told.place()))),
        Err(why) => {
            view.could_not_check(variable, &told.place(), why.clone());
            None
        }
    }
}

/// An address that many machines have at once, and what gives it to them.
pub(super) fn shared_by_design(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) if address.is_loopback() => Some("the loopback address of every machine"),
        IpAddr::V4(address) => match address.octets() {
            [10, 0, 2, 15] => Some("what VirtualBox's NAT gives every machine"),
            [10, 0, 2, 2] => Some("what KubeVirt's masquerade binding gives every guest"),
            _ => None,
        },
        IpAddr::V6(address) if address.is_loopback() => Some("the loopback address of every machine"),
        IpAddr::V6(_) => None,
    }
}
