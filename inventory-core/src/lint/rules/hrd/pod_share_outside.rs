use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the pods of each worker (`pod_cidr`) are in the pod network (`cluster_cidr`).
    ///
    /// ## Why is this bad?
    /// kube-proxy takes what comes from outside of `--cluster-cidr` for traffic from elsewhere and hides its address; network
    /// policies and routes do not know it either.
    ///
    /// ## Example
    /// ```yaml
    /// cluster_cidr: 10.200.0.0/16
    /// pod_cidr: 10.201.0.0/24
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// cluster_cidr: 10.200.0.0/16
    /// pod_cidr: 10.200.0.0/24
    /// ```
    "HRD001" "pod-share-outside" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_share_of_another_network_is_found() {
        insta::assert_snapshot!(Fixture::hard_way("", "pod_cidr: 10.201.0.0/24\n", "pod_cidr: 10.200.1.0/24\n").check(&RULE), @"
        host_vars/w0.yml:1:11: error[HRD001] pods of w0 10.201.0.0/24 is not in the pod network 10.200.0.0/16
          `10.201.0.0/24` pods of w0 10.201.0.0/24
        ");
    }

    #[test]
    fn shares_of_the_pod_network_are_in_order() {
        assert_eq!(Fixture::hard_way("", "pod_cidr: 10.200.0.0/24\n", "pod_cidr: 10.200.1.0/24\n").check(&RULE), "");
    }
}
