use indexmap::IndexMap;

use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;
use crate::safe::HostName;

declare_rule! {
    /// ## What it does
    /// Checks that the cluster's hosts have names that kubespray accepts: lower-case letters, digits and `-`, in labels
    /// with dots between them.
    ///
    /// ## Why is this bad?
    /// A host's name becomes the name of its Kubernetes node, which must be an RFC 1123 name. kubespray stops with "bad
    /// hostname" when it has already logged into every machine (`0040-verify-settings.yml`).
    ///
    /// ## Example
    /// ```ini
    /// [kube_node]
    /// Worker_1
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [kube_node]
    /// worker-1
    /// ```
    "INV004" "refused-host-name" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let is_fine = |name: &str| HostName::written(name).is_ok_and(|name| name.suits_kubespray());
    // The hosts of a range stand in one place.
    let mut by_place: IndexMap<(usize, usize), (Place, Vec<&str>)> = IndexMap::new();
    for (name, _) in view.each_node().iter().filter(|(name, _)| !is_fine(name)) {
        let Some(place) = view.host_place(name) else { continue };
        let key = if place.is_file() { (0, by_place.len()) } else { (place.span.start, place.span.end) };
        by_place.entry(key).or_insert_with(|| (place, Vec::new())).1.push(name);
    }
    for (place, names) in by_place.into_values() {
        let (are, each) = if names.len() == 1 { ("is no name", "") } else { ("are no names", "each ") };
        let mut finding = Finding::new(
            &RULE,
            format!(
                "{} {are} that kubespray accepts for a host: lower-case letters, digits and `-`, {each}in labels with dots between them",
                words::code(&names)
            ),
            Label::new(place, "not a name of RFC 1123"),
        );
        if let [name] = names.as_slice() {
            let better: String = name.chars().map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
            if is_fine(&better) && view.groups.host(&better).is_none() {
                finding = finding.help(format!("call it `{better}`, in every group and in `host_vars`"));
            }
        }
        report.find(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn capitals_underscores_and_edges_are_refused_once_for_each_place() {
        let bad = Fixture::kubespray()
            .inventory("[kube_control_plane]\nMaster_1\n[etcd]\nMaster_1\n[kube_node]\nnode_[1:3]\n-edge\n");
        insta::assert_snapshot!(bad.check(&RULE), @"
        inventory.ini:2:1: error[INV004] `Master_1` is no name that kubespray accepts for a host: lower-case letters, digits and `-`, in labels with dots between them
          `Master_1` not a name of RFC 1123
          help: call it `master-1`, in every group and in `host_vars`
        inventory.ini:6:1: error[INV004] `node_1`, `node_2` and `node_3` are no names that kubespray accepts for a host: lower-case letters, digits and `-`, each in labels with dots between them
          `node_[1:3]` not a name of RFC 1123
        inventory.ini:7:1: error[INV004] `-edge` is no name that kubespray accepts for a host: lower-case letters, digits and `-`, in labels with dots between them
          `-edge` not a name of RFC 1123
        ");
    }

    #[test]
    fn names_of_labels_and_hosts_outside_the_cluster_are_fine() {
        let fine = "[kube_control_plane]\nn1.lab.example\n10-0-0-1\n[kube_node]\n192.0.2.7\n[nfs]\nNFS_server\n";
        assert_eq!(Fixture::kubespray().inventory(fine).check(&RULE), "");
        assert_eq!(Fixture::kubespray().inventory("[web]\nWeb_1\n").check(&RULE), "");
    }
}
