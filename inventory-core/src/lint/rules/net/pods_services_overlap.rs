use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the pod network and the service network share no address, whichever of the two lies in the other, in
    /// IPv4 and in IPv6, a default that nobody wrote included.
    ///
    /// ## Why is this bad?
    /// kube-proxy translates every packet to a service address, so that a pod with such an address is never reached, and a
    /// Service with a pod's address answers for it. kubespray's own check looks one way: pods inside services are refused,
    /// services inside pods pass. Faisal-Hajari/ai-platform#6 is a cluster with pods in 10.0.0.0/8 around services in
    /// 10.96.0.0/12; coredns/coredns#3704 is the other way round, and DNS was dead. A cluster that runs like this
    /// already can go on as long as the controller gives nodes no share in the services (kubernetes/kops#16340): allow it with
    /// the reason.
    ///
    /// ## Example
    /// ```yaml
    /// kube_service_addresses: 10.233.0.0/18
    /// kube_pods_subnet: 10.233.0.0/16
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_service_addresses: 10.233.0.0/18
    /// kube_pods_subnet: 10.233.64.0/18
    /// ```
    "NET001" "pods-services-overlap" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-cluster.yml", text)
    }

    #[test]
    fn an_overlap_is_found_whichever_is_in_the_other() {
        let services_in_pods = cluster("kube_service_addresses: 10.233.0.0/18\nkube_pods_subnet: 10.233.0.0/16\n");
        insta::assert_snapshot!(services_in_pods.check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:2:19: error[NET001] pods 10.233.0.0/16 and services 10.233.0.0/18 overlap: all 16384 addresses of the latter are in the former
          `10.233.0.0/16` pods 10.233.0.0/16
          group_vars/k8s_cluster/k8s-cluster.yml:1:25: `10.233.0.0/18` services 10.233.0.0/18
          help: 10.234.0.0/16 is free: write `kube_pods_subnet: 10.234.0.0/16`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move pods to 10.234.0.0/16
            group_vars/k8s_cluster/k8s-cluster.yml:2:19: "10.233.0.0/16" -> "10.234.0.0/16"
        "#);
        let pods_in_services = cluster("kube_service_addresses: 10.96.0.0/12\nkube_pods_subnet: '10.100.0.0/16'\n");
        insta::assert_snapshot!(pods_in_services.check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:2:19: error[NET001] pods 10.100.0.0/16 and services 10.96.0.0/12 overlap: all 65536 addresses of the former are in the latter
          `'10.100.0.0/16'` pods 10.100.0.0/16
          group_vars/k8s_cluster/k8s-cluster.yml:1:25: `10.96.0.0/12` services 10.96.0.0/12
          help: 10.233.0.0/16 is free: write `kube_pods_subnet: 10.233.0.0/16`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move pods to 10.233.0.0/16
            group_vars/k8s_cluster/k8s-cluster.yml:2:19: "'10.100.0.0/16'" -> "'10.233.0.0/16'"
        "#);
    }

    #[test]
    fn a_default_that_nobody_wrote_counts() {
        insta::assert_snapshot!(cluster("kube_pods_subnet: 10.233.32.0/19\n").check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:19: error[NET001] pods 10.233.32.0/19 and services 10.233.0.0/18 overlap: all 8192 addresses of the former are in the latter
          `10.233.32.0/19` pods 10.233.32.0/19
          note: `kube_service_addresses` is 10.233.0.0/18, the default of kubespray v2.31.0, and written nowhere
          help: 10.233.64.0/19 is free: write `kube_pods_subnet: 10.233.64.0/19`, as long as the cluster is not built; one that runs must be built again
          Shown fix: move pods to 10.233.64.0/19
            group_vars/k8s_cluster/k8s-cluster.yml:1:19: "10.233.32.0/19" -> "10.233.64.0/19"
        "#);
    }

    #[test]
    fn host_bits_hide_no_overlap_and_the_network_is_told() {
        let text = "kube_service_addresses: 10.191.0.0/18\nkube_pods_subnet: 10.200.0.0/12\n";
        insta::assert_snapshot!(cluster(text).check(&RULE), @"");
        let hidden = "kube_service_addresses: 10.192.0.0/18\nkube_pods_subnet: 10.200.0.0/12\n";
        insta::assert_snapshot!(cluster(hidden).check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:2:19: error[NET001] pods 10.192.0.0/12 and services 10.192.0.0/18 overlap: all 16384 addresses of the latter are in the former
          `10.200.0.0/12` pods 10.192.0.0/12
          group_vars/k8s_cluster/k8s-cluster.yml:1:25: `10.192.0.0/18` services 10.192.0.0/18
          note: 10.200.0.0/12 is the network 10.192.0.0/12
          help: 10.224.0.0/12 is free: write `kube_pods_subnet: 10.224.0.0/12`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move pods to 10.224.0.0/12
            group_vars/k8s_cluster/k8s-cluster.yml:2:19: "10.200.0.0/12" -> "10.224.0.0/12"
        "#);
    }

    #[test]
    fn ipv6_counts_where_it_is_used() {
        let text = "ipv6_stack: true\nkube_pods_subnet_ipv6: fd85:ee78:d8a6:8607::/64\n";
        insta::assert_snapshot!(cluster(text).check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:2:24: error[NET001] pods fd85:ee78:d8a6:8607::/64 and services fd85:ee78:d8a6:8607::1000/116 overlap: all 4096 addresses of the latter are in the former
          `fd85:ee78:d8a6:8607::/64` pods fd85:ee78:d8a6:8607::/64
          note: `kube_service_addresses_ipv6` is fd85:ee78:d8a6:8607::1000/116, the default of kubespray v2.31.0, and written nowhere
          help: fd85:ee78:d8a6:8608::/64 is free: write `kube_pods_subnet_ipv6: fd85:ee78:d8a6:8608::/64`, as long as the cluster is not built; one that runs must be built again
          Shown fix: move pods to fd85:ee78:d8a6:8608::/64
            group_vars/k8s_cluster/k8s-cluster.yml:2:24: "fd85:ee78:d8a6:8607::/64" -> "fd85:ee78:d8a6:8608::/64"
        "#);
        assert_eq!(cluster("kube_pods_subnet_ipv6: fd85:ee78:d8a6:8607::/64\n").check(&RULE), "");
    }

    #[test]
    fn neighbours_and_what_only_ansible_knows_are_left_alone() {
        assert_eq!(cluster("").check(&RULE), "");
        assert_eq!(
            cluster("kube_service_addresses: 10.233.0.0/18\nkube_pods_subnet: 10.233.64.0/18\n").check(&RULE),
            ""
        );
        assert_eq!(cluster("kube_pods_subnet: \"{{ lookup('env', 'PODS') }}\"\n").check(&RULE), "");
    }

    #[test]
    fn where_the_values_stand_changes_only_the_place() {
        let text = "kube_service_addresses: 10.233.0.0/18\nkube_pods_subnet: 10.233.0.0/16\n";
        let of_all = Fixture::kubespray().file("group_vars/all/all.yml", text);
        let lines = |told: String| told.replace("group_vars/all/all.yml", "group_vars/k8s_cluster/k8s-cluster.yml");
        assert_eq!(lines(of_all.check(&RULE)), cluster(text).check(&RULE));
    }
}
