//! What the text of an inventory shows of the release that it is for.
//!
//! Only what cannot be otherwise: who writes a name means a release that has it, so that the first of those is the
//! oldest. A name that went is no bound, since people carry their files along: that is what the upgrade report is for.
//! A literal `kube_version` bounds from both sides, as a release refuses what is too old for it and has no checksums of
//! what is too new, nor of a version that is written with a leading `v` where its own are without one.

use std::collections::HashMap;

use super::{Known, Releases};
use crate::inventory::{Author, Value};
use crate::kubespray::{
    KubernetesVersion, NEWEST, OLDEST, Release, VERSIONS_WITHOUT_LETTER, first_too_new_for, history, last_too_old_for,
};
use crate::lint::root::{Content, Root};
use crate::vars::tree::Owner;
use crate::yaml::{Location, Resolved};

/// Groups that v2.16 renamed, with the names that they had: a root that has both may be for either side.
const RENAMED_GROUPS: [(&str, &str); 4] = [
    ("k8s_cluster", "k8s-cluster"),
    ("kube_control_plane", "kube-master"),
    ("kube_node", "kube-node"),
    ("calico_rr", "calico-rr"),
];

/// Files of the samples that are for a CNI alone, with the first release that has it: a person may have written such a
/// file before the sample did, but not before the CNI was there. `node_pod_cidr`, which macvlan's role needs, came with
/// v2.11.
const CNI_FILES: [(&str, u16); 3] =
    [("k8s-net-kube-router.yml", 8), ("k8s-net-macvlan.yml", 11), ("k8s-net-kube-ovn.yml", 13)];

/// Names that a role gives itself, and that others use for things of their own.
const TOO_GENERAL: [&str; 1] = ["node_pod_cidr"];

/// The narrowest bounds so far, each with the sentence that it rests on.
#[derive(Default)]
struct Bounds {
    lower: Option<(u16, String)>,
    upper: Option<(u16, String)>,
}

impl Bounds {
    fn at_least(&mut self, minor: u16, why: impl FnOnce() -> String) {
        let is_news = minor > self.lower.as_ref().map_or(OLDEST.minor, |(known, _)| *known);
        if is_news {
            self.lower = Some((minor, why()));
        }
    }

    fn at_most(&mut self, minor: u16, why: impl FnOnce() -> String) {
        let is_news = minor < self.upper.as_ref().map_or(NEWEST.minor, |(known, _)| *known);
        if is_news {
            self.upper = Some((minor, why()));
        }
    }

    /// A variable that is set to something.
    fn variable(&mut self, name: &str, value: Option<&str>, place: impl Fn() -> Location) {
        let first = history::variable(name).and_then(|variable| variable.first);
        if let Some(first) = first.filter(|_| !TOO_GENERAL.contains(&name)) {
            self.at_least(first, || format!("`{name}` came with v2.{first} ({})", place()));
        }
        if name != "kube_version" {
            return;
        }
        let Some((text, version)) = value.and_then(|text| Some((text, text.parse::<KubernetesVersion>().ok()?))) else {
            return;
        };
        let (without, last_with) = (VERSIONS_WITHOUT_LETTER, VERSIONS_WITHOUT_LETTER - 1);
        if text.starts_with('v') {
            self.at_most(last_with, || {
                format!("v2.{without} and newer know `{version}`, without the leading `v` ({})", place())
            });
        } else {
            self.at_least(without, || {
                format!("v2.{last_with} and older know `v{version}`, with a leading `v` ({})", place())
            });
        }
        if let Some(last) = last_too_old_for(version).map(|release| release.version().minor) {
            self.at_least(last + 1, || format!("v2.{last} is too old for Kubernetes {version} ({})", place()));
        }
        if let Some(first) = first_too_new_for(version).map(|release| release.version().minor) {
            self.at_most(first.saturating_sub(1), || {
                format!("v2.{first} refuses Kubernetes {version} as too old ({})", place())
            });
        }
    }

    fn groups(&mut self, groups: &HashMap<&str, String>) {
        for (new, old) in RENAMED_GROUPS {
            let Some(place) = groups.get(new).filter(|_| !groups.contains_key(old)) else { continue };
            self.at_least(16, || format!("the group is called `{new}` since v2.16 ({place})"));
        }
    }

