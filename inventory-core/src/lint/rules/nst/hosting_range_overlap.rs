use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that pods and services share no address with the pods of the clusters around (and pods with the services that
    /// the machines call), where the machines run inside one that is declared (`hosting`) or was found.
    ///
    /// ## Why is this bad?
    /// The machines themselves are the hosting cluster's pods: with the same range inside, packets to the other machines are
    /// taken for pods. kubernetes-sigs/cluster-api-provider-kubevirt#143 moved its defaults for that; in
    /// confidential-dot-ai/confidential-os-builder#75 both levels were 10.42.0.0/16, and the API vanished after the first
    /// connection. kubespray on a cluster of kubespray's is the commonest case: both take 10.233.0.0/17.
    ///
    /// ## Example
    /// ```yaml
    /// # The machines run inside a cluster with pods in 10.233.64.0/18.
    /// kube_pods_subnet: 10.233.64.0/18
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.239.64.0/18
    /// ```
    "NST001" "hosting-range-overlap" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const HOSTING: &str =
        "hosting: [{name: kube-test, cni: calico, pods: 10.233.64.0/18, services: 10.233.0.0/18, dns: 10.233.0.3}]\n";
    const NODES: &str = "[kube_control_plane]\nn1 ip=10.233.67.80\n\n[kube_node]\nn1\n";

    #[test]
    fn defaults_inside_defaults_are_found() {
        insta::assert_snapshot!(Fixture::kubespray().inventory(NODES).declared(HOSTING).check(&RULE), @"
        inventory.ini: error[NST001] pods 10.233.64.0/18 and pods of kube-test 10.233.64.0/18 are the same 16384 addresses
          `` its variables, or their defaults
          note: `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, and written nowhere
          note: pods of kube-test 10.233.64.0/18 is declared in site.yml:1:48
          help: 10.233.192.0/18 is free: write `kube_pods_subnet: 10.233.192.0/18`, as long as the cluster is not built; one that runs must be built again
        ");
    }

    #[test]
    fn other_ranges_inside_are_in_order_and_machines_among_the_hosts_pods_are_meant() {
        let text = "kube_service_addresses: 10.239.0.0/18\nkube_pods_subnet: 10.239.64.0/18\n";
        let cluster = Fixture::kubespray().inventory(NODES).file("group_vars/all.yml", text);
        assert_eq!(cluster.declared(HOSTING).check(&RULE), "");
        assert_eq!(Fixture::kubespray().inventory(NODES).check(&RULE), "");
    }
}
