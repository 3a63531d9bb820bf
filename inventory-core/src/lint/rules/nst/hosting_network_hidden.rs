use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that services hide no services of the cluster around, and neither pods nor services the network of its nodes.
    ///
    /// ## Why is this bad?
    /// kube-proxy translates the cluster's own service addresses on the machine itself, so that the hosting cluster's Services
    /// of the same address cannot be called from it: a registry, an API, a proxy. It works as long as nobody needs them.
    ///
    /// ## Example
    /// ```yaml
    /// # The machines run inside a cluster with services in 10.96.0.0/12.
    /// kube_service_addresses: 10.96.0.0/16
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_service_addresses: 10.233.0.0/18
    /// ```
    "NST002" "hosting-network-hidden" Warning Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn services_that_hide_those_around_are_found() {
        let cluster = Fixture::kubespray()
            .inventory("[kube_control_plane]\nn1 ip=10.244.1.5\n\n[kube_node]\nn1\n")
            .file("group_vars/all.yml", "kube_service_addresses: 10.96.0.0/16\n");
        let hosting = "hosting: [{name: infra, cni: flannel, pods: 10.244.0.0/16, services: 10.96.0.0/12, nodes: 192.168.1.0/24}]\n";
        insta::assert_snapshot!(cluster.declared(hosting).check(&RULE), @r#"
        group_vars/all.yml:1:25: warning[NST002] services 10.96.0.0/16 and services of infra 10.96.0.0/12 overlap: all 65536 addresses of the former are in the latter
          `10.96.0.0/16` services 10.96.0.0/16
          note: services of infra 10.96.0.0/12 is declared in site.yml:1:70
          help: 10.234.0.0/16 is free: write `kube_service_addresses: 10.234.0.0/16`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move services to 10.234.0.0/16
            group_vars/all.yml:1:25: "10.96.0.0/16" -> "10.234.0.0/16"
        "#);
    }

    #[test]
    fn without_a_level_around_there_is_nothing_to_hide() {
        assert_eq!(
            Fixture::kubespray().file("group_vars/all.yml", "kube_service_addresses: 10.96.0.0/16\n").check(&RULE),
            ""
        );
    }
}
