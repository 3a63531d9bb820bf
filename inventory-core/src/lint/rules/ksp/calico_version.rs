use crate::inventory::Value;
use crate::kubespray::VERSIONS_WITHOUT_LETTER;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::{Cni, CniVersion};

declare_rule! {
    /// ## What it does
    /// Checks that the kubespray release can have the checksums of `calico_version`, where Calico is the CNI: not of one
    /// that is too old for it, or came out after it, and written as the release writes versions, with a leading `v` up to
    /// v2.27 and without one since v2.28.
    ///
    /// ## Why is this bad?
    /// A release downloads what it has the checksum of, a few minor versions, and stops at every other one ("Calico version
    /// not supported"). With the wrong letter it finds none: people carry `calico_version: v3.29.1` along.
    ///
    /// Whether a release has the checksum of exactly this version depends on the list that it brings along. The linter has
    /// none of these lists, and counts the version as not checked.
    ///
    /// ## Example
    /// ```yaml
    /// calico_version: v3.31.4   # for kubespray v2.31.0
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_version: 3.31.4
    /// ```
    "KSP031" "unsupported-calico-version" Error Unsafe
}

/// The lists of checksums. Somebody who writes one adds versions.
const CHECKSUMS: [&str; 3] = ["calico_crds_archive_checksums", "calico_crds_checksums", "calicoctl_binary_checksums"];

