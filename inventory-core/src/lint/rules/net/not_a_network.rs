use crate::lint::finding::{Finding, Label};
use crate::lint::network::Misread;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that what stands where a network or a range is meant is one, as strictly as kubespray v2.31.0 does: an
    /// address with a prefix length or a netmask, one family, no octet with a zero in front.
    ///
    /// ## Why is this bad?
    /// kubespray stops, or worse: newer checks let an address without its length pass, and whatever reads it next takes it for
    /// something of its own.
    ///
    /// ## Example
    /// ```yaml
    /// kube_service_addresses: 10.233.0.0
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_service_addresses: 10.233.0.0/18
    /// ```
    "NET005" "not-a-network" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    for Misread { place, why, meant, .. } in &view.network().misread {
        let mut finding = Finding::new(&RULE, why.clone(), Label::new(place.clone(), "no network or range"));
        if let Some(meant) = meant {
            finding = finding.help(format!("write {meant}"));
        }
        report.find(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-cluster.yml", text)
    }

    #[test]
    fn what_kubespray_refuses_is_told_with_its_reason() {
        let text = "kube_service_addresses: 10.233.0.0\nkube_pods_subnet: 010.233.64.0/18\n";
        insta::assert_snapshot!(cluster(text).check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:25: error[NET005] `kube_service_addresses` is no network: "10.233.0.0" has no prefix length; a network is written 10.233.0.0/24
          `10.233.0.0` no network or range
        group_vars/k8s_cluster/k8s-cluster.yml:2:19: error[NET005] `kube_pods_subnet` is no network: "010.233.64.0/18": some programs read 010 as octal, so it is refused; write the octet without its zero
          `010.233.64.0/18` no network or range
        "#);
        insta::assert_snapshot!(cluster("kube_pods_subnet: 10.233.64.0/18,fd00::/108\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:19: error[NET005] `kube_pods_subnet` has 2 networks, and kubespray takes one
          `10.233.64.0/18,fd00::/108` no network or range
        ");
        insta::assert_snapshot!(cluster("kube_pods_subnet: ''\nkube_service_addresses: [10.0.0.0/8]\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:2:25: error[NET005] `kube_service_addresses` is a list or a map where one network is wanted
          `[10.0.0.0/8]` no network or range
        group_vars/k8s_cluster/k8s-cluster.yml:1:19: error[NET005] `kube_pods_subnet` is empty, and a network is wanted
          `''` no network or range
        ");
    }

    #[test]
    fn a_pool_that_ends_before_it_begins_is_none() {
        let pool =
            "metallb_enabled: true\nmetallb_config: {address_pools: {primary: {ip_range: [192.0.2.9-192.0.2.3]}}}\n";
        insta::assert_snapshot!(cluster(pool).check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:2:55: error[NET005] `metallb_config.address_pools.primary.ip_range` has no range: "192.0.2.9-192.0.2.3" ends before it begins; write the lower address first
          `192.0.2.9-192.0.2.3` no network or range
        "#);
    }

    #[test]
    fn what_ansible_takes_for_a_network_is_one() {
        for network in ["10.233.64.0/18", "10.233.64.0/255.255.192.0", "10.233.64.0/0.0.63.255", "'10.233.64.0/18 '"] {
            assert_eq!(cluster(&format!("kube_pods_subnet: {network}\n")).check(&RULE), "", "{network}");
        }
        assert_eq!(cluster("kube_pods_subnet: \"{{ pods }}\"\n").check(&RULE), "");
        let blanks = "metallb_enabled: true\nmetallb_config: {address_pools: {a: {ip_range: [192.0.2.3 - 192.0.2.9, 192.0.2.16/32]}}}\n";
        assert_eq!(cluster(blanks).check(&RULE), "");
    }

    #[test]
    fn all_of_ansibles_own_answers_are_ours() {
        let golden = include_str!("../../../../tests/address_spaces/ipaddr.json");
        let golden: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(golden).unwrap();
        for value in &golden {
            let Some(text) = value["value"].as_str().filter(|text| !text.contains([',', '\n'])) else { continue };
            let quoted = format!("kube_pods_subnet: {}\n", serde_json::Value::from(text));
            let cluster = cluster(&quoted);
            let is_refused = !cluster.check(&RULE).is_empty();
            let is_network = value["net"].as_str().is_some_and(|net| !net.is_empty());
            let has_host_bits = !cluster.check(&super::super::host_bits::RULE).is_empty();
            // A network of one address is one to us, and too small by another rule; to Ansible it is an address.
            let is_single = text.ends_with("/32") || text.ends_with("/128");
            assert_eq!(is_refused || has_host_bits, !is_network && !is_single, "{text:?}");
        }
    }
}
