use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::address::Family;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Checks that `calico_ipip_mode_ipv6` is `Never` where the cluster has IPv6.
    ///
    /// ## Why is this bad?
    /// IPIP is a tunnel of IPv4 in IPv4: Calico refuses a pool of IPv6 with it, and kubespray stops ("Calico doesn't
    /// support ipip tunneling for the IPv6").
    ///
    /// ## Example
    /// ```yaml
    /// ipv6_stack: true
    /// calico_ipip_mode_ipv6: Always
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// ipv6_stack: true
    /// calico_vxlan_mode_ipv6: Always
    /// ```
    "KSP016" "ipip-of-ipv6" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.is_since(19) || view.cni() != Some(Cni::Calico) {
        return;
    }
    let Some((mode, told)) = view.text(view.nodes(), &["calico_ipip_mode_ipv6"]) else { return };
    let has_ipv6 = view.current().families.as_ref().filter(|families| families.value.contains(&Family::Ipv6));
    let Some(families) = has_ipv6.filter(|_| mode != "Never") else { return };
    let message = format!("Calico has no IPIP for IPv6, and `calico_ipip_mode_ipv6` is {mode}");
    let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "no tunnel of IPv6"));
    if let Some(place) = view.place_of(&families.origin) {
        finding = finding.related(Label::new(place, "the cluster has IPv6"));
    }
    finding.fix = edits::write(&told, "Never", Applicability::Unsafe);
    report.find(finding.help("write `calico_ipip_mode_ipv6: Never`, and `calico_vxlan_mode_ipv6` for a tunnel"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", text).check(&RULE)
    }

    #[test]
    fn ipip_is_ipv4s() {
        insta::assert_snapshot!(with("ipv6_stack: true\ncalico_ipip_mode_ipv6: Always\n"), @r#"
        group_vars/k8s_cluster/k8s-net-calico.yml:2:24: error[KSP016] Calico has no IPIP for IPv6, and `calico_ipip_mode_ipv6` is Always
          `Always` no tunnel of IPv6
          group_vars/k8s_cluster/k8s-net-calico.yml:1:13: `true` the cluster has IPv6
          help: write `calico_ipip_mode_ipv6: Never`, and `calico_vxlan_mode_ipv6` for a tunnel
          Unsafe fix: write `calico_ipip_mode_ipv6: Never`
            group_vars/k8s_cluster/k8s-net-calico.yml:2:24: "Always" -> "Never"
        "#);
        assert_eq!(with("calico_ipip_mode_ipv6: Always\n"), "");
        assert_eq!(with("ipv6_stack: true\ncalico_ipip_mode_ipv6: Never\n"), "");
        assert_eq!(with("ipv6_stack: \"{{ six }}\"\ncalico_ipip_mode_ipv6: Always\n"), "");
    }
}
