use crate::inventory::Value;
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds ranges for MetalLB in a cluster that does not install it.
    ///
    /// ## Why is this bad?
    /// Whoever writes ranges down wants them given away, and `metallb_enabled` is false unless somebody says otherwise.
    ///
    /// ## Example
    /// ```yaml
    /// metallb_config:
    ///   address_pools: {primary: {ip_range: [192.0.2.40-192.0.2.79], auto_assign: true}}
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// metallb_enabled: true
    /// kube_proxy_strict_arp: true
    /// metallb_config:
    ///   address_pools: {primary: {ip_range: [192.0.2.40-192.0.2.79], auto_assign: true}}
    /// ```
    "KSP023" "metallb-off" Info Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.is_since(14) {
        return;
    }
    let path: &[&str] =
        if view.release.is_since(22) { &["metallb_config", "address_pools"] } else { &["metallb_ip_range"] };
    let Some(enabled) = view.effective_truth("metallb_enabled", false).filter(|enabled| !enabled.value) else { return };
    let Some((value, told)) = view.value(view.nodes(), path) else { return };
    if matches!(&value, Value::Map(pools) if pools.is_empty())
        || matches!(&value, Value::List(ranges) if ranges.is_empty())
    {
        return;
    }
    let message = "MetalLB has ranges, and is not installed";
    let finding = Finding::new(&RULE, message, Label::new(told.place(), "nobody gives them away"));
    report.find(enabled.explain(finding, view).help("write `metallb_enabled: true`, or delete the ranges"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str, release: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/addons.yml", text).releases(&[release]).check(&RULE)
    }

    #[test]
    fn ranges_without_metallb_are_pointed_out() {
        insta::assert_snapshot!(with("metallb_ip_range: [192.0.2.40-192.0.2.79]\nmetallb_enabled: false\n", "v2.21.0"), @"
        group_vars/k8s_cluster/addons.yml:1:19: info[KSP023] MetalLB has ranges, and is not installed
          `[192.0.2.40-192.0.2.79]` nobody gives them away
          group_vars/k8s_cluster/addons.yml:2:18: `false` metallb_enabled is false
          help: write `metallb_enabled: true`, or delete the ranges
        ");
        let pools = "metallb_config:\n  address_pools:\n    primary: {ip_range: [192.0.2.40/32]}\n";
        assert!(with(pools, "v2.31.0").contains("KSP023"));
        assert_eq!(with(&format!("metallb_enabled: true\n{pools}"), "v2.31.0"), "");
        assert_eq!(with("metallb_config:\n  address_pools: {}\n", "v2.31.0"), "");
        assert_eq!(with("metallb_ip_range: [192.0.2.40/32]\n", "v2.31.0"), "");
    }
}
