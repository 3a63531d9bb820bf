use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that every node finds its part of the pod network: a share of `kube_network_node_prefix`, or, under Calico, a
    /// block of `calico_pool_blocksize` (a warning, since a node can borrow).
    ///
    /// ## Why is this bad?
    /// The controller gives shares away until there are none, and the next node never becomes ready.
    /// kubernetes-sigs/kubespray#9150 has 64 nodes in a /18 of /24s and cannot add five; kubernetes-sigs/kubespray#10279
    /// wanted a larger network then, which no live cluster can be given. Plan for the nodes there will be.
    ///
    /// ## Example
    /// ```yaml
    /// kube_network_plugin: flannel
    /// kube_pods_subnet: 10.233.64.0/23
    /// kube_network_node_prefix: 24
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_network_plugin: flannel
    /// kube_pods_subnet: 10.233.64.0/18
    /// kube_network_node_prefix: 24
    /// ```
    "NET009" "pod-network-too-small" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const THREE: &str = "[kube_control_plane]\nn1\n\n[kube_node]\nn2\nn3\n";

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().inventory(THREE).file("group_vars/k8s_cluster/k8s-cluster.yml", text)
    }

    #[test]
    fn a_share_is_missing_for_the_third_node() {
        insta::assert_snapshot!(cluster("kube_network_plugin: flannel\nkube_pods_subnet: 10.233.64.0/23\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:2:19: error[NET009] pods 10.233.64.0/23 has room for 2 nodes, since `kube_network_node_prefix` is 24, and there are 3 nodes
          `10.233.64.0/23` pods 10.233.64.0/23
          help: write `kube_network_node_prefix: 25`, or take a /22 for pods
        ");
    }

    #[test]
    fn a_share_is_larger_than_the_network_or_too_small_for_it() {
        let larger = "kube_network_plugin: cilium\nkube_pods_subnet: 10.233.64.0/25\n";
        insta::assert_snapshot!(cluster(larger).check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:2:19: error[NET009] `kube_network_node_prefix` is 24, and pods 10.233.64.0/25 is smaller than one such share
          `10.233.64.0/25` pods 10.233.64.0/25
          help: take a /22 for pods
        ");
        let finer = "kube_network_plugin: cilium\nkube_pods_subnet: 10.0.0.0/9\nkube_network_node_prefix: 26\nkubelet_max_pods: 60\nkube_service_addresses: 172.16.0.0/16\n";
        insta::assert_snapshot!(cluster(finer).check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:3:27: error[NET009] `kube_network_node_prefix` is 26, more than 16 bits longer than pods 10.0.0.0/9, and Kubernetes does not divide a network that finely
          `26` the length of a node's share
          group_vars/k8s_cluster/k8s-cluster.yml:2:19: `10.0.0.0/9` pods 10.0.0.0/9
          help: write `kube_network_node_prefix: 24`
        ");
    }

    #[test]
    fn blocks_of_calico_are_counted_instead() {
        insta::assert_snapshot!(cluster("kube_pods_subnet: 10.233.64.0/25\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:19: warning[NET009] pods 10.233.64.0/25 has 2 blocks of Calico's, /26, and there are 3 nodes
          `10.233.64.0/25` pods 10.233.64.0/25
          help: take a /24 for it, or a shorter one
        ");
        insta::assert_snapshot!(cluster("kube_pods_subnet: 10.233.64.0/27\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:19: error[NET009] pods 10.233.64.0/27 is smaller than one of Calico's blocks, /26
          `10.233.64.0/27` pods 10.233.64.0/27
          help: take a /24 for it, or a shorter one
        ");
        assert_eq!(cluster("kube_pods_subnet: 10.233.64.0/23\n").check(&RULE), "");
    }

    #[test]
    fn an_unknown_plugin_or_number_is_not_counted() {
        assert_eq!(cluster("kube_network_plugin: \"{{ cni }}\"\nkube_pods_subnet: 10.233.64.0/23\n").check(&RULE), "");
        let template =
            "kube_network_plugin: flannel\nkube_pods_subnet: 10.233.64.0/23\nkube_network_node_prefix: \"{{ n }}\"\n";
        assert_eq!(cluster(template).check(&RULE), "");
    }
}
