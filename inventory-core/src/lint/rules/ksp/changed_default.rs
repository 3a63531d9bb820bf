use super::fates::is_of_cluster;
use crate::inventory::Value;
use crate::kubespray::{
    ChangedDefault, KubernetesVersion, Release, VERSIONS_WITHOUT_LETTER, first_too_new_for, last_too_old_for,
};
use crate::lint::finding::{Finding, Label, Severity};
use crate::lint::model::Assignment;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// For an inventory that was written for an older release, and is checked for a newer one (`--kubespray v2.31.0`):
    /// finds defaults that changed between the two, and that no file sets. How old the inventory is, at least, shows in its
    /// `kube_version`: it was written for a release that had that Kubernetes.
    ///
    /// ## Why is this bad?
    /// The upgrade changes what nobody wrote. v2.19 made VXLAN Calico's tunnel where IPIP had been, and clusters lost
    /// their network (kubernetes-sigs/kubespray#8691); v2.20 gave Calico's blocks a size of their own, and the run stopped
    /// with "Your inventory doesn't match the current cluster configuration" (#9382).
    ///
    /// ## Example
    /// ```yaml
    /// kube_version: v1.20.7   # of v2.16; nothing about Calico's tunnel anywhere
    /// ```
    ///
    /// Use instead, before you run a newer kubespray on that cluster:
    /// ```yaml
    /// calico_ipip_mode: Always
    /// calico_vxlan_mode: Never
    /// calico_network_backend: bird
    /// calico_pool_blocksize: 24
    /// ```
    "KSP024" "changed-default" Warning Never
}

/// Variables that decided the same up to the release that refuses them.
const FORMERLY: [(&str, [&str; 2]); 1] = [("calico_ipip_mode", ["ipip", "ipip_mode"])];

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let versions = view.variables.all().filter(|one| one.name == "kube_version" && is_of_cluster(view, one));
    let Some(age) = age(versions) else { return };
    // Everything that is written for the cluster counts, also in files for the groups of older releases.
    let written: Vec<_> = view.variables.all().filter(|one| is_of_cluster(view, one)).collect();
    let Age { assignment, kubernetes, newest } = age;
    for change in newest.changed_defaults_until(view.release) {
        if !matters(change, &written) {
            continue;
        }
        let ChangedDefault { since, what, from, to, .. } = change;
        let message =
            format!("kubespray v2.{since} changed {what} ({from} → {to}), and no file says which it is to be");
        let label = format!("Kubernetes {kubernetes} is of kubespray v2.{} or older", newest.version().minor);
        let mut finding = Finding::new(&RULE, message, Label::new(assignment.place(), label));
        if !change.needs_care {
            finding.severity = Severity::Info;
        }
        if change.stops_live_clusters {
            finding = finding.note("kubespray compares it with the running cluster, and stops where they differ");
        }
        let pins = change.pins.iter().map(|pin| told(*pin, &written)).collect::<Vec<_>>();
        if let [others @ .., last] = pins.as_slice() {
            let all = if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) };
            finding = finding.help(format!("write {all} for a cluster that was made with the old default"));
        }
        report.find(finding);
    }
}

