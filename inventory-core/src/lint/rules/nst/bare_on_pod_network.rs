use crate::lint::network::present_levels;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that pods whose nodes are machines on a hosting pod network have an encapsulation.
    ///
    /// ## Why is this bad?
    /// Such machines have no link in common, and the cluster around passes only packets from the machines' own addresses:
    /// Calico calls it spoofing and drops the rest. Routes alone lead nowhere.
    ///
    /// ## Example
    /// ```yaml
    /// # The machines run inside a cluster.
    /// calico_ipip_mode: Never
    /// calico_vxlan_mode: Never
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_ipip_mode: Never
    /// calico_vxlan_mode: Always
    /// ```
    "NST007" "bare-on-pod-network" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present_levels(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const NODES: &str = "[kube_control_plane]\nn1 ip=10.244.67.80\n\n[kube_node]\nn1\n";
    const HOSTING: &str = "hosting: [{name: infra, cni: calico, encapsulation: ipip, pods: 10.244.0.0/16}]\n";

    #[test]
    fn bare_pods_on_a_pod_network_are_found() {
        let bare = "calico_ipip_mode: Never\ncalico_vxlan_mode: Never\n";
        let cluster = Fixture::kubespray().inventory(NODES).file("group_vars/all.yml", bare);
        assert_eq!(cluster.check(&RULE), "");
        insta::assert_snapshot!(cluster.declared(HOSTING).check(&RULE), @"
        group_vars/all.yml:2:20: error[NST007] pods' packets travel without encapsulation, and infra (site.yml:1:11), in which the machines run, passes only those of the machines' own addresses
          `Never` the encapsulation
          note: infra is declared in site.yml:1:11
          help: use an encapsulation: VXLAN
        ");
    }

    #[test]
    fn an_encapsulation_is_in_order() {
        assert_eq!(Fixture::kubespray().inventory(NODES).declared(HOSTING).check(&RULE), "");
        // What somebody else installs is not known.
        let others = Fixture::kubespray().inventory(NODES).file("group_vars/all.yml", "kube_network_plugin: cni\n");
        assert_eq!(others.declared(HOSTING).check(&RULE), "");
    }

    #[test]
    fn routes_by_hand_are_bare() {
        let cluster = |routes: &str| {
            Fixture::kubespray()
                .inventory("[controllers]\nc0 ansible_host=10.244.67.80\n\n[workers]\nw0 ansible_host=10.244.67.81\n")
                .file(
                    "group_vars/all.yml",
                    &format!("cluster_cidr: 10.200.0.0/16\nservice_cidr: 10.32.0.0/24\n{routes}"),
                )
                .declared(HOSTING)
        };
        assert_ne!(cluster("pod_routes: [{cidr: 10.200.0.0/24, via: 10.244.67.81}]\n").check(&RULE), "");
        assert_eq!(cluster("").check(&RULE), "");
    }
}
