//! Which members are in which group: what is written, what the user's own inventory has, what a tag says, and what
//! the layout adds.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use indexmap::{IndexMap, IndexSet};

use super::Member;
use super::error::AssembleError;
use super::layout;
use crate::cluster::{Cluster, Filling, GroupSpec, Selector, VarsTemplates};
use crate::discovery::Discovery;
use crate::inventory::model::hosts_within;
use crate::inventory::{Group, Variables};
use crate::safe::{GroupName, HostName};

/// The groups, all but the one of all members.
#[derive(Default)]
pub(super) struct Built<'a> {
    /// By name, in the order they go out.
    pub(super) groups: IndexMap<GroupName, BuiltGroup>,
    /// Hosts that no source knows.
    pub(super) other_hosts: IndexMap<HostName, Variables>,
    /// Per member, the variables its groups give each of theirs.
    pub(super) host_vars: Vec<Vec<(GroupName, &'a VarsTemplates)>>,
}

/// A group and why its hosts are in it.
pub(super) struct BuiltGroup {
    pub(super) group: Group,
    pub(super) wanted_by: WantedBy,
    pub(super) why: String,
}

/// Where a group comes from, for a message about its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WantedBy {
    Written,
    Inventory,
    Tag,
    Layout,
    Bastion,
    Place(String),
}

impl fmt::Display for WantedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Written => "`groups` in the cluster file",
            Self::Inventory => "the inventory that machines are read from",
            Self::Tag => "`groups.from_tag.allow`",
            Self::Layout => "the cluster's `layout`",
            Self::Bastion => "`hosts.bastion`",
            Self::Place(place) => return write!(f, "the place {place}"),
        })
    }
}

impl Built<'_> {
    /// The hosts of a group and of its children, in order.
    pub(super) fn hosts_within(&self, name: &GroupName) -> IndexSet<HostName> {
        let group_of = |name: &GroupName| self.groups.get(name).map(|built| &built.group);
        hosts_within(name, group_of).into_iter().cloned().collect()
    }

    /// Takes hosts out of all groups, after everybody else has the place that they had with them.
    pub(super) fn leave_out(&mut self, hosts: &IndexSet<HostName>) {
        for built in self.groups.values_mut().filter(|_| !hosts.is_empty()) {
            built.group.hosts.retain(|host| !hosts.contains(host));
        }
    }

    pub(super) fn add(&mut self, name: GroupName, group: Group, wanted_by: WantedBy, why: impl Into<String>) {
        self.groups.insert(name, BuiltGroup { group, wanted_by, why: why.into() });
    }
}

/// Builds all groups but the top one.
pub(super) fn build<'a>(
    cluster: &'a Cluster,
    discovery: &Discovery,
    members: &[Member<'_>],
) -> Result<Built<'a>, AssembleError> {
    let mut built = Built { host_vars: vec![Vec::new(); members.len()], ..Built::default() };
    take_own(cluster, discovery, members, &mut built);
    take_tags(cluster, members, &mut built)?;
    take_written(cluster, members, &mut built)?;
    layout::complete(cluster, members, &mut built)?;
    Ok(built)
}