fn check(view: &View<'_>, report: &mut Report) {
    let release = view.release;
    // The check is there since before v2.20; the list of v2.18 is that of #8266.
    if !view.is_kubespray() || !release.is_since(20) || release.is_beyond_known() || view.cni() != Some(Cni::Calico) {
        return;
    }
    let Some((Value::Text(text), told)) = view.value(view.nodes(), &["calico_version"]) else { return };
    let text = text.content.trim();
    let Ok(wanted) = text.parse::<CniVersion>() else { return };
    let (kubespray, installed) = (view.kubespray(), release.cni_version(Cni::Calico));
    if CHECKSUMS.iter().any(|list| view.nodes().is_set(list)) {
        view.could_not_check("calico_version", &told.place(), "a file has a list of checksums of its own");
        return;
    }
    let leave = "delete the line for the version that kubespray installs";
    if let Some(oldest) = release.oldest_calico().filter(|oldest| wanted < *oldest) {
        let (this, oldest) = (wanted.numbers(), oldest.numbers());
        let message = format!("Calico {this} is too old for {kubespray}, which has checksums of {oldest} and newer");
        report.find(Finding::new(&RULE, message, Label::new(told.place(), "too old")).help(leave));
    } else if release.first_calico_after().is_some_and(|after| wanted >= after) {
        let this = wanted.numbers();
        let message = format!("Calico {this} came out after {kubespray}, which has no checksums of it");
        report.find(Finding::new(&RULE, message, Label::new(told.place(), "too new")).help(leave));
    } else if text.starts_with('v') == release.is_since(VERSIONS_WITHOUT_LETTER) {
        let (how, written) = match text.strip_prefix('v') {
            Some(numbers) => ("without", numbers.to_owned()),
            None => ("with", format!("v{text}")),
        };
        let message = format!("`calico_version` is `{text}`, and {kubespray} knows versions {how} a leading `v`");
        let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "not as the release writes it"));
        finding.fix = edits::write(&told, &written, Applicability::Unsafe);
        report.find(finding.help(format!("write `calico_version: {written}`")));
    } else if installed != Some(wanted) {
        let this = wanted.numbers();
        let why = format!("whether {kubespray} can download Calico {this} depends on its own list of checksums");
        view.could_not_check("calico_version", &told.place(), why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn fixture(version: &str, releases: &[&str]) -> Fixture {
        let text = format!("calico_version: {version}\n");
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", &text).releases(releases)
    }

    fn with(version: &str, releases: &[&str]) -> String {
        fixture(version, releases).check(&RULE)
    }

    #[test]
    fn a_version_must_be_in_the_window_of_the_release() {
        insta::assert_snapshot!(with("v3.26.4", &["v2.31.0"]), @"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:17: error[KSP031] Calico 3.26.4 is too old for kubespray v2.31.0, which has checksums of 3.29.0 and newer
          `v3.26.4` too old
          help: delete the line for the version that kubespray installs
        ");
        insta::assert_snapshot!(with("v3.31.5", &["v2.26.0"]), @"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:17: error[KSP031] Calico 3.31.5 came out after kubespray v2.26.0, which has no checksums of it
          `v3.31.5` too new
          help: delete the line for the version that kubespray installs
        ");
        assert!(with("3.33.0", &["v2.31.0"]).contains("came out after"));
    }

    #[test]
    fn the_letter_goes_with_v2_28() {
        insta::assert_snapshot!(with("v3.31.4", &["v2.31.0"]), @r#"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:17: error[KSP031] `calico_version` is `v3.31.4`, and kubespray v2.31.0 knows versions without a leading `v`
          `v3.31.4` not as the release writes it
          help: write `calico_version: 3.31.4`
          Unsafe fix: write `calico_version: 3.31.4`
            group_vars/k8s_cluster/k8s-net-calico.yml:1:17: "v3.31.4" -> "3.31.4"
        "#);
        insta::assert_snapshot!(with("3.29.1", &["v2.27.0"]), @r#"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:17: error[KSP031] `calico_version` is `3.29.1`, and kubespray v2.27.0 knows versions with a leading `v`
          `3.29.1` not as the release writes it
          help: write `calico_version: v3.29.1`
          Unsafe fix: write `calico_version: v3.29.1`
            group_vars/k8s_cluster/k8s-net-calico.yml:1:17: "3.29.1" -> "v3.29.1"
        "#);
        assert_eq!(with("v3.29.1", &["v2.27.0"]), "");
    }

    #[test]
    fn it_is_found_only_where_every_release_of_the_range_refuses_it() {
        assert_eq!(with("v3.29.1", &["v2.31.0", "v2.27.0"]), "");
        assert!(with("v3.26.4", &["v2.31.0", "v2.28.0"]).contains("too old"));
        assert_eq!(with("v3.26.4", &["v2.31.0", "v2.24.0"]), "");
    }

    #[test]
    fn a_version_within_the_window_is_not_checked_and_the_default_is() {
        insta::assert_snapshot!(fixture("3.30.7", &["v2.31.0"]).not_checked(&RULE), @"calico_version: whether kubespray v2.31.0 can download Calico 3.30.7 depends on its own list of checksums");
        assert_eq!(with("3.30.7", &["v2.31.0"]), "");
        assert_eq!(fixture("3.31.5", &["v2.31.0"]).not_checked(&RULE), "");
        assert_eq!(with("3.31.5", &["v2.31.0"]), "");
        let own = fixture("v3.26.4", &["v2.31.0"])
            .file("group_vars/all.yml", "calico_crds_archive_checksums: {v3.26.4: 'sha256:00'}\n");
        assert_eq!(own.check(&RULE), "");
        insta::assert_snapshot!(own.not_checked(&RULE), @"calico_version: a file has a list of checksums of its own");
    }

    #[test]
    fn what_is_no_version_is_not_used_or_for_another_release_is_not_judged() {
        for (version, release) in [
            ("latest", "v2.31.0"),
            ("\"{{ lookup('env', 'CALICO') }}\"", "v2.31.0"),
            ("v3.20.0", "v2.40.0"),
            ("3.17.4", "v2.17.0"),
        ] {
            assert_eq!(with(version, &[release]), "", "{version}");
        }
        let unknown = fixture("\"{{ lookup('env', 'CALICO') }}\"", &["v2.31.0"]);
        assert!(unknown.not_checked(&RULE).starts_with("calico_version: "));
        let other = fixture("v3.20.0", &["v2.31.0"]).file("group_vars/all.yml", "kube_network_plugin: flannel\n");
        assert_eq!(other.check(&RULE), "");
    }
}
