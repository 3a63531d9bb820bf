use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Checks that kube-proxy leaves ARP to others (`kube_proxy_strict_arp`) where it runs in the mode `ipvs`, the default,
    /// beside MetalLB, or beside kube-vip by ARP.
    ///
    /// ## Why is this bad?
    /// In that mode every node has every service's address on an interface and answers ARP requests for it, so that
    /// clients reach the wrong node (metallb/metallb#153). kubespray refuses it since kubernetes-sigs/kubespray#5180, and
    /// for kube-vip since #9223, but MetalLB comes last: the run fails after the whole cluster was made.
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
    /// ```
    "KSP018" "arp-not-strict" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(default_mode) = view.release.kube_proxy_mode() else { return };
    if !view.is_kubespray() || !view.release.has_strict_arp() || !runs_kube_proxy(view) {
        return;
    }
    let mode = view.effective_text("kube_proxy_mode", default_mode).filter(|mode| mode.value == "ipvs");
    let strict = view.effective_truth("kube_proxy_strict_arp", false).filter(|strict| !strict.value);
    let (Some(mode), Some(strict)) = (mode, strict) else { return };
    // `metallb_enabled` came with v2.14. kube-vip's check came with #9223, in v2.20.
    let is_on = |name, counts: bool| view.effective_truth(name, false).filter(|truth| counts && truth.value);
    let metallb = is_on("metallb_enabled", view.release.is_since(14)).map(|enabled| (enabled, "MetalLB"));
    let by_arp = is_on("kube_vip_arp_enabled", view.release.is_since(20)).is_some();
    let kube_vip = is_on("kube_vip_enabled", by_arp).map(|enabled| (enabled, "kube-vip"));
    for (enabled, product) in metallb.into_iter().chain(kube_vip) {
        let Some(place) = enabled.place() else { continue };
        let message = format!(
            "{product} needs `kube_proxy_strict_arp`: kube-proxy answers ARP requests for every service's address itself"
        );
        let mut finding = Finding::new(&RULE, message, Label::new(place, format!("enables {product}")));
        finding.fix = strict.told.as_ref().and_then(|told| edits::write(told, "true", Applicability::Unsafe));
        finding = mode.explain(strict.explain(finding, view), view);
        report.find(finding.help("write `kube_proxy_strict_arp: true`"));
    }
}

/// Whether kube-proxy certainly runs: by `kubeadm_init_phases_skip` of the defaults, it does not where the CNI does its
/// work, or it is removed.
fn runs_kube_proxy(view: &View<'_>) -> bool {
    let is_off = |name| view.is_certainly(name, false, false);
    let own = match view.cni() {
        Some(Cni::KubeRouter) => is_off("kube_router_run_service_proxy"),
        // `strict` and `partial` are words, too.
        Some(Cni::Cilium) => is_off("cilium_kube_proxy_replacement"),
        Some(Cni::Calico) => is_off("calico_bpf_enabled"),
        Some(_) => true,
        None => false,
    };
    own && is_off("kube_proxy_remove")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/addons.yml", text).check(&RULE)
    }

    #[test]
    fn metallb_and_kube_vip_need_strict_arp() {
        insta::assert_snapshot!(with("metallb_enabled: true\n"), @"
        group_vars/k8s_cluster/addons.yml:1:18: error[KSP018] MetalLB needs `kube_proxy_strict_arp`: kube-proxy answers ARP requests for every service's address itself
          `true` enables MetalLB
          note: kube_proxy_strict_arp is false, the default of kubespray v2.31.0, and written nowhere
          note: kube_proxy_mode is ipvs, the default of kubespray v2.31.0, and written nowhere
          help: write `kube_proxy_strict_arp: true`
        ");
        insta::assert_snapshot!(
            with("kube_vip_enabled: true\nkube_vip_arp_enabled: true\nkube_proxy_mode: ipvs\nkube_proxy_strict_arp: false\n"),
            @r#"
        group_vars/k8s_cluster/addons.yml:1:19: error[KSP018] kube-vip needs `kube_proxy_strict_arp`: kube-proxy answers ARP requests for every service's address itself
          `true` enables kube-vip
          group_vars/k8s_cluster/addons.yml:4:24: `false` kube_proxy_strict_arp is false
          group_vars/k8s_cluster/addons.yml:3:18: `ipvs` kube_proxy_mode is ipvs
          help: write `kube_proxy_strict_arp: true`
          Unsafe fix: write `kube_proxy_strict_arp: true`
            group_vars/k8s_cluster/addons.yml:4:24: "false" -> "true"
        "#
        );
    }

    #[test]
    fn what_only_the_control_plane_hears_is_not_taken_for_unwritten() {
        let apart = "[kube_control_plane]\nn1\n[kube_node]\nn2\n";
        let apart = Fixture::kubespray().inventory(apart).file("group_vars/all.yml", "metallb_enabled: true\n");
        assert!(apart.check(&RULE).contains("KSP018"));
        let told = apart.file("group_vars/kube_control_plane.yml", "kube_proxy_strict_arp: true\n");
        assert_eq!(told.check(&RULE), "");
    }

    #[test]
    fn strict_arp_other_modes_and_no_kube_proxy_pass() {
        for more in [
            "kube_proxy_strict_arp: true\n",
            "kube_proxy_mode: iptables\n",
            "kube_proxy_remove: true\n",
            "kube_proxy_strict_arp: \"{{ arp }}\"\n",
            "calico_bpf_enabled: true\n",
            "kube_network_plugin: cilium\ncilium_kube_proxy_replacement: strict\n",
            "kube_network_plugin: cilium\ncilium_kube_proxy_replacement: true\n",
            "kube_network_plugin: kube-router\nkube_router_run_service_proxy: true\n",
        ] {
            assert_eq!(with(&format!("metallb_enabled: true\n{more}")), "", "{more}");
        }
        assert_eq!(with("metallb_enabled: false\n"), "");
        assert_eq!(with("kube_vip_enabled: true\n"), "");
    }
}
