use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the address of the DNS cache on each node (`nodelocaldns_ip`) is in neither pods nor services nor the
    /// network of the nodes.
    ///
    /// ## Why is this bad?
    /// The cache puts that address on an interface of every node, so that whoever else has it cannot be reached from there.
    ///
    /// ## Example
    /// ```yaml
    /// nodelocaldns_ip: 10.233.0.10
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// nodelocaldns_ip: 169.254.25.10
    /// ```
    "NET014" "node-local-dns-overlap" Error Never
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
    fn an_address_of_the_services_is_found() {
        insta::assert_snapshot!(cluster("nodelocaldns_ip: 10.233.0.10\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:18: error[NET014] node-local DNS 10.233.0.10 is in services 10.233.0.0/18
          `10.233.0.10` node-local DNS 10.233.0.10
          note: `kube_service_addresses` is 10.233.0.0/18, the default of kubespray v2.31.0, and written nowhere
          help: kubespray's own is 169.254.25.10, which no network of pods has
        ");
    }

    #[test]
    fn the_usual_one_is_in_order_and_so_is_one_that_nobody_uses() {
        assert_eq!(cluster("nodelocaldns_ip: 169.254.25.10\n").check(&RULE), "");
        assert_eq!(cluster("enable_nodelocaldns: false\nnodelocaldns_ip: 10.233.0.10\n").check(&RULE), "");
    }
}
