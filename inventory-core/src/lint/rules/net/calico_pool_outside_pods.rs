use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the pool that Calico gives pods addresses from (`calico_pool_cidr`) is in `kube_pods_subnet`.
    ///
    /// ## Why is this bad?
    /// kubespray looks only when it installs Calico, in the middle of a run; until then everything passes.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pods_subnet: 10.239.64.0/18
    /// calico_pool_cidr: 10.233.64.0/20
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.239.64.0/18
    /// calico_pool_cidr: 10.239.64.0/20
    /// ```
    "NET015" "calico-pool-outside-pods" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", text)
    }

    #[test]
    fn a_pool_that_was_left_behind_is_found() {
        let text = "kube_pods_subnet: 10.239.64.0/18\ncalico_pool_cidr: 10.233.64.0/20\n";
        insta::assert_snapshot!(cluster(text).check(&RULE), @"
        group_vars/k8s_cluster/k8s-net-calico.yml:2:19: error[NET015] Calico's pool 10.233.64.0/20 is not in the pod network 10.239.64.0/18
          `10.233.64.0/20` Calico's pool 10.233.64.0/20
          help: kubespray stops at that in the middle of a run: write a part of the pod network, or leave `calico_pool_cidr` out
        ");
    }

    #[test]
    fn a_part_of_the_pods_and_other_plugins_are_in_order() {
        assert_eq!(cluster("calico_pool_cidr: 10.233.64.0/20\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_plugin: flannel\ncalico_pool_cidr: 10.1.0.0/20\n").check(&RULE), "");
    }
}
