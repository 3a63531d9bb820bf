use crate::lint::finding::{Finding, Label};
use crate::lint::model::{Groups, Hosts};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::{Part, View};

declare_rule! {
    /// ## What it does
    /// With `--since REV`: checks that the first host of the control plane, and of etcd, is still the one that it was.
    ///
    /// ## Why is this bad?
    /// kubespray takes the first host for the one that has everything. It runs `kubeadm init` on the first of the
    /// control plane if that has no Kubernetes yet, and since v2.30 it no longer looks whether another one does: a new
    /// host put first makes a second cluster. Without a CA key on the first of etcd, it makes a new CA there and copies
    /// it over the others'. Inventories whose order changed by itself have cost people their certificates
    /// (kubernetes-sigs/kubespray#9866, kubernetes-sigs/kubespray#12265).
    ///
    /// ## Example
    /// ```ini
    /// [kube_control_plane]
    /// node4
    /// node1
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [kube_control_plane]
    /// node1
    /// node4
    /// ```
    "INV006" "first-host-changed" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let (Some(inventory), Some(before)) = (view.inventory, &view.root.before) else { return };
    if !view.is_kubespray() || !view.groups.is_known() {
        return;
    }
    let Some(before) = before.iter().find(|file| file.source.name() == inventory.source.name()) else { return };
    // What cannot be assembled any more says nothing about its order.
    let Ok(hosts) = Hosts::of(Some(before)) else { return };
    let before = Groups::of(&hosts, view.release);
    for (part, name) in [(Part::ControlPlane, "the control plane"), (Part::Etcd, "etcd")] {
        let group = view.group_of(part);
        let now = view.hosts_of(part);
        let (Some(old), Some(new)) = (before.hosts_of(group).first().copied(), now.first().copied()) else { continue };
        if old == new {
            continue;
        }
        let Some(place) = view.member_place(group, new) else { continue };
        let is_gone = !now.contains(&old);
        let what = match part {
            Part::ControlPlane => format!("kubespray runs `kubeadm init` on {new} if that has no Kubernetes yet"),
            _ => format!("kubespray makes a new CA for etcd on {new} if that has none"),
        };
        let finding = Finding::new(
            &RULE,
            format!("the first host of {name} was {old} and is now {new}: {what}"),
            Label::new(place, format!("the first of `{group}`")),
        );
        report.find(if is_gone {
            finding.help(format!(
                "to remove {old}, first put it behind another host that is in the cluster, run `upgrade-cluster.yml`, then `remove-node.yml`, and delete it here last"
            ))
        } else {
            finding.help(format!("put {old} first again"))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const THREE: &str = "[kube_control_plane]\nn1\nn2\nn3\n[etcd:children]\nkube_control_plane\n[kube_node]\nn4\n";

    #[test]
    fn another_first_host_is_found_whether_the_old_one_moved_or_went() {
        let moved = Fixture::kubespray().inventory(&THREE.replace("n1\nn2\n", "n2\nn1\n")).before(THREE);
        insta::assert_snapshot!(moved.check(&RULE), @"
        inventory.ini:2:1: error[INV006] the first host of the control plane was n1 and is now n2: kubespray runs `kubeadm init` on n2 if that has no Kubernetes yet
          `n2` the first of `kube_control_plane`
          help: put n1 first again
        inventory.ini:2:1: error[INV006] the first host of etcd was n1 and is now n2: kubespray makes a new CA for etcd on n2 if that has none
          `n2` the first of `etcd`
          help: put n1 first again
        ");
        let gone = Fixture::kubespray()
            .inventory(&THREE.replace("n1\nn2\n", "n9\nn2\n").replace(":children]\nkube_control_plane", "]\nn2"))
            .before(THREE);
        insta::assert_snapshot!(gone.check(&RULE), @"
        inventory.ini:2:1: error[INV006] the first host of the control plane was n1 and is now n9: kubespray runs `kubeadm init` on n9 if that has no Kubernetes yet
          `n9` the first of `kube_control_plane`
          help: to remove n1, first put it behind another host that is in the cluster, run `upgrade-cluster.yml`, then `remove-node.yml`, and delete it here last
        inventory.ini:6:1: error[INV006] the first host of etcd was n1 and is now n2: kubespray makes a new CA for etcd on n2 if that has none
          `n2` the first of `etcd`
          help: to remove n1, first put it behind another host that is in the cluster, run `upgrade-cluster.yml`, then `remove-node.yml`, and delete it here last
        ");
    }

    #[test]
    fn what_comes_behind_the_first_may_change_and_so_may_the_groups_names() {
        let more = Fixture::kubespray().inventory(&THREE.replace("n2\nn3\n", "n3\nn5\n")).before(THREE);
        assert_eq!(more.check(&RULE), "");
        let renamed = Fixture::kubespray().inventory(THREE).before(&THREE.replace("kube_control_plane", "kube-master"));
        assert_eq!(renamed.check(&RULE), "");
        assert_eq!(Fixture::kubespray().inventory(THREE).check(&RULE), "");
    }
}
