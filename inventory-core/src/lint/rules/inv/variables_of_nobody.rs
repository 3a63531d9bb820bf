use std::collections::HashSet;
use std::path::PathBuf;

use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place, Severity};
use crate::lint::report::Report;
use crate::lint::root::Content;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::vars::tree::Owner;
use crate::yaml::{Kind, nearest_within};

declare_rule! {
    /// ## What it does
    /// Finds files in `group_vars` and `host_vars` that are called like no group and no host.
    ///
    /// ## Why is this bad?
    /// Ansible reads them for nobody, and says nothing. The usual case is kubespray's renaming in v2.16: whoever went on
    /// with `group_vars/k8s-cluster` and new group names lost every setting in it, and got the default pod and service
    /// ranges. It is an error where the name is right but for a dash, a warning where it is nearly right, and else only
    /// worth knowing: the host may have been removed, or the group may be another inventory's.
    ///
    /// ## Example
    /// ```text
    /// inventory.ini           [kube_node] …
    /// group_vars/kube-node.yml
    /// ```
    ///
    /// Use instead:
    /// ```text
    /// inventory.ini           [kube_node] …
    /// group_vars/kube_node.yml
    /// ```
    "INV018" "variables-of-nobody" Warning Unsafe
}

/// Groups that a release of kubespray plays on or makes, whether or not an inventory has them.
const SINCE_V2_16: [&str; 6] = ["kube_control_plane", "kube_node", "k8s_cluster", "calico_rr", "no_floating", "etcd"];
const BEFORE_V2_16: [&str; 7] =
    ["kube-master", "kube-node", "k8s-cluster", "calico-rr", "no-floating", "etcd", "vault"];

fn check(view: &View<'_>, report: &mut Report) {
    if !view.has_hosts() || view.root.inventories.iter().any(|file| matches!(file.content, Content::Unknown)) {
        return;
    }
    let (mut groups, mut hosts): (HashSet<&str>, HashSet<&str>) = (HashSet::new(), HashSet::new());
    groups.extend(view.groups.iter().map(|(name, _)| name).chain(["all", "ungrouped"]));
    hosts.extend(view.groups.hosts().map(|(name, _)| name).chain(["localhost"]));
    for file in &view.root.inventories {
        match &file.content {
            Content::Ansible { inventory, .. } => {
                groups.extend(inventory.groups.keys().map(String::as_str));
                hosts.extend(inventory.hosts.keys().map(String::as_str));
            }
            // Whose hosts this view knows; those of another one it does not.
            Content::Cluster(_) if view.inventory.is_some_and(|own| std::ptr::eq(own, file)) => {}
            Content::Cluster(_) | Content::Unknown => return,
        }
    }
    // Another inventory of the root may be kubespray's, and have the same files.
    let is_kubespray = view.is_kubespray() || view.root.inventories.len() > 1;
    let ours: &[&str] = match (is_kubespray, view.release.version().names_groups_with_dashes()) {
        (false, _) => &[],
        (true, true) => &BEFORE_V2_16,
        (true, false) => &SINCE_V2_16,
    };
    groups.extend(ours);
    groups.extend(is_kubespray.then_some("bastion"));
    for owner in view.root.tree.owners() {
        let (known, what) = match owner {
            Owner::Group(_) => (&groups, "group"),
            Owner::Host(_) => (&hosts, "host"),
        };
        if !known.contains(owner.name()) {
            report.findings.extend(finding(view, owner, known, what));
        }
    }
}