/// The groups of the user's own inventory, unless `groups` has one of the same name.
fn take_own(cluster: &Cluster, discovery: &Discovery, members: &[Member<'_>], built: &mut Built<'_>) {
    let member_at: IndexMap<usize, usize> = members
        .iter()
        .enumerate()
        .filter_map(|(position, member)| member.found_at.map(|found| (found, position)))
        .collect();
    for (name, own) in &discovery.groups {
        let mut positions: Vec<usize> = own.hosts.iter().filter_map(|found| member_at.get(found).copied()).collect();
        // It keeps its own order, unless the members' is wanted.
        if cluster.members.is_some() || cluster.machines.order.is_some() {
            positions.sort_unstable();
        }
        let hosts = positions.into_iter().map(|position| members[position].host.clone()).collect();
        let group = Group { hosts, children: own.children.clone(), vars: own.vars.clone() };
        built.add(name.clone(), group, WantedBy::Inventory, "the inventory has it there");
    }
}

/// The groups a tag names.
fn take_tags(cluster: &Cluster, members: &[Member<'_>], built: &mut Built<'_>) -> Result<(), AssembleError> {
    let Some(from_tag) = &cluster.groups.from_tag else { return Ok(()) };
    tags_are_known(members.iter(), || format!("`groups.from_tag` takes groups from the tag {}", from_tag.key))?;
    let why = format!("its tag {} says so, which whoever may label the machine decides", from_tag.key);
    for name in &from_tag.allow {
        if !built.groups.contains_key(name) {
            built.add(name.clone(), Group::default(), WantedBy::Tag, why.clone());
        }
    }
    // The user's own inventory may have some of them there already.
    let mut there: HashSet<(GroupName, HostName)> = from_tag
        .allow
        .iter()
        .filter_map(|name| Some((name, built.groups.get(name)?)))
        .flat_map(|(name, built)| built.group.hosts.iter().map(|host| (name.clone(), host.clone())))
        .collect();
    for member in members {
        let Some(tag) = member.machine.tags.get(&from_tag.key) else { continue };
        let words: Vec<&str> =
            if from_tag.split.is_empty() { vec![tag] } else { tag.split(from_tag.split.as_str()).collect() };
        let words: IndexSet<&str> = words.into_iter().map(str::trim).filter(|word| !word.is_empty()).collect();
        for word in words {
            let allowed = from_tag.allow.iter().find(|name| name.as_str() == word);
            let Some((name, named)) = allowed.and_then(|name| Some((name, built.groups.get_mut(name)?))) else {
                return Err(AssembleError::GroupNotAllowed {
                    key: from_tag.key.clone(),
                    machine: member.machine.name.clone(),
                    group: word.to_owned(),
                });
            };
            if there.insert((name.clone(), member.host.clone())) {
                named.group.hosts.push(member.host.clone());
            }
        }
    }
    Ok(())
}

/// The groups under `groups`. Each replaces whatever had its name.
fn take_written<'a>(cluster: &'a Cluster, members: &[Member<'_>], built: &mut Built<'a>) -> Result<(), AssembleError> {
    for (name, selector) in &cluster.groups.by_name {
        let chosen = choose(name, selector, members)?;
        let mut group = Group::default();
        if let Selector::Some(spec) = selector {
            group.children.clone_from(&spec.children);
            group.vars.clone_from(&spec.vars);
            if !spec.host_vars.0.is_empty() {
                for &position in &chosen {
                    built.host_vars[position].push((name.clone(), &spec.host_vars));
                }
            }
        }
        group.hosts = chosen.into_iter().map(|position| members[position].host.clone()).collect();
        if let Selector::Some(spec) = selector {
            for (host, vars) in &spec.hosts {
                if members.iter().any(|member| member.host == *host) {
                    return Err(AssembleError::AlreadyMember { group: name.clone(), host: host.clone() });
                }
                group.hosts.push(host.clone());
                built.other_hosts.entry(host.clone()).or_default().extend(vars.0.clone());
            }
        }
        built.add(name.clone(), group, WantedBy::Written, "`groups` says so");
    }
    Ok(())
}

/// The positions of the members a selector chooses, in order.
fn choose(group: &GroupName, selector: &Selector, members: &[Member<'_>]) -> Result<Vec<usize>, AssembleError> {
    let spec = match selector {
        Selector::All => return Ok((0..members.len()).collect()),
        Selector::None => return Ok(Vec::new()),
        Selector::Some(spec) if !spec.selects() => return Ok(Vec::new()),
        Selector::Some(spec) => spec,
    };
    let except: HashSet<usize> = match &spec.except {
        Some(except) => choose(group, except, members)?.into_iter().collect(),
        None => HashSet::new(),
    };
    let mut passing: Vec<usize> = members
        .iter()
        .enumerate()
        .filter(|(position, member)| passes(spec, member) && !except.contains(position))
        .map(|(position, _)| position)
        .collect();
    if let Some(tags) = &spec.tags {
        let asked = passing.iter().map(|&position| &members[position]);
        tags_are_known(asked, || format!("`groups.{group}` asks for tags"))?;
        let holds = |tags_of: &BTreeMap<String, String>| {
            tags.iter().all(|(key, wish)| wish.holds(tags_of.get(key).map(String::as_str)))
        };
        passing.retain(|&position| holds(&members[position].machine.tags));
    }
    if spec.first.is_none() && spec.last.is_none() {
        return Ok(passing);
    }
    let there = passing.len();
    let too_few = |which, wanted| AssembleError::TooFew { group: group.clone(), which, wanted, there };
    let (first, last) = (spec.first.unwrap_or(0), spec.last.unwrap_or(0));
    if first > there {
        return Err(too_few("first", first));
    }
    if last > there {
        return Err(too_few("last", last));
    }
    Ok(passing.into_iter().enumerate().filter(|(n, _)| *n < first || *n >= there - last).map(|(_, p)| p).collect())
}

/// A member that nobody sees now has no tags, and would silently leave its groups.
pub(super) fn tags_are_known<'a, 'b: 'a>(
    members: impl IntoIterator<Item = &'a Member<'b>>,
    asks: impl FnOnce() -> String,
) -> Result<(), AssembleError> {
    match members.into_iter().find(|member| member.found_at.is_none()) {
        None => Ok(()),
        Some(member) => Err(AssembleError::TagsNotKnown { asks: asks(), machine: member.machine.name.clone() }),
    }
}

/// Whether a member passes every filter but that of tags.
fn passes(spec: &GroupSpec, member: &Member<'_>) -> bool {
    let machine = &member.machine;
    let among = |wanted: &Option<Vec<String>>, actual: &Option<String>| {
        wanted.as_ref().is_none_or(|wanted| actual.as_ref().is_some_and(|actual| wanted.contains(actual)))
    };
    spec.names.as_ref().is_none_or(|globs| globs.iter().any(|glob| glob.matches(&machine.name)))
        && spec
            .numbers
            .as_ref()
            .is_none_or(|numbers| Filling::number_of(&machine.name).is_some_and(|number| numbers.contains(number)))
        && among(&spec.places, &machine.place)
        && among(&spec.namespaces, &machine.namespace)
}
