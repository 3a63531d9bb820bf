//! What a layout adds to the groups that are given: its roles, its groups of groups, bastion and places.

use std::collections::BTreeSet;

use indexmap::{IndexMap, IndexSet};

use super::Member;
use super::error::AssembleError;
use super::groups::{Built, BuiltGroup, WantedBy, tags_are_known};
use super::roles::{self, Evidence, Role};
use crate::cluster::{Cluster, Layout, RoleGroups, Selector};
use crate::inventory::{Group, Value};
use crate::safe::{GroupName, HostName};
use crate::yaml::nearest;

/// Completes the groups as the layout's playbooks want them, its own groups first.
pub(super) fn complete(cluster: &Cluster, members: &[Member<'_>], built: &mut Built<'_>) -> Result<(), AssembleError> {
    let roles = cluster.role_groups();
    if cluster.layout != Layout::None {
        check_spelling(cluster, &roles, built)?;
        check_tags_are_known(cluster, &roles, members, built)?;
        add_roles(&roles, members, built)?;
        check_filled(cluster, &roles, members, built)?;
    }
    let mut first = vec![&roles.control_plane, &roles.etcd, &roles.workers];
    match cluster.layout {
        Layout::Kubespray => {
            add_whole(&roles, built);
            first.extend([&roles.route_reflectors, &roles.whole]);
        }
        Layout::HardWay => {
            add_load_balancers(&roles, members, built);
            first.push(&roles.load_balancer);
        }
        Layout::None => first.clear(),
    }
    let mut to = 0;
    for name in first {
        if let Some(from) = built.groups.get_index_of(name) {
            built.groups.move_index(from, to);
            to += 1;
        }
    }
    add_bastion(cluster, members, built)?;
    add_places(members, built)
}

/// Where tags give the roles, whoever is not seen now would lose its own and be taken for a worker.
fn check_tags_are_known(
    cluster: &Cluster,
    roles: &RoleGroups,
    members: &[Member<'_>],
    built: &Built<'_>,
) -> Result<(), AssembleError> {
    let of_all = [&roles.control_plane, &roles.etcd, &roles.workers];
    let of_hard_way = (cluster.layout == Layout::HardWay).then_some(&roles.load_balancer);
    let open = of_all.into_iter().chain(of_hard_way).find(|role| !built.groups.contains_key(*role));
    match open {
        Some(role) if members.iter().any(roles::is_tagged) => {
            tags_are_known(members, || format!("`groups` does not say who is in {role}, and tags `role` do"))
        }
        _ => Ok(()),
    }
}

/// The roles: those given stay, the others follow from the control plane.
fn add_roles(roles: &RoleGroups, members: &[Member<'_>], built: &mut Built<'_>) -> Result<(), AssembleError> {
    if !built.groups.contains_key(&roles.control_plane) {
        let playing = playing(members, Role::ControlPlane);
        let nobody = || members.is_empty().then(|| (Vec::new(), "there is nobody".to_owned()));
        let Some((hosts, why)) = playing.or_else(nobody) else {
            return Err(AssembleError::NoRoles { suggestion: suggestion(roles, members) });
        };
        built.add(roles.control_plane.clone(), of_hosts(hosts), WantedBy::Layout, why);
    }
    let control_plane = built.hosts_within(&roles.control_plane);
    if !built.groups.contains_key(&roles.etcd) {
        let (hosts, why) = playing(members, Role::Etcd).unwrap_or_else(|| {
            (
                control_plane.iter().cloned().collect(),
                "nothing says otherwise, so etcd runs on the control plane".to_owned(),
            )
        });
        built.add(roles.etcd.clone(), of_hosts(hosts), WantedBy::Layout, why);
    }
    if !built.groups.contains_key(&roles.workers) {
        let elsewhere =
            |role| playing(members, role).map_or_else(IndexSet::new, |(hosts, _)| hosts.into_iter().collect());
        let (etcd, load_balancers) = (elsewhere(Role::Etcd), elsewhere(Role::LoadBalancer));
        let others: Vec<HostName> = members
            .iter()
            .map(|member| member.host.clone())
            .filter(|host| ![&control_plane, &etcd, &load_balancers].iter().any(|taken| taken.contains(host)))
            .collect();
        let (hosts, why) = if others.is_empty() {
            (control_plane.into_iter().collect(), "there is no other host, so pods run on the control plane")
        } else {
            (others, "it is not of the control plane")
        };
        built.add(roles.workers.clone(), of_hosts(hosts), WantedBy::Layout, why);
    }
    Ok(())
}

/// A group called nearly like a role that is not written: the role would be filled by guessing, and the group would
/// be nobody's.
fn check_spelling(cluster: &Cluster, roles: &RoleGroups, built: &Built<'_>) -> Result<(), AssembleError> {
    /// What kubespray called them up to v2.15, and what people make of that; and back.
    const OTHER_NAMES: [(&str, &str); 7] = [
        ("kube_control_plane", "kube-master"),
        ("kube-master", "kube_control_plane"),
        ("kube_master", "kube_control_plane"),
        ("kube_masters", "kube_control_plane"),
        ("kube-node", "kube_node"),
        ("kube-nodes", "kube_node"),
        ("kube_nodes", "kube_node"),
    ];
    for role in [&roles.control_plane, &roles.etcd, &roles.workers] {
        if built.groups.contains_key(role) {
            continue;
        }
        let is_near = |name: &&GroupName| {
            OTHER_NAMES.contains(&(name.as_str(), role.as_str())) || nearest(name.as_str(), &[role.as_str()]).is_some()
        };
        if let Some(written) = cluster.groups.by_name.keys().find(is_near) {
            // A new name in an old release's layout: the version may be what is wrong.
            let is_of_age = role.as_str().contains('-') && written.as_str().contains('_');
            let version = cluster.kubespray_version.filter(|_| is_of_age && cluster.layout == Layout::Kubespray);
            return Err(AssembleError::NearRole { version, written: written.clone(), role: role.clone() });
        }
    }
    Ok(())
}

/// A role that is written and fits nobody is a mistake, unless it says `none`.
fn check_filled(
    cluster: &Cluster,
    roles: &RoleGroups,
    members: &[Member<'_>],
    built: &Built<'_>,
) -> Result<(), AssembleError> {
    for role in [&roles.control_plane, &roles.etcd, &roles.workers] {
        let is_meant = *role != roles.control_plane && cluster.groups.by_name.get(role) == Some(&Selector::None);
        if let Some(there) = built.groups.get(role)
            && !is_meant
            && !members.is_empty()
            && built.hosts_within(role).is_empty()
        {
            return Err(AssembleError::EmptyRole { group: role.clone(), wanted_by: there.wanted_by.to_string() });
        }
    }
    Ok(())
}

/// The hard way's load balancers, where a tag or a name says that there are some.
fn add_load_balancers(roles: &RoleGroups, members: &[Member<'_>], built: &mut Built<'_>) {
    if built.groups.contains_key(&roles.load_balancer) {
        return;
    }
    if let Some((hosts, why)) = playing(members, Role::LoadBalancer) {
        built.add(roles.load_balancer.clone(), of_hosts(hosts), WantedBy::Layout, why);
    }
}

/// Who plays a part by tag or by name, and why; `None` if nobody does.
fn playing(members: &[Member<'_>], role: Role) -> Option<(Vec<HostName>, String)> {
    let found: Vec<(&Member<'_>, Evidence)> =
        members.iter().filter_map(|member| Some((member, roles::evidence(member, role)?))).collect();
    let why = match found.first()?.1 {
        Evidence::Tag => "its tag `role` says so, which whoever may label the machine decides".to_owned(),
        Evidence::Word(word) => format!("the word {word:?} in its name"),
    };
    Some((found.into_iter().map(|(member, _)| member.host.clone()).collect(), why))
}

fn of_hosts(hosts: Vec<HostName>) -> Group {
    Group { hosts, ..Group::default() }
}

/// The group of all Kubernetes nodes: older versions read it from the inventory, and newer ones do not mind.
fn add_whole(roles: &RoleGroups, built: &mut Built<'_>) {
    let nodes = [&roles.control_plane, &roles.workers, &roles.route_reflectors];
    let there: Vec<GroupName> = nodes.into_iter().filter(|name| built.groups.contains_key(*name)).cloned().collect();
    let whole = built.groups.entry(roles.whole.clone()).or_insert_with(|| BuiltGroup {
        group: Group::default(),
        wanted_by: WantedBy::Layout,
        why: "kubespray wants it".to_owned(),
    });
    for child in there {
        if !whole.group.children.contains(&child) {
            whole.group.children.push(child);
        }
    }
}

/// kubespray's bastion: a host of that name, alone in a group of that name. What the user says of it wins.
fn add_bastion(cluster: &Cluster, members: &[Member<'_>], built: &mut Built<'_>) -> Result<(), AssembleError> {
    let Some(jump) = cluster.hosts.jump.as_ref().filter(|_| cluster.hosts.bastion) else { return Ok(()) };
    let (host, group) = (HostName::known("bastion"), GroupName::known("bastion"));
    if let Some(member) = members.iter().find(|member| member.host == host) {
        return Err(AssembleError::SameHost {
            host,
            first: member.machine.origin.clone(),
            second: "`hosts.bastion`".to_owned(),
        });
    }
    match built.groups.get_mut(&group) {
        Some(known) if known.group.hosts.contains(&host) => {}
        Some(known) => known.group.hosts.push(host.clone()),
        None => built.add(group, of_hosts(vec![host.clone()]), WantedBy::Bastion, "`hosts.bastion` says so"),
    }
    let vars = built.other_hosts.entry(host).or_default();
    let mut put = |name: &str, value: Value| {
        vars.entry(name.to_owned()).or_insert(value);
    };
    put("ansible_host", Value::user(jump.host.to_string()));
    if let Some(user) = &jump.user {
        put("ansible_user", Value::user(user));
    }
    if let Some(port) = jump.port {
        put("ansible_port", Value::Int(port.into()));
    }
    Ok(())
}

/// A group for each place, where there are several. A group of that name that somebody wrote stays.
fn add_places(members: &[Member<'_>], built: &mut Built<'_>) -> Result<(), AssembleError> {
    let places: BTreeSet<&str> = members.iter().filter_map(|member| member.machine.place.as_deref()).collect();
    if places.len() < 2 {
        return Ok(());
    }
    for place in places {
        let group = GroupName::from_words(&format!("inv_place_{place}"));
        match built.groups.get(&group).map(|known| &known.wanted_by) {
            // `lab-1` and `lab_1` are one word to Ansible: the second would take the first one's hosts.
            Some(WantedBy::Place(first)) => {
                return Err(AssembleError::SamePlace { first: first.clone(), second: place.to_owned(), group });
            }
            Some(_) => continue,
            None => {}
        }
        let there = members.iter().filter(|member| member.machine.place.as_deref() == Some(place));
        let hosts = there.map(|member| member.host.clone()).collect();
        built.add(group, of_hosts(hosts), WantedBy::Place(place.to_owned()), format!("its place is {place}"));
    }
    Ok(())
}

/// Who would be what if somebody had to decide by count, once: the policy of `init`.
///
/// etcd and the control plane are the first three (one below three; spread over places where there are several),
/// pods run on the others, or on all where there is no other.
pub fn by_count(places: &[Option<&str>]) -> Counted {
    let wanted = if places.len() < 3 { 1.min(places.len()) } else { 3 };
    let mut by_place: IndexMap<Option<&str>, Vec<usize>> = IndexMap::new();
    for (position, place) in places.iter().enumerate() {
        by_place.entry(*place).or_default().push(position);
    }
    let mut control_plane = Vec::new();
    let mut round = 0;
    while control_plane.len() < wanted {
        let of_round = by_place.values().filter_map(|positions| positions.get(round).copied());
        control_plane.extend(of_round.take(wanted - control_plane.len()));
        round += 1;
    }
    control_plane.sort_unstable();
    // At most three: a search is as good as a set.
    let others: Vec<usize> = (0..places.len()).filter(|position| !control_plane.contains(position)).collect();
    let workers = if others.is_empty() { control_plane.clone() } else { others };
    Counted { control_plane, workers }
}

/// Positions of those who would be what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The control plane, which is etcd too.
    pub control_plane: Vec<usize>,
    /// The others, or all where there is no other.
    pub workers: Vec<usize>,
}

/// The `groups` that `init` would write.
fn suggestion(roles: &RoleGroups, members: &[Member<'_>]) -> String {
    let places: Vec<Option<&str>> = members.iter().map(|member| member.machine.place.as_deref()).collect();
    let counted = by_count(&places);
    let names = |positions: &[usize]| {
        positions.iter().map(|&position| members[position].machine.name.as_str()).collect::<Vec<_>>().join(", ")
    };
    let control_plane = names(&counted.control_plane);
    format!(
        "`groups: {{{}: {{names: [{control_plane}]}}, {}: {{names: [{control_plane}]}}, {}: {{names: [{}]}}}}`",
        roles.control_plane,
        roles.etcd,
        roles.workers,
        names(&counted.workers)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_policy_spreads_the_control_plane_over_places() {
        let at = |places: &[&'static str]| by_count(&places.iter().map(|place| Some(*place)).collect::<Vec<_>>());
        assert_eq!(at(&["a", "a", "a", "a", "b", "b"]).control_plane, [0, 1, 4]);
        assert_eq!(at(&["a"; 5]), Counted { control_plane: vec![0, 1, 2], workers: vec![3, 4] });
        assert_eq!(at(&["a"; 2]), Counted { control_plane: vec![0], workers: vec![1] });
        assert_eq!(at(&["a"; 3]), Counted { control_plane: vec![0, 1, 2], workers: vec![0, 1, 2] });
        assert_eq!(at(&[]), Counted { control_plane: vec![], workers: vec![] });
    }
}
