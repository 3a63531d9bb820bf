use std::net::Ipv4Addr;

use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::{Part, View};

declare_rule! {
    /// ## What it does
    /// Checks that Calico's route reflectors are in the cluster's group and have a `cluster_id`, an IPv4 address.
    ///
    /// ## Why is this bad?
    /// kubespray asserts both, but not in every run: it looks once, on the first host of the play, and only if that is
    /// the first of the control plane. The same inventory without a `cluster_id` passed in one of four runs. Where it
    /// passes, the nodes peer with reflectors that are not set up.
    ///
    /// ## Example
    /// ```ini
    /// [calico_rr]
    /// rr1
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [calico_rr]
    /// rr1
    ///
    /// [calico_rr:vars]
    /// cluster_id=1.0.0.1
    /// ```
    "INV011" "incomplete-route-reflectors" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !is_calico(view) {
        return;
    }
    let group = if view.release.version().names_groups_with_dashes() { "calico-rr" } else { "calico_rr" };
    let reflectors = view.groups.hosts_of(group);
    let written =
        if view.groups.get(group).is_some_and(|group| group.declared.is_some()) { group } else { "calico-rr" };
    let Some(place) = view.group_place(written) else { return };
    let cluster = view.hosts_of(Part::Cluster);
    let outside: Vec<&str> = reflectors.iter().copied().filter(|host| !cluster.contains(host)).collect();
    // A cluster's group that nobody is in is another rule's.
    if !outside.is_empty() && !cluster.is_empty() {
        let (are, whole) = (if outside.len() == 1 { "is" } else { "are" }, view.group_of(Part::Cluster));
        let finding = Finding::new(
            &RULE,
            format!(
                "{} {are} in `{group}` and not in `{whole}`, and kubespray wants the one below the other",
                words::list(&outside)
            ),
            Label::new(place.clone(), format!("not in `{whole}`")),
        );
        report.find(finding.help(format!("make `{group}` a child of `{whole}`")));
    }
    let mut without = Vec::new();
    for host in reflectors {
        let scope = view.variables.of_host(host);
        let Some(told) = scope.find(&["cluster_id"]) else {
            without.push(host);
            continue;
        };
        let Some((text, told)) = view.text(&scope, &["cluster_id"]).map(|(text, _)| (text, told)) else { continue };
        if text.parse::<Ipv4Addr>().is_err() {
            let finding = Finding::new(
                &RULE,
                format!("`cluster_id` of the route reflector {host} is \"{text}\", and Calico wants an IPv4 address"),
                Label::new(told.place(), "no IPv4 address"),
            );
            report.find(finding.help("write one like 1.0.0.1: it is a number that only looks like an address"));
        }
    }
    if !without.is_empty() {
        let (are, have) = if without.len() == 1 { ("route reflector", "has") } else { ("route reflectors", "have") };
        let finding = Finding::new(
            &RULE,
            format!("the {are} {} {have} no `cluster_id`", words::list(&without)),
            Label::new(place, "without `cluster_id`"),
        );
        report.find(finding.help(format!("write one like `cluster_id=1.0.0.1` under `[{group}:vars]`")));
    }
}

/// Whether Calico runs, which it does unless another one is named.
fn is_calico(view: &View<'_>) -> bool {
    match view.nodes().find(&["kube_network_plugin"]) {
        Some(_) => view.text(view.nodes(), &["kube_network_plugin"]).is_some_and(|(plugin, _)| plugin == "calico"),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const CLUSTER: &str = "[kube_control_plane]\nn1\n[etcd]\nn1\n[kube_node]\nn1\n[calico_rr]\nrr1\n";

    #[test]
    fn a_reflector_wants_an_id_and_a_place_in_the_cluster() {
        insta::assert_snapshot!(Fixture::kubespray().inventory(CLUSTER).check(&RULE), @"
        inventory.ini:7:2: error[INV011] the route reflector rr1 has no `cluster_id`
          `calico_rr` without `cluster_id`
          help: write one like `cluster_id=1.0.0.1` under `[calico_rr:vars]`
        ");
        let old = format!(
            "{CLUSTER}[calico_rr:vars]\ncluster_id=1.0.0\n[k8s_cluster:children]\nkube_control_plane\nkube_node\n"
        );
        insta::assert_snapshot!(Fixture::kubespray().inventory(&old).releases(&["v2.26.0"]).check(&RULE), @r#"
        inventory.ini:7:2: error[INV011] rr1 is in `calico_rr` and not in `k8s_cluster`, and kubespray wants the one below the other
          `calico_rr` not in `k8s_cluster`
          help: make `calico_rr` a child of `k8s_cluster`
        inventory.ini:10:12: error[INV011] `cluster_id` of the route reflector rr1 is "1.0.0", and Calico wants an IPv4 address
          `1.0.0` no IPv4 address
          help: write one like 1.0.0.1: it is a number that only looks like an address
        "#);
    }

    #[test]
    fn a_complete_one_another_plugin_and_none_are_fine() {
        let complete = Fixture::kubespray().inventory(CLUSTER).file("host_vars/rr1.yml", "cluster_id: 1.0.0.1\n");
        assert_eq!(complete.check(&RULE), "");
        let cilium =
            Fixture::kubespray().inventory(CLUSTER).file("group_vars/all.yml", "kube_network_plugin: cilium\n");
        assert_eq!(cilium.check(&RULE), "");
        assert_eq!(Fixture::kubespray().inventory(&CLUSTER.replace("rr1\n", "")).check(&RULE), "");
    }
}
