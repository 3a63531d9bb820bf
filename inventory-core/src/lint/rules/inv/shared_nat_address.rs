use std::net::IpAddr;

use indexmap::IndexMap;

use super::addresses::{endpoint, of_nodes, shared_by_design};
use crate::lint::finding::{Finding, Label, Place, Severity};
use crate::lint::model::Scope;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds nodes that share an address because of what they run on: VirtualBox's NAT gives 10.0.2.15 to every
    /// machine, KubeVirt's masquerade binding 10.0.2.2, and 127.0.0.1 is every machine itself.
    ///
    /// ## Why is this bad?
    /// Nodes reach each other by `ip`. In one Vagrant lab after another every machine was 10.0.2.15: etcd waited for
    /// members that were all itself, and flannel announced one address for all nodes (kubernetes-sigs/kubespray#7017,
    /// kubernetes-sigs/kubespray#1981, kubernetes-sigs/kubespray#2114). Without an `ip` kubespray takes the address of
    /// the interface with the default route, which under VirtualBox is the NAT's.
    ///
    /// ## Example
    /// ```ini
    /// [kube_node]
    /// node1 ansible_host=127.0.0.1 ansible_port=2222
    /// node2 ansible_host=127.0.0.1 ansible_port=2200
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [kube_node]
    /// node1 ansible_host=127.0.0.1 ansible_port=2222 ip=192.168.56.11
    /// node2 ansible_host=127.0.0.1 ansible_port=2200 ip=192.168.56.12
    /// ```
    "INV005" "shared-nat-address" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let mut sharing: IndexMap<IpAddr, Vec<(&str, Place)>> = IndexMap::new();
    for node in of_nodes(view).into_iter().filter(|node| shared_by_design(node.address).is_some()) {
        let nodes = sharing.entry(node.address).or_default();
        if nodes.last().is_none_or(|(host, _)| *host != node.host) {
            nodes.push((node.host, node.place));
        }
    }
    for (address, nodes) in sharing.into_iter().filter(|(_, nodes)| nodes.len() > 1) {
        let names: Vec<&str> = nodes.iter().map(|(host, _)| *host).collect();
        let why = shared_by_design(address).unwrap_or_default();
        let found = finding(
            format!("{} have the address {address}, {why}, so none of them can reach another", words::list(&names)),
            nodes.into_iter().map(|(_, place)| place).collect(),
            &format!("{address} for every node"),
        );
        if let Some(finding) = found {
            report.find(finding);
        }
    }
    // Behind forwarded ports, and nothing says by which address the machines meet.
    let mut forwarded: Vec<(&str, Place)> = Vec::new();
    // What SSH is told besides may be a way through another host, whose localhost it is then.
    let says_nothing = |scope: &Scope<'_, '_>| {
        ["ip", "ip6", "ansible_ssh_common_args", "ansible_ssh_extra_args"].iter().all(|name| !scope.is_set(name))
    };
    for (host, scope) in view.each_node().iter().filter(|(_, scope)| says_nothing(scope)) {
        let Some((name, Some(place))) = endpoint(view, host, scope) else { continue };
        let is_local = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if is_local {
            forwarded.push((host, place));
        }
    }
    if forwarded.len() > 1 {
        let names: Vec<&str> = forwarded.iter().map(|(host, _)| *host).collect();
        let finding = finding(
            format!(
                "{} are reached through this machine and have no `ip`: kubespray then takes the address of their default route, which VirtualBox's NAT makes 10.0.2.15 for all",
                words::list(&names)
            ),
            forwarded.into_iter().map(|(_, place)| place).collect(),
            "a port of this machine",
        );
        if let Some(mut finding) = finding {
            finding.severity = Severity::Warning;
            report.find(finding);
        }
    }
}

/// A finding about places of which the first is to change, like the others.
fn finding(message: String, mut places: Vec<Place>, label: &str) -> Option<Finding> {
    places.dedup();
    let mut labels = places.into_iter().map(|place| Label::new(place, label));
    let finding = Finding::new(&RULE, message, labels.next()?);
    let finding = labels.fold(finding, Finding::related);
    Some(finding.help("give each node the address of an interface by which the others reach it as its `ip`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn an_address_that_nat_gives_everybody_is_none_to_meet_by() {
        let nat = "[kube_control_plane]\nn1 ansible_host=192.0.2.1 ip=10.0.2.15\n[etcd]\nn1\n[kube_node]\nn2 ansible_host=192.0.2.2 ip=10.0.2.15 access_ip=10.0.2.15\n";
        insta::assert_snapshot!(Fixture::kubespray().inventory(nat).check(&RULE), @"
        inventory.ini:2:30: error[INV005] n1 and n2 have the address 10.0.2.15, what VirtualBox's NAT gives every machine, so none of them can reach another
          `10.0.2.15` 10.0.2.15 for every node
          inventory.ini:6:30: `10.0.2.15` 10.0.2.15 for every node
          help: give each node the address of an interface by which the others reach it as its `ip`
        ");
        let group =
            Fixture::kubespray().inventory("[kube_control_plane]\nn1\n[kube_node]\nn2\n[all:vars]\nip=127.0.0.1\n");
        insta::assert_snapshot!(group.check(&RULE), @"
        inventory.ini:6:4: error[INV005] n1 and n2 have the address 127.0.0.1, the loopback address of every machine, so none of them can reach another
          `127.0.0.1` 127.0.0.1 for every node
          help: give each node the address of an interface by which the others reach it as its `ip`
        ");
    }

    #[test]
    fn forwarded_ports_want_an_address_to_meet_by() {
        let vagrant = |ip: &str| {
            let node = |n: u8| {
                format!(
                    "n{n} ansible_host=127.0.0.1 ansible_port={} {}\n",
                    2200 + u16::from(n),
                    ip.replace('N', &n.to_string())
                )
            };
            Fixture::kubespray()
                .inventory(&format!("[kube_control_plane]\n{}[kube_node]\n{}{}", node(1), node(2), node(3)))
                .check(&RULE)
        };
        insta::assert_snapshot!(vagrant(""), @"
        inventory.ini:2:17: warning[INV005] n1, n2 and n3 are reached through this machine and have no `ip`: kubespray then takes the address of their default route, which VirtualBox's NAT makes 10.0.2.15 for all
          `127.0.0.1` a port of this machine
          inventory.ini:4:17: `127.0.0.1` a port of this machine
          inventory.ini:5:17: `127.0.0.1` a port of this machine
          help: give each node the address of an interface by which the others reach it as its `ip`
        ");
        assert_eq!(vagrant("ip=192.168.56.1N"), "");
    }

    #[test]
    fn a_single_node_meets_nobody() {
        let one = "[kube_control_plane]\nn1 ansible_host=127.0.0.1 ip=10.0.2.15\n[kube_node]\nn1\n";
        assert_eq!(Fixture::kubespray().inventory(one).check(&RULE), "");
    }

    #[test]
    fn the_localhost_of_another_host_is_no_machines_own() {
        let ports = "[kube_control_plane]\nn1 ansible_host=localhost ansible_port=2201\n[etcd]\nn1\n[kube_node]\nn2 ansible_host=localhost ansible_port=2202\n";
        let found = Fixture::kubespray().inventory(ports).check(&RULE);
        assert!(found.contains("warning[INV005] n1 and n2 are reached through this machine"), "{found}");
        let behind = format!("{ports}[all:vars]\nansible_ssh_common_args='-o ProxyJump=bastion'\n");
        assert_eq!(Fixture::kubespray().inventory(&behind).check(&RULE), "");
    }
}
