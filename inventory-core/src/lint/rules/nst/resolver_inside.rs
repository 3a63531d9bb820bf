use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the resolver that the machines are told to use is in neither pods nor services: that of the cluster around
    /// them, `upstream_dns_servers`, and `nameservers` where kubespray writes the machines' resolv.conf.
    ///
    /// ## Why is this bad?
    /// KubeVirt hands its machines the hosting cluster's DNS. With both clusters on kubespray's ranges that is 10.233.0.3,
    /// which inside is the cluster's own DNS: CoreDNS then asks itself, and every lookup runs in a circle until it fails.
    ///
    /// ## Example
    /// ```yaml
    /// kube_service_addresses: 10.233.0.0/18
    /// upstream_dns_servers: [10.233.0.3]   # of the cluster that the machines run in
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_service_addresses: 10.239.0.0/18
    /// upstream_dns_servers: [10.233.0.3]
    /// ```
    "NST003" "resolver-inside" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const NODES: &str = "[kube_control_plane]\nn1 ip=10.233.67.80\n\n[kube_node]\nn1\n";

    #[test]
    fn a_cluster_that_asks_itself_is_found() {
        let hosting = "hosting: [{name: kube-test, cni: calico, pods: 10.233.64.0/18, dns: 10.233.0.3}]\n";
        insta::assert_snapshot!(Fixture::kubespray().inventory(NODES).declared(hosting).check(&RULE), @"
        inventory.ini: error[NST003] upstream DNS 10.233.0.3 is in services 10.233.0.0/18
          `` its variables, or their defaults
          note: `kube_service_addresses` is 10.233.0.0/18, the default of kubespray v2.31.0, and written nowhere
          note: upstream DNS 10.233.0.3 is declared in site.yml:1:69
          help: 10.233.128.0/18 is free: write `kube_service_addresses: 10.233.128.0/18`, as long as the cluster is not built; one that runs must be built again
        ");
    }

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().file("group_vars/all/all.yml", text)
    }

    #[test]
    fn a_resolver_that_kubespray_is_told_is_found() {
        let text = "kube_service_addresses: 10.233.0.0/18\nupstream_dns_servers: [192.0.2.53, 10.233.0.3]\n";
        insta::assert_snapshot!(cluster(text).check(&RULE), @r#"
        group_vars/all/all.yml:1:25: error[NST003] upstream DNS 10.233.0.3 is in services 10.233.0.0/18
          `10.233.0.0/18` services 10.233.0.0/18
          group_vars/all/all.yml:2:36: `10.233.0.3` upstream DNS 10.233.0.3
          help: 10.233.128.0/18 is free: write `kube_service_addresses: 10.233.128.0/18`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move services to 10.233.128.0/18
            group_vars/all/all.yml:1:25: "10.233.0.0/18" -> "10.233.128.0/18"
        "#);
        insta::assert_snapshot!(cluster("nameservers:\n  - 10.233.0.3\n").check(&RULE), @"
        group_vars/all/all.yml:2:5: error[NST003] resolver 10.233.0.3 is in services 10.233.0.0/18
          `10.233.0.3` resolver 10.233.0.3
          note: `kube_service_addresses` is 10.233.0.0/18, the default of kubespray v2.31.0, and written nowhere
          help: 10.233.128.0/18 is free: write `kube_service_addresses: 10.233.128.0/18`, as long as the cluster is not built; one that runs must be built again
        ");
        assert_eq!(cluster("nameservers: [10.233.0.3]\nresolvconf_mode: none\n").check(&RULE), "");
        assert_eq!(cluster("nameservers: [10.233.0.3]\n").releases(&["v2.16.0"]).check(&RULE), "");
        assert_eq!(cluster("upstream_dns_servers: [192.0.2.53, 'ns.example.com', '10.96.0.10']\n").check(&RULE), "");
        assert_eq!(cluster("upstream_dns_servers: \"{{ lookup('env', 'DNS') }}\"\n").check(&RULE), "");
    }

    #[test]
    fn a_resolver_elsewhere_is_in_order() {
        let hosting = "hosting: [{name: kube-test, cni: calico, pods: 10.233.64.0/18, dns: 10.96.0.10}]\n";
        assert_eq!(Fixture::kubespray().inventory(NODES).declared(hosting).check(&RULE), "");
    }
}
