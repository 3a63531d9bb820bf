use crate::inventory::Value;
use crate::kubespray::{KubernetesVersion, VERSIONS_WITHOUT_LETTER, last_too_old_for};
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the kubespray release can install the Kubernetes of `kube_version`: not one that is too old or too new
    /// for it, and written as the release writes versions, with a leading `v` up to v2.27 and without one since v2.28.
    ///
    /// ## Why is this bad?
    /// A release has the checksums of a few minor versions only, and stops at every other one ("The current release of
    /// Kubespray only support newer version of Kubernetes than …"). People carry the line along: a `group_vars` file of
    /// v2.22 still says `kube_version: v1.26.5` when the checkout beside it is v2.31. With the wrong letter the run ends in
    /// an error of the template, which does not say what is wrong.
    ///
    /// Whether a release can download exactly this patch version depends on the list of checksums that it brings along.
    /// The linter has none of these lists, and counts the version as not checked.
    ///
    /// ## Example
    /// ```yaml
    /// kube_version: v1.34.2   # for kubespray v2.31.0
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_version: 1.34.2
    /// ```
    "KSP005" "unsupported-kube-version" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || view.release.is_beyond_known() {
        return;
    }
    let Some((Value::Text(text), told)) = view.value(view.nodes(), &["kube_version"]) else { return };
    let text = text.content.trim();
    let Ok(wanted) = text.parse::<KubernetesVersion>() else { return };
    let (release, version) = (view.release, view.release.version());
    let default = release.default_kubernetes();
    let letter = if release.is_since(VERSIONS_WITHOUT_LETTER) { "" } else { "v" };
    let written = format!("{letter}{wanted}");
    let leave = match default {
        Some(default) => format!(
            "delete the line for kubespray's own, {letter}{default}, or use a kubespray release that has {wanted}"
        ),
        None => format!("delete the line for kubespray's own, or use a kubespray release that has {wanted}"),
    };
    if let Some(oldest) = release.oldest_kubernetes().filter(|oldest| wanted < *oldest) {
        let message = format!("Kubernetes {wanted} is too old for kubespray {version}, which takes {oldest} or newer");
        report.find(Finding::new(&RULE, message, Label::new(told.place(), "too old")).help(leave));
    } else if last_too_old_for(wanted).is_some_and(|last| last.is_since(version.minor)) {
        let newest = default.map_or(String::new(), |default| format!(", which installs {default} by itself"));
        let message = format!("Kubernetes {wanted} is too new for kubespray {version}{newest}");
        report.find(Finding::new(&RULE, message, Label::new(told.place(), "too new")).help(leave));
    } else if text != written {
        let how = if letter.is_empty() { "without a leading `v`" } else { "with a leading `v`" };
        let message = format!("`kube_version` is `{text}`, and kubespray {version} knows versions {how}");
        let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "not as the release writes it"))
            .help(format!("write `kube_version: {written}`"));
        finding.fix = edits::write(&told, &written, Applicability::Unsafe);
        report.find(finding);
    } else if default != Some(wanted) {
        view.could_not_check(
            "kube_version",
            &told.place(),
            format!(
                "whether kubespray {version} can download Kubernetes {wanted} depends on its own list of checksums"
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(version: &str, release: &str) -> String {
        let text = format!("kube_version: {version}\n");
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-cluster.yml", &text).releases(&[release]).check(&RULE)
    }

    #[test]
    fn a_version_must_be_in_the_window_of_the_release() {
        insta::assert_snapshot!(with("v1.26.5", "v2.31.0"), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:15: error[KSP005] Kubernetes 1.26.5 is too old for kubespray v2.31.0, which takes 1.33.0 or newer
          `v1.26.5` too old
          help: delete the line for kubespray's own, 1.35.4, or use a kubespray release that has 1.26.5
        ");
        insta::assert_snapshot!(with("1.35.4", "v2.24.0"), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:15: error[KSP005] Kubernetes 1.35.4 is too new for kubespray v2.24.0, which installs 1.28.6 by itself
          `1.35.4` too new
          help: delete the line for kubespray's own, v1.28.6, or use a kubespray release that has 1.35.4
        ");
        assert_eq!(with("1.33.0", "v2.31.0"), "");
        assert_eq!(with("1.35.4", "v2.31.0"), "");
        assert_eq!(with("1.36.0", "v2.31.0"), "");
        assert_eq!(with("v1.29.1", "v2.24.0"), "");
    }

    #[test]
    fn the_letter_goes_with_v2_28() {
        insta::assert_snapshot!(with("v1.34.2", "v2.31.0"), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:15: error[KSP005] `kube_version` is `v1.34.2`, and kubespray v2.31.0 knows versions without a leading `v`
          `v1.34.2` not as the release writes it
          help: write `kube_version: 1.34.2`
          Unsafe fix: write `kube_version: 1.34.2`
            group_vars/k8s_cluster/k8s-cluster.yml:1:15: "v1.34.2" -> "1.34.2"
        "#);
        insta::assert_snapshot!(with("1.31.4", "v2.27.0"), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:15: error[KSP005] `kube_version` is `1.31.4`, and kubespray v2.27.0 knows versions with a leading `v`
          `1.31.4` not as the release writes it
          help: write `kube_version: v1.31.4`
          Unsafe fix: write `kube_version: v1.31.4`
            group_vars/k8s_cluster/k8s-cluster.yml:1:15: "1.31.4" -> "v1.31.4"
        "#);
        assert_eq!(with("v1.31.4", "v2.27.0"), "");
        assert_eq!(with("1.34.2", "v2.31.0"), "");
    }

    #[test]
    fn what_is_no_version_or_is_for_a_release_unknown_here_is_not_judged() {
        for (version, release) in
            [("latest", "v2.31.0"), ("1.30", "v2.31.0"), ("\"{{ v }}\"", "v2.31.0"), ("1.20.7", "v2.32.0")]
        {
            assert_eq!(with(version, release), "", "{version}");
        }
    }
}
