//! The groups of an inventory, those included that kubespray makes when it runs.

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};

use super::assignment::{Assignment, Raw, Whose};
use super::hosts::Hosts;
use crate::ansible;
use crate::inventory::{Inventory, Value};
use crate::kubespray::Release;
use crate::lint::finding::Place;
use crate::yaml::{Source, Span};

/// A group.
#[derive(Debug, Clone, Default)]
pub struct Group<'a> {
    /// Where it is first written; `None`: nowhere, kubespray or Ansible makes it.
    pub declared: Option<Place>,
    /// Its own hosts, each with the place that says so.
    pub hosts: IndexMap<&'a str, Option<Place>>,
    /// The groups in it, each with the place that says so.
    pub children: IndexMap<&'a str, Option<Place>>,
    /// Its variables in the inventory.
    pub vars: Vec<Assignment<'a>>,
    /// `ansible_group_priority`.
    priority: i128,
    /// How many groups lie above it, on the longest way up; `all` is 0.
    depth: usize,
}

/// A host.
#[derive(Debug, Clone)]
pub struct Host<'a> {
    /// Where it is first written; `None`: in no file.
    pub declared: Option<Place>,
    /// Its own variables in the inventory.
    pub vars: Vec<Assignment<'a>>,
}

/// Hosts and groups of an inventory, in Ansible's order.
#[derive(Debug, Clone, Default)]
pub struct Groups<'a> {
    by_name: IndexMap<&'a str, Group<'a>>,
    hosts: IndexMap<&'a str, Host<'a>>,
    /// Whether the hosts are known.
    is_known: bool,
    /// The groups that a host is a member of itself.
    of_host: HashMap<&'a str, Vec<&'a str>>,
    /// The groups that a group is a child of.
    above: HashMap<&'a str, Vec<&'a str>>,
}

/// What kubespray makes of the names with dashes: `legacy_groups.yml` from v2.16 on, `dynamic_groups` since v2.29.
const RENAMED: [(&str, &str); 4] = [
    ("kube-master", "kube_control_plane"),
    ("kube-node", "kube_node"),
    ("calico-rr", "calico_rr"),
    ("no-floating", "no_floating"),
];

impl<'a> Groups<'a> {
    /// The groups as a release sees them.
    pub fn of(hosts: &'a Hosts<'_>, release: Release) -> Self {
        let mut groups = match hosts {
            Hosts::Written(source, inventory) => Self::written(source, inventory),
            Hosts::Assembled(source, inventory) => Self::assembled(source, inventory),
            Hosts::Unknown => Self::default(),
        };
        groups.compute(release);
        groups.count_depths();
        groups.look_up();
        groups
    }

