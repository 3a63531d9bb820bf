use crate::inventory::Value;
use crate::kubespray::VERSIONS_WITHOUT_LETTER;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::CniVersion;

declare_rule! {
    /// ## What it does
    /// Checks that `cilium_version` is one that the kubespray release installs, where Cilium runs: v1.10 or newer since
    /// v2.20, 1.15 or newer since v2.28, and since v2.28 without a leading `v`.
    ///
    /// ## Why is this bad?
    /// kubespray stops with "`cilium_version` is too low". Since v2.28 it adds the `v` of the images itself: the comparison
    /// of a version that has one ends in an error of the template, and there is no image `vv1.17.3`. The samples up to v2.27
    /// have the line with its `v`, and people carry it along.
    ///
    /// ## Example
    /// ```yaml
    /// cilium_version: v1.17.3   # for kubespray v2.31.0
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// cilium_version: 1.17.3
    /// ```
    "KSP030" "unsupported-cilium-version" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.has_cilium() {
        return;
    }
    let Some(oldest) = view.release.oldest_cilium() else { return };
    let Some((Value::Text(text), told)) = view.value(view.nodes(), &["cilium_version"]) else { return };
    let text = text.content.trim();
    let Ok(version) = text.parse::<CniVersion>() else { return };
    let kubespray = view.kubespray();
    let has_no_letter = view.release.is_since(VERSIONS_WITHOUT_LETTER);
    // Whoever sets the bound knows what they do.
    if version < oldest && !view.nodes().is_set("cilium_min_version_required") {
        let (this, oldest) = (version.numbers(), oldest.numbers());
        let message = format!("Cilium {this} is too old for {kubespray}, which takes {oldest} or newer");
        let finding = Finding::new(&RULE, message, Label::new(told.place(), "too old"));
        report.find(finding.help("delete the line for the version that kubespray installs"));
    } else if let Some(numbers) = text.strip_prefix('v').filter(|_| has_no_letter) {
        let message = format!("`cilium_version` is `{text}`, and {kubespray} knows versions without a leading `v`");
        let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "not as the release writes it"));
        finding.fix = edits::write(&told, numbers, Applicability::Unsafe);
        report.find(finding.help(format!("write `cilium_version: {numbers}`")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn fixture(text: &str, releases: &[&str]) -> Fixture {
        let text = format!("kube_network_plugin: cilium\n{text}\n");
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-cilium.yml", &text).releases(releases)
    }

    fn with(version: &str, releases: &[&str]) -> String {
        fixture(&format!("cilium_version: {version}"), releases).check(&RULE)
    }

    #[test]
    fn a_cilium_that_is_too_old_is_found() {
        insta::assert_snapshot!(with("v1.13.4", &["v2.31.0"]), @"
        group_vars/k8s_cluster/k8s-net-cilium.yml:2:17: error[KSP030] Cilium 1.13.4 is too old for kubespray v2.31.0, which takes 1.15.0 or newer
          `v1.13.4` too old
          help: delete the line for the version that kubespray installs
        ");
        insta::assert_snapshot!(with("v1.9.18", &["v2.20.0"]), @"
        group_vars/k8s_cluster/k8s-net-cilium.yml:2:17: error[KSP030] Cilium 1.9.18 is too old for kubespray v2.20.0, which takes 1.10.0 or newer
          `v1.9.18` too old
          help: delete the line for the version that kubespray installs
        ");
        for (version, release) in
            [("v1.9.18", "v2.19.0"), ("v1.10.0", "v2.20.0"), ("v1.13.4", "v2.27.0"), ("1.15.0", "v2.28.0")]
        {
            assert_eq!(with(version, &[release]), "", "{version} {release}");
        }
        assert!(with("1.14.9", &["v2.28.0"]).contains("too old"));
    }

    #[test]
    fn the_letter_goes_with_v2_28() {
        insta::assert_snapshot!(with("\"v1.17.3\"", &["v2.31.0"]), @r#"
        group_vars/k8s_cluster/k8s-net-cilium.yml:2:17: error[KSP030] `cilium_version` is `v1.17.3`, and kubespray v2.31.0 knows versions without a leading `v`
          `"v1.17.3"` not as the release writes it
          help: write `cilium_version: 1.17.3`
          Unsafe fix: write `cilium_version: 1.17.3`
            group_vars/k8s_cluster/k8s-net-cilium.yml:2:17: "\"v1.17.3\"" -> "1.17.3"
        "#);
        assert_eq!(with("v1.17.3", &["v2.27.0"]), "");
        assert_eq!(with("1.17.3", &["v2.31.0"]), "");
    }

    #[test]
    fn it_is_found_only_where_every_release_of_the_range_refuses_it() {
        assert_eq!(with("v1.13.4", &["v2.31.0", "v2.27.0"]), "");
        assert_eq!(with("v1.17.3", &["v2.31.0", "v2.27.0"]), "");
        assert!(with("v1.9.1", &["v2.31.0", "v2.20.0"]).contains("too old"));
    }

    #[test]
    fn what_is_no_version_has_its_own_bound_or_does_not_run_passes() {
        for text in ["cilium_version: latest", "cilium_version: 1.13.4\ncilium_min_version_required: \"1.13\""] {
            assert_eq!(fixture(text, &["v2.31.0"]).check(&RULE), "", "{text}");
        }
        let other = Fixture::kubespray().file("group_vars/all.yml", "cilium_version: v1.9.1\n");
        assert_eq!(other.check(&RULE), "");
        let unknown = fixture("cilium_version: \"{{ lookup('env', 'CILIUM') }}\"", &["v2.31.0"]);
        assert_eq!(unknown.check(&RULE), "");
        assert!(unknown.not_checked(&RULE).starts_with("cilium_version: "));
    }
}