    /// Up to v2.26 every play on the cluster's group matches nobody where the inventory does not have it: whoever leaves it
    /// out means a later release.
    fn cluster_group(&mut self, root: &Root) {
        let mut control_plane = None;
        for file in &root.inventories {
            let Content::Ansible { inventory, .. } = &file.content else { return };
            if ["k8s_cluster", "k8s-cluster"].iter().any(|name| inventory.groups.contains_key(*name)) {
                return;
            }
            let group = inventory.groups.get("kube_control_plane").filter(|group| !group.hosts.is_empty());
            let declared = group.and_then(|group| group.declared);
            control_plane = control_plane.or_else(|| declared.map(|span| file.source.location(span.start)));
        }
        if let Some(place) = control_plane {
            self.at_least(27, || format!("kubespray makes the group `k8s_cluster` itself since v2.27 ({place})"));
        }
    }

    fn releases(self, mut unclear: Vec<String>) -> Releases {
        let minor = |bound: &Option<(u16, String)>| bound.as_ref().map(|(minor, _)| *minor);
        let oldest = minor(&self.lower).unwrap_or(OLDEST.minor);
        let newest = minor(&self.upper).unwrap_or(NEWEST.minor);
        let evidence: Vec<String> = [self.lower, self.upper].into_iter().flatten().map(|(_, why)| why).collect();
        if oldest > newest || oldest > NEWEST.minor || newest < OLDEST.minor {
            unclear.push(format!("no release that is known here fits: {}", evidence.join(", and ")));
            return Releases::unknown(unclear);
        }
        if evidence.is_empty() {
            return Releases::unknown(unclear);
        }
        let (oldest, newest) = (Release::v2(oldest), Release::v2(newest));
        Releases { oldest, newest, known: Known::Inferred { evidence }, unclear }
    }
}

/// The range that a root's files leave. `unclear`: why what looked like an answer was none.
pub(super) fn infer(root: &Root, unclear: Vec<String>) -> Releases {
    let mut bounds = Bounds::default();
    bounds.groups(&groups(root));
    bounds.cluster_group(root);
    for file in &root.inventories {
        let Content::Ansible { inventory, .. } = &file.content else { continue };
        let of_groups = inventory.groups.values().flat_map(|group| &group.vars);
        for (name, variable) in of_groups.chain(inventory.hosts.values().flat_map(|host| &host.vars)) {
            bounds.variable(name, literal(&variable.value), || file.source.location(variable.key.start));
        }
    }
    for file in root.tree.owners().flat_map(|owner| root.tree.files(owner)) {
        let (Some(source), Some(name)) = (file.source(), file.path().file_name()) else { continue };
        if let Some((_, first)) = CNI_FILES.iter().find(|(cni, _)| name == *cni) {
            let file = source.name().display();
            bounds.at_least(*first, || format!("{file} is for a CNI that came with v2.{first}"));
        }
        let Some(entries) = file.root().and_then(|root| root.entries(source).ok()) else { continue };
        for (key, value) in entries {
            let Resolved::Text(name) = key.resolve() else { continue };
            let text = match value.resolve() {
                Resolved::Text(text) if value.local_tag().is_none() => Some(text),
                _ => None,
            };
            bounds.variable(name, text, || key.location(source));
        }
    }
    bounds.releases(unclear)
}

/// Every group that an inventory has, or that variables are for, with a place that says so.
fn groups(root: &Root) -> HashMap<&str, String> {
    let mut groups = HashMap::new();
    for file in &root.inventories {
        let Content::Ansible { inventory, .. } = &file.content else { continue };
        for (name, group) in &inventory.groups {
            if let Some(declared) = group.declared {
                groups.entry(&**name).or_insert_with(|| file.source.location(declared.start).to_string());
            }
        }
    }
    for owner in root.tree.owners() {
        if let (Owner::Group(name), Some(file)) = (owner, root.tree.files(owner).first()) {
            let path = || root.tree.directory().join(file.path()).display().to_string();
            groups.entry(name).or_insert_with(path);
        }
    }
    groups
}

/// A text that means itself: a template or a vault is no version, whatever it looks like.
fn literal(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) if text.author != Author::Vault => Some(&text.content),
        _ => None,
    }
}
