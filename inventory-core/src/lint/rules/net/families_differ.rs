use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that pods and services have the same address families in the same order, one network each.
    ///
    /// ## Why is this bad?
    /// The API server does not start otherwise: a cluster's first family is that of its Services.
    ///
    /// ## Example
    /// ```yaml
    /// kube_service_addresses: fd00:10:96::/112
    /// kube_pods_subnet: 10.233.64.0/18
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// ipv6_stack: true
    /// kube_service_addresses: 10.233.0.0/18
    /// kube_pods_subnet: 10.233.64.0/18
    /// ```
    "NET012" "families-differ" Error Never
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
    fn services_of_another_family_than_pods_are_found() {
        insta::assert_snapshot!(cluster("kube_service_addresses: fd00:10:96::/112\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:25: error[NET012] pods and services differ in their address families or in their order
          `fd00:10:96::/112` services fd00:10:96::/112
          note: `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, and written nowhere
        ");
    }

    #[test]
    fn one_family_or_both_are_in_order() {
        assert_eq!(cluster("").check(&RULE), "");
        assert_eq!(cluster("ipv6_stack: true\n").check(&RULE), "");
        assert_eq!(cluster("ipv6_stack: true\nipv4_stack: false\n").check(&RULE), "");
    }
}
