use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that pods and services share no address with a network that must stay reachable: those of `avoid` in
    /// `inv-lint.toml`, the cluster file or its site.
    ///
    /// ## Why is this bad?
    /// What has the cluster's addresses outside of it cannot be reached from any pod, nor reach it. In k3s-io/k3s#588 a home
    /// network of 10.42.0.0/23 and pods in 10.42.0.0/16 left the server unreachable.
    ///
    /// ## Example
    /// ```toml
    /// avoid = [{ name = "office VPN", cidr = "10.233.0.0/16" }]
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_service_addresses: 10.234.0.0/18
    /// kube_pods_subnet: 10.234.64.0/18
    /// ```
    "NET024" "outside-network-hidden" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const VPN: &str = "avoid:\n  - {name: office VPN, cidr: 10.42.0.0/23}\n";

    #[test]
    fn pods_over_what_must_stay_reachable_are_found() {
        let cluster = Fixture::kubespray().file("group_vars/all.yml", "kube_pods_subnet: 10.42.0.0/16\n");
        insta::assert_snapshot!(cluster.declared(VPN).check(&RULE), @r#"
        group_vars/all.yml:1:19: error[NET024] pods 10.42.0.0/16 and office VPN 10.42.0.0/23 overlap: all 512 addresses of the latter are in the former
          `10.42.0.0/16` pods 10.42.0.0/16
          note: office VPN 10.42.0.0/23 is declared in site.yml:2:30
          help: 10.234.0.0/16 is free: write `kube_pods_subnet: 10.234.0.0/16`, as long as the cluster is not built; one that runs must be built again
          Unsafe fix: move pods to 10.234.0.0/16
            group_vars/all.yml:1:19: "10.42.0.0/16" -> "10.234.0.0/16"
        "#);
    }

    #[test]
    fn apart_from_it_they_are_in_order() {
        assert_eq!(Fixture::kubespray().declared(VPN).check(&RULE), "");
    }
}
