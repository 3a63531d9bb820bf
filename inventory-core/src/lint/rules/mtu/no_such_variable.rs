use crate::lint::edits;
use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Finds MTUs in variables that look like kubespray's and are not: `flannel_mtu`, `flannel_backend_mtu`,
    /// `kube_router_mtu`, `calico_ipip_mtu`, `calico_vxlan_mtu`, `calico_wireguard_mtu`.
    ///
    /// ## Why is this bad?
    /// No release reads them. kubespray has no variable for the MTU of flannel and of kube-router at all; Calico's tunnels
    /// get `calico_mtu`, each alike.
    ///
    /// ## Example
    /// ```yaml
    /// kube_network_plugin: flannel
    /// flannel_mtu: 1400
    /// ```
    ///
    /// Use instead: no line, and an MTU on the nodes' NIC that the network carries. flannel deducts its tunnel from it.
    "MTU009" "no-such-mtu-variable" Warning Never
}

const NO_VARIABLES: [(&str, Cni); 6] = [
    ("flannel_mtu", Cni::Flannel),
    ("flannel_backend_mtu", Cni::Flannel),
    ("kube_router_mtu", Cni::KubeRouter),
    ("calico_ipip_mtu", Cni::Calico),
    ("calico_vxlan_mtu", Cni::Calico),
    ("calico_wireguard_mtu", Cni::Calico),
];

fn check(view: &View<'_>, report: &mut Report) {
    let Some(cni) = view.cni().filter(|_| view.is_kubespray()) else { return };
    for (name, of) in NO_VARIABLES {
        let Some(assignment) = view.nodes().get(name).filter(|_| of == cni) else { continue };
        // A template of the user's own may.
        if edits::is_read(view.root, name) {
            continue;
        }
        let message = format!("`{name}` is no variable of kubespray's: nothing reads it");
        let place = Place::new(assignment.source, assignment.key);
        let finding = Finding::new(&RULE, message, Label::new(place, "nobody reads it"));
        report.find(match view.release.mtu_variable(cni) {
            Some(right) => finding.help(format!("write `{right}`")),
            None => finding.help(format!(
                "kubespray has no variable for the MTU of {cni}: set the MTU of the nodes' NIC, and {cni} follows it"
            )),
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
    fn variables_that_do_not_exist_are_named() {
        insta::assert_snapshot!(with("kube_network_plugin: flannel\nflannel_mtu: 1400\n"), @"
        group_vars/k8s_cluster.yml:2:1: warning[MTU009] `flannel_mtu` is no variable of kubespray's: nothing reads it
          `flannel_mtu` nobody reads it
          help: kubespray has no variable for the MTU of flannel: set the MTU of the nodes' NIC, and flannel follows it
        ");
        insta::assert_snapshot!(with("calico_vxlan_mtu: 1400\n"), @"
        group_vars/k8s_cluster.yml:1:1: warning[MTU009] `calico_vxlan_mtu` is no variable of kubespray's: nothing reads it
          `calico_vxlan_mtu` nobody reads it
          help: write `calico_mtu`
        ");
        assert_eq!(with("flannel_mtu: 1400\n"), "");
        assert_eq!(with("calico_vxlan_mtu: 1400\ncalico_mtu: \"{{ calico_vxlan_mtu }}\"\n"), "");
        assert_eq!(with("calico_mtu: 1400\n"), "");
    }
}
