use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that what a CNI takes for its own links shares no address with pods, services or nodes: kube-ovn's join network
    /// (100.64.0.0/16), Weave's range, the networks of a hosting OVN-Kubernetes.
    ///
    /// ## Why is this bad?
    /// kube-ovn's own installer stops at it, kubespray does not. 100.64.0.0/10 is also what Tailscale and carriers use.
    ///
    /// ## Example
    /// ```yaml
    /// kube_network_plugin: kube-ovn
    /// kube_pods_subnet: 100.64.0.0/12
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_network_plugin: kube-ovn
    /// kube_pods_subnet: 10.233.64.0/18
    /// ```
    "NET016" "cni-range-overlap" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-cluster.yml", text)
    }

    #[test]
    fn the_join_network_is_found_whether_or_not_it_is_written() {
        insta::assert_snapshot!(cluster("kube_network_plugin: kube-ovn\nkube_pods_subnet: 100.64.0.0/12\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:2:19: error[NET016] kube-ovn's join network 100.64.0.0/16 and pods 100.64.0.0/12 overlap: all 65536 addresses of the former are in the latter
          `100.64.0.0/12` pods 100.64.0.0/12
          note: `kube_ovn_node_switch_cidr` is 100.64.0.0/16, the default of kubespray v2.31.0, and written nowhere
          help: give kube-ovn's join network another range: `kube_ovn_node_switch_cidr`
        ");
        let written = "kube_network_plugin: kube-ovn\nkube_ovn_node_switch_cidr: 192.0.0.0/16\n";
        insta::assert_snapshot!(cluster(written).check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:2:28: error[NET016] node node1 192.0.2.11 is in kube-ovn's join network 192.0.0.0/16
          `192.0.0.0/16` kube-ovn's join network 192.0.0.0/16
          inventory.ini:2:34: `192.0.2.11` node node1 192.0.2.11
          help: give kube-ovn's join network another range: `kube_ovn_node_switch_cidr`
        ");
    }

    #[test]
    fn another_plugin_takes_none_of_it() {
        assert_eq!(cluster("kube_network_plugin: calico\nkube_pods_subnet: 100.64.0.0/12\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_plugin: kube-ovn\n").check(&RULE), "");
    }
}
