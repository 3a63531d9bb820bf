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
        insta::assert_snapshot!(cluster("kube_network_plugin: kube-ovn\nkube_pods_subnet: 100.64.0.0/12\n").check(&RULE), @"");
        let written = "kube_network_plugin: kube-ovn\nkube_ovn_node_switch_cidr: 192.0.0.0/16\n";
        insta::assert_snapshot!(cluster(written).check(&RULE), @"");
    }

    #[test]
    fn another_plugin_takes_none_of_it() {
        assert_eq!(cluster("kube_network_plugin: calico\nkube_pods_subnet: 100.64.0.0/12\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_plugin: kube-ovn\n").check(&RULE), "");
    }
}
