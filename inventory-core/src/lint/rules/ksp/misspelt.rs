use std::collections::HashSet;
use std::sync::OnceLock;

use super::fates::is_of_cluster;
use crate::kubespray::history;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Fix, Label, Place};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::yaml::nearest_within;

declare_rule! {
    /// ## What it does
    /// Finds variables that are none of kubespray's, and one letter away from one that nobody set; two letters, where the
    /// name is long.
    ///
    /// ## Why is this bad?
    /// Ansible takes every name, and kubespray goes on with its default: a `kube_pod_subnet` is read by nobody, and the
    /// pods get 10.233.64.0/18. It is an info, since the name may well be your own.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pod_subnet: 10.240.0.0/16
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_pods_subnet: 10.240.0.0/16
    /// ```
    "KSP026" "misspelt-variable" Info Unsafe
}

/// Variables of kubespray's that begin like this, which few others do: from the samples of every release that is known
/// here, comments included, and from the roles' defaults.
const NAMES: &str = include_str!("names.txt");

/// How the names begin that are looked at.
const PREFIXES: [&str; 8] =
    ["kube_", "kubelet_", "calico_", "cilium_", "metallb_", "flannel_", "nodelocaldns_", "loadbalancer_apiserver"];

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let written: HashSet<&str> = view.variables.all().map(|assignment| assignment.name).collect();
    let mut found = Vec::new();
    for assignment in view.variables.all() {
        let name = assignment.name;
        let is_strange = PREFIXES.iter().any(|prefix| name.starts_with(prefix)) && !is_known(name);
        if !is_strange || !is_of_cluster(view, assignment) || edits::is_read(view.root, name) {
            continue;
        }
        // Only what counts is worth a guess: variables of which something is established, that this release reads.
        let meant = history::variables()
            .map(|variable| variable.name)
            .find(|meant| is_slip(name, meant) && !written.contains(meant) && view.release.fate_of(meant).is_none());
        found.extend(meant.map(|meant| (assignment, meant)));
    }
    found.sort_by_key(|(assignment, _)| (assignment.source.name().to_owned(), assignment.key.start));
    for (assignment, meant) in found {
        let name = assignment.name;
        let message = format!("`{name}` is no variable of kubespray's; is `{meant}` meant?");
        let place = Place::new(assignment.source, assignment.key);
        let mut finding = Finding::new(&RULE, message, Label::new(place, "nobody reads it"));
        finding.fix = edits::rename(assignment, meant).map(|edit| Fix {
            title: format!("call it `{meant}`"),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        });
        report.find(finding);
    }
}

/// Whether a name is another one but for a slip of the hand: one step, or two in a name of 16 characters or more.
fn is_slip(name: &str, meant: &str) -> bool {
    nearest_within(name, &[meant], if meant.len() < 16 { 1 } else { 2 }).is_some()
}

fn is_known(name: &str) -> bool {
    static KNOWN: OnceLock<HashSet<&'static str>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| NAMES.lines().chain(history::variables().map(|variable| variable.name)).collect());
    known.contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-cluster.yml", text).check(&RULE)
    }

    #[test]
    fn a_slip_is_pointed_out() {
        insta::assert_snapshot!(with("kube_pod_subnet: 10.240.0.0/16\nkube_service_address: 10.96.0.0/16\n"), @r#"
        group_vars/k8s_cluster/k8s-cluster.yml:1:1: info[KSP026] `kube_pod_subnet` is no variable of kubespray's; is `kube_pods_subnet` meant?
          `kube_pod_subnet` nobody reads it
          Unsafe fix: call it `kube_pods_subnet`
            group_vars/k8s_cluster/k8s-cluster.yml:1:1: "kube_pod_subnet" -> "kube_pods_subnet"
        group_vars/k8s_cluster/k8s-cluster.yml:2:1: info[KSP026] `kube_service_address` is no variable of kubespray's; is `kube_service_addresses` meant?
          `kube_service_address` nobody reads it
          Unsafe fix: call it `kube_service_addresses`
            group_vars/k8s_cluster/k8s-cluster.yml:2:1: "kube_service_address" -> "kube_service_addresses"
        "#);
    }

    #[test]
    fn known_names_own_names_and_a_name_beside_the_right_one_pass() {
        for text in [
            "kube_pods_subnet: 10.240.0.0/16\n",
            "kube_pods_subnets: 10.240.0.0/16\n",
            "kube_pod_subnet: 10.240.0.0/16\nkube_pods_subnet: \"{{ kube_pod_subnet }}\"\n",
            "kube_pod_subnet: 10.240.0.0/16\nmine: \"{{ kube_pod_subnet }}\"\n",
            "kube_pod_range: 10.240.0.0/16\n",
            "my_pods_subnet: 10.240.0.0/16\n",
            "kube_version_min: 1\n",
        ] {
            assert_eq!(with(text), "", "{text}");
        }
    }
}
