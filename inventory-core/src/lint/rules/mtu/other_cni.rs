use crate::kubespray::CNIS;
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Finds an MTU that is written for a CNI which does not run.
    ///
    /// ## Why is this bad?
    /// It stays behind when a cluster is built anew with another CNI, and whoever reads the file takes it for the pods'.
    ///
    /// ## Example
    /// ```yaml
    /// kube_network_plugin: cilium
    /// calico_mtu: 1400
    /// ```
    ///
    /// Use instead, with the tunnel's 50 bytes, which Cilium deducts itself:
    /// ```yaml
    /// kube_network_plugin: cilium
    /// cilium_mtu: 1450
    /// ```
    "MTU008" "mtu-of-another-cni" Info Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(cni) = view.cni().filter(|cni| view.is_kubespray() && *cni != Cni::Other) else { return };
    // Cilium can run beside another CNI, for its work as kube-proxy.
    let has_cilium = !view.is_certainly("cilium_deploy_additionally", false, false);
    let own = CNIS.into_iter().filter_map(|other| Some((other, view.release.mtu_variable(other)?)));
    for (other, name) in own.filter(|(other, _)| *other != cni && !(*other == Cni::Cilium && has_cilium)) {
        // Cilium's sample sets it to nothing, or to 0 for "find it".
        let told = view.text(view.nodes(), &[name]).filter(|(text, _)| text != "0");
        let Some((mtu, told)) = told else { continue };
        let message = format!("`{name}` is {mtu}, and the CNI is {cni}, which does not read it");
        let mut finding = Finding::new(&RULE, message, Label::new(told.place(), format!("for {other}")));
        if let Some(plugin) = view.effective_text("kube_network_plugin", "calico") {
            finding = plugin.explain(finding, view);
        }
        report.find(match view.release.mtu_variable(cni) {
            Some(right) => finding.help(format!("write `{right}` for an MTU, or delete the line")),
            None => finding.help("delete the line"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster.yml", text).check(&RULE)
    }

    #[test]
    fn an_mtu_of_a_cni_that_does_not_run_is_pointed_out() {
        insta::assert_snapshot!(with("kube_network_plugin: cilium\ncalico_mtu: 1400\n"), @"
        group_vars/k8s_cluster.yml:2:13: info[MTU008] `calico_mtu` is 1400, and the CNI is cilium, which does not read it
          `1400` for calico
          group_vars/k8s_cluster.yml:1:22: `cilium` kube_network_plugin is cilium
          help: write `cilium_mtu` for an MTU, or delete the line
        ");
        insta::assert_snapshot!(with("kube_network_plugin: flannel\nkube_ovn_mtu: 1333\n"), @"
        group_vars/k8s_cluster.yml:2:15: info[MTU008] `kube_ovn_mtu` is 1333, and the CNI is flannel, which does not read it
          `1333` for kube-ovn
          group_vars/k8s_cluster.yml:1:22: `flannel` kube_network_plugin is flannel
          help: delete the line
        ");
    }

    #[test]
    fn the_cnis_own_nothing_and_what_is_not_known_pass() {
        for text in [
            "calico_mtu: 1400\n",
            "kube_network_plugin: cilium\ncilium_mtu: 1400\n",
            "cilium_mtu: \"0\"\nkube_ovn_mtu:\n",
            "cilium_deploy_additionally: true\ncilium_mtu: 1400\n",
            "kube_network_plugin: \"{{ cni }}\"\ncalico_mtu: 1400\n",
        ] {
            assert_eq!(with(text), "", "{text}");
        }
    }
}