/// The line that keeps an old default.
fn told((name, value): (&str, &str), written: &[&Assignment<'_>]) -> String {
    // Calico's blocks were as large as a node's share, which somebody may have written.
    let share =
        written.iter().filter(|_| name == "calico_pool_blocksize").find(|one| one.name == "kube_network_node_prefix");
    let share =
        share.and_then(|share| Some(share.value().ok()?.to_plain_text())).filter(|text| text.parse::<u8>().is_ok());
    format!("`{name}: {}`", share.as_deref().unwrap_or(value))
}

/// For which release an inventory was written, at the latest.
struct Age<'v, 'a> {
    assignment: &'v Assignment<'a>,
    kubernetes: KubernetesVersion,
    newest: Release,
}

/// What every `kube_version` shows. One that cannot be read shows nothing.
fn age<'v, 'a: 'v>(versions: impl Iterator<Item = &'v Assignment<'a>>) -> Option<Age<'v, 'a>> {
    let of = |assignment: &'v Assignment<'a>| {
        let value = assignment.value().ok()?;
        let text = value.as_str()?.trim();
        let kubernetes = text.parse().ok()?;
        let too_new = first_too_new_for(kubernetes).map(|release| release.version().minor);
        let without_letter = text.starts_with('v').then_some(VERSIONS_WITHOUT_LETTER);
        let newest = Release::v2(too_new.into_iter().chain(without_letter).min()?.checked_sub(1)?);
        // A version that no release writes like this shows nothing.
        let is_too_new = last_too_old_for(kubernetes).is_some_and(|last| last >= newest);
        (!is_too_new).then_some(Age { assignment, kubernetes, newest })
    };
    let ages = versions.map(of).collect::<Option<Vec<_>>>()?;
    ages.into_iter().max_by_key(|age| (age.newest, std::cmp::Reverse(age.assignment.source.name().to_owned())))
}

