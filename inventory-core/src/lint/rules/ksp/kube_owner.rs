use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Checks that `kube_owner` is root where Cilium is the CNI, unless `cilium_extra_values` say otherwise.
    ///
    /// ## Why is this bad?
    /// kubespray gives `/opt/cni/bin` to `kube_owner`, which is `kube` when nobody says otherwise. Cilium's first container
    /// runs as root without the right to write what is somebody else's, so that it never starts: "cp: cannot create regular
    /// file '/hostbin/cilium-mount': Permission denied" (kubernetes-sigs/kubespray#12276 with v2.28, #12769 with v2.29,
    /// #13378 with v2.31). After v2.31 kubespray refuses it.
    ///
    /// ## Example
    /// ```yaml
    /// kube_network_plugin: cilium
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_network_plugin: cilium
    /// kube_owner: root
    /// ```
    "KSP022" "cilium-without-root" Warning Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    // Cilium is installed by its own chart, with the chart's rights, since v2.28.
    if !view.is_kubespray() || !view.release.is_since(28) || view.cni() != Some(Cni::Cilium) {
        return;
    }
    // They may give Cilium the rights that it lacks.
    if view.nodes().is_set("cilium_extra_values") {
        return;
    }
    let Some(plugin) = view.effective_text("kube_network_plugin", "calico") else { return };
    let Some(owner) = view.effective_text("kube_owner", "kube").filter(|owner| owner.value != "root") else { return };
    let Some(place) = owner.place().or_else(|| plugin.place()) else { return };
    let message =
        format!("Cilium does not start where `kube_owner` is {}: it cannot write to /opt/cni/bin", owner.value);
    let what = if owner.told.is_some() { "not root" } else { "needs `kube_owner: root`" };
    let mut finding = Finding::new(&RULE, message, Label::new(place, what));
    finding = match &owner.told {
        Some(_) => plugin.explain(finding, view),
        None => owner.explain(finding, view),
    };
    finding.fix = owner.told.as_ref().and_then(|told| edits::write(told, "root", Applicability::Unsafe));
    report.find(finding.help("write `kube_owner: root`"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str, release: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster.yml", text).releases(&[release]).check(&RULE)
    }

    #[test]
    fn cilium_needs_root() {
        insta::assert_snapshot!(with("kube_network_plugin: cilium\n", "v2.31.0"), @"
        group_vars/k8s_cluster.yml:1:22: warning[KSP022] Cilium does not start where `kube_owner` is kube: it cannot write to /opt/cni/bin
          `cilium` needs `kube_owner: root`
          note: kube_owner is kube, the default of kubespray v2.31.0, and written nowhere
          help: write `kube_owner: root`
        ");
        insta::assert_snapshot!(with("kube_network_plugin: cilium\nkube_owner: kube\n", "v2.31.0"), @r#"
        group_vars/k8s_cluster.yml:2:13: warning[KSP022] Cilium does not start where `kube_owner` is kube: it cannot write to /opt/cni/bin
          `kube` not root
          group_vars/k8s_cluster.yml:1:22: `cilium` kube_network_plugin is cilium
          help: write `kube_owner: root`
          Unsafe fix: write `kube_owner: root`
            group_vars/k8s_cluster.yml:2:13: "kube" -> "root"
        "#);
    }

    #[test]
    fn root_other_rights_other_cnis_and_older_releases_pass() {
        for (text, release) in [
            ("kube_network_plugin: cilium\nkube_owner: root\n", "v2.31.0"),
            (
                "kube_network_plugin: cilium\ncilium_extra_values:\n  securityContext:\n    privileged: true\n",
                "v2.31.0",
            ),
            ("kube_owner: kube\n", "v2.31.0"),
            ("kube_network_plugin: cilium\n", "v2.27.0"),
        ] {
            assert_eq!(with(text, release), "", "{text}");
        }
    }
}
