use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that no node's address is in the pod network or in the service network. A node's address is its `ip`; where it
    /// has none, the address that Ansible connects to.
    ///
    /// ## Why is this bad?
    /// A node in the pod network is not reached any more as soon as the CNI lays its routes: projectcalico/calico#2720 is
    /// about nodes at 192.168.50.10 in Calico's 192.168.0.0/16. kubespray compares no range with its nodes: machines of
    /// KubeVirt at 10.233.67.80 and the default pods, 10.233.64.0/18, pass all of its checks.
    ///
    /// ## Example
    /// ```ini
    /// [kube_node]
    /// node1 ip=10.233.67.80
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.239.64.0/18
    /// kube_service_addresses: 10.239.0.0/18
    /// ```
    "NET002" "node-in-cluster-range" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const NODES: &str = "[kube_control_plane]\nn1 ip=10.233.67.80\nn2 ip=10.233.67.76\n\n[etcd:children]\nkube_control_plane\n\n[kube_node]\nn3 ansible_host=10.233.67.82\n";

    #[test]
    fn machines_of_a_hosting_cluster_are_in_the_default_pods() {
        insta::assert_snapshot!(Fixture::kubespray().inventory(NODES).check(&RULE), @"
        inventory.ini:9:17: error[NET002] node n3 (`ansible_host`) 10.233.67.82 is in pods 10.233.64.0/18, and so are 2 more
          `10.233.67.82` node n3 (`ansible_host`) 10.233.67.82
          inventory.ini:2:7: `10.233.67.80` node n1 10.233.67.80
          inventory.ini:3:7: `10.233.67.76` node n2 10.233.67.76
          note: `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, and written nowhere
          help: 10.233.128.0/18 is free: write `kube_pods_subnet: 10.233.128.0/18`, as long as the cluster is not built; one that runs must be built again
        ");
    }

    #[test]
    fn what_is_written_is_what_is_to_change() {
        let cluster = Fixture::kubespray()
            .inventory("[kube_control_plane]\nn1 ip=192.168.50.10\n\n[kube_node]\nn1\n")
            .file("group_vars/all.yml", "kube_pods_subnet: 192.168.0.0/16\n");
        insta::assert_snapshot!(cluster.check(&RULE), @r#"
        group_vars/all.yml:1:19: error[NET002] node n1 192.168.50.10 is in pods 192.168.0.0/16
          `192.168.0.0/16` pods 192.168.0.0/16
          inventory.ini:2:7: `192.168.50.10` node n1 192.168.50.10
          help: 10.234.0.0/16 is free: write `kube_pods_subnet: 10.234.0.0/16`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move pods to 10.234.0.0/16
            group_vars/all.yml:1:19: "192.168.0.0/16" -> "10.234.0.0/16"
        "#);
    }

    #[test]
    fn an_address_to_connect_to_says_nothing_where_the_own_one_is_told() {
        // A guest agent told the address of a CNI inside the machine.
        let nodes = "[kube_control_plane]\nn1 ansible_host=10.233.70.2 ip=192.0.2.1\n\n[kube_node]\nn1\n";
        assert_eq!(Fixture::kubespray().inventory(nodes).check(&RULE), "");
        // Ports of this machine, as Vagrant forwards them.
        let forwarded = "[kube_control_plane]\nn1 ansible_host=127.0.0.1 ansible_port=2222\n\n[kube_node]\nn1\n";
        let cluster = Fixture::kubespray().inventory(forwarded);
        assert_eq!(cluster.file("group_vars/all.yml", "kube_pods_subnet: 127.0.0.0/16\n").check(&RULE), "");
        let names = "[kube_control_plane]\nn1 ansible_host=n1.example.com\n\n[kube_node]\nn1\n";
        assert_eq!(Fixture::kubespray().inventory(names).check(&RULE), "");
    }

    #[test]
    fn other_ranges_keep_them_apart() {
        let text = "kube_service_addresses: 10.239.0.0/18\nkube_pods_subnet: 10.239.64.0/18\n";
        let cluster = Fixture::kubespray().inventory(NODES).file("group_vars/all.yml", text);
        assert_eq!(cluster.check(&RULE), "");
    }

    #[test]
    fn the_hard_way_has_them_too() {
        let cluster = Fixture::kubespray()
            .inventory("[controllers]\nc0 ansible_host=10.32.0.20\n\n[workers]\nw0 ansible_host=10.240.0.30\n")
            .file("group_vars/all.yml", "cluster_cidr: 10.200.0.0/16\nservice_cidr: 10.32.0.0/24\n");
        insta::assert_snapshot!(cluster.check(&RULE), @r#"
        group_vars/all.yml:2:15: error[NET002] node c0 (`ansible_host`) 10.32.0.20 is in services 10.32.0.0/24
          `10.32.0.0/24` services 10.32.0.0/24
          inventory.ini:2:17: `10.32.0.20` node c0 (`ansible_host`) 10.32.0.20
          help: 10.48.0.0/24 is free: write `service_cidr: 10.48.0.0/24`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move services to 10.48.0.0/24
            group_vars/all.yml:2:15: "10.32.0.0/24" -> "10.48.0.0/24"
        "#);
    }
}
