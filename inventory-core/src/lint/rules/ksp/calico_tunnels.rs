use crate::lint::effective::Effective;
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Checks that Calico has one tunnel, IPIP or VXLAN, and not both.
    ///
    /// ## Why is this bad?
    /// A Calico pool has one of the two, and kubespray stops: "IP in IP and VXLAN mode is mutualy exclusive modes". It
    /// happens on upgrades: up to v2.18 IPIP was the default, and a file that says `calico_ipip_mode: Always` was complete.
    /// Since v2.19 VXLAN is on unless somebody says `Never` (kubernetes-sigs/kubespray#8691).
    ///
    /// ## Example
    /// ```yaml
    /// calico_ipip_mode: Always
    /// ```
    ///
    /// Use instead, to keep IPIP:
    /// ```yaml
    /// calico_ipip_mode: Always
    /// calico_vxlan_mode: Never
    /// calico_network_backend: bird
    /// ```
    "KSP013" "ipip-beside-vxlan" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some([ipip, vxlan]) = modes(view) else { return };
    if ipip.value == "Never" || vxlan.value == "Never" {
        return;
    }
    let Some(place) = ipip.place() else { return };
    let message = format!(
        "Calico is to tunnel by IPIP ({}) and by VXLAN ({}), and a pool has one of them",
        ipip.value, vxlan.value
    );
    let finding = Finding::new(&RULE, message, Label::new(place, "IPIP"));
    report.find(vxlan.explain(finding, view).help(
        "write `calico_vxlan_mode: Never` and `calico_network_backend: bird` to keep IPIP, or `calico_ipip_mode: Never` for VXLAN",
    ));
}

/// Calico's modes, IPIP's and VXLAN's, where Calico runs, both are known, and the release refuses both together.
pub(super) fn modes<'a>(view: &View<'a>) -> Option<[Effective<'a, String>; 2]> {
    if !view.is_kubespray() || !view.release.is_since(19) || view.cni() != Some(Cni::Calico) {
        return None;
    }
    let modes =
        [view.effective_text("calico_ipip_mode", "Never")?, view.effective_text("calico_vxlan_mode", "Always")?];
    // Other words are another rule's.
    modes.iter().all(|mode| ["Always", "CrossSubnet", "Never"].contains(&&*mode.value)).then_some(modes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", text).check(&RULE)
    }

    #[test]
    fn ipip_that_was_enough_up_to_v2_18_meets_the_new_default() {
        insta::assert_snapshot!(with("calico_ipip_mode: Always\n"), @"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:19: error[KSP013] Calico is to tunnel by IPIP (Always) and by VXLAN (Always), and a pool has one of them
          `Always` IPIP
          note: calico_vxlan_mode is Always, the default of kubespray v2.31.0, and written nowhere
          help: write `calico_vxlan_mode: Never` and `calico_network_backend: bird` to keep IPIP, or `calico_ipip_mode: Never` for VXLAN
        ");
        insta::assert_snapshot!(with("calico_ipip_mode: CrossSubnet\ncalico_vxlan_mode: CrossSubnet\n"), @"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:19: error[KSP013] Calico is to tunnel by IPIP (CrossSubnet) and by VXLAN (CrossSubnet), and a pool has one of them
          `CrossSubnet` IPIP
          group_vars/k8s_cluster/k8s-net-calico.yml:2:20: `CrossSubnet` calico_vxlan_mode is CrossSubnet
          help: write `calico_vxlan_mode: Never` and `calico_network_backend: bird` to keep IPIP, or `calico_ipip_mode: Never` for VXLAN
        ");
        let old = Fixture::kubespray().file("group_vars/all.yml", "calico_ipip_mode: Always\n").releases(&["v2.18.0"]);
        assert_eq!(old.check(&RULE), "");
    }

    #[test]
    fn one_tunnel_or_none_passes() {
        for text in [
            "calico_ipip_mode: Always\ncalico_vxlan_mode: Never\n",
            "calico_ipip_mode: Never\n",
            "calico_vxlan_mode: Never\n",
            "calico_ipip_mode: Always\ncalico_vxlan_mode: \"{{ mode }}\"\n",
            "kube_network_plugin: flannel\ncalico_ipip_mode: Always\n",
        ] {
            assert_eq!(with(text), "", "{text}");
        }
    }
}
