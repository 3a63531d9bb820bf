use crate::lint::network::present_levels;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the overlay's UDP port is not also that of the cluster around.
    ///
    /// ## Why is this bad?
    /// The hosting node takes the guests' packets for its own overlay's and drops what it cannot place. OpenShift moved its
    /// guests to another port for that, in openshift/hypershift#1206.
    ///
    /// ## Example
    /// ```yaml
    /// # The machines run inside a cluster with flannel, whose VXLAN is on port 8472.
    /// kube_network_plugin: flannel
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_network_plugin: calico
    /// ```
    "NST006" "overlay-port-shared" Warning Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    present_levels(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const NODES: &str = "[kube_control_plane]\nn1 ip=10.244.67.80\n\n[kube_node]\nn1\n";
    const HOSTING: &str = "hosting: [{name: infra, cni: flannel, encapsulation: vxlan, pods: 10.244.0.0/16}]\n";

    #[test]
    fn one_port_on_two_levels_is_found() {
        let cluster =
            Fixture::kubespray().inventory(NODES).file("group_vars/all.yml", "kube_network_plugin: flannel\n");
        insta::assert_snapshot!(cluster.declared(HOSTING).check(&RULE), @"
        group_vars/all.yml:1:22: warning[NST006] the cluster's vxlan on UDP port 8472 is also that of infra (site.yml:1:11), in which the machines run, with the same VNI
          `flannel` the CNI
          note: infra is declared in site.yml:1:11
          note: vxlan is what flannel uses in kubespray v2.31.0, and written nowhere
          help: no variable gives the CNI another port: choose another encapsulation, or another CNI
        ");
    }

    #[test]
    fn two_ports_are_in_order() {
        assert_eq!(Fixture::kubespray().inventory(NODES).declared(HOSTING).check(&RULE), "");
    }
}
