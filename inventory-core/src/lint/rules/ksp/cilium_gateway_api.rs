use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::{Cni, CniVersion};

declare_rule! {
    /// ## What it does
    /// Checks that Cilium older than 1.20 does not get the Gateway API 1.5 or newer in the channel `standard`, where both
    /// `cilium_gateway_api_enabled` and `gateway_api_enabled` are on: which is what v2.31 does by itself.
    ///
    /// ## Why is this bad?
    /// Such a Cilium asks for a version of `TLSRoute` that the standard definitions no longer serve, and its operator ends
    /// in a crash loop: `no matches for kind "TLSRoute" in version "gateway.networking.k8s.io/v1alpha2"`
    /// (kubernetes-sigs/kubespray#13222 with v2.31). After v2.31 kubespray refuses it (#13223).
    ///
    /// ## Example
    /// ```yaml
    /// gateway_api_enabled: true
    /// cilium_gateway_api_enabled: true
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// gateway_api_enabled: true
    /// gateway_api_version: 1.4.1
    /// cilium_gateway_api_enabled: true
    /// ```
    "KSP033" "cilium-without-tls-route" Error Unsafe
}

/// The first Cilium that asks for the newer `TLSRoute` (cilium/cilium#45251, which goes into no older one).
const FIRST_WITH_NEWER_ROUTE: CniVersion = CniVersion::new(1, 20);

/// The newest Gateway API that the Ciliums before support, of which v2.31 has the checksum.
const SUPPORTED: &str = "1.4.1";

fn check(view: &View<'_>, report: &mut Report) {
    // What a later release installs by itself is not known, and most likely fits together.
    if !view.is_kubespray() || view.release.is_beyond_known() || !view.has_cilium() {
        return;
    }
    let (Some(definitions), Some(cilium)) = (view.release.gateway_api(), view.release.cni_version(Cni::Cilium)) else {
        return;
    };
    let has_definitions = view.is_certainly("gateway_api_enabled", true, false);
    let asked = view.effective_truth("cilium_gateway_api_enabled", false).filter(|asked| asked.value);
    let channel = view.effective_text("gateway_api_channel", "standard");
    let (true, Some(asked), Some(channel)) = (has_definitions, asked, channel) else { return };
    let cilium = view.effective_text("cilium_version", &cilium.numbers());
    let definitions = view.effective_text("gateway_api_version", definitions);
    let (Some(cilium), Some(definitions)) = (cilium, definitions) else { return };
    let is_older = cilium.value.parse::<CniVersion>().is_ok_and(|version| version < FIRST_WITH_NEWER_ROUTE);
    let takes_route_away = channel.value == "standard" && is_since_1_5(&definitions.value);
    let Some(place) = definitions.place().or_else(|| asked.place()).filter(|_| is_older && takes_route_away) else {
        return;
    };
    let message = format!(
        "Cilium {} does not start beside the Gateway API {}, which has no `TLSRoute` for it any more",
        cilium.value.trim_start_matches('v'),
        definitions.value
    );
    let mut finding = Finding::new(&RULE, message, Label::new(place, "needs an older Gateway API"));
    finding = match &definitions.told {
        Some(told) => {
            finding.fix = edits::write(told, SUPPORTED, Applicability::Unsafe);
            asked.explain(finding, view)
        }
        None => definitions.explain(finding, view),
    };
    let finding = cilium.explain(finding, view);
    report.find(finding.help(format!("write `gateway_api_version: {SUPPORTED}`")));
}

/// Whether a version of the Gateway API is 1.5.0 or newer.
fn is_since_1_5(version: &str) -> bool {
    let numbers = version.split('.').map(str::parse::<u32>).collect::<Result<Vec<_>, _>>();
    numbers.is_ok_and(|numbers| numbers >= vec![1, 5])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const BOTH: &str = "kube_network_plugin: cilium\ngateway_api_enabled: true\ncilium_gateway_api_enabled: true\n";

    fn fixture(text: &str, releases: &[&str]) -> Fixture {
        Fixture::kubespray().file("group_vars/k8s_cluster/addons.yml", text).releases(releases)
    }

    fn with(text: &str) -> String {
        fixture(&format!("{BOTH}{text}"), &["v2.31.0"]).check(&RULE)
    }

    #[test]
    fn what_v2_31_does_by_itself_is_found() {
        insta::assert_snapshot!(with(""), @"
        group_vars/k8s_cluster/addons.yml:3:29: error[KSP033] Cilium 1.19.3 does not start beside the Gateway API 1.5.1, which has no `TLSRoute` for it any more
          `true` needs an older Gateway API
          note: gateway_api_version is 1.5.1, the default of kubespray v2.31.0, and written nowhere
          note: cilium_version is 1.19.3, the default of kubespray v2.31.0, and written nowhere
          help: write `gateway_api_version: 1.4.1`
        ");
        insta::assert_snapshot!(with("gateway_api_version: 1.5.0\ncilium_version: 1.18.6\n"), @r#"
        group_vars/k8s_cluster/addons.yml:4:22: error[KSP033] Cilium 1.18.6 does not start beside the Gateway API 1.5.0, which has no `TLSRoute` for it any more
          `1.5.0` needs an older Gateway API
          group_vars/k8s_cluster/addons.yml:3:29: `true` cilium_gateway_api_enabled is true
          group_vars/k8s_cluster/addons.yml:5:17: `1.18.6` cilium_version is 1.18.6
          help: write `gateway_api_version: 1.4.1`
          Unsafe fix: write `gateway_api_version: 1.4.1`
            group_vars/k8s_cluster/addons.yml:4:22: "1.5.0" -> "1.4.1"
        "#);
    }

    #[test]
    fn versions_and_channels_that_fit_together_pass() {
        for text in [
            "gateway_api_version: 1.4.1\n",
            "gateway_api_channel: experimental\n",
            "cilium_version: 1.20.2\n",
            "gateway_api_enabled: false\n",
            "cilium_gateway_api_enabled: false\n",
            "kube_network_plugin: calico\n",
        ] {
            // The later of two keys counts.
            assert_eq!(with(text), "", "{text}");
        }
    }

    #[test]
    fn it_is_found_only_where_every_release_of_the_range_does_it() {
        assert_eq!(fixture(BOTH, &["v2.30.0"]).check(&RULE), "");
        assert_eq!(fixture(BOTH, &["v2.31.0", "v2.30.0"]).check(&RULE), "");
        assert_eq!(fixture(BOTH, &["v2.32.0"]).check(&RULE), "", "its versions are not known");
        let told = format!("{BOTH}gateway_api_version: 1.5.1\n");
        assert!(fixture(&told, &["v2.31.0", "v2.30.0"]).check(&RULE).contains("KSP033"));
    }

    #[test]
    fn a_version_that_is_not_known_is_not_checked() {
        for name in ["gateway_api_version", "cilium_version", "gateway_api_channel", "gateway_api_enabled"] {
            let text = BOTH.replace("gateway_api_enabled: true\ncilium_", "cilium_");
            let enabled = if name == "gateway_api_enabled" { "" } else { "gateway_api_enabled: true\n" };
            let unknown = fixture(&format!("{text}{enabled}{name}: \"{{{{ lookup('env', 'X') }}}}\"\n"), &["v2.31.0"]);
            assert_eq!(unknown.check(&RULE), "", "{name}");
            assert!(unknown.not_checked(&RULE).starts_with(name), "{name}");
        }
    }
}
