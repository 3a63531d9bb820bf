use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that pods, services and pools touch no address with a meaning of its own: loopback, link-local, multicast,
    /// broadcast, this host (error), or the deprecated fec0::/10 (warning).
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
    "NET006" "special-range" Error Never
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
        insta::assert_snapshot!(cluster("kube_pods_subnet: 169.254.0.0/16\n").check(&RULE), @"");
        insta::assert_snapshot!(cluster("kube_service_addresses: 0.0.0.0/0\n").check(&RULE), @"");
        insta::assert_snapshot!(cluster("ipv6_stack: true\nkube_pods_subnet_ipv6: fec0::/112\n").check(&RULE), @"");
    }

    #[test]
    fn the_usual_ones_and_a_node_local_cache_are_in_order() {
        assert_eq!(cluster("nodelocaldns_ip: 169.254.25.10\n").check(&RULE), "");
        assert_eq!(cluster("kube_pods_subnet: 100.64.0.0/16\n").check(&RULE), "");
    }
}
