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
        insta::assert_snapshot!(cluster("kube_network_plugin: flannel\nkube_network_node_prefix: 26\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:2:27: error[NET010] `kubelet_max_pods` is 110, and `kube_network_node_prefix` is 26, which is 62 pods a node
          `26` decides how many pods
          note: `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, and written nowhere
          help: write `kubelet_max_pods: 62`, or `kube_network_node_prefix: 25`
        ");
        insta::assert_snapshot!(cluster("kube_network_plugin: cilium\nkubelet_max_pods: 255\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:2:19: error[NET010] `kubelet_max_pods` is 255, and `kube_network_node_prefix` is 24, which is 254 pods a node
          `255` decides how many pods
          note: `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, and written nowhere
          help: write `kubelet_max_pods: 254`, or `kube_network_node_prefix: 23`
        ");
    }

    #[test]
    fn as_many_as_fit_are_in_order_and_calico_is_left_alone() {
        assert_eq!(cluster("kube_network_plugin: flannel\nkube_network_node_prefix: 25\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_plugin: flannel\nkubelet_max_pods: 254\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_node_prefix: 26\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_plugin: none\nkube_network_node_prefix: 26\n").check(&RULE), "");
    }
}
