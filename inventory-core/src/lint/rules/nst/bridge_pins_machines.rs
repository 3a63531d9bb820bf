use crate::lint::network::present_levels;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Tells that machines hang on the hosting pod network by KubeVirt's bridge binding.
    ///
    /// ## Why is this bad?
    /// It is what a cluster of several nodes needs, and has a price: such machines are not migrated live, and one that is
    /// restarted gets another address, which etcd and the kubelets of the others do not know.
    ///
    /// ## Example
    /// ```toml
    /// nodes = [{ cidr = "10.233.64.0/18", provider = "kubevirt-bridge" }]
    /// ```
    ///
    /// Use instead: a secondary network, where machines are to move.
    "NST009" "bridge-pins-machines" Info Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present_levels(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn the_price_of_a_bridge_is_told() {
        let cluster = Fixture::kubespray().inventory("[kube_control_plane]\nn1 ip=10.244.67.80\n\n[kube_node]\nn1\n");
        let bridge = "hosting: [{name: infra, cni: calico, pods: 10.244.0.0/16}]\nnodes: [{cidr: 10.244.0.0/16, provider: kubevirt-bridge}]\n";
        insta::assert_snapshot!(cluster.declared(bridge).check(&RULE), @"
        inventory.ini: info[NST009] with the bridge binding machines cannot be migrated live, and one that restarts gets another address
          `` the cluster
          note: infra is declared in site.yml:1:11
          note: vxlan is what calico uses in kubespray v2.31.0, and written nowhere
        ");
        assert_eq!(Fixture::kubespray().check(&RULE), "");
    }
}
