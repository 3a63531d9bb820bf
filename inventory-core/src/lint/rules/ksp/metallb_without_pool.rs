use crate::inventory::Value;
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds a MetalLB that gets no pool of addresses from kubespray, since v2.22. Up to v2.21 kubespray stops without one
    /// (KSP020).
    ///
    /// ## Why is this bad?
    /// kubespray makes pools only where `metallb_config.address_pools` is set, and says nothing where it is not. The run
    /// ends well, and every service of type LoadBalancer waits at `<pending>` for an address. It is an info, since
    /// you may make the pools yourself, as objects of the kind IPAddressPool.
    ///
    /// ## Example
    /// ```yaml
    /// metallb_enabled: true
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// metallb_enabled: true
    /// kube_proxy_strict_arp: true
    /// metallb_config:
    ///   address_pools:
    ///     primary:
    ///       ip_range: [192.0.2.40-192.0.2.79]
    ///       auto_assign: true
    ///   layer2: [primary]
    /// ```
    "KSP029" "metallb-without-pool" Info Never
}

/// What held the ranges up to v2.21: who still writes one hears of it there.
const FORMERLY: [&str; 2] = ["metallb_ip_range", "metallb_additional_address_pools"];

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.is_since(22) || !view.is_certainly("metallb_enabled", true, false) {
        return;
    }
    let nodes = view.nodes();
    let Some((_, enabled)) = view.truth(nodes, &["metallb_enabled"]) else { return };
    if FORMERLY.iter().any(|name| nodes.find(&[name]).is_some()) {
        return;
    }
    let path = ["metallb_config", "address_pools"];
    let is_none = match nodes.find(&path) {
        None => true,
        Some(_) => matches!(view.value(nodes, &path), Some((Value::Map(pools), _)) if pools.is_empty()),
    };
    if is_none {
        let message = "MetalLB is enabled without a pool: it has no address to give to a service";
        report.find(Finding::new(&RULE, message, Label::new(enabled.place(), "enables MetalLB")).help(
            "write `metallb_config.address_pools.NAME.ip_range`, a list, and the NAME below `layer2`; or make an \
             IPAddressPool yourself",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str, release: &str) -> String {
        let text = format!("metallb_enabled: true\n{text}");
        Fixture::kubespray().file("group_vars/k8s_cluster/addons.yml", &text).releases(&[release]).check(&RULE)
    }

    #[test]
    fn a_metallb_without_a_pool_gives_nothing() {
        insta::assert_snapshot!(with("", "v2.31.0"), @"
        group_vars/k8s_cluster/addons.yml:1:18: info[KSP029] MetalLB is enabled without a pool: it has no address to give to a service
          `true` enables MetalLB
          help: write `metallb_config.address_pools.NAME.ip_range`, a list, and the NAME below `layer2`; or make an IPAddressPool yourself
        ");
        for text in ["metallb_config: {}\n", "metallb_config:\n", "metallb_config:\n  address_pools: {}\n"] {
            assert!(with(text, "v2.22.0").contains("KSP029"), "{text}");
        }
    }

    #[test]
    fn pools_unknown_ones_old_ranges_and_no_metallb_pass() {
        let pools = "metallb_config:\n  address_pools:\n    primary: {ip_range: [192.0.2.40/32]}\n";
        for text in [
            pools,
            "metallb_config: \"{{ everything }}\"\n",
            "metallb_config:\n  address_pools: \"{{ pools }}\"\n",
            "metallb_ip_range: [192.0.2.40/32]\n",
        ] {
            assert_eq!(with(text, "v2.31.0"), "", "{text}");
        }
        assert_eq!(with("", "v2.21.0"), "");
        let off = Fixture::kubespray().file("group_vars/all.yml", "metallb_enabled: false\n");
        assert_eq!(off.check(&RULE), "");
        assert_eq!(Fixture::kubespray().check(&RULE), "");
    }
}