/// Whether a change reaches the cluster: what it is about runs there, and no file decides it.
fn matters(change: &ChangedDefault, written: &[&Assignment<'_>]) -> bool {
    let is_written = |name: &&str| written.iter().any(|assignment| assignment.name == *name);
    let is_on = |name: &&str| {
        let is_off = |value: &Value| matches!(value, Value::Null | Value::Bool(false));
        let mut assigned = written.iter().filter(|assignment| assignment.name == *name);
        assigned.any(|assignment| assignment.value().is_ok_and(|value| !is_off(&value)))
    };
    let former = |name: &&str| {
        let old = FORMERLY.iter().find(|(new, _)| new == name);
        old.is_some_and(|(_, old)| old.iter().any(&is_written))
    };
    let is_decided = change.decided_by.iter().any(|name| is_written(name) || former(name));
    let runs = change.cni.is_none_or(|cni| this_cni_runs(cni, written));
    !is_decided && runs && (change.only_with.is_empty() || change.only_with.iter().any(is_on))
}

/// Whether every `kube_network_plugin` asks for a CNI; without one, for Calico.
fn this_cni_runs(cni: Cni, written: &[&Assignment<'_>]) -> bool {
    let mut plugins = written.iter().filter(|assignment| assignment.name == "kube_network_plugin").peekable();
    match plugins.peek() {
        None => cni == Cni::Calico,
        Some(_) => plugins.all(|plugin| plugin.value().is_ok_and(|value| value.as_str() == Some(&cni.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const OF_V2_16: &str = "kube_version: v1.20.7\nkube_network_plugin: calico\n";

    fn with(text: &str, release: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-cluster.yml", text).releases(&[release]).check(&RULE)
    }

    #[test]
    fn an_upgrade_lists_what_it_changes_without_a_word() {
        insta::assert_snapshot!(with(OF_V2_16, "v2.31.0"), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:15: warning[KSP024] kubespray v2.19 changed Calico's tunnel (IPIP, always → VXLAN, always), and no file says which it is to be
          `v1.20.7` Kubernetes 1.20.7 is of kubespray v2.18 or older
          note: kubespray compares it with the running cluster, and stops where they differ
          help: write `calico_ipip_mode: Always`, `calico_vxlan_mode: Never` and `calico_network_backend: bird` for a cluster that was made with the old default
        group_vars/k8s_cluster/k8s-cluster.yml:1:15: warning[KSP024] kubespray v2.19 changed Calico's backend (bird → vxlan, without BGP), and no file says which it is to be
          `v1.20.7` Kubernetes 1.20.7 is of kubespray v2.18 or older
          help: write `calico_network_backend: bird` for a cluster that was made with the old default
        group_vars/k8s_cluster/k8s-cluster.yml:1:15: warning[KSP024] kubespray v2.20 changed the size of Calico's blocks of IPv4 (a node's share, /24 where kube_network_node_prefix says no other → /26), and no file says which it is to be
          `v1.20.7` Kubernetes 1.20.7 is of kubespray v2.18 or older
          note: kubespray compares it with the running cluster, and stops where they differ
          help: write `calico_pool_blocksize: 24` for a cluster that was made with the old default
        group_vars/k8s_cluster/k8s-cluster.yml:1:15: info[KSP024] kubespray v2.28 changed the address that the API server listens on (0.0.0.0 → ::), and no file says which it is to be
          `v1.20.7` Kubernetes 1.20.7 is of kubespray v2.18 or older
          help: write `kube_apiserver_bind_address: 0.0.0.0` for a cluster that was made with the old default
        ");
    }

    #[test]
    fn what_a_file_decides_does_not_change() {
        let pinned = "calico_ipip_mode: Always\ncalico_network_backend: bird\ncalico_pool_blocksize: 24\n";
        assert!(!with(&format!("{OF_V2_16}{pinned}"), "v2.27.0").contains("KSP024"));
        let old = format!("{OF_V2_16}ipip: false\n");
        assert!(!with(&old, "v2.31.0").contains("Calico's tunnel"));
        let flannel = with("kube_version: v1.20.7\nkube_network_plugin: flannel\n", "v2.27.0");
        assert_eq!(flannel, "");
        let template = with("kube_version: v1.20.7\nkube_network_plugin: \"{{ cni }}\"\n", "v2.27.0");
        assert_eq!(template, "");
    }

    #[test]
    fn blocks_were_as_large_as_a_nodes_share() {
        let share = with(&format!("{OF_V2_16}kube_network_node_prefix: 25\n"), "v2.31.0");
        assert!(share.contains("`calico_pool_blocksize: 25`"), "{share}");
    }

    #[test]
    fn an_inventory_of_this_release_or_of_an_unknown_one_passes() {
        assert_eq!(with("kube_version: 1.35.4\n", "v2.31.0"), "");
        assert_eq!(with("kube_version: \"{{ v }}\"\n", "v2.31.0"), "");
        assert_eq!(with("kube_network_plugin: calico\n", "v2.31.0"), "");
        assert_eq!(with(OF_V2_16, "v2.16.0"), "");
    }

    #[test]
    fn what_is_about_metallb_or_a_load_balancer_needs_one() {
        let with_metallb = format!("{OF_V2_16}metallb_enabled: true\n");
        assert!(with(&with_metallb, "v2.22.0").contains("MetalLB"));
        let without = format!("{OF_V2_16}metallb_enabled: false\n");
        assert!(!with(&without, "v2.22.0").contains("MetalLB"));
    }

    #[test]
    fn the_letter_of_the_version_shows_its_age() {
        insta::assert_snapshot!(with("kube_version: v1.31.4\ncontainer_manager: containerd\n", "v2.31.0"), @"
        group_vars/k8s_cluster/k8s-cluster.yml:1:15: info[KSP024] kubespray v2.28 changed the address that the API server listens on (0.0.0.0 → ::), and no file says which it is to be
          `v1.31.4` Kubernetes 1.31.4 is of kubespray v2.27 or older
          help: write `kube_apiserver_bind_address: 0.0.0.0` for a cluster that was made with the old default
        ");
        assert_eq!(with("kube_version: 1.31.4\n", "v2.31.0"), "");
        // Too new for the releases that have the letter.
        assert_eq!(with("kube_version: v1.34.2\n", "v2.31.0"), "");
    }

    #[test]
    fn files_for_the_groups_of_older_releases_show_their_age_too() {
        let dashes = "[kube-master]\nn1\n[etcd]\nn1\n[kube-node]\nn1\n[k8s-cluster:children]\nkube-master\nkube-node\n";
        let old = Fixture::kubespray().inventory(dashes);
        let old = old.file("group_vars/k8s-cluster/k8s-cluster.yml", "kube_version: v1.16.3\n");
        let found = old.check(&RULE);
        assert!(found.contains("where Calico keeps its state") && found.contains("the container runtime"), "{found}");
    }
}
