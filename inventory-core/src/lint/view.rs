//! What rules look at.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::effective::truth;
use super::finding::Place;
use super::model::{Groups, Scope, Told, Variables};
use super::network::Network;
use super::outcome::NotChecked;
use super::root::{Content, InventoryFile, Root};
use super::run::Checks;
use super::surroundings::Surroundings;

use crate::inventory::Value;
use crate::kubespray::Release;
use crate::network::space::Origin;
use crate::plan::Current;
use crate::vars::tree::Reading;
use crate::vars::{Found, kubespray};

/// One inventory of a root, as one kubespray release sees it.
#[derive(Debug)]
pub struct View<'a> {
    /// Everything that is loaded with it.
    pub root: &'a Root,
    /// The inventory. `None`: only variables are there.
    pub inventory: Option<&'a InventoryFile>,
    /// The release.
    pub release: Release,
    /// Whether somebody says that it is this one. Otherwise it is one of those that it may be.
    is_told: bool,
    /// What the inventory is for.
    pub kind: Kind,
    /// Its hosts and groups.
    pub groups: &'a Groups<'a>,
    /// Its variables.
    pub variables: &'a Variables<'a>,
    /// What a person declared, or a source found, around it.
    pub surroundings: &'a Surroundings,
    /// The hosts that are the cluster's nodes.
    members: Vec<&'a str>,
    /// What counts for the nodes.
    nodes: OnceCell<Scope<'a, 'a>>,
    /// What counts for each of them.
    each_node: OnceCell<Vec<(&'a str, Scope<'a, 'a>)>>,
    current: OnceCell<Current>,
    network: OnceCell<Network>,
    /// Where values were found that are known by their origin only.
    places: RefCell<HashMap<Origin, Place>>,
    not_checked: RefCell<Vec<NotChecked>>,
}

/// What an inventory is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A cluster that kubespray makes.
    Kubespray,
    /// A cluster that is made the hard way.
    HardWay,
    /// Something else.
    Other,
}

/// The parts that hosts play in a kubespray cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// They run the API server.
    ControlPlane,
    /// They run etcd.
    Etcd,
    /// They run pods.
    Node,
    /// All of the cluster's nodes.
    Cluster,
}

impl<'a> View<'a> {
    pub(super) fn new(
        (root, inventory): (&'a Root, Option<&'a InventoryFile>),
        release: Release,
        kind: Kind,
        (groups, variables): (&'a Groups<'a>, &'a Variables<'a>),
        checks: Checks<'a>,
    ) -> Self {
        let mut view = Self {
            root,
            inventory,
            release,
            is_told: checks.is_release_told,
            kind,
            groups,
            variables,
            surroundings: checks.surroundings,
            members: Vec::new(),
            nodes: OnceCell::new(),
            each_node: OnceCell::new(),
            current: OnceCell::new(),
            network: OnceCell::new(),
            places: RefCell::default(),
            not_checked: RefCell::default(),
        };
        view.members = view.hosts_of(Part::Cluster);
        if view.members.is_empty() {
            view.members = view.without_cluster_group();
        }
        view
    }

