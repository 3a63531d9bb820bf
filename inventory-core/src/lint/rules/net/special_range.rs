use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that pods, services and pools touch no address with a meaning of its own: loopback, link-local, multicast,
    /// broadcast, this host (error), or the deprecated `fec0::/10` (warning).
    ///
    /// ## Why is this bad?
    /// Linux routes such addresses by rules of its own, and Calico refuses a pool with any of them.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pods_subnet: 169.254.0.0/16
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.233.64.0/18
    /// ```
    "NET006" "special-range" Error Unsafe
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
    fn special_addresses_are_no_pods() {
        insta::assert_snapshot!(cluster("kube_pods_subnet: 169.254.0.0/16\n").check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:19: error[NET006] pods 169.254.0.0/16 has 65536 addresses that are loopback, link-local, multicast, broadcast or this host's own: 169.254.0.0/16
          `169.254.0.0/16` pods 169.254.0.0/16
          help: 10.234.0.0/16 is free: write `kube_pods_subnet: 10.234.0.0/16`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move pods to 10.234.0.0/16
            group_vars/k8s_cluster/k8s-cluster.yml:1:19: "169.254.0.0/16" -> "10.234.0.0/16"
        "#);
        insta::assert_snapshot!(cluster("kube_service_addresses: 0.0.0.0/0\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:25: error[NET006] services 0.0.0.0/0 has 16777216 addresses that are loopback, link-local, multicast, broadcast or this host's own: 0.0.0.0/8
          `0.0.0.0/0` services 0.0.0.0/0
          help: nothing of that size is free for `kube_service_addresses`: take a smaller one
        ");
        insta::assert_snapshot!(cluster("ipv6_stack: true\nkube_pods_subnet_ipv6: fec0::/112\n").check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:2:24: warning[NET006] pods fec0::/112 lies in fec0::/10, site-local addresses that RFC 3879 deprecated
          `fec0::/112` pods fec0::/112
          help: fd85:ee78:d8a6:8607::1:0/112 is free: write `kube_pods_subnet_ipv6: fd85:ee78:d8a6:8607::1:0/112`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move pods to fd85:ee78:d8a6:8607::1:0/112
            group_vars/k8s_cluster/k8s-cluster.yml:2:24: "fec0::/112" -> "fd85:ee78:d8a6:8607::1:0/112"
        "#);
    }

    #[test]
    fn the_usual_ones_and_a_node_local_cache_are_in_order() {
        assert_eq!(cluster("nodelocaldns_ip: 169.254.25.10\n").check(&RULE), "");
        assert_eq!(cluster("kube_pods_subnet: 100.64.0.0/16\n").check(&RULE), "");
    }
}
