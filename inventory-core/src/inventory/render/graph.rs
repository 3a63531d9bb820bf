//! The tree a person reads: groups, the hosts in them, and their addresses.

use std::collections::HashSet;

use crate::inventory::Inventory;
use crate::inventory::effective::Effective;
use crate::inventory::reach::{ADDRESS, IP, PORT, Reach};
use crate::safe::{GroupName, HostName};

/// A line that is still to be written, and how deep it lies.
enum Line<'a> {
    Group(&'a GroupName, usize),
    Host(&'a HostName, usize, usize),
}

/// The groups in order, each with its hosts and, below them, its children, as `ansible-inventory --graph` draws it.
///
/// ```text
/// @ci_kube:
///   |--node-1   10.0.0.1
///   |--node-2   10.0.0.2  (ip 192.168.0.2)
/// @k8s_cluster:
///   |--@kube_control_plane:
///   |  |--node-1  10.0.0.1
/// ```
///
/// A group that lies in several is drawn in the first of them.
pub fn render(inventory: &Inventory) -> String {
    let reach = Reach::new(Effective::of(inventory), None);
    let inner: HashSet<&GroupName> = inventory.groups().values().flat_map(|group| &group.children).collect();
    let roots = inventory.groups().keys().filter(|name| !inner.contains(name));
    let mut waiting: Vec<Line<'_>> = roots.map(|name| Line::Group(name, 0)).collect();
    waiting.reverse();
    let mut drawn = HashSet::new();
    let mut text = String::new();
    // Without recursion: a chain of groups may be long.
    while let Some(line) = waiting.pop() {
        match line {
            Line::Host(host, depth, width) => {
                let row = format!("{}{:width$}  {}", branch(depth), host.as_str(), address(&reach, host));
                text += row.trim_end();
                text.push('\n');
            }
            Line::Group(name, depth) => {
                text.extend([&branch(depth), "@", name.as_str(), ":"]);
                let Some(group) = inventory.groups().get(name) else { continue };
                if drawn.insert(name) {
                    waiting.extend(group.children.iter().rev().map(|child| Line::Group(child, depth + 1)));
                    let width = group.hosts.iter().map(|host| host.as_str().len()).max().unwrap_or(0);
                    waiting.extend(group.hosts.iter().rev().map(|host| Line::Host(host, depth + 1, width)));
                } else if !group.hosts.is_empty() || !group.children.is_empty() {
                    text += " (see above)";
                }
                text.push('\n');
            }
        }
    }
    text
}

fn branch(depth: usize) -> String {
    match depth {
        0 => String::new(),
        depth => format!("  {}|--", "|  ".repeat(depth - 1)),
    }
}

/// `10.0.0.1`, `127.0.0.1 port 2222`, `10.0.0.1  (ip 192.168.0.1)`; nothing where the name is the address.
fn address(reach: &Reach<'_>, host: &HostName) -> String {
    let [address, port, ip] = [ADDRESS, PORT, IP].map(|names| reach.written(host, &names));
    let port = port.filter(|port| port != "22");
    let ip = ip.filter(|ip| Some(ip) != address.as_ref());
    let mut text = address.unwrap_or_default();
    if let Some(port) = port {
        text.extend([" port ", &port]);
    }
    if let Some(ip) = ip {
        text.extend(["  (ip ", &ip, ")"]);
    }
    text.trim_start().to_owned()
}
