use crate::lint::network::present_levels;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that a cluster of several nodes does not run on machines with KubeVirt's masquerade binding.
    ///
    /// ## Why is this bad?
    /// Behind it every machine is 10.0.2.2 to itself, so that all nodes claim one address; openshift/hypershift#1050 says so.
    /// With the bridge binding, or on a secondary network, each has its own.
    ///
    /// ## Example
    /// ```toml
    /// nodes = [{ cidr = "10.0.2.0/24", provider = "kubevirt-masquerade" }]
    /// ```
    ///
    /// Use instead:
    /// ```toml
    /// nodes = [{ cidr = "10.233.64.0/18", provider = "kubevirt-bridge" }]
    /// ```
    "NST008" "several-nodes-behind-masquerade" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present_levels(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const TWO: &str =
        "[kube_control_plane]\nn1 ansible_host=10.244.67.80\n\n[kube_node]\nn1\nn2 ansible_host=10.244.67.81\n";
    const MASQUERADE: &str = "hosting: [{name: infra, cni: calico, pods: 10.244.0.0/16}]\nnodes: [{cidr: 10.0.2.0/24, provider: kubevirt-masquerade}]\n";

    #[test]
    fn two_nodes_behind_a_masquerade_are_found() {
        insta::assert_snapshot!(Fixture::kubespray().inventory(TWO).declared(MASQUERADE).check(&RULE), @"
        inventory.ini: error[NST008] with KubeVirt's masquerade every machine is 10.0.2.2 to itself, so that all nodes claim one address
          `` the cluster
          note: infra is declared in site.yml:1:11
          note: vxlan is what calico uses in kubespray v2.31.0, and written nowhere
          help: use the bridge binding or a secondary network for the machines
        ");
    }

    #[test]
    fn one_node_alone_or_a_bridge_are_in_order() {
        let one = "[kube_control_plane]\nn1 ansible_host=10.244.67.80\n\n[kube_node]\nn1\n";
        assert_eq!(Fixture::kubespray().inventory(one).declared(MASQUERADE).check(&RULE), "");
        let bridge =
            MASQUERADE.replace("kubevirt-masquerade", "kubevirt-bridge").replace("10.0.2.0/24", "10.244.0.0/16");
        assert_eq!(Fixture::kubespray().inventory(TWO).declared(&bridge).check(&RULE), "");
    }
}
