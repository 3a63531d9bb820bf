use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that a range is written as its network: with an address inside of it in front of the slash, it looks like
    /// another one. Docker's `--bip` is such an address on purpose and is left alone.
    ///
    /// ## Why is this bad?
    /// kubespray v2.31.0 refuses it for pods and services, Calico for its pools. And people read it wrongly:
    /// projectcalico/node#193 has a pool `192.167.0.0/12` beside hosts in 192.168.50.0/24, which does overlap, since that
    /// is the network 192.160.0.0/12.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pods_subnet: 10.233.64.1/18
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.233.64.0/18
    /// ```
    "NET004" "host-bits" Error Safe
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
    fn the_network_is_written_instead_and_quotes_stay() {
        insta::assert_snapshot!(cluster("kube_pods_subnet: \"192.167.0.0/12\" # Calico\n").check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:19: error[NET004] `kube_pods_subnet` is 192.167.0.0/12, an address inside the network 192.160.0.0/12
          `"192.167.0.0/12"` pods 192.160.0.0/12
          note: 192.167.0.0/12 is the network 192.160.0.0/12
          help: write 192.160.0.0/12
          Safe fix: write 192.160.0.0/12
            group_vars/k8s_cluster/k8s-cluster.yml:1:19: "\"192.167.0.0/12\"" -> "\"192.160.0.0/12\""
        "#);
        let pool = "metallb_enabled: true\nmetallb_config:\n  address_pools:\n    primary:\n      ip_range:\n        - 192.0.2.65/27\n";
        insta::assert_snapshot!(cluster(pool).check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:6:11: error[NET004] `metallb_config.address_pools.primary.ip_range` is 192.0.2.65/27, an address inside the network 192.0.2.64/27
          `192.0.2.65/27` load-balancer pool primary 192.0.2.64/27
          note: 192.0.2.65/27 is the network 192.0.2.64/27
          help: write 192.0.2.64/27
          Safe fix: write 192.0.2.64/27
            group_vars/k8s_cluster/k8s-cluster.yml:6:11: "192.0.2.65/27" -> "192.0.2.64/27"
        "#);
    }

    #[test]
    fn networks_and_a_bridge_are_in_order() {
        assert_eq!(cluster("kube_pods_subnet: 10.233.64.0/255.255.192.0\n").check(&RULE), "");
        assert_eq!(cluster("container_manager: docker\ndocker_options: --bip=192.168.0.1/16\n").check(&RULE), "");
        assert_eq!(cluster("ipv6_stack: true\n").check(&RULE), "");
    }
}
