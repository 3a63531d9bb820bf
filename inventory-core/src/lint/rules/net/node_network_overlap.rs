use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the network that the nodes are in shares no address with pods or services, where that network is declared
    /// (`nodes` in `inv-lint.toml` or a cluster file) or was found.
    ///
    /// ## Why is this bad?
    /// What pods or services hide of it cannot be reached from the cluster: the gateway, a registry, the next node that
    /// is added. In projectcalico/node#193 four such pairs are tried: the two that overlap fail.
    ///
    /// ## Example
    /// ```toml
    /// nodes = [{ cidr = "10.233.64.0/20" }]
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.234.0.0/18
    /// ```
    "NET003" "node-network-overlap" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_declared_network_of_nodes_is_kept_apart() {
        let cluster = Fixture::kubespray().declared("nodes: [{cidr: 10.233.64.0/20}]\n");
        insta::assert_snapshot!(cluster.check(&RULE), @"
        inventory.ini: error[NET003] pods 10.233.64.0/18 and node network 10.233.64.0/20 overlap: all 4096 addresses of the latter are in the former
          `` its variables, or their defaults
          note: `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, and written nowhere
          note: node network 10.233.64.0/20 is declared in site.yml:1:9
          help: 10.233.128.0/18 is free: write `kube_pods_subnet: 10.233.128.0/18`, as long as the cluster is not built; one that runs must be built again
        ");
    }

    #[test]
    fn nothing_is_said_of_a_network_that_nobody_declared() {
        assert_eq!(Fixture::kubespray().check(&RULE), "");
        assert_eq!(Fixture::kubespray().declared("nodes: [{cidr: 192.0.2.0/24}]\n").check(&RULE), "");
        // Interleaved networks that a check once took for overlapping (openshift/installer#3436).
        let interleaved = Fixture::kubespray()
            .declared("nodes: [{cidr: 10.156.208.0/23}, {cidr: 10.156.212.0/23}]\n")
            .file("group_vars/all.yml", "kube_service_addresses: 10.156.210.0/23\nkube_pods_subnet: 10.156.216.0/23\n");
        assert_eq!(interleaved.check(&RULE), "");
    }
}
