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

    const NODES: &str = "[kube_control_plane]\nn1 ip=192.168.1.165\n\n[kube_node]\nn2 ip=192.168.1.2\n\n[k8s_cluster:children]\nkube_control_plane\nkube_node\n";

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().inventory(NODES).file("group_vars/k8s_cluster/addons.yml", text)
    }

    fn pools(ranges: &str) -> String {
        format!("metallb_enabled: true\nmetallb_config:\n  address_pools:\n    primary:\n      ip_range: [{ranges}]\n")
    }

    #[test]
    fn a_node_in_a_pool_is_found() {
        let cluster = cluster(&pools("192.168.1.200/32, 192.168.1.160 - 192.168.1.170"));
        insta::assert_snapshot!(cluster.check(&RULE), @"
        group_vars/k8s_cluster/addons.yml:5:36: error[NET017] node n1 192.168.1.165 is in load-balancer pool primary 192.168.1.160-192.168.1.170
          `192.168.1.160 - 192.168.1.170` load-balancer pool primary 192.168.1.160-192.168.1.170
          inventory.ini:2:7: `192.168.1.165` node n1 192.168.1.165
          help: take addresses that nothing else has
        ");
        let declared = cluster
            .declared("nodes: [{cidr: 192.168.1.0/24, gateway: 192.168.1.1, dhcp: 192.168.1.100-192.168.1.254}]\n");
        insta::assert_snapshot!(declared.check(&RULE), @r#"
        group_vars/k8s_cluster/addons.yml:5:18: error[NET017] load-balancer pool primary 192.168.1.200 is in DHCP range 192.168.1.100-192.168.1.254
          `192.168.1.200/32` load-balancer pool primary 192.168.1.200
          note: DHCP range 192.168.1.100-192.168.1.254 is declared in site.yml:1:9
          help: 192.168.1.99/32 is free in the machines' network
          Shown fix: take 192.168.1.99/32
            group_vars/k8s_cluster/addons.yml:5:18: "192.168.1.200/32" -> "192.168.1.99/32"
        group_vars/k8s_cluster/addons.yml:5:36: error[NET017] load-balancer pool primary 192.168.1.160-192.168.1.170 and DHCP range 192.168.1.100-192.168.1.254 overlap: all 11 addresses of the former are in the latter
          `192.168.1.160 - 192.168.1.170` load-balancer pool primary 192.168.1.160-192.168.1.170
          note: DHCP range 192.168.1.100-192.168.1.254 is declared in site.yml:1:9
          help: 192.168.1.89-192.168.1.99 is free in the machines' network
          Shown fix: take 192.168.1.89-192.168.1.99
            group_vars/k8s_cluster/addons.yml:5:36: "192.168.1.160 - 192.168.1.170" -> "192.168.1.89-192.168.1.99"
        "#);
    }

    #[test]
    fn a_pool_is_never_rounded_to_a_network() {
        assert_eq!(cluster(&pools("192.168.1.5-192.168.1.37")).check(&RULE), "");
    }

    #[test]
    fn two_pools_and_the_api_share_nothing() {
        let text = "metallb_enabled: true\nloadbalancer_apiserver: {address: 192.168.1.41}\nmetallb_config:\n  address_pools:\n    a: {ip_range: [192.168.1.40-192.168.1.50]}\n    b: {ip_range: [192.168.1.48/30]}\n";
        insta::assert_snapshot!(cluster(text).check(&RULE), @"
        group_vars/k8s_cluster/addons.yml:6:20: error[NET017] load-balancer pool b 192.168.1.48/30 and load-balancer pool a 192.168.1.40-192.168.1.50 overlap: 3 addresses, 192.168.1.48-192.168.1.50, are in both
          `192.168.1.48/30` load-balancer pool b 192.168.1.48/30
          group_vars/k8s_cluster/addons.yml:5:20: `192.168.1.40-192.168.1.50` load-balancer pool a 192.168.1.40-192.168.1.50
          help: take addresses that nothing else has
        group_vars/k8s_cluster/addons.yml:5:20: error[NET017] API address 192.168.1.41 is in load-balancer pool a 192.168.1.40-192.168.1.50
          `192.168.1.40-192.168.1.50` load-balancer pool a 192.168.1.40-192.168.1.50
          group_vars/k8s_cluster/addons.yml:2:35: `192.168.1.41` API address 192.168.1.41
          help: take addresses that nothing else has
        ");
        insta::assert_snapshot!(cluster(&pools("10.233.10.0/24")).check(&RULE), @"
        group_vars/k8s_cluster/addons.yml:5:18: error[NET017] load-balancer pool primary 10.233.10.0/24 and services 10.233.0.0/18 overlap: all 256 addresses of the former are in the latter
          `10.233.10.0/24` load-balancer pool primary 10.233.10.0/24
          note: `kube_service_addresses` is 10.233.0.0/18, the default of kubespray v2.31.0, and written nowhere
          help: take addresses that nothing else has
        ");
    }

    #[test]
    fn a_pool_counts_in_the_shape_that_the_release_reads() {
        let old = "metallb_enabled: true\nmetallb_ip_range: [192.168.1.160-192.168.1.170]\n";
        assert_eq!(cluster(old).check(&RULE), "");
        assert_ne!(cluster(old).releases(&["v2.21.0"]).check(&RULE), "");
        let older = "metallb: {ip_range: 192.168.1.160-192.168.1.170}\n";
        let dashes = NODES.replace("kube_control_plane", "kube-master").replace("kube_node", "kube-node");
        let dashes = dashes.replace("k8s_cluster", "k8s-cluster");
        let cluster_of_old = Fixture::kubespray().inventory(&dashes).releases(&["v2.12.0"]);
        assert_ne!(cluster_of_old.file("group_vars/all.yml", older).check(&RULE), "");
        assert_eq!(cluster(&pools("192.168.1.160/28").replace("true", "false")).check(&RULE), "");
    }
}
