use indexmap::IndexSet;

use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::{Part, View};

declare_rule! {
    /// ## What it does
    /// Checks, for kubespray up to v2.26, that the group of the whole cluster, `k8s_cluster`, has the control plane and
    /// the nodes in it.
    ///
    /// ## Why is this bad?
    /// Since v2.27 kubespray puts its nodes into `k8s_cluster` itself, and its sample no longer has that group. An older
    /// release, given such an inventory, plays on a group that nobody is in, and reads `group_vars/k8s_cluster` for
    /// nobody: pod and service ranges are then the defaults.
    ///
    /// ## Example
    /// ```ini
    /// [kube_control_plane]
    /// node1
    ///
    /// [kube_node]
    /// node2
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [kube_control_plane]
    /// node1
    ///
    /// [kube_node]
    /// node2
    ///
    /// [k8s_cluster:children]
    /// kube_control_plane
    /// kube_node
    /// ```
    "INV012" "outside-cluster-group" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    // What kubespray makes itself since v2.27 it makes of groups without dashes: see the rule about those.
    if !view.is_kubespray() || !view.has_hosts() || view.release.is_since(27) {
        return;
    }
    let (group, cluster) = (view.group_of(Part::Cluster), view.hosts_of(Part::Cluster));
    let parts = [view.group_of(Part::ControlPlane), view.group_of(Part::Node)];
    let nodes: IndexSet<&str> = parts.iter().flat_map(|part| view.groups.hosts_of(part)).collect();
    let left_out: Vec<&str> = nodes.into_iter().filter(|host| !cluster.contains(host)).collect();
    if left_out.is_empty() || cluster.is_empty() && view.is_filled_elsewhere(group) {
        return;
    }
    let kubespray = view.kubespray();
    let what = if cluster.is_empty() {
        format!("nobody is in the group `{group}`, on which {kubespray} plays")
    } else {
        let are = if left_out.len() == 1 { "is" } else { "are" };
        format!("{} {are} not in the group `{group}`, on which {kubespray} plays", words::list(&left_out))
    };
    let at = if view.groups.get(group).is_some() { group } else { parts[0] };
    let Some(place) = view.group_place(at) else { return };
    let parts: Vec<&str> = parts.into_iter().filter(|part| view.groups.get(part).is_some()).collect();
    let finding = Finding::new(&RULE, what, Label::new(place, format!("without {}", words::list(&left_out))));
    report.find(finding.help(format!("make {} children of `{group}`", words::code(&parts))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn before_v2_27_the_group_must_be_written_and_whole() {
        let new = "[kube_control_plane]\nn1\n[kube_node]\nn2\n";
        let missing = Fixture::kubespray().inventory(new).releases(&["v2.26.0"]);
        insta::assert_snapshot!(missing.check(&RULE), @"
        inventory.ini:1:2: error[INV012] nobody is in the group `k8s_cluster`, on which kubespray v2.26.0 plays
          `kube_control_plane` without n1 and n2
          help: make `kube_control_plane` and `kube_node` children of `k8s_cluster`
        ");
        let half = Fixture::kubespray().inventory(&format!("{new}[k8s_cluster:children]\nkube_control_plane\n"));
        insta::assert_snapshot!(half.releases(&["v2.24.0"]).check(&RULE), @"
        inventory.ini:5:2: error[INV012] n2 is not in the group `k8s_cluster`, on which kubespray v2.24.0 plays
          `k8s_cluster` without n2
          help: make `kube_control_plane` and `kube_node` children of `k8s_cluster`
        ");
        assert_eq!(Fixture::kubespray().inventory(new).check(&RULE), "");
    }

    #[test]
    fn dashes_and_their_mapping_count() {
        let old = "[kube-master]\nn1\n[kube-node]\nn2\n[k8s-cluster:children]\nkube-master\nkube-node\n";
        for release in ["v2.7.0", "v2.15.0", "v2.16.0", "v2.26.0"] {
            assert_eq!(Fixture::kubespray().inventory(old).releases(&[release]).check(&RULE), "", "{release}");
        }
    }
}
