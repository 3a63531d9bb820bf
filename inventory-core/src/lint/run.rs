//! A run: every inventory of every root, by every rule.

use std::collections::HashSet;
use std::path::PathBuf;

use super::finding::{Finding, Label, Place};
use super::model::{Groups, Hosts, Variables};
use super::outcome::{NotChecked, Outcome, Unread};
use super::report::Report;
use super::root::{Content, InventoryFile, Root};
use super::rule::Rule;
use super::surroundings::Surroundings;
use super::view::{Kind, View};
use crate::cluster::Layout;
use crate::kubespray::Release;
use crate::yaml::Location;

/// What to check a root by.
#[derive(Debug, Clone, Copy)]
pub struct Checks<'a> {
    /// The rules.
    pub rules: &'a [&'static Rule],
    /// The releases that the inventory may be for, the newest first; one at least.
    pub releases: &'a [Release],
    /// Whether somebody says which release it is, so that findings may name it.
    pub is_release_told: bool,
    /// Whether it is asked for what is wrong under some of the releases only.
    pub wants_undecided: bool,
    /// What is around.
    pub surroundings: &'a Surroundings,
}

/// What a root was found to be.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// What is wrong whatever the release, and what is not known. The findings are in no order yet, and some tell what
    /// others tell already: see [`repetition`](super::repetition).
    pub outcome: Outcome,
    /// What is wrong if it is one release, and is not if it is another.
    pub undecided: Vec<Finding>,
    /// Whether any of its inventories is for kubespray.
    pub is_kubesprays: bool,
}

/// Checks every inventory of a root.
pub fn check(root: &Root, checks: Checks<'_>) -> Checked {
    let (mut undecided, mut is_kubesprays) = (Vec::new(), false);
    let mut outcome = Outcome { unread: root.unread.clone(), roots: 1, files: files(root), ..Outcome::default() };
    outcome.not_checked.extend(root.inventories.iter().filter_map(NotChecked::machines));
    let inventories: Vec<Option<&InventoryFile>> = match root.inventories.as_slice() {
        [] => vec![None],
        files => files.iter().map(Some).collect(),
    };
    for inventory in inventories {
        let hosts = Hosts::of(inventory).unwrap_or_else(|(reason, hint)| {
            let name = inventory.map_or(root.directory.as_path(), |file| file.source.name());
            let location = Location::whole_file(name.into());
            outcome.unread.push(Unread { location, reason, hint: Some(hint), is_in_order: false });
            Hosts::Unknown
        });
        let found = check_inventory(root, inventory, &hosts, checks);
        let Found { findings, undecided: also, not_checked, kind } = found;
        is_kubesprays |= kind == Kind::Kubespray;
        undecided.extend(also);
        for mut finding in findings {
            if !outcome.findings.iter_mut().any(|known| known.take_in(&mut finding)) {
                outcome.findings.push(finding);
            }
        }
        let known: HashSet<NotChecked> = outcome.not_checked.iter().cloned().collect();
        outcome.not_checked.extend(not_checked.into_iter().filter(|one| !known.contains(one)));
    }
    Checked { outcome, undecided, is_kubesprays }
}

/// What was found in one inventory.
struct Found {
    kind: Kind,
    findings: Vec<Finding>,
    undecided: Vec<Finding>,
    not_checked: Vec<NotChecked>,
}