fn finding(view: &View<'_>, owner: &Owner, known: &HashSet<&str>, what: &str) -> Option<Finding> {
    let files = view.root.tree.files(owner);
    // A file that has nothing but comments is no loss.
    let source = files.iter().find_map(|file| {
        let is_filled = matches!(&file.root()?.kind, Kind::Mapping(pairs) if !pairs.is_empty());
        file.source().filter(|_| is_filled)
    })?;
    let name = owner.name();
    let mut known: Vec<&str> = known.iter().copied().collect();
    known.sort_unstable();
    let dashed = |name: &str| name.replace('-', "_").to_lowercase();
    let same = known.iter().find(|other| dashed(other) == dashed(name)).copied();
    // Hosts are called alike: node1 and node2 are no slips of each other.
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let near = nearest_within(name, &known, 2).filter(|near| name.len() > 4 && digits(near) == digits(name));
    let what_is_near = same.or(near);
    let at: PathBuf = files.first()?.path().components().take(2).collect();
    let mut finding = Finding::new(
        &RULE,
        format!("{} counts for nobody: there is no {what} `{name}`", at.display()),
        Label::new(Place::file(source), "read for nobody"),
    );
    finding.severity = match (same, near) {
        (Some(_), _) => Severity::Error,
        (None, Some(_)) => Severity::Warning,
        (None, None) => Severity::Info,
    };
    let Some(right) = what_is_near else {
        return Some(finding.help(format!("delete it, or call it like the {what} it is for")));
    };
    let mut finding = finding.help(format!("call it `{right}`"));
    let right_owner = match owner {
        Owner::Group(_) => Owner::Group(right.to_owned()),
        Owner::Host(_) => Owner::Host(right.to_owned()),
    };
    if view.root.tree.files(&right_owner).is_empty() {
        let renamed = at.file_name()?.to_str()?.replacen(name, right, 1);
        let (from, to) = (view.root.directory.join(&at), view.root.directory.join(at.with_file_name(renamed)));
        finding = finding.fix(Fix {
            title: format!("rename it for the {what} `{right}`"),
            applicability: Applicability::Unsafe,
            edits: vec![Edit::Rename { from, to }],
        });
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn settings_under_the_old_name_are_read_for_nobody() {
        let old =
            Fixture::kubespray().file("group_vars/k8s-cluster/k8s-cluster.yml", "kube_pods_subnet: 10.0.0.0/16\n");
        insta::assert_snapshot!(old.check(&RULE), @"
        group_vars/k8s-cluster/k8s-cluster.yml: error[INV018] group_vars/k8s-cluster counts for nobody: there is no group `k8s-cluster`
          `` read for nobody
          help: call it `k8s_cluster`
          Unsafe fix: rename it for the group `k8s_cluster`
            group_vars/k8s-cluster -> group_vars/k8s_cluster
        ");
        let fixed =
            Fixture::kubespray().file("group_vars/k8s_cluster/k8s-cluster.yml", "kube_pods_subnet: 10.0.0.0/16\n");
        assert_eq!(fixed.check(&RULE), "");
        let too_new = Fixture::kubespray()
            .inventory("[kube-master]\nn1\n[kube-node]\nn1\n[k8s-cluster:children]\nkube-node\n")
            .file("group_vars/k8s_cluster.yml", "a: 1\n")
            .file("group_vars/k8s-cluster.yml", "a: 1\n")
            .releases(&["v2.15.0"]);
        insta::assert_snapshot!(too_new.check(&RULE), @"
        group_vars/k8s_cluster.yml: error[INV018] group_vars/k8s_cluster.yml counts for nobody: there is no group `k8s_cluster`
          `` read for nobody
          help: call it `k8s-cluster`
        ");
    }

    #[test]
    fn a_slip_is_a_warning_and_a_name_of_its_own_is_told() {
        let slips = Fixture::kubespray()
            .file("group_vars/kube_contol_plane.yml", "a: 1\n")
            .file("host_vars/node7.yml", "a: 1\n")
            .file("group_vars/rack_4.yml", "a: 1\n");
        insta::assert_snapshot!(slips.check(&RULE), @"
        group_vars/kube_contol_plane.yml: warning[INV018] group_vars/kube_contol_plane.yml counts for nobody: there is no group `kube_contol_plane`
          `` read for nobody
          help: call it `kube_control_plane`
          Unsafe fix: rename it for the group `kube_control_plane`
            group_vars/kube_contol_plane.yml -> group_vars/kube_control_plane.yml
        group_vars/rack_4.yml: info[INV018] group_vars/rack_4.yml counts for nobody: there is no group `rack_4`
          `` read for nobody
          help: delete it, or call it like the group it is for
        host_vars/node7.yml: info[INV018] host_vars/node7.yml counts for nobody: there is no host `node7`
          `` read for nobody
          help: delete it, or call it like the host it is for
        ");
    }

    #[test]
    fn groups_that_kubespray_makes_other_inventories_and_comments_are_fine() {
        let fine = Fixture::kubespray()
            .file("group_vars/calico_rr.yml", "a: 1\n")
            .file("group_vars/etcd.yml", "a: 1\n")
            .file("group_vars/rack.yml", "# a: 1\n")
            .file("group_vars/web.yml", "a: 1\n")
            .other_inventory("web.ini", "[web]\nw1\n");
        assert_eq!(fine.check(&RULE), "");
        let grows = Fixture::kubespray()
            .file("group_vars/kube-node.yml", "a: 1\n")
            .other_inventory("x.yml", "plugin: constructed\n");
        assert_eq!(grows.check(&RULE), "");
        let sample = Fixture::kubespray()
            .inventory("[kube_control_plane]\n[kube_node]\n")
            .file("group_vars/vault.yml", "a: 1\n");
        assert_eq!(sample.check(&RULE), "");
    }
}
