use super::calico_tunnels::modes;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that Calico's IPIP comes with the backend `bird`.
    ///
    /// ## Why is this bad?
    /// The routes of IPIP are BGP's, which BIRD exchanges; the backend `vxlan` runs without it. kubespray checks each
    /// setting by itself and passes both together, so that the cluster comes up, and no pod reaches one on another node.
    /// Since v2.19 `vxlan` is what nobody has to write.
    ///
    /// ## Example
    /// ```yaml
    /// calico_ipip_mode: Always
    /// calico_vxlan_mode: Never
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_ipip_mode: Always
    /// calico_vxlan_mode: Never
    /// calico_network_backend: bird
    /// ```
    "KSP014" "ipip-without-bird" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some([ipip, vxlan]) = modes(view) else { return };
    // Both tunnels together are another rule's.
    if ipip.value == "Never" || vxlan.value != "Never" {
        return;
    }
    let Some(backend) = view.effective_text("calico_network_backend", "vxlan") else { return };
    let Some(place) = ipip.place().filter(|_| backend.value == "vxlan") else { return };
    let message =
        format!("Calico's IPIP ({}) needs the routes of BIRD, and the backend is vxlan, which has none", ipip.value);
    let mut finding = Finding::new(&RULE, message, Label::new(place, "IPIP"));
    finding.fix = backend.told.as_ref().and_then(|told| edits::write(told, "bird", Applicability::Unsafe));
    report.find(backend.explain(finding, view).help("write `calico_network_backend: bird`"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", text).check(&RULE)
    }

    #[test]
    fn ipip_needs_bird() {
        insta::assert_snapshot!(with("calico_ipip_mode: Always\ncalico_vxlan_mode: Never\n"), @"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:19: error[KSP014] Calico's IPIP (Always) needs the routes of BIRD, and the backend is vxlan, which has none
          `Always` IPIP
          note: calico_network_backend is vxlan, the default of kubespray v2.31.0, and written nowhere
          help: write `calico_network_backend: bird`
        ");
        insta::assert_snapshot!(with("calico_ipip_mode: CrossSubnet\ncalico_vxlan_mode: Never\ncalico_network_backend: vxlan\n"), @r#"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:19: error[KSP014] Calico's IPIP (CrossSubnet) needs the routes of BIRD, and the backend is vxlan, which has none
          `CrossSubnet` IPIP
          group_vars/k8s_cluster/k8s-net-calico.yml:3:25: `vxlan` calico_network_backend is vxlan
          help: write `calico_network_backend: bird`
          Unsafe fix: write `calico_network_backend: bird`
            group_vars/k8s_cluster/k8s-net-calico.yml:3:25: "vxlan" -> "bird"
        "#);
    }

    #[test]
    fn bird_vxlan_and_older_releases_pass() {
        let ipip = "calico_ipip_mode: Always\ncalico_vxlan_mode: Never\n";
        for more in [
            "calico_network_backend: bird\n",
            "calico_network_backend: none\n",
            "calico_network_backend: \"{{ b }}\"\n",
        ] {
            assert_eq!(with(&format!("{ipip}{more}")), "", "{more}");
        }
        assert_eq!(with("calico_vxlan_mode: Never\n"), "");
        assert_eq!(Fixture::kubespray().file("group_vars/all.yml", ipip).releases(&["v2.18.0"]).check(&RULE), "");
    }
}
