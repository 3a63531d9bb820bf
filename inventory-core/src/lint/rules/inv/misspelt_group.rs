use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::{Part, View};
use crate::yaml::nearest_within;

declare_rule! {
    /// ## What it does
    /// Finds groups that are called nearly like one of kubespray's, with hosts that are not in that one.
    ///
    /// ## Why is this bad?
    /// To Ansible a group with a wrong name is a group like any other. Nobody plays on it, so its hosts are left out of
    /// the cluster, and kubespray has no reason to complain: since v2.26 it does not even miss a `kube_node`.
    ///
    /// ## Example
    /// ```ini
    /// [kube_nodes]
    /// node4
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [kube_node]
    /// node4
    /// ```
    "INV013" "misspelt-group" Warning Never
}

/// What people call the groups of one release in another one, and by habit.
const OTHER_NAMES: [(&str, &str); 10] = [
    ("kube_master", "kube_control_plane"),
    ("kube_masters", "kube_control_plane"),
    ("kube-masters", "kube_control_plane"),
    ("kube_control_plane", "kube-master"),
    ("kube-control-plane", "kube-master"),
    ("kube_master", "kube-master"),
    ("kube_masters", "kube-master"),
    ("kube_worker", "kube_node"),
    ("kube_workers", "kube_node"),
    ("kube-workers", "kube-node"),
];

/// Names that kubespray itself gives a meaning, in one release or another.
const KNOWN: [&str; 11] = [
    "kube_control_plane",
    "kube_node",
    "k8s_cluster",
    "calico_rr",
    "no_floating",
    "kube-master",
    "kube-node",
    "k8s-cluster",
    "calico-rr",
    "no-floating",
    "etcd",
];

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.has_hosts() {
        return;
    }
    for part in [Part::ControlPlane, Part::Etcd, Part::Node] {
        let right = view.group_of(part);
        // That nobody runs the API server, or etcd, is a finding of its own.
        if part != Part::Node && view.hosts_of(part).is_empty() {
            continue;
        }
        let Some(written) = meant(view, part) else { continue };
        let Some(place) = view.group_place(written) else { continue };
        let members = view.hosts_of(part);
        let left_out: Vec<&str> =
            view.groups.hosts_of(written).into_iter().filter(|host| !members.contains(host)).collect();
        let are = if left_out.len() == 1 { "is" } else { "are" };
        let mut finding = Finding::new(
            &RULE,
            format!(
                "{} {are} in the group `{written}`, which kubespray does not know, and not in `{right}`",
                words::list(&left_out)
            ),
            Label::new(place, format!("`{right}` is meant")),
        )
        .help(format!("call the group `{right}`, or make it a child of `{right}`"));
        if let Some(right) = view.groups.get(right).and_then(|group| group.declared.clone()) {
            finding = finding.related(Label::new(right, "the group that kubespray plays on"));
        }
        report.find(finding);
    }
}

/// A group that was meant to be the one of a part: called nearly like it, with hosts that are not in it.
pub(super) fn meant<'a>(view: &View<'a>, part: Part) -> Option<&'a str> {
    let right = view.group_of(part);
    let members = view.hosts_of(part);
    let is_near = |name: &str| {
        let slips = if right.len() < 8 { 1 } else { 2 };
        OTHER_NAMES.contains(&(name, right)) || nearest_within(name, &[right], slips).is_some()
    };
    let is_known = |name: &str| {
        // What has a meaning in this release; in another one's words a part is just misspelt.
        KNOWN.contains(&name) && name.contains('-') == right.contains('-') || name == "etcd"
    };
    let mut groups = view.groups.iter().map(|(name, _)| name);
    groups.find(|name| {
        !is_known(name) && is_near(name) && view.groups.hosts_of(name).iter().any(|host| !members.contains(host))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn hosts_in_a_group_that_is_nearly_one_are_found() {
        let nodes = Fixture::kubespray()
            .inventory("[kube_control_plane]\nn1\n[etcd]\nn1\n[kube_node]\nn1\n[kube_nodes]\nn2\nn3\n");
        insta::assert_snapshot!(nodes.check(&RULE), @"
        inventory.ini:7:2: warning[INV013] n2 and n3 are in the group `kube_nodes`, which kubespray does not know, and not in `kube_node`
          `kube_nodes` `kube_node` is meant
          inventory.ini:5:2: `kube_node` the group that kubespray plays on
          help: call the group `kube_node`, or make it a child of `kube_node`
        ");
        let etcd =
            Fixture::kubespray().inventory("[kube_control_plane]\nn1\n[etcd]\nn1\n[ectd]\nn2\nn3\n[kube_node]\nn1\n");
        insta::assert_snapshot!(etcd.check(&RULE), @"
        inventory.ini:5:2: warning[INV013] n2 and n3 are in the group `ectd`, which kubespray does not know, and not in `etcd`
          `ectd` `etcd` is meant
          inventory.ini:3:2: `etcd` the group that kubespray plays on
          help: call the group `etcd`, or make it a child of `etcd`
        ");
    }

    #[test]
    fn a_group_of_ones_own_that_is_in_the_right_one_is_fine() {
        for inventory in [
            "[kube_masters]\nn1\n[kube_workers]\nn2\n[kube_control_plane:children]\nkube_masters\n[kube_node:children]\nkube_workers\n",
            "[kube_control_plane]\nn1\n[kube_node]\nn1\n[etcd]\nn1\n[kube_nfs]\nn9\n[nodes]\nn8\n[etc]\n",
            "[kube-master]\nn1\n[kube-node]\nn1\n[etcd]\nn1\n",
        ] {
            assert_eq!(Fixture::kubespray().inventory(inventory).check(&RULE), "", "{inventory}");
        }
    }
}
