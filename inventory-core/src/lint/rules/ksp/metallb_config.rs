use crate::inventory::Value;
use crate::lint::finding::{Finding, Label, Severity};
use crate::lint::model::Told;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks the shape of MetalLB's ranges, where MetalLB is enabled: from v2.14 to v2.21 the list `metallb_ip_range`, since
    /// v2.22 the map `metallb_config.address_pools`, each pool with its list `ip_range`, and pools that `layer2` and the
    /// peers name.
    ///
    /// ## Why is this bad?
    /// The templates walk over the ranges without a look at what they are. A text in place of a list becomes a pool of
    /// single characters: `- 1`, `- 7`, `- 2`, `- .` (kubernetes-sigs/kubespray#6023). A list that is missing stops the
    /// run at its very end (#10003).
    ///
    /// ## Example
    /// ```yaml
    /// metallb_config:
    ///   address_pools:
    ///     primary:
    ///       ip_range: 192.0.2.40-192.0.2.79
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// metallb_config:
    ///   address_pools:
    ///     primary:
    ///       ip_range: [192.0.2.40-192.0.2.79]
    ///       auto_assign: true
    ///   layer2: [primary]
    /// ```
    "KSP020" "metallb-shape" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.is_certainly("metallb_enabled", true, false) {
        return;
    }
    if view.release.is_since(22) {
        if let Some(pools) = pools(view, report) {
            advertisements(view, &pools, report);
        }
    } else if view.release.is_since(14) {
        old_range(view, report);
    }
}

/// `metallb_ip_range` of v2.14 to v2.21.
fn old_range(view: &View<'_>, report: &mut Report) {
    let name = "metallb_ip_range";
    match view.value(view.nodes(), &[name]) {
        Some((Value::List(_), _)) => {}
        Some((value, told)) => not_a_list(name, &value, &told, report),
        None if view.nodes().find(&[name]).is_none() => {
            let Some((_, told)) = view.truth(view.nodes(), &["metallb_enabled"]) else { return };
            let message = format!("MetalLB is enabled, and {} stops without a `metallb_ip_range`", view.kubespray());
            let label = Label::new(told.place(), "enables MetalLB");
            report.find(
                Finding::new(&RULE, message, label).help("write `metallb_ip_range`, a list of ranges `FIRST-LAST`"),
            );
        }
        None => {}
    }
}

/// The names of the pools; `None` where they are not known.
fn pools(view: &View<'_>, report: &mut Report) -> Option<Vec<String>> {
    let path = ["metallb_config", "address_pools"];
    let (value, told) = view.value(view.nodes(), &path)?;
    let Value::Map(pools) = value else {
        let message = format!("`metallb_config.address_pools` is {}, and no map of pools by name", kind(&value));
        report.find(
            Finding::new(&RULE, message, Label::new(told.place(), "no map"))
                .help("write each pool as `NAME: {ip_range: [FIRST-LAST], auto_assign: true}`"),
        );
        return None;
    };
    for (name, pool) in &pools {
        pool_shape(view, name, pool, &told, report);
    }
    Some(pools.into_iter().map(|(name, _)| name).collect())
}

fn pool_shape(view: &View<'_>, name: &str, pool: &Value, whole: &Told<'_>, report: &mut Report) {
    let path = ["metallb_config", "address_pools", name];
    let named = format!("metallb_config.address_pools.{name}");
    let place = || view.nodes().find(&path).map_or_else(|| whole.place(), |told| told.place());
    let Value::Map(settings) = pool else {
        let message = format!("`{named}` is {}, and no map with an `ip_range`", kind(pool));
        report.find(
            Finding::new(&RULE, message, Label::new(place(), "no map")).help("write `ip_range` below it, a list"),
        );
        return;
    };
    match view.value(view.nodes(), &[path[0], path[1], name, "ip_range"]) {
        Some((Value::List(_), _)) => {}
        Some((value, told)) => not_a_list(&format!("{named}.ip_range"), &value, &told, report),
        None if !settings.contains_key("ip_range") => {
            let message = format!("the MetalLB pool `{name}` has no `ip_range`");
            report.find(
                Finding::new(&RULE, message, Label::new(place(), "no ranges"))
                    .help("write `ip_range` below it, a list"),
            );
        }
        None => {}
    }
    if view.release.needs_metallb_auto_assign() && !settings.contains_key("auto_assign") {
        let kubespray = view.kubespray();
        let message = format!("the MetalLB pool `{name}` has no `auto_assign`, which {kubespray} asks for");
        report.find(
            Finding::new(&RULE, message, Label::new(place(), "no auto_assign"))
                .help("write `auto_assign: true` below it"),
        );
    }
}

