use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that a node's share of the pod network has an address for every pod that the kubelet takes: `kubelet_max_pods`
    /// (110) against `kube_network_node_prefix`. Calico gives nodes more blocks as they need them, and is left alone.
    ///
    /// ## Why is this bad?
    /// Pods beyond the share stay in ContainerCreating. kubespray stops with "Do not schedule more pods on a node than inet
    /// addresses are available"; kubernetes-sigs/kubespray#2847 and #5631 are about a /26, which has 62.
    ///
    /// ## Example
    /// ```yaml
    /// kube_network_plugin: flannel
    /// kube_network_node_prefix: 26
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_network_plugin: flannel
    /// kube_network_node_prefix: 25
    /// ```
    "NET010" "too-many-pods" Error Never
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
    fn more_pods_than_addresses_are_found() {
        insta::assert_snapshot!(cluster("kube_network_plugin: flannel\nkube_network_node_prefix: 26\n").check(&RULE), @"");
        insta::assert_snapshot!(cluster("kube_network_plugin: cilium\nkubelet_max_pods: 255\n").check(&RULE), @"");
    }

    #[test]
    fn as_many_as_fit_are_in_order_and_calico_is_left_alone() {
        assert_eq!(cluster("kube_network_plugin: flannel\nkube_network_node_prefix: 25\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_plugin: flannel\nkubelet_max_pods: 254\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_node_prefix: 26\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_plugin: none\nkube_network_node_prefix: 26\n").check(&RULE), "");
    }
}