    fn written(source: &'a Source, inventory: &'a ansible::Inventory) -> Self {
        let place = |span: &Option<Span>| span.map(|span| Place::new(source, span));
        let members = |members: &'a ansible::Members| {
            members.iter().map(|(name, span)| (name.as_str(), place(span))).collect::<IndexMap<_, _>>()
        };
        let vars = |vars: &'a IndexMap<String, ansible::Variable>, whose: Whose<'a>| {
            let assignment = |(name, variable): (&'a String, &'a ansible::Variable)| Assignment {
                name,
                whose,
                source,
                key: variable.key,
                at: variable.place,
                raw: Raw::Inventory(&variable.value),
            };
            vars.iter().map(assignment).collect::<Vec<_>>()
        };
        let group = |(name, group): (&'a String, &'a ansible::Group)| {
            let built = Group {
                declared: place(&group.declared),
                hosts: members(&group.hosts),
                children: members(&group.children),
                vars: vars(&group.vars, Whose::Group(name)),
                priority: group.priority,
                depth: 0,
            };
            (name.as_str(), built)
        };
        let host = |(name, host): (&'a String, &'a ansible::Host)| {
            let declared = Some(Place::new(source, host.declared));
            (name.as_str(), Host { declared, vars: vars(&host.vars, Whose::Host(name)) })
        };
        Self {
            by_name: inventory.groups.iter().map(group).collect(),
            hosts: inventory.hosts.iter().map(host).collect(),
            is_known: true,
            ..Self::default()
        }
    }

    fn assembled(source: &'a Source, inventory: &'a Inventory) -> Self {
        let vars = |vars: &'a crate::inventory::Variables, whose: Whose<'a>| {
            let assignment = |(name, value)| Assignment {
                name,
                whose,
                source,
                key: Span::default(),
                at: Span::default(),
                raw: Raw::Inventory(value),
            };
            vars.iter().map(|(name, value)| assignment((name.as_str(), value))).collect::<Vec<_>>()
        };
        let mut groups: IndexMap<&'a str, Group<'a>> = IndexMap::new();
        for (name, group) in inventory.groups() {
            let name = name.as_str();
            let built = Group {
                declared: None,
                hosts: group.hosts.iter().map(|host| (host.as_str(), None)).collect(),
                children: group.children.iter().map(|child| (child.as_str(), None)).collect(),
                vars: vars(&group.vars, Whose::Group(name)),
                priority: match group.vars.get("ansible_group_priority") {
                    Some(Value::Int(priority)) => *priority,
                    _ => 1,
                },
                depth: 0,
            };
            groups.insert(name, built);
        }
        let is_child: IndexSet<&str> = groups.values().flat_map(|group| group.children.keys().copied()).collect();
        let tops = groups.keys().filter(|name| !is_child.contains(*name)).map(|name| (*name, None)).collect();
        let all = Group {
            children: tops,
            vars: vars(inventory.vars(), Whose::Group("all")),
            priority: 1,
            ..Group::default()
        };
        groups.insert("all", all);
        let host = |(name, own): (&'a crate::safe::HostName, &'a crate::inventory::Variables)| {
            (name.as_str(), Host { declared: None, vars: vars(own, Whose::Host(name.as_str())) })
        };
        let hosts = inventory.hosts().iter().map(host).collect();
        Self { by_name: groups, hosts, is_known: true, ..Self::default() }
    }

    /// Adds the groups that kubespray makes when it runs: under the new names from v2.16 on, the cluster's own from the
    /// others' since v2.27, when `k8s-cluster` stopped to be taken for it. Both happen at once, so that what is only in
    /// groups with dashes is in no `k8s_cluster` since then.
    fn compute(&mut self, release: Release) {
        if !self.is_known || release.version().names_groups_with_dashes() {
            return;
        }
        let mut new: Vec<(&'static str, Vec<&'a str>)> = Vec::new();
        for (old, name) in RENAMED {
            new.push((name, self.hosts_of(old)));
        }
        let of_cluster = if release.is_since(27) {
            ["kube_node", "kube_control_plane", "calico_rr"].iter().flat_map(|name| self.hosts_of(name)).collect()
        } else {
            self.hosts_of("k8s-cluster")
        };
        new.push(("k8s_cluster", of_cluster));
        for (name, hosts) in new.into_iter().filter(|(_, hosts)| !hosts.is_empty()) {
            let within: IndexSet<&str> = self.hosts_of(name).into_iter().collect();
            if !self.by_name.contains_key(name)
                && let Some(all) = self.by_name.get_mut("all")
            {
                all.children.insert(name, None);
            }
            let group = self.by_name.entry(name).or_insert_with(|| Group { priority: 1, ..Group::default() });
            for host in hosts {
                if !within.contains(host) {
                    group.hosts.insert(host, None);
                }
            }
        }
    }

    /// Counts how deep each group lies. Ansible's readers leave no cycle.
    fn count_depths(&mut self) {
        let mut parents: IndexMap<&str, usize> = self.by_name.keys().map(|name| (*name, 0)).collect();
        for child in self.by_name.values().flat_map(|group| group.children.keys()) {
            *parents.entry(child).or_default() += 1;
        }
        let mut ready: Vec<&str> = parents.iter().filter(|(_, count)| **count == 0).map(|(name, _)| *name).collect();
        while let Some(name) = ready.pop() {
            let Some(group) = self.by_name.get(name) else { continue };
            let (below, children) = (group.depth + 1, group.children.keys().copied().collect::<Vec<_>>());
            for child in children {
                if let Some(group) = self.by_name.get_mut(child) {
                    group.depth = group.depth.max(below);
                }
                if let Some(waiting) = parents.get_mut(child) {
                    *waiting -= 1;
                    if *waiting == 0 {
                        ready.push(child);
                    }
                }
            }
        }
    }

    /// Notes who is above whom, which is asked for every host.
    fn look_up(&mut self) {
        for (name, group) in &self.by_name {
            for host in group.hosts.keys() {
                self.of_host.entry(host).or_default().push(name);
            }
            for child in group.children.keys() {
                self.above.entry(child).or_default().push(name);
            }
        }
    }

    /// Whether the hosts are known. Otherwise nothing follows from what is not here.
    pub fn is_known(&self) -> bool {
        self.is_known
    }

    /// The groups by name, in Ansible's order, those that kubespray makes behind them.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &Group<'a>)> {
        self.by_name.iter().map(|(name, group)| (*name, group))
    }

    /// A group.
    pub fn get(&self, name: &str) -> Option<&Group<'a>> {
        self.by_name.get(name)
    }

    /// The hosts by name, in Ansible's order.
    pub fn hosts(&self) -> impl Iterator<Item = (&'a str, &Host<'a>)> {
        self.hosts.iter().map(|(name, host)| (*name, host))
    }

    /// A host.
    pub fn host(&self, name: &str) -> Option<&Host<'a>> {
        self.hosts.get(name)
    }

    /// The hosts in a group and in the groups below it, each once, in Ansible's order: a group's own hosts go before
    /// those of its children.
    pub fn hosts_of(&self, name: &str) -> Vec<&'a str> {
        let (mut found, mut seen) = (IndexSet::new(), IndexSet::new());
        let mut waiting: Vec<&str> = vec![name];
        while let Some((name, group)) = waiting.pop().and_then(|name| self.by_name.get_key_value(name)) {
            if seen.insert(*name) {
                found.extend(group.hosts.keys().copied());
                waiting.extend(group.children.keys().rev().copied());
            }
        }
        found.into_iter().collect()
    }

    /// The groups that a host is in, those above them included, `all` last: the strongest first.
    pub fn groups_of(&self, host: &str) -> Vec<&'a str> {
        let mut of_host: IndexSet<&'a str> = self.of_host.get(host).into_iter().flatten().copied().collect();
        let mut at = 0;
        while let Some(name) = of_host.get_index(at).copied() {
            of_host.extend(self.above.get(name).into_iter().flatten().copied());
            at += 1;
        }
        of_host.insert("all");
        let mut groups: Vec<&str> = of_host.into_iter().collect();
        groups.sort_by_key(|name| {
            let strength = self.by_name.get(name).map(|group| (group.depth, group.priority, *name));
            std::cmp::Reverse((*name != "all", strength))
        });
        groups
    }
}
