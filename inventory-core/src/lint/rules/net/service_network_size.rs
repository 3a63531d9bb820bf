use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the service network is neither too large for the API server (a /12 in IPv4, a /108 in IPv6) nor too small
    /// for kubeadm (10 addresses); an IPv6 one larger than a /112 is a warning, since no more of it is ever used.
    ///
    /// ## Why is this bad?
    /// The allocator keeps a bit for every address, and the API server refuses to start with more than 20 bits of them.
    /// kubespray does not look: `fd00::/64` passes all of its checks.
    ///
    /// ## Example
    /// ```yaml
    /// kube_service_addresses_ipv6: fd00:10:96::/64
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_service_addresses_ipv6: fd00:10:96::/112
    /// ```
    "NET008" "service-network-size" Error Never
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
    fn too_large_and_too_small_are_found() {
        insta::assert_snapshot!(cluster("kube_service_addresses: 10.0.0.0/11\nkube_pods_subnet: 172.16.0.0/16\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:25: error[NET008] services 10.0.0.0/11 is a /11, larger than a /12: the API server refuses to start with more than 20 bits of addresses
          `10.0.0.0/11` services 10.0.0.0/11
          help: take a /12 for services, or a longer one
        ");
        insta::assert_snapshot!(cluster("kube_service_addresses: 10.233.0.0/29\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:25: error[NET008] services 10.233.0.0/29 has 8 addresses, and at least 10 are needed
          `10.233.0.0/29` services 10.233.0.0/29
          help: take a /28 for services, or a shorter one
        ");
        let ipv6 = "ipv6_stack: true\nkube_service_addresses_ipv6: fd00:10:96::/64\n";
        insta::assert_snapshot!(cluster(ipv6).check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:2:30: error[NET008] services fd00:10:96::/64 is a /64, larger than a /108: the API server refuses to start with more than 20 bits of addresses
          `fd00:10:96::/64` services fd00:10:96::/64
          help: take a /112 for services, or a longer one
        ");
        let clamped = "ipv6_stack: true\nkube_service_addresses_ipv6: fd00:10:96::/108\n";
        insta::assert_snapshot!(cluster(clamped).check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:2:30: warning[NET008] services fd00:10:96::/108 is a /108, larger than a /112: no more than 65536 of its addresses are ever used
          `fd00:10:96::/108` services fd00:10:96::/108
          help: take a /112 for services, or a longer one
        ");
    }

    #[test]
    fn what_fits_is_in_order() {
        assert_eq!(cluster("kube_service_addresses: 10.96.0.0/12\n").check(&RULE), "");
        assert_eq!(cluster("kube_service_addresses: 10.233.0.0/28\n").check(&RULE), "");
        assert_eq!(cluster("ipv6_stack: true\n").check(&RULE), "");
    }
}
