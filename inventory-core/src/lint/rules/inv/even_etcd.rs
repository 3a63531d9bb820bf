use super::misspelt_group::meant;
use super::{etcd_members, is_etcd_with_kubeadm};
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::{Part, View};

declare_rule! {
    /// ## What it does
    /// Checks that etcd has an odd number of members, and not none.
    ///
    /// ## Why is this bad?
    /// etcd decides by majority: two members stop when either does, which is one machine more to fail than with a
    /// single one. Somebody built a cluster of two etcd members, and it could not survive the loss of one
    /// (kubernetes-sigs/kubespray#4399). kubespray refuses to run with an even number, and with none unless kubeadm
    /// makes etcd; without a group `etcd` the control plane is counted.
    ///
    /// The same assertion stops whoever is on the way from three members to one (kubernetes-sigs/kubespray#12268).
    /// Then ignore the line and say so: `# inv-lint: ignore[INV001] node3 is being replaced`.
    ///
    /// ## Example
    /// ```ini
    /// [etcd]
    /// node1
    /// node2
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [etcd]
    /// node1
    /// node2
    /// node3
    /// ```
    "INV001" "even-etcd" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.has_hosts() {
        return;
    }
    let is_written = view.groups.get("etcd").is_some();
    let members = etcd_members(view);
    if members.is_empty() {
        let control_plane = view.hosts_of(Part::ControlPlane);
        if control_plane.is_empty() || view.is_filled_elsewhere("etcd") || is_etcd_with_kubeadm(view) != Some(false) {
            return;
        }
        let near = meant(view, Part::Etcd);
        let what = if is_written { "the group `etcd` has no host" } else { "there is no group `etcd`" };
        let (group, label) = match near {
            Some(near) => (near, "`etcd` is meant"),
            None if is_written => ("etcd", "no members"),
            None => (view.group_of(Part::ControlPlane), "the group that etcd is mostly on"),
        };
        let Some(place) = view.group_place(group) else { return };
        let finding = Finding::new(
            &RULE,
            format!("{what}, and {} wants to make etcd's cluster itself", view.kubespray()),
            Label::new(place, label),
        );
        report.find(finding.help(match near {
            Some(near) => format!("call the group `{near}` `etcd`"),
            None => format!("put {} into the group `etcd`", words::list(odd(&control_plane))),
        }));
    } else if members.len().is_multiple_of(2) {
        let group = if is_written { "etcd" } else { view.group_of(Part::ControlPlane) };
        let Some(place) = view.group_place(group) else { return };
        let count = members.len();
        let mut finding = Finding::new(
            &RULE,
            format!(
                "etcd has {count} members, and kubespray wants an odd number: {count} bear the loss of no more members than {}",
                count - 1
            ),
            Label::new(place, format!("{count} members: {}", words::list(&members))),
        )
        .help(format!("have {} or {} members", count - 1, count + 1));
        if !is_written {
            finding = finding.note("there is no group `etcd`, so etcd runs on the control plane");
        }
        report.find(finding);
    }
}

/// As many of them as make an odd number.
fn odd<'a>(hosts: &'a [&'a str]) -> &'a [&'a str] {
    &hosts[..hosts.len() - usize::from(hosts.len().is_multiple_of(2))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn two_members_are_found_and_one_three_and_five_are_fine() {
        let with = |etcd: &str| {
            let hosts = "[kube_control_plane]\nn1\n[kube_node]\nn2\n[etcd]\n";
            Fixture::kubespray().inventory(&format!("{hosts}{etcd}")).check(&RULE)
        };
        insta::assert_snapshot!(with("n1\nn2\n"), @"
        inventory.ini:5:2: error[INV001] etcd has 2 members, and kubespray wants an odd number: 2 bear the loss of no more members than 1
          `etcd` 2 members: n1 and n2
          help: have 1 or 3 members
        ");
        for fine in ["n1\n", "n1\nn2\nn3\n", "n[1:5]\n"] {
            assert_eq!(with(fine), "", "{fine}");
        }
    }

    #[test]
    fn without_a_group_the_control_plane_is_counted() {
        let two =
            "all:\n  children:\n    kube_control_plane:\n      hosts: {n1: , n2: }\n    kube_node: {hosts: {n1: }}\n";
        let kubeadm =
            Fixture::kubespray().yaml_inventory(two).file("group_vars/all.yml", "etcd_deployment_type: kubeadm\n");
        insta::assert_snapshot!(kubeadm.check(&RULE), @"
        hosts.yml:3:5: error[INV001] etcd has 2 members, and kubespray wants an odd number: 2 bear the loss of no more members than 1
          `kube_control_plane` 2 members: n1 and n2
          note: there is no group `etcd`, so etcd runs on the control plane
          help: have 1 or 3 members
        ");
        insta::assert_snapshot!(Fixture::kubespray().yaml_inventory(two).check(&RULE), @"
        hosts.yml:3:5: error[INV001] there is no group `etcd`, and kubespray v2.31.0 wants to make etcd's cluster itself
          `kube_control_plane` the group that etcd is mostly on
          help: put n1 into the group `etcd`
        ");
    }

    #[test]
    fn an_empty_group_is_found_unless_kubeadm_or_another_inventory_fills_it() {
        let empty = Fixture::kubespray().inventory("[kube_control_plane]\nn[1:4]\n[kube_node]\nn1\n[etcd]\n");
        insta::assert_snapshot!(empty.check(&RULE), @"
        inventory.ini:5:2: error[INV001] the group `etcd` has no host, and kubespray v2.31.0 wants to make etcd's cluster itself
          `etcd` no members
          help: put n1, n2 and n3 into the group `etcd`
        ");
        let unknown = empty.file("group_vars/all.yml", "etcd_deployment_type: \"{{ how }}\"\n");
        assert_eq!(unknown.check(&RULE), "");
        let elsewhere = unknown.file("group_vars/all.yml", "{}\n").other_inventory("more.ini", "[etcd]\nn1\n");
        assert_eq!(elsewhere.check(&RULE), "");
    }

    #[test]
    fn a_group_that_is_nearly_called_so_is_pointed_at() {
        let etcd = Fixture::kubespray().inventory("[kube_control_plane]\nn1\n[ectd]\nn1\n[kube_node]\nn1\n");
        insta::assert_snapshot!(etcd.check(&RULE), @"
        inventory.ini:3:2: error[INV001] there is no group `etcd`, and kubespray v2.31.0 wants to make etcd's cluster itself
          `ectd` `etcd` is meant
          help: call the group `ectd` `etcd`
        ");
    }

    #[test]
    fn a_sample_without_hosts_is_not_wrong() {
        let sample =
            Fixture::kubespray().inventory("[kube_control_plane]\n[etcd:children]\nkube_control_plane\n[kube_node]\n");
        assert_eq!(sample.check(&RULE), "");
    }
}
