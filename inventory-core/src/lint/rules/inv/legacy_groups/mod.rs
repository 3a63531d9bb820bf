mod rename;

use crate::lint::finding::{Applicability, Finding, Fix, Label, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::{Part, View};

declare_rule! {
    /// ## What it does
    /// Finds the groups' names of kubespray up to v2.15, with dashes, in inventories for v2.27 and later.
    ///
    /// ## Why is this bad?
    /// v2.16 renamed the groups, and up to v2.26 the old names were mapped to the new ones. Since v2.27 the mapping is
    /// half dead: `k8s-cluster` is not mapped any more, and `k8s_cluster` is made before `kube_node` is, so that it
    /// stays empty. Plays on `k8s_cluster` then match nobody, `group_vars/k8s_cluster` is read for nobody, and the run
    /// still ends well. People have asked for the old names ever since they went (kubernetes-sigs/kubespray#7536,
    /// kubernetes-sigs/kubespray#11397).
    ///
    /// A `k8s_cluster` that the inventory itself writes, with the old groups as children, works; then this is only
    /// worth knowing.
    ///
    /// ## Example
    /// ```ini
    /// [kube-master]
    /// node1
    ///
    /// [kube-node]
    /// node2
    ///
    /// [k8s-cluster:children]
    /// kube-master
    /// kube-node
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
    "INV003" "legacy-groups" Error Unsafe
}

/// The old names, and what they became.
const NAMES: [(&str, &str); 5] = [
    ("kube-master", "kube_control_plane"),
    ("kube-node", "kube_node"),
    ("k8s-cluster", "k8s_cluster"),
    ("calico-rr", "calico_rr"),
    ("no-floating", "no_floating"),
];

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.is_since(27) {
        return;
    }
    let mut old = Vec::new();
    for (name, _) in NAMES {
        old.extend(view.groups.get(name).and_then(|group| group.declared.clone()).map(|place| (name, place)));
    }
    let Some(((first, place), others)) = old.split_first() else { return };
    let names: Vec<&str> = old.iter().map(|(name, _)| *name).collect();
    let cluster = view.hosts_of(Part::Cluster);
    let mut left_out: Vec<&str> =
        ["kube-master", "kube-node"].iter().flat_map(|name| view.groups.hosts_of(name)).collect();
    left_out.retain(|host| !cluster.contains(host));
    left_out.sort_unstable();
    left_out.dedup();
    let are = if names.len() == 1 { "is a name" } else { "are names" };
    let what = if left_out.is_empty() {
        format!("{} {are} that kubespray gave up in v2.16", words::code(&names))
    } else {
        let them = if left_out.len() == 1 { "is" } else { "are" };
        format!(
            "{} {are} that kubespray gave up in v2.16: since v2.27 {} {them} in no group `k8s_cluster`, so most plays pass them over",
            words::code(&names),
            words::list(&left_out)
        )
    };
    let mut finding = Finding::new(&RULE, what, Label::new(place.clone(), new_name(first)));
    if left_out.is_empty() {
        finding.severity = Severity::Info;
    }
    for (name, place) in others {
        finding = finding.related(Label::new(place.clone(), new_name(name)));
    }
    finding = finding.help("rename the groups, and their files in `group_vars` with them");
    report.find(match rename::edits(view, &NAMES) {
        Some(edits) => finding.fix(Fix {
            title: "rename the groups and their files of variables".to_owned(),
            applicability: Applicability::Unsafe,
            edits,
        }),
        None => finding,
    });
}

