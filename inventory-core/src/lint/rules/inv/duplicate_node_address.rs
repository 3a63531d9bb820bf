use std::net::IpAddr;

use indexmap::IndexMap;

use super::addresses::{NodeAddress, of_nodes, shared_by_design};
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds two nodes with one address: as `ip`, `ip6`, `access_ip` or `access_ip6`.
    ///
    /// ## Why is this bad?
    /// A copied line is the usual way to get there. etcd and the API server of one node announce the address of another,
    /// certificates are made for it, and kubespray stops on the node that does not have it: "`ip` in
    /// `ansible_all_ipv4_addresses`". Of people who mixed up `ip` and `access_ip` there are several
    /// (kubernetes-sigs/kubespray#5513, kubernetes-sigs/kubespray#6054).
    ///
    /// ## Example
    /// ```ini
    /// [kube_node]
    /// node1 ansible_host=192.0.2.11 ip=10.3.0.1
    /// node2 ansible_host=192.0.2.12 ip=10.3.0.1
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [kube_node]
    /// node1 ansible_host=192.0.2.11 ip=10.3.0.1
    /// node2 ansible_host=192.0.2.12 ip=10.3.0.2
    /// ```
    "INV002" "duplicate-node-address" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let mut by_address: IndexMap<IpAddr, Vec<NodeAddress<'_>>> = IndexMap::new();
    for node in of_nodes(view).into_iter().filter(|node| shared_by_design(node.address).is_none()) {
        let nodes = by_address.entry(node.address).or_default();
        // A node may well have the same address under two names.
        if nodes.iter().all(|other| other.host != node.host) {
            nodes.push(node);
        }
    }
    for (address, nodes) in by_address {
        let [first, second, ..] = nodes.as_slice() else { continue };
        let name = |node: &NodeAddress<'_>| format!("`{}` of {}", node.variable, node.host);
        let names: Vec<String> = nodes.iter().map(name).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let label = |node: &NodeAddress<'_>| Label::new(node.place.clone(), name(node));
        let message = format!("{address} is {}", words::list(&names));
        let mut finding = Finding::new(&RULE, message, label(second));
        for node in std::iter::once(first).chain(&nodes[2..]).filter(|node| node.place != second.place) {
            finding = finding.related(label(node));
        }
        report.find(finding.help("give each node an address of its own"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn one_address_for_two_nodes_is_found_whatever_it_is_called() {
        let copied = Fixture::kubespray().inventory(
            "[kube_control_plane]\nn1 ip=10.3.0.1\n[etcd]\nn1\n[kube_node]\nn2 ip=10.3.0.1\nn3 ip=10.3.0.3 access_ip=10.3.0.1\n",
        );
        insta::assert_snapshot!(copied.check(&RULE), @"
        inventory.ini:6:7: error[INV002] 10.3.0.1 is `ip` of n1, `ip` of n2 and `access_ip` of n3
          `10.3.0.1` `ip` of n2
          inventory.ini:2:7: `10.3.0.1` `ip` of n1
          inventory.ini:7:26: `10.3.0.1` `access_ip` of n3
          help: give each node an address of its own
        ");
        let in_files = Fixture::kubespray()
            .inventory("[kube_control_plane]\nn1\n[etcd]\nn2\n[kube_node]\nn1\n")
            .file("host_vars/n1.yml", "ip: 10.3.0.1\n")
            .file("host_vars/n2.yml", "ip: 10.3.0.1\n");
        insta::assert_snapshot!(in_files.check(&RULE), @"
        host_vars/n2.yml:1:5: error[INV002] 10.3.0.1 is `ip` of n1 and `ip` of n2
          `10.3.0.1` `ip` of n2
          host_vars/n1.yml:1:5: `10.3.0.1` `ip` of n1
          help: give each node an address of its own
        ");
        let of_all =
            Fixture::kubespray().inventory("[kube_control_plane]\nn1\n[kube_node]\nn2\n[all:vars]\nip=10.3.0.1\n");
        insta::assert_snapshot!(of_all.check(&RULE), @"
        inventory.ini:6:4: error[INV002] 10.3.0.1 is `ip` of n1 and `ip` of n2
          `10.3.0.1` `ip` of n2
          help: give each node an address of its own
        ");
    }

    #[test]
    fn a_node_may_use_its_address_twice_and_a_range_may_have_a_template() {
        for fine in [
            "[kube_control_plane]\nn1 ansible_host=10.3.0.1 ip=10.3.0.1 access_ip=10.3.0.1\n[kube_node]\nn2 ip=10.3.0.2\n",
            "[kube_control_plane]\nn1\n[kube_node]\nn2\n[all:vars]\nip={{ ansible_host }}\n",
            "[kube_control_plane]\nn1 ip=10.3.0.1\n[kube_node]\nn1\n[load_balancers]\nlb ip=10.3.0.1\n",
        ] {
            assert_eq!(Fixture::kubespray().inventory(fine).check(&RULE), "", "{fine}");
        }
    }
}
