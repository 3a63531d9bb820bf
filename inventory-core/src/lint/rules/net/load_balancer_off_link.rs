use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that a pool that MetalLB announces by ARP lies in the declared network of the nodes.
    ///
    /// ## Why is this bad?
    /// Outside of that network nobody asks for these addresses, unless a router is told of them. Announced by BGP they may be
    /// anywhere.
    ///
    /// ## Example
    /// ```yaml
    /// # The nodes are in 192.168.1.0/24.
    /// metallb_config:
    ///   address_pools: {primary: {ip_range: [10.5.0.0/24]}}
    ///   layer2: [primary]
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// metallb_config:
    ///   address_pools: {primary: {ip_range: [192.168.1.200-192.168.1.220]}}
    ///   layer2: [primary]
    /// ```
    "NET018" "load-balancer-off-link" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().file("group_vars/k8s_cluster/addons.yml", text)
    }

    const POOL: &str =
        "metallb_enabled: true\nmetallb_config:\n  address_pools: {primary: {ip_range: [10.5.0.0/24]}}\n";

    #[test]
    fn a_pool_that_nobody_asks_for_is_found_where_the_network_is_declared() {
        insta::assert_snapshot!(cluster(POOL).declared("nodes: [{cidr: 192.0.2.0/24}]\n").check(&RULE), @r#"
        group_vars/k8s_cluster/addons.yml:3:40: warning[NET018] load-balancer pool primary 10.5.0.0/24 is announced by ARP, and lies outside of the machines' network 192.0.2.0/24, where nobody asks for it
          `10.5.0.0/24` load-balancer pool primary 10.5.0.0/24
          help: 192.0.2.12-192.0.2.254 is free in the machines' network, or announce it by BGP
          Shown fix: take 192.0.2.12-192.0.2.254
            group_vars/k8s_cluster/addons.yml:3:40: "10.5.0.0/24" -> "192.0.2.12-192.0.2.254"
        "#);
        assert_eq!(cluster(POOL).check(&RULE), "");
    }

    #[test]
    fn routed_pools_may_be_anywhere() {
        let routed = format!("{POOL}  layer3: {{metallb_peers: {{}}}}\n");
        assert_eq!(cluster(&routed).declared("nodes: [{cidr: 192.0.2.0/24}]\n").check(&RULE), "");
        let inside = POOL.replace("10.5.0.0/24", "192.0.2.128/25");
        assert_eq!(cluster(&inside).declared("nodes: [{cidr: 192.0.2.0/24}]\n").check(&RULE), "");
    }
}