fn new_name(old: &str) -> String {
    let new = NAMES.iter().find(|(name, _)| *name == old).map_or(old, |(_, new)| new);
    format!("`{new}` since v2.16")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const OLD: &str = "[kube-master]\nn1\n\n[etcd:children]\nkube-master\n\n[kube-node]\nn2  # kube-node\n\n[kube-node:vars]\na=kube-node\n\n[k8s-cluster:children]\nkube-master # first\nkube-node\n";

    #[test]
    fn dashes_are_an_error_since_v2_27_and_nothing_before() {
        let old = Fixture::kubespray()
            .inventory(OLD)
            .file("group_vars/k8s-cluster/k8s-cluster.yml", "kube_pods_subnet: 10.0.0.0/16\n")
            .file("group_vars/kube-node.yml", "a: 1\n");
        insta::assert_snapshot!(old.check(&RULE), @r#"
        inventory.ini:1:2: error[INV003] `kube-master`, `kube-node` and `k8s-cluster` are names that kubespray gave up in v2.16: since v2.27 n1 and n2 are in no group `k8s_cluster`, so most plays pass them over
          `kube-master` `kube_control_plane` since v2.16
          inventory.ini:7:2: `kube-node` `kube_node` since v2.16
          inventory.ini:13:2: `k8s-cluster` `k8s_cluster` since v2.16
          help: rename the groups, and their files in `group_vars` with them
          Unsafe fix: rename the groups and their files of variables
            inventory.ini:1:2: "kube-master" -> "kube_control_plane"
            inventory.ini:5:1: "kube-master" -> "kube_control_plane"
            inventory.ini:7:2: "kube-node" -> "kube_node"
            inventory.ini:10:2: "kube-node" -> "kube_node"
            inventory.ini:13:2: "k8s-cluster" -> "k8s_cluster"
            inventory.ini:14:1: "kube-master" -> "kube_control_plane"
            inventory.ini:15:1: "kube-node" -> "kube_node"
            group_vars/kube-node.yml -> group_vars/kube_node.yml
            group_vars/k8s-cluster -> group_vars/k8s_cluster
        "#);
        for release in ["v2.15.0", "v2.26.0"] {
            assert_eq!(Fixture::kubespray().inventory(OLD).releases(&[release]).check(&RULE), "", "{release}");
        }
        let range = Fixture::kubespray().inventory(OLD).releases(&["v2.31.0", "v2.26.0"]);
        assert_eq!(range.check(&RULE), "", "it holds in a part of the range only");
    }

    #[test]
    fn an_explicit_cluster_group_makes_it_information_and_is_in_the_way_of_renaming_another() {
        let yaml = "all:\n  children:\n    kube-master: {hosts: {n1: }}\n    \"kube-node\":\n      hosts: {n2: }\n    k8s_cluster:\n      children:\n        kube-master:\n        kube-node:\n";
        insta::assert_snapshot!(Fixture::kubespray().yaml_inventory(yaml).check(&RULE), @r#"
        hosts.yml:3:5: info[INV003] `kube-master` and `kube-node` are names that kubespray gave up in v2.16
          `kube-master` `kube_control_plane` since v2.16
          hosts.yml:4:5: `"kube-node"` `kube_node` since v2.16
          help: rename the groups, and their files in `group_vars` with them
          Unsafe fix: rename the groups and their files of variables
            hosts.yml:3:5: "kube-master" -> "kube_control_plane"
            hosts.yml:4:5: "\"kube-node\"" -> "kube_node"
            hosts.yml:8:9: "kube-master" -> "kube_control_plane"
            hosts.yml:9:9: "kube-node" -> "kube_node"
        "#);
        let both = Fixture::kubespray().inventory(&format!("{OLD}[k8s_cluster:children]\nkube-master\nkube-node\n"));
        assert!(!both.check(&RULE).contains("fix"), "two groups would become one");
    }

    #[test]
    fn a_template_that_names_a_group_keeps_its_name() {
        let named = Fixture::kubespray()
            .inventory(OLD)
            .file("group_vars/all.yml", "# kube-master\nfirst: |\n  {{\n  groups['kube-master'][0] }}\n");
        assert!(!named.check(&RULE).contains("fix"), "{}", named.check(&RULE));
    }

    #[test]
    fn todays_names_are_fine() {
        assert_eq!(Fixture::kubespray().check(&RULE), "");
    }
}
