use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that kube-vip's BGP has its source as an address (`kube_vip_bgp_sourceip`) or an interface
    /// (`kube_vip_bgp_sourceif`), and not as both.
    ///
    /// ## Why is this bad?
    /// kube-vip takes one of them, and kubespray stops since v2.31.
    ///
    /// ## Example
    /// ```yaml
    /// kube_vip_bgp_sourceip: 192.0.2.11
    /// kube_vip_bgp_sourceif: eth0
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_vip_bgp_sourceip: 192.0.2.11
    /// ```
    "KSP019" "two-bgp-sources" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let is_used = |name| view.is_certainly(name, true, false);
    if !view.is_kubespray()
        || !view.release.is_since(31)
        || !is_used("kube_vip_enabled")
        || !is_used("kube_vip_bgp_enabled")
    {
        return;
    }
    let source = |name| view.text(view.nodes(), &[name]);
    if let (Some((_, ip)), Some((_, interface))) = (source("kube_vip_bgp_sourceip"), source("kube_vip_bgp_sourceif")) {
        let message = "kube-vip's BGP has an address and an interface as its source, and takes one of them";
        let finding = Finding::new(&RULE, message, Label::new(interface.place(), "an interface"));
        report.find(finding.related(Label::new(ip.place(), "an address")).help("delete one of the two"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        let text = format!("kube_vip_enabled: true\n{text}");
        Fixture::kubespray().file("group_vars/k8s_cluster/addons.yml", &text).check(&RULE)
    }

    #[test]
    fn one_source_is_enough() {
        let both = "kube_vip_bgp_sourceip: 192.0.2.11\nkube_vip_bgp_sourceif: eth0\n";
        insta::assert_snapshot!(with(&format!("kube_vip_bgp_enabled: true\n{both}")), @"
        group_vars/k8s_cluster/addons.yml:4:24: error[KSP019] kube-vip's BGP has an address and an interface as its source, and takes one of them
          `eth0` an interface
          group_vars/k8s_cluster/addons.yml:3:24: `192.0.2.11` an address
          help: delete one of the two
        ");
        assert_eq!(with(both), "");
        assert_eq!(with("kube_vip_bgp_enabled: true\nkube_vip_bgp_sourceip: 192.0.2.11\nkube_vip_bgp_sourceif:\n"), "");
    }
}
