use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Tells which nodes are in none of the networks that are declared or were found. A machine's address in the hosting
    /// cluster's pods is what a machine there has.
    ///
    /// ## Why is this bad?
    /// What is not known cannot be kept apart from: the network of these nodes may hold what the cluster's ranges hide.
    ///
    /// ## Example
    /// ```toml
    /// nodes = [{ cidr = "192.168.1.0/24" }]   # and node3 is 192.168.2.7
    /// ```
    ///
    /// Use instead:
    /// ```toml
    /// nodes = [{ cidr = "192.168.1.0/24" }, { cidr = "192.168.2.0/24" }]
    /// ```
    "NST004" "node-off-known-networks" Info Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_node_that_is_in_none_of_them_is_told() {
        insta::assert_snapshot!(Fixture::kubespray().declared("nodes: [{cidr: 198.51.100.0/24}]\n").check(&RULE), @"
        inventory.ini:2:34: info[NST004] node node1 192.0.2.11 is in none of the networks that are declared or were found
          `192.0.2.11` node node1 192.0.2.11
          help: declare the network that the machines are in: `nodes: [{cidr: …}]`
        ");
    }

    #[test]
    fn nodes_in_one_of_them_or_reached_from_elsewhere_are_not() {
        assert_eq!(Fixture::kubespray().check(&RULE), "");
        let nodes = "[kube_control_plane]\nn1 ip=192.0.2.1 access_ip=203.0.113.1\n\n[kube_node]\nn1\n";
        let cluster = Fixture::kubespray().inventory(nodes).declared("nodes: [{cidr: 192.0.2.0/24}]\n");
        assert_eq!(cluster.check(&RULE), "");
    }
}
