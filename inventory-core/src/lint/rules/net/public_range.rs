use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that pods and services lie in private address space: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10,
    /// `fc00::/7`.
    ///
    /// ## Why is this bad?
    /// Whoever has these addresses on the Internet cannot be reached from the cluster. 172.32.0.0 and what follows is the
    /// usual slip: the private block ends with 172.31.255.255. Somebody who owns the addresses may ignore it.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pods_subnet: 172.32.0.0/16
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 172.30.0.0/16
    /// ```
    "NET007" "public-range" Warning Never
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
    fn a_block_beyond_the_private_ones_is_found() {
        insta::assert_snapshot!(cluster("kube_pods_subnet: 172.32.0.0/16\n").check(&RULE), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:19: warning[NET007] pods 172.32.0.0/16 is no private address space, so that whoever has these addresses on the Internet cannot be reached
          `172.32.0.0/16` pods 172.32.0.0/16
          help: take a network of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (IPv6: fd00::/8), as long as the cluster is not built
        ");
        // Both are wrong in the first place, and that is said once.
        assert_eq!(cluster("kube_pods_subnet: 169.254.0.0/16\n").check(&RULE), "");
    }

    #[test]
    fn private_ones_are_in_order() {
        for range in ["172.31.0.0/16", "100.64.0.0/12", "192.168.128.0/17"] {
            assert_eq!(cluster(&format!("kube_pods_subnet: {range}\n")).check(&RULE), "");
        }
        assert_eq!(cluster("ipv6_stack: true\n").check(&RULE), "");
    }
}
