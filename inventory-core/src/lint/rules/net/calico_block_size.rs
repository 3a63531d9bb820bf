use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that Calico's blocks have a size that it takes: /20 to /32 in IPv4, /116 to /128 in IPv6.
    ///
    /// ## Why is this bad?
    /// Calico refuses the pool, in the middle of a run. Up to v2.19 the blocks are as long as `kube_network_node_prefix`.
    ///
    /// ## Example
    /// ```yaml
    /// calico_pool_blocksize: 18
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_pool_blocksize: 26
    /// ```
    "NET011" "calico-block-size" Error Never
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
    fn a_block_that_calico_does_not_have_is_found() {
        insta::assert_snapshot!(cluster("calico_pool_blocksize: 19\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:24: error[NET011] Calico's blocks are /19, and it has /20 to /32 only
          `19` the length of a block
          note: `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, and written nowhere
          help: `calico_pool_blocksize` is 20 to 32
        ");
    }

    #[test]
    fn usual_blocks_and_other_plugins_are_in_order() {
        assert_eq!(cluster("calico_pool_blocksize: 20\n").check(&RULE), "");
        assert_eq!(cluster("kube_network_plugin: cilium\ncalico_pool_blocksize: 18\n").check(&RULE), "");
    }
}
