use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks what is behind a hypervisor's NAT, where every machine sees the same network (10.0.2.0/24 with VirtualBox and
    /// with KubeVirt's masquerade): it shares no address with nodes, pods or services, and no node is known by an address in
    /// it. Only where the machines' network is declared with such a provider, or was found.
    ///
    /// ## Why is this bad?
    /// Packets to these addresses never leave the machine. harvester/harvester#10352 had its management network in
    /// 10.0.2.0/24, and upgrades stuck. In kubernetes/kubernetes#33562 every node was 10.0.2.15.
    ///
    /// ## Example
    /// ```yaml
    /// # nodes = [{ cidr = "192.168.56.0/24", provider = "virtualbox" }]
    /// kube_pods_subnet: 10.0.0.0/14
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.233.64.0/18
    /// ```
    "NET022" "guest-nat-overlap" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const VIRTUALBOX: &str = "nodes: [{cidr: 192.0.2.0/24, provider: virtualbox}]\n";

    #[test]
    fn pods_over_the_nat_of_every_machine_are_found() {
        let cluster = Fixture::kubespray().file("group_vars/all.yml", "kube_pods_subnet: 10.0.0.0/14\n");
        insta::assert_snapshot!(cluster.declared(VIRTUALBOX).check(&RULE), @r#"
        group_vars/all.yml:1:19: error[NET022] pods 10.0.0.0/14 and network behind the hypervisor's NAT 10.0.2.0/24 overlap: all 256 addresses of the latter are in the former
          `10.0.0.0/14` pods 10.0.0.0/14
          note: network behind the hypervisor's NAT is 10.0.2.0/24 wherever nothing else is said (VirtualBox, QEMU and KubeVirt)
          help: 10.236.0.0/14 is free: write `kube_pods_subnet: 10.236.0.0/14`, as long as the cluster is not built; one that runs must be built again
          Shown fix: move pods to 10.236.0.0/14
            group_vars/all.yml:1:19: "10.0.0.0/14" -> "10.236.0.0/14"
        "#);
    }

    #[test]
    fn a_node_behind_it_is_found() {
        let cluster = Fixture::kubespray().inventory("[kube_control_plane]\nn1 ip=10.0.2.15\n\n[kube_node]\nn1\n");
        insta::assert_snapshot!(cluster.declared(VIRTUALBOX).check(&RULE), @"
        inventory.ini:2:7: error[NET022] node n1 10.0.2.15 is in network behind the hypervisor's NAT 10.0.2.0/24
          `10.0.2.15` node n1 10.0.2.15
          note: network behind the hypervisor's NAT is 10.0.2.0/24 wherever nothing else is said (VirtualBox, QEMU and KubeVirt)
        ");
    }

    #[test]
    fn without_such_a_hypervisor_it_is_a_network_as_any_other() {
        let cluster = Fixture::kubespray().file("group_vars/all.yml", "kube_pods_subnet: 10.0.0.0/14\n");
        assert_eq!(cluster.check(&RULE), "");
        assert_eq!(Fixture::kubespray().declared(VIRTUALBOX).check(&RULE), "");
    }
}
