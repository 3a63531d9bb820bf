//! The addresses of nodes.

use std::net::IpAddr;

use super::gather::{Gather, is_literal};
use crate::lint::model::{Scope, Told};
use crate::lint::view::View;
use crate::network::space::Role;

/// A host and its own addresses.
#[derive(Debug, Clone)]
pub(super) struct Host<'a> {
    pub(super) name: &'a str,
    /// Its own, IPv4 first; those it is reached at from elsewhere are not among them.
    pub(super) addresses: Vec<IpAddr>,
}

/// Reads the addresses of hosts.
///
/// `ip` is the address of the interface that kubespray uses; only where there is none, the address that Ansible
/// connects to is taken for it. A guest agent's list of addresses may hold those of a CNI inside the machine
/// (openshift/hypershift#8229), so that nothing else is.
pub(super) fn read<'a>(gather: &mut Gather<'_, 'a>, hosts: &[&'a str]) -> Vec<Host<'a>> {
    hosts.iter().map(|name| Host { name, addresses: addresses(gather, name) }).collect()
}

fn addresses<'a>(gather: &mut Gather<'_, 'a>, name: &'a str) -> Vec<IpAddr> {
    let view = gather.view;
    let scope = view.variables.of_host(name);
    let mut own = Vec::new();
    for variable in ["ip", "ip6"] {
        if let Some((address, told)) = view.address(&scope, &[variable]) {
            add(gather, name, variable, address, &told);
            own.push(address);
        }
    }
    if own.is_empty()
        && !scope.is_set("ip")
        && let Some((variable, address, told)) = reached_at(view, &scope)
    {
        add(gather, name, variable, address, &told);
        own.push(address);
    }
    let mut others = own.clone();
    for variable in ["access_ip", "access_ip6"] {
        if let Some((address, told)) = view.address(&scope, &[variable])
            && !others.contains(&address)
        {
            add(gather, name, variable, address, &told);
            others.push(address);
        }
    }
    own
}

/// The address that Ansible connects to, unless that is a port forwarded on this machine.
fn reached_at<'a>(view: &View<'a>, scope: &Scope<'_, 'a>) -> Option<(&'static str, IpAddr, Told<'a>)> {
    let variables = ["ansible_host", "ansible_ssh_host"];
    let found = variables.into_iter().find(|variable| scope.is_set(variable))?;
    let (address, told) = view.address(scope, &[found])?;
    (!address.is_loopback() && !address.is_unspecified()).then_some((found, address, told))
}

fn add<'a>(gather: &mut Gather<'_, 'a>, host: &str, variable: &str, address: IpAddr, told: &Told<'a>) {
    let title = match variable {
        "ip" | "ip6" => format!("node {host}"),
        other => format!("node {host} (`{other}`)"),
    };
    let is_literal = is_literal(told, &address.to_string());
    gather.add_range(address, Role::Node, told.place(), (title, host.to_owned()), is_literal);
}
