use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that pods, services, load-balancer pools and API addresses share nothing with those of the clusters named as
    /// `siblings`, nor with their nodes, and that no node is one of theirs.
    ///
    /// ## Why is this bad?
    /// Clusters that are to reach each other, through a mesh or a common load balancer, cannot have the same addresses. A cluster
    /// is named a sibling for that reason only; others may repeat what they like.
    ///
    /// ## Example
    /// ```toml
    /// siblings = ["../*/*.kubevirt.yml"]   # one of them has pods in 10.233.64.0/18 as well
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.234.64.0/18
    /// ```
    "NET025" "sibling-overlap" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;
    use crate::network::space::Role;

    #[test]
    fn a_siblings_pods_are_kept_apart() {
        let cluster = Fixture::kubespray().sibling("staging", Role::Pods, "10.233.64.0/18");
        insta::assert_snapshot!(cluster.check(&RULE), @"
        inventory.ini: error[NET025] pods 10.233.64.0/18 and pods of staging 10.233.64.0/18 are the same 16384 addresses
          `` its variables, or their defaults
          note: `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, and written nowhere
          note: pods of staging 10.233.64.0/18 was found: staging.static.yml
          help: 10.233.128.0/18 is free: write `kube_pods_subnet: 10.233.128.0/18`, as long as the cluster is not built; one that runs must be built again
        ");
    }

    #[test]
    fn a_node_is_in_one_cluster_only() {
        insta::assert_snapshot!(Fixture::kubespray().sibling("staging", Role::Node, "192.0.2.11").check(&RULE), @"
        inventory.ini:2:34: error[NET025] node of staging and node node1 are both 192.0.2.11
          `192.0.2.11` node node1 192.0.2.11
          note: node of staging 192.0.2.11 was found: staging.static.yml
        ");
        assert_eq!(Fixture::kubespray().sibling("staging", Role::Node, "192.0.2.12").check(&RULE), "");
    }
}
