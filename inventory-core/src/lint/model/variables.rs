//! Which value of a variable counts for whom: Ansible's precedence, as long as nobody changed its
//! `VARIABLE_PRECEDENCE`.
//!
//! From the strongest: the host's files, what the inventory gives the host, the files of its groups from the deepest,
//! those of `all`, what the inventory gives its groups, and `all`.

use foldhash::{HashMap, HashMapExt as _};

use super::assignment::{Assignment, Raw, Whose};
use super::groups::Groups;
use super::scope::Scope;
use crate::kubespray::Release;
use crate::lint::root::Root;
use crate::vars::tree::{Owner, VarsFile};
use crate::yaml::Resolved;

/// The variables of an inventory and of the files beside it.
#[derive(Debug)]
pub struct Variables<'a> {
    groups: &'a Groups<'a>,
    release: Release,
    /// Those of files, by owner.
    files: HashMap<&'a Owner, Layer<'a>>,
    /// Those the inventory gives groups.
    of_groups: HashMap<&'a str, Layer<'a>>,
    /// Those the inventory gives hosts.
    of_hosts: HashMap<&'a str, Layer<'a>>,
}

/// The variables that one group or host has by one means.
pub(super) type Layer<'a> = HashMap<&'a str, Assignment<'a>>;

impl<'a> Variables<'a> {
    /// Those of a root and the groups of an inventory in it, which the release sees.
    pub fn of(root: &'a Root, groups: &'a Groups<'a>, release: Release) -> Self {
        let files = root.tree.owners().map(|owner| {
            let whose = match owner {
                Owner::Group(name) => Whose::GroupFile(name),
                Owner::Host(name) => Whose::HostFile(name),
            };
            let mut layer = Layer::new();
            for file in root.tree.files(owner) {
                layer.extend(assignments(file, whose).map(|assignment| (assignment.name, assignment)));
            }
            (owner, layer)
        });
        let layer = |vars: &[Assignment<'a>]| vars.iter().map(|variable| (variable.name, *variable)).collect();
        Self {
            groups,
            release,
            files: files.collect(),
            of_groups: groups.iter().map(|(name, group)| (name, layer(&group.vars))).collect(),
            of_hosts: groups.hosts().map(|(name, host)| (name, layer(&host.vars))).collect(),
        }
    }

    /// What counts for a host.
    pub fn of_host(&self, host: &'a str) -> Scope<'_, 'a> {
        let groups = self.groups.groups_of(host);
        let of_host = [self.files.get(&Owner::Host(host.to_owned())), self.of_hosts.get(host)];
        let mut layers: Vec<&Layer<'a>> = of_host.into_iter().flatten().collect();
        self.extend_with_groups(&mut layers, &groups);
        Scope::new(layers, self.release, Some(host))
    }

    /// What counts for a host of which nothing is known but its groups, the strongest first, `all` last.
    pub fn of_members(&self, groups: &[&'a str]) -> Scope<'_, 'a> {
        let mut layers = Vec::new();
        self.extend_with_groups(&mut layers, groups);
        Scope::new(layers, self.release, None)
    }

    fn extend_with_groups<'s>(&'s self, layers: &mut Vec<&'s Layer<'a>>, groups: &[&'a str]) {
        layers.extend(groups.iter().filter_map(|group| self.files.get(&Owner::Group((*group).to_owned()))));
        layers.extend(groups.iter().filter_map(|group| self.of_groups.get(group)));
    }

    /// Every assignment that counts among those of its own group or host, whether or not it counts for any host.
    pub fn all(&self) -> impl Iterator<Item = &Assignment<'a>> {
        let layers = self.files.values().chain(self.of_groups.values()).chain(self.of_hosts.values());
        layers.flat_map(HashMap::values)
    }
}

/// The assignments of a file, of a key given twice the last.
fn assignments<'a>(file: &'a VarsFile, whose: Whose<'a>) -> impl Iterator<Item = Assignment<'a>> {
    let content = file.source().zip(file.root());

    content.into_iter().flat_map(move |(source, root)| {
        let entries = root.entries(source).unwrap_or_default();
        entries.into_iter().filter_map(move |(key, value)| {
            let Resolved::Text(name) = key.resolve() else { return None };
            let span = |node: &crate::yaml::Node| node.alias.unwrap_or(node.span);
            Some(Assignment { name, whose, source, key: span(key), at: span(value), raw: Raw::File(value) })
        })
    })
}
