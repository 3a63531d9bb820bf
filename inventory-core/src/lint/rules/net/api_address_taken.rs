use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the address of the API (`kube_vip_address`, `loadbalancer_apiserver.address`) is nobody else's: no
    /// load-balancer pool's, not DHCP's, in neither pods nor services, and, when kube-vip announces it by ARP, no node's and
    /// in the declared network of the nodes.
    ///
    /// ## Why is this bad?
    /// sassoftware/viya4-iac-k8s#192 put kube-vip at 10.43.166.191, in the services: kube-proxy deleted its rules, and the
    /// API with them. aws/eks-anywhere#4813 is an endpoint inside the pods.
    ///
    /// ## Example
    /// ```yaml
    /// kube_vip_enabled: true
    /// kube_vip_address: 10.233.0.50
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_vip_enabled: true
    /// kube_vip_address: 192.168.1.10
    /// ```
    "NET019" "api-address-taken" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().file("group_vars/k8s_cluster/addons.yml", text)
    }

    #[test]
    fn an_address_of_the_services_or_of_a_node_is_found() {
        insta::assert_snapshot!(cluster("kube_vip_enabled: true\nkube_vip_address: 10.233.0.50\n").check(&RULE), @"
        group_vars/k8s_cluster/addons.yml:2:19: error[NET019] API address 10.233.0.50 is in services 10.233.0.0/18
          `10.233.0.50` API address 10.233.0.50
          note: `kube_service_addresses` is 10.233.0.0/18, the default of kubespray v2.31.0, and written nowhere
          help: take an address of the machines' network that nothing else has
        ");
        insta::assert_snapshot!(cluster("kube_vip_enabled: true\nkube_vip_address: 192.0.2.11\n").check(&RULE), @"
        group_vars/k8s_cluster/addons.yml:2:19: error[NET019] API address and node node1 are both 192.0.2.11
          `192.0.2.11` API address 192.0.2.11
          inventory.ini:2:34: `192.0.2.11` node node1 192.0.2.11
          help: take an address of the machines' network that nothing else has
        ");
    }

    #[test]
    fn two_owners_of_one_address_are_both_told() {
        let nodes = "[kube_control_plane]\nnode1 ip=10.233.0.50\n\n[kube_node]\nnode1\n";
        let taken = cluster("kube_vip_enabled: true\nkube_vip_address: 10.233.0.50\n").inventory(nodes);
        insta::assert_snapshot!(taken.check(&RULE), @"
        group_vars/k8s_cluster/addons.yml:2:19: error[NET019] API address and node node1 are both 10.233.0.50
          `10.233.0.50` API address 10.233.0.50
          inventory.ini:2:10: `10.233.0.50` node node1 10.233.0.50
          help: take an address of the machines' network that nothing else has
        group_vars/k8s_cluster/addons.yml:2:19: error[NET019] API address 10.233.0.50 is in services 10.233.0.0/18
          `10.233.0.50` API address 10.233.0.50
          note: `kube_service_addresses` is 10.233.0.0/18, the default of kubespray v2.31.0, and written nowhere
          help: take an address of the machines' network that nothing else has
        ");
    }

    #[test]
    fn kube_vip_answers_in_the_nodes_network_only() {
        let text = "kube_vip_enabled: true\nkube_vip_arp_enabled: true\nkube_vip_address: 198.51.100.10\n";
        let nodes = "nodes: [{cidr: 192.0.2.0/24}]\n";
        insta::assert_snapshot!(cluster(text).declared(nodes).check(&RULE), @r#"
        group_vars/k8s_cluster/addons.yml:3:19: error[NET019] API address 198.51.100.10 is announced by ARP, and lies outside of the machines' network 192.0.2.0/24
          `198.51.100.10` API address 198.51.100.10
          help: 192.0.2.2 is free in the machines' network
          Shown fix: take 192.0.2.2
            group_vars/k8s_cluster/addons.yml:3:19: "198.51.100.10" -> "192.0.2.2"
        "#);
        assert_eq!(cluster(text).check(&RULE), "");
        assert_eq!(cluster("loadbalancer_apiserver: {address: 198.51.100.10}\n").declared(nodes).check(&RULE), "");
    }

    #[test]
    fn an_address_of_its_own_and_a_nodes_without_kube_vip_are_in_order() {
        assert_eq!(cluster("kube_vip_enabled: true\nkube_vip_address: 192.0.2.10\n").check(&RULE), "");
        assert_eq!(cluster("loadbalancer_apiserver: {address: 192.0.2.11, port: 6443}\n").check(&RULE), "");
        assert_eq!(cluster("kube_vip_address: 10.233.0.50\n").check(&RULE), "");
    }
}
