use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that no two workers have pods in the same addresses (`pod_cidr`).
    ///
    /// ## Why is this bad?
    /// The bridge of each worker gives its pods addresses without asking the others: two pods get the same one, and the routes
    /// lead to one worker only.
    ///
    /// ## Example
    /// ```yaml
    /// # host_vars/worker0.yml
    /// pod_cidr: 10.200.0.0/24
    /// # host_vars/worker1.yml
    /// pod_cidr: 10.200.0.0/24
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// # host_vars/worker1.yml
    /// pod_cidr: 10.200.1.0/24
    /// ```
    "HRD002" "pod-share-twice" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_share_of_two_is_found() {
        insta::assert_snapshot!(Fixture::hard_way("", "pod_cidr: 10.200.0.0/23\n", "pod_cidr: 10.200.1.0/24\n").check(&RULE), @"
        host_vars/w1.yml:1:11: error[HRD002] pods of w1 10.200.1.0/24 and pods of w0 10.200.0.0/23 overlap: all 256 addresses of the former are in the latter
          `10.200.1.0/24` pods of w1 10.200.1.0/24
          host_vars/w0.yml:1:11: `10.200.0.0/23` pods of w0 10.200.0.0/23
        ");
    }

    #[test]
    fn neighbours_are_in_order() {
        assert_eq!(Fixture::hard_way("", "pod_cidr: 10.200.0.0/24\n", "pod_cidr: 10.200.1.0/24\n").check(&RULE), "");
    }
}