    /// The nodes of a cluster whose group the release does not know: an inventory from before the names changed, or one
    /// that counts on a release that makes the group itself. What is wrong with that is another matter than what is wrong
    /// with its addresses.
    fn without_cluster_group(&self) -> Vec<&'a str> {
        let parts = ["kube_control_plane", "kube_node", "calico_rr", "kube-master", "kube-node", "calico-rr"];
        let nodes: HashSet<&'a str> = parts.into_iter().flat_map(|group| self.groups.hosts_of(group)).collect();
        self.groups.hosts().map(|(host, _)| host).filter(|host| nodes.contains(host)).collect()
    }

    /// Whether it is a cluster of kubespray's.
    pub fn is_kubespray(&self) -> bool {
        self.kind == Kind::Kubespray
    }

    /// kubespray as sentences name it: with the release only where somebody says that it is this one. What a release that is
    /// not known here does by itself, nobody knows: it is taken for the newest that is.
    pub fn kubespray(&self) -> String {
        if self.is_told { format!("kubespray {}", self.release.as_known().version()) } else { "kubespray".to_owned() }
    }

    /// What is to be said behind a value that nobody wrote: `the default of kubespray v2.31.0, and written nowhere`.
    pub fn default_of_kubespray(&self) -> String {
        format!("the default of {}, and written nowhere", self.kubespray())
    }

    /// The group of the hosts that play a part, as the release calls it.
    pub fn group_of(&self, part: Part) -> &'static str {
        let has_dashes = self.release.version().names_groups_with_dashes();
        match part {
            Part::ControlPlane if has_dashes => "kube-master",
            Part::ControlPlane => "kube_control_plane",
            Part::Etcd => "etcd",
            Part::Node if has_dashes => "kube-node",
            Part::Node => "kube_node",
            Part::Cluster => self.release.cluster_group(),
        }
    }

    /// The hosts that play a part, in order.
    pub fn hosts_of(&self, part: Part) -> Vec<&'a str> {
        self.groups.hosts_of(self.group_of(part))
    }

    /// The hosts that are the cluster's nodes, in order, also where the release has no group of them.
    pub fn members(&self) -> &[&'a str] {
        &self.members
    }

    /// What counts for the cluster's nodes: for the first of them, since all have one network.
    pub fn nodes(&self) -> &Scope<'a, 'a> {
        self.nodes.get_or_init(|| match self.members.first() {
            Some(first) => self.variables.of_host(first),
            None => self.variables.of_members(&[self.group_of(Part::Cluster), "all"]),
        })
    }

    /// The cluster's nodes in the inventory's order, those that only run etcd among them, each with what counts for it.
    pub fn each_node(&self) -> &[(&'a str, Scope<'a, 'a>)] {
        self.each_node.get_or_init(|| {
            let parts = [Part::Cluster, Part::ControlPlane, Part::Node, Part::Etcd];
            let nodes: HashSet<&'a str> = parts.into_iter().flat_map(|part| self.hosts_of(part)).collect();
            let hosts = self.groups.hosts().map(|(host, _)| host).filter(|host| nodes.contains(host));
            hosts.map(|host| (host, self.variables.of_host(host))).collect()
        })
    }

    /// Whether the hosts are known, and there are some: a sample that nobody has filled in yet breaks no rule.
    pub fn has_hosts(&self) -> bool {
        self.groups.is_known() && self.groups.hosts().next().is_some()
    }

    /// Whether another inventory of the root has hosts in a group: the two may be meant to be given together.
    pub fn is_filled_elsewhere(&self, group: &str) -> bool {
        let others =
            self.root.inventories.iter().filter(|other| !self.inventory.is_some_and(|own| std::ptr::eq(own, *other)));
        let mut others = others.map(|other| &other.content);
        others.any(|content| match content {
            Content::Ansible { inventory, .. } => {
                inventory.groups.get(group).is_some_and(|group| !group.hosts.is_empty() || !group.children.is_empty())
            }
            Content::Cluster(_) => false,
            Content::Unknown => true,
        })
    }

    /// Where a group is first written; of one that is written nowhere, the inventory as a whole.
    pub fn group_place(&self, name: &str) -> Option<Place> {
        let declared = self.groups.get(name).and_then(|group| group.declared.clone());
        declared.or_else(|| self.whole())
    }

    /// Where a host is first written; of one that is written nowhere, the inventory as a whole.
    pub fn host_place(&self, name: &str) -> Option<Place> {
        let declared = self.groups.host(name).and_then(|host| host.declared.clone());
        declared.or_else(|| self.whole())
    }

    /// Where it is written that a host is in a group, or in one below it; else where the host is written.
    pub fn member_place(&self, group: &str, host: &str) -> Option<Place> {
        let (mut waiting, mut seen) = (vec![group], HashSet::new());
        while let Some((name, group)) = waiting.pop().and_then(|name| Some((name, self.groups.get(name)?))) {
            if let Some(Some(place)) = group.hosts.get(host) {
                return Some(place.clone());
            }
            if seen.insert(name) {
                waiting.extend(group.children.keys().rev().copied());
            }
        }
        self.host_place(host)
    }

    /// A variable, or a key below one, as it counts in a scope. `None`: it is not there, null, or not to be known, which
    /// is then counted as not checked.
    pub fn value(&self, scope: &Scope<'_, 'a>, path: &[&str]) -> Option<(Value, Told<'a>)> {
        let told = scope.find(path)?;
        match &told.value {
            Ok(value) => Some((value.clone(), told)),
            Err(why) => {
                self.could_not_check(path.join("."), &told.place(), why.clone());
                None
            }
        }
    }

    /// A text; empty is none.
    pub fn text(&self, scope: &Scope<'_, 'a>, path: &[&str]) -> Option<(String, Told<'a>)> {
        let (value, told) = self.value(scope, path)?;
        let text = value.to_plain_text().trim().to_owned();
        (!text.is_empty()).then_some((text, told))
    }

    /// Whether a variable is true, in any of the words of Ansible's filter `bool`. `None`: it is not set, not to be
    /// known, or no such word.
    pub fn truth(&self, scope: &Scope<'_, 'a>, path: &[&str]) -> Option<(bool, Told<'a>)> {
        let (value, told) = self.value(scope, path)?;
        Some((truth(&value)?, told))
    }

    /// An address that is written as one.
    pub fn address(&self, scope: &Scope<'_, 'a>, path: &[&str]) -> Option<(IpAddr, Told<'a>)> {
        let (text, told) = self.text(scope, path)?;
        Some((text.parse().ok()?, told))
    }

    /// What the variables of kubespray's say of the network, read as the plan reads them.
    pub fn current(&self) -> &Current {
        self.current.get_or_init(|| {
            let lookup = |path: &[&str]| {
                let told = self.nodes().find(path)?;
                let origin: Origin = (&told.place().location()).into();
                self.places.borrow_mut().insert(origin.clone(), told.place());
                let reading = match told.value {
                    Ok(value) => Reading::of(Ok(value)),
                    Err(why) => Reading::Hidden(why),
                };
                Some(Found { reading, origin })
            };
            let current = kubespray::current_of(&lookup, self.release);
            for hidden in current.opaque.iter().filter(|opaque| opaque.is_hidden) {
                if let Some(place) = self.place_of(&hidden.origin) {
                    self.could_not_check(hidden.variable.clone(), &place, hidden.why.clone());
                }
            }
            current
        })
    }

    /// What takes which addresses in the cluster and around it, and where that breaks a rule.
    pub fn network(&self) -> &Network {
        self.network.get_or_init(|| Network::of(self))
    }

    /// Where something was found that [`View::current`] has, or that the rules remembered. `None`: no file has it.
    pub fn place_of(&self, origin: &Origin) -> Option<Place> {
        self.places.borrow().get(origin).cloned()
    }

    /// Remembers a place by the origin that stands for it, and gives that.
    pub fn origin_of(&self, place: Place) -> Origin {
        let origin: Origin = (&place.location()).into();
        self.places.borrow_mut().insert(origin.clone(), place);
        origin
    }

    /// Where to point when what is wrong is that something is missing: the inventory, or any file there is.
    pub fn whole(&self) -> Option<Place> {
        let of_inventory = self.inventory.map(|inventory| Place::file(&inventory.source));
        of_inventory.or_else(|| {
            let mut files = self.root.tree.owners().flat_map(|owner| self.root.tree.files(owner));
            files.find_map(|file| file.source().map(Place::file))
        })
    }

    /// Counts a value that only Ansible can know.
    pub fn could_not_check(&self, variable: impl Into<String>, place: &Place, why: impl Into<String>) {
        let not_checked = NotChecked { variable: Some(variable.into()), location: place.location(), why: why.into() };
        let mut known = self.not_checked.borrow_mut();
        if !known.contains(&not_checked) {
            known.push(not_checked);
        }
    }

    /// What could not be known.
    pub(super) fn into_not_checked(self) -> Vec<NotChecked> {
        self.not_checked.into_inner()
    }
}
