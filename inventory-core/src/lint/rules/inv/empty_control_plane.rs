use super::misspelt_group::meant;
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::{Part, View};

declare_rule! {
    /// ## What it does
    /// Checks that the control plane has a host.
    ///
    /// ## Why is this bad?
    /// kubespray asserts that the group is not empty, after it has already logged into every machine; a group that is
    /// only spelt differently counts as empty. On kubespray's development branch the assertion even passes when the
    /// group is missing altogether, and the run then fails on `groups['kube_control_plane'][0]`.
    ///
    /// ## Example
    /// ```ini
    /// [kube_controlplane]
    /// node1
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [kube_control_plane]
    /// node1
    /// ```
    "INV010" "empty-control-plane" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let group = view.group_of(Part::ControlPlane);
    let is_whole = view.is_kubespray() && view.has_hosts();
    if !is_whole || !view.hosts_of(Part::ControlPlane).is_empty() || view.is_filled_elsewhere(group) {
        return;
    }
    let near = meant(view, Part::ControlPlane);
    let is_written = view.groups.get(group).is_some();
    let what = if is_written { "has no host" } else { "is missing" };
    let place = match near {
        Some(near) => view.group_place(near),
        None if is_written => view.group_place(group),
        None => view.whole(),
    };
    let Some(place) = place else { return };
    let label = match near {
        Some(_) => format!("`{group}` is meant"),
        None if is_written => "no hosts".to_owned(),
        None => format!("no `{group}`"),
    };
    let finding = Finding::new(
        &RULE,
        format!("the group `{group}` {what}, and {} runs the API server there", view.kubespray()),
        Label::new(place, label),
    );
    report.find(match near {
        Some(near) => finding.help(format!("call the group `{near}` `{group}`")),
        None => finding.help(format!("put the hosts of the control plane into the group `{group}`")),
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn an_empty_and_a_missing_group_are_found() {
        let empty = Fixture::kubespray().inventory("[kube_control_plane]\n[etcd]\nn1\n[kube_node]\nn1\n");
        insta::assert_snapshot!(empty.check(&RULE), @"
        inventory.ini:1:2: error[INV010] the group `kube_control_plane` has no host, and kubespray v2.31.0 runs the API server there
          `kube_control_plane` no hosts
          help: put the hosts of the control plane into the group `kube_control_plane`
        ");
        let missing = Fixture::kubespray().inventory("[kube_controlplane]\nn1\n[etcd]\nn1\n[kube_node]\nn1\n");
        insta::assert_snapshot!(missing.check(&RULE), @"
        inventory.ini:1:2: error[INV010] the group `kube_control_plane` is missing, and kubespray v2.31.0 runs the API server there
          `kube_controlplane` `kube_control_plane` is meant
          help: call the group `kube_controlplane` `kube_control_plane`
        ");
        let none = Fixture::kubespray().inventory("[etcd]\nn1\n[kube_node]\nn1\n");
        insta::assert_snapshot!(none.check(&RULE), @"
        inventory.ini: error[INV010] the group `kube_control_plane` is missing, and kubespray v2.31.0 runs the API server there
          `` no `kube_control_plane`
          help: put the hosts of the control plane into the group `kube_control_plane`
        ");
    }

    #[test]
    fn names_with_dashes_are_the_control_plane_where_kubespray_takes_them_for_it() {
        let dashes = "[kube-master]\nn1\n[etcd]\nn1\n[kube-node]\nn1\n";
        for release in ["v2.15.0", "v2.26.0", "v2.31.0"] {
            assert_eq!(Fixture::kubespray().inventory(dashes).releases(&[release]).check(&RULE), "", "{release}");
        }
        let new_names = Fixture::kubespray().inventory("[kube_control_plane]\nn1\n[etcd]\nn1\n[kube_node]\nn1\n");
        insta::assert_snapshot!(new_names.releases(&["v2.15.0"]).check(&RULE), @"
        inventory.ini:1:2: error[INV010] the group `kube-master` is missing, and kubespray v2.15.0 runs the API server there
          `kube_control_plane` `kube-master` is meant
          help: call the group `kube_control_plane` `kube-master`
        ");
    }

    #[test]
    fn a_cluster_that_others_install_is_left_alone() {
        for inventory in [
            "[masters]\nm1\n[workers]\nw1\n[k8s_cluster:children]\nmasters\nworkers\n[k8s_cluster:vars]\npod_network_cidr=192.168.0.0/16\n",
            "[k8s_master]\nm1\n[k8s_cluster:children]\nk8s_master\n",
            "[masters]\nm1\n[etcd]\nm1\n[kube_nodes]\nw1\n",
        ] {
            assert_eq!(Fixture::kubespray().inventory(inventory).check(&RULE), "", "{inventory}");
        }
        let kubesprays =
            "[masters]\nm1\n[k8s_cluster:children]\nmasters\n[k8s_cluster:vars]\nkube_pods_subnet=10.0.0.0/16\n";
        assert!(Fixture::kubespray().inventory(kubesprays).check(&RULE).contains("is missing"));
    }

    #[test]
    fn hosts_that_another_inventory_may_give_are_not_missed() {
        let half =
            Fixture::kubespray().inventory("[kube_node]\nn1\n").other_inventory("a.ini", "[kube_control_plane]\nn0\n");
        assert_eq!(half.check(&RULE), "");
        assert_eq!(Fixture::kubespray().inventory("[kube_control_plane]\n[kube_node]\n").check(&RULE), "");
    }
}