/// Names that `layer2` and the peers have, and no pool.
fn advertisements(view: &View<'_>, pools: &[String], report: &mut Report) {
    let mut unknown = |name: &str, told: &Told<'_>, who: &str| {
        if !pools.iter().any(|pool| pool == name) {
            let message = format!("{who} names the MetalLB pool `{name}`, and there is none");
            let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "no such pool"));
            finding.severity = Severity::Warning;
            let all = pools.iter().map(|pool| format!("`{pool}`")).collect::<Vec<_>>().join(", ");
            report.find(if pools.is_empty() {
                finding
            } else {
                finding.help(format!("the pools that there are: {all}"))
            });
        }
    };
    if let Some((Value::List(names), told)) = view.value(view.nodes(), &["metallb_config", "layer2"]) {
        names.iter().filter_map(Value::as_str).for_each(|name| unknown(name, &told, "`metallb_config.layer2`"));
    }
    let peers = ["metallb_config", "layer3", "metallb_peers"];
    let Some((Value::Map(peers), told)) = view.value(view.nodes(), &peers) else { return };
    for (peer, settings) in &peers {
        let Value::Map(settings) = settings else { continue };
        let Some(Value::List(names)) = settings.get("address_pool") else { continue };
        names.iter().filter_map(Value::as_str).for_each(|name| unknown(name, &told, &format!("the peer `{peer}`")));
    }
}

fn not_a_list(name: &str, value: &Value, told: &Told<'_>, report: &mut Report) {
    let message = match value {
        Value::Text(_) => format!("`{name}` is a text, and MetalLB gets each of its characters as a range"),
        value => format!("`{name}` is {}, and no list of ranges", kind(value)),
    };
    let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "no list"));
    if let Value::Text(text) = value {
        finding = finding.help(format!("write `[\"{}\"]`", text.content.trim()));
    }
    report.find(finding);
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "true or false",
        Value::Int(_) | Value::Float(_) => "a number",
        Value::Text(_) => "a text",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
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

    const GOOD: &str = "metallb_config:\n  address_pools:\n    primary:\n      ip_range: [192.0.2.40-192.0.2.79]\n      auto_assign: true\n  layer2: [primary]\n";

    #[test]
    fn a_text_is_a_pool_of_single_characters() {
        insta::assert_snapshot!(with("metallb_config:\n  address_pools:\n    primary:\n      ip_range: 192.0.2.40-192.0.2.79\n", "v2.31.0"), @r#"
        group_vars/k8s_cluster/addons.yml:5:17: error[KSP020] `metallb_config.address_pools.primary.ip_range` is a text, and MetalLB gets each of its characters as a range
          `192.0.2.40-192.0.2.79` no list
          help: write `["192.0.2.40-192.0.2.79"]`
        "#);
        insta::assert_snapshot!(with("metallb_ip_range: 192.0.2.40-192.0.2.79\n", "v2.21.0"), @r#"
        group_vars/k8s_cluster/addons.yml:2:19: error[KSP020] `metallb_ip_range` is a text, and MetalLB gets each of its characters as a range
          `192.0.2.40-192.0.2.79` no list
          help: write `["192.0.2.40-192.0.2.79"]`
        "#);
    }

    #[test]
    fn pools_are_a_map_by_name_and_have_ranges() {
        insta::assert_snapshot!(with("metallb_config:\n  address_pools:\n    - ip_range: [192.0.2.40/32]\n", "v2.31.0"), @"
        group_vars/k8s_cluster/addons.yml:4:5: error[KSP020] `metallb_config.address_pools` is a list, and no map of pools by name
          `- ip_range: [192.0.2.40/32]` no map
          help: write each pool as `NAME: {ip_range: [FIRST-LAST], auto_assign: true}`
        ");
        insta::assert_snapshot!(with("metallb_config:\n  address_pools:\n    primary: {}\n  layer2: [primry]\n", "v2.23.0"), @"
        group_vars/k8s_cluster/addons.yml:4:14: error[KSP020] the MetalLB pool `primary` has no `ip_range`
          `{}` no ranges
          help: write `ip_range` below it, a list
        group_vars/k8s_cluster/addons.yml:4:14: error[KSP020] the MetalLB pool `primary` has no `auto_assign`, which kubespray v2.23.0 asks for
          `{}` no auto_assign
          help: write `auto_assign: true` below it
        group_vars/k8s_cluster/addons.yml:5:11: warning[KSP020] `metallb_config.layer2` names the MetalLB pool `primry`, and there is none
          `[primry]` no such pool
          help: the pools that there are: `primary`
        ");
    }

    #[test]
    fn the_range_is_mandatory_up_to_v2_21() {
        insta::assert_snapshot!(with("", "v2.21.0"), @"
        group_vars/k8s_cluster/addons.yml:1:18: error[KSP020] MetalLB is enabled, and kubespray v2.21.0 stops without a `metallb_ip_range`
          `true` enables MetalLB
          help: write `metallb_ip_range`, a list of ranges `FIRST-LAST`
        ");
        assert_eq!(with("", "v2.31.0"), "");
    }

    #[test]
    fn ranges_in_order_unknown_ones_and_no_metallb_pass() {
        assert_eq!(with(GOOD, "v2.31.0"), "");
        assert_eq!(with(GOOD, "v2.23.0"), "");
        assert_eq!(with("metallb_ip_range: [192.0.2.40-192.0.2.79]\n", "v2.21.0"), "");
        assert_eq!(with("metallb_ip_range: \"{{ ranges }}\"\n", "v2.21.0"), "");
        assert_eq!(with("metallb_config: \"{{ everything }}\"\n", "v2.31.0"), "");
        let off = "metallb_enabled: false\nmetallb_ip_range: 192.0.2.40\n";
        assert_eq!(Fixture::kubespray().file("group_vars/all.yml", off).releases(&["v2.21.0"]).check(&RULE), "");
    }
}