/// What holds in all releases. What the newest does not breach needs no look at the others, unless somebody asks what
/// the others breach.
fn check_inventory(root: &Root, inventory: Option<&InventoryFile>, hosts: &Hosts<'_>, checks: Checks<'_>) -> Found {
    let mut releases = checks.releases.iter();
    let Some(newest) = releases.next() else {
        return Found { kind: Kind::Other, findings: Vec::new(), undecided: Vec::new(), not_checked: Vec::new() };
    };
    let look = |release: Release, rules: &[&'static Rule]| {
        let groups = Groups::of(hosts, release);
        let variables = Variables::of(root, &groups, release);
        let kind = kind(root, inventory, &groups, &variables);
        let view = View::new((root, inventory), release, kind, (&groups, &variables), checks);
        let mut report = Report::default();
        for rule in rules {
            (rule.check)(&view, &mut report);
        }
        (kind, report.findings, view.into_not_checked())
    };
    let (kind, mut findings, not_checked) = look(*newest, checks.rules);
    let mut undecided = Vec::new();
    for release in releases {
        let mut rules: Vec<&'static Rule> = findings.iter().map(|finding| finding.rule).collect();
        rules.dedup();
        if checks.wants_undecided {
            rules = checks.rules.to_vec();
        } else if rules.is_empty() {
            break;
        }
        let (_, also, _) = look(*release, &rules);
        let (of_release, so_far) = (keys(&also), keys(&findings));
        let is_in = |known: &HashSet<Key>, finding: &Finding| places(finding).any(|key| known.contains(&key));
        undecided.extend(also.into_iter().filter(|finding| !is_in(&so_far, finding)));
        undecided.extend(findings.extract_if(.., |finding| !is_in(&of_release, finding)));
    }
    Found { kind, findings, undecided, not_checked }
}

/// A rule and a place that a finding of it is about.
type Key = (&'static str, PathBuf, usize);

/// What makes a finding under one release the same as one under another: the rule, and any of its places. The numbers may
/// differ, and which of several nodes is named first.
fn places(finding: &Finding) -> impl Iterator<Item = Key> {
    let labels = std::iter::once(&finding.primary).chain(&finding.related);
    labels.map(|Label { place: Place { source, span }, .. }| (finding.rule.code, source.name().to_owned(), span.start))
}

fn keys(findings: &[Finding]) -> HashSet<Key> {
    findings.iter().flat_map(places).collect()
}

/// The parts of a cluster of kubespray's, each under the names that its group has had; the last is others' as well.
const KUBESPRAY_PARTS: [&[&str]; 5] = [
    &["kube_control_plane", "kube-master"],
    &["kube_node", "kube-node"],
    &["k8s_cluster", "k8s-cluster"],
    &["calico_rr", "calico-rr"],
    &["etcd"],
];

/// Whether an inventory that Ansible reads as a file has a group.
fn declares(file: &InventoryFile, name: &str) -> bool {
    let Content::Ansible { inventory, .. } = &file.content else { return false };
    inventory.groups.get(name).is_some_and(|group| group.declared.is_some())
}

/// Variables that only kubespray's inventories have.
const KUBESPRAY_VARIABLES: [&str; 3] = ["kube_service_addresses", "kube_pods_subnet", "kube_network_plugin"];

/// What an inventory is for.
fn kind(root: &Root, inventory: Option<&InventoryFile>, groups: &Groups<'_>, variables: &Variables<'_>) -> Kind {
    if let Some(Content::Cluster(content)) = inventory.map(|file| &file.content) {
        return match content.cluster.layout {
            Layout::Kubespray => Kind::Kubespray,
            Layout::HardWay => Kind::HardWay,
            Layout::None => Kind::Other,
        };
    }
    let has_group = |names: &[&str]| names.iter().any(|name| groups.get(name).is_some());
    let has_variable = |names: &[&str]| variables.all().any(|assignment| names.contains(&assignment.name));
    // People who install a cluster by other means call a group `k8s_cluster`, too; two of the names are kubespray's.
    let is_own = |name: &&str| groups.get(name).is_some_and(|group| group.declared.is_some());
    let is_anywhere = |name: &&str| is_own(name) || root.inventories.iter().any(|file| declares(file, name));
    let has_own = KUBESPRAY_PARTS.iter().take(4).any(|names| names.iter().any(is_own));
    let has_two = KUBESPRAY_PARTS.iter().filter(|names| names.iter().any(is_anywhere)).count() > 1;
    let is_unsaid = !groups.is_known() || has_own;
    if has_own && has_two || is_unsaid && has_variable(&KUBESPRAY_VARIABLES) {
        Kind::Kubespray
    } else if has_group(&["controllers"]) && has_group(&["workers"]) && has_variable(&["cluster_cidr"]) {
        Kind::HardWay
    } else {
        Kind::Other
    }
}

fn files(root: &Root) -> usize {
    let of_tree = root.tree.owners().map(|owner| root.tree.files(owner).len()).sum::<usize>();
    of_tree + root.inventories.len()
}
