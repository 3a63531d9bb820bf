use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the cluster's DNS (`skydns_server`, the hard way's `cluster_dns`), where it is written, is in the service
    /// network and neither its first address nor the API's own. One that is given away at random is a warning.
    ///
    /// ## Why is this bad?
    /// Nobody listens there: every name in every pod stays unresolved. It happens when the service network is changed and the
    /// address below it is not.
    ///
    /// ## Example
    /// ```yaml
    /// kube_service_addresses: 10.239.0.0/18
    /// skydns_server: 10.233.0.3
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_service_addresses: 10.239.0.0/18
    /// skydns_server: 10.239.0.3
    /// ```
    "NET013" "dns-outside-services" Error Never
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
    fn an_address_that_was_left_behind_is_found() {
        insta::assert_snapshot!(cluster("kube_service_addresses: 10.239.0.0/18\nskydns_server: 10.233.0.3\n").check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:2:16: error[NET013] cluster DNS 10.233.0.3 is not in the service network 10.239.0.0/18
          `10.233.0.3` cluster DNS 10.233.0.3
          help: write 10.239.0.3, where it is looked for when nothing is said
          Shown fix: write 10.239.0.3
            group_vars/k8s_cluster/k8s-cluster.yml:2:16: "10.233.0.3" -> "10.239.0.3"
        "#);
    }

    #[test]
    fn the_first_two_are_taken_and_a_high_one_may_be() {
        insta::assert_snapshot!(cluster("skydns_server: 10.233.0.1\n").check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:16: error[NET013] cluster DNS 10.233.0.1 is the API's own Service address, the second of services 10.233.0.0/18
          `10.233.0.1` cluster DNS 10.233.0.1
          note: `kube_service_addresses` is 10.233.0.0/18, the default of kubespray v2.31.0, and written nowhere
          help: write 10.233.0.3, where it is looked for when nothing is said
          Shown fix: write 10.233.0.3
            group_vars/k8s_cluster/k8s-cluster.yml:1:16: "10.233.0.1" -> "10.233.0.3"
        "#);
        insta::assert_snapshot!(cluster("skydns_server: 10.233.40.10\n").check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:16: warning[NET013] cluster DNS 10.233.40.10 is number 10250 of services 10.233.0.0/18, and only the first 256 are never given away at random
          `10.233.40.10` cluster DNS 10.233.40.10
          note: `kube_service_addresses` is 10.233.0.0/18, the default of kubespray v2.31.0, and written nowhere
          help: write 10.233.0.3, where it is looked for when nothing is said
          Shown fix: write 10.233.0.3
            group_vars/k8s_cluster/k8s-cluster.yml:1:16: "10.233.40.10" -> "10.233.0.3"
        "#);
    }

    #[test]
    fn the_usual_one_is_in_order() {
        assert_eq!(cluster("skydns_server: 10.233.0.3\n").check(&RULE), "");
        assert_eq!(cluster("kube_service_addresses: 10.239.0.0/18\n").check(&RULE), "");
    }
}
