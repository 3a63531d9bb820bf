use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that MetalLB's pools, address by address, hold no node, share nothing with each other, with pods or with services,
    /// and avoid the API's address and, where they are declared, the gateway and what DHCP gives away. A pool inside the
    /// nodes' own network is in order.
    ///
    /// ## Why is this bad?
    /// In metallb/metallb#364 a pool held a node's address, and the node disappeared for minutes to hours: two machines
    /// answered for one address. A check that rounds `192.168.1.5-192.168.1.37` up to a network takes the node 192.168.1.2
    /// for a part of it (metallb/metallb#2779); this one does not.
    ///
    /// ## Example
    /// ```yaml
    /// metallb_config:
    ///   address_pools:
    ///     primary:
    ///       ip_range: [192.168.1.160-192.168.1.170]   # node3 is 192.168.1.165
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// metallb_config:
    ///   address_pools:
    ///     primary:
    ///       ip_range: [192.168.1.200-192.168.1.220]
    /// ```
    "NET017" "load-balancer-overlap" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const NODES: &str = "[kube_control_plane]\nn1 ip=192.168.1.165\n\n[kube_node]\nn2 ip=192.168.1.2\n";

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().inventory(NODES).file("group_vars/k8s_cluster/addons.yml", text)
    }

    fn pools(ranges: &str) -> String {
        format!("metallb_enabled: true\nmetallb_config:\n  address_pools:\n    primary:\n      ip_range: [{ranges}]\n")
    }

    #[test]
    fn a_node_in_a_pool_is_found() {
        let cluster = cluster(&pools("192.168.1.200/32, 192.168.1.160 - 192.168.1.170"));
        insta::assert_snapshot!(cluster.check(&RULE), @"");
        let declared = cluster
            .declared("nodes: [{cidr: 192.168.1.0/24, gateway: 192.168.1.1, dhcp: 192.168.1.100-192.168.1.254}]\n");
        insta::assert_snapshot!(declared.check(&RULE), @"");
    }

    #[test]
    fn a_pool_is_never_rounded_to_a_network() {
        assert_eq!(cluster(&pools("192.168.1.5-192.168.1.37")).check(&RULE), "");
    }

    #[test]
    fn two_pools_and_the_api_share_nothing() {
        let text = "metallb_enabled: true\nloadbalancer_apiserver: {address: 192.168.1.41}\nmetallb_config:\n  address_pools:\n    a: {ip_range: [192.168.1.40-192.168.1.50]}\n    b: {ip_range: [192.168.1.48/30]}\n";
        insta::assert_snapshot!(cluster(text).check(&RULE), @"");
        insta::assert_snapshot!(cluster(&pools("10.233.10.0/24")).check(&RULE), @"");
    }

    #[test]
    fn a_pool_counts_in_the_shape_that_the_release_reads() {
        let old = "metallb_enabled: true\nmetallb_ip_range: [192.168.1.160-192.168.1.170]\n";
        assert_eq!(cluster(old).check(&RULE), "");
        assert_ne!(cluster(old).releases(&["v2.21.0"]).check(&RULE), "");
        let older = "metallb: {ip_range: 192.168.1.160-192.168.1.170}\n";
        let dashes = NODES.replace("kube_control_plane", "kube-master").replace("kube_node", "kube-node")
            + "\n[k8s-cluster:children]\nkube-master\nkube-node\n";
        let cluster_of_old = Fixture::kubespray().inventory(&dashes).releases(&["v2.12.0"]);
        assert_ne!(cluster_of_old.file("group_vars/all.yml", older).check(&RULE), "");
        assert_eq!(cluster(&pools("192.168.1.160/28").replace("true", "false")).check(&RULE), "");
    }
}
