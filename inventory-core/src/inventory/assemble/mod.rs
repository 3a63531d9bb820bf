//! From machines found and settings written to an inventory: who is a member, what it is called, how it is
//! reached, which groups it is in, what it knows.
//!
//! The steps run in that order, each in its own file, and each says why it did what it did (`report`).

mod address;
mod collisions;
mod error;
mod etcd;
mod groups;
mod layout;
mod membership;
mod naming;
pub mod natural;
mod pinned;
mod remedy;
mod report;
mod roles;
mod roll_call;
mod separate;
mod ssh_args;
mod variables;

use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use super::{Group, Inventory};
use crate::cluster::{Cluster, Layout};
use crate::discovery::Discovery;
use crate::environment::Environment;
use crate::machine::{Machine, State};
use crate::safe::HostName;

use address::Reached;
pub use error::AssembleError;
pub use layout::{Counted, by_count};
pub use report::{Candidate, HostReport, LeftOut, Report};
pub use roll_call::{Attendance, patient, roll_call};

/// An inventory and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembly {
    /// What Ansible gets.
    pub inventory: Inventory,
    /// Why.
    pub report: Report,
}

impl Assembly {
    /// What is around the members, of all that the same look at the source found.
    pub fn environment(&self, discovery: &Discovery) -> Environment {
        let origins: HashSet<&str> = self.report.hosts.iter().map(|host| host.origin.as_str()).collect();
        let members = discovery.machines.iter().filter(|machine| origins.contains(machine.origin.as_str()));
        discovery.environment.clone().around(members)
    }
}

/// A member of the cluster, on its way to becoming a host.
struct Member<'a> {
    /// The machine; for a pinned one that nobody found, what is recorded of it.
    machine: std::borrow::Cow<'a, Machine>,
    /// Its position in the discovery, if it was found.
    found_at: Option<usize>,
    /// What is pinned of it.
    pin: Option<&'a crate::cluster::Member>,
    /// What it is doing.
    state: State,
    /// What the glob in `machines.names` matched.
    star: Option<String>,
    /// What Ansible calls it.
    host: HostName,
    /// Its position among the members, from 0. One that is skipped keeps its own: nobody moves up into it.
    position: usize,
    /// How it is reached.
    reached: Reached,
    /// Whether it has no usable address and that is accepted.
    is_skipped: bool,
}

/// Assembles the inventory of a cluster from what its source found.
pub fn assemble(cluster: &Cluster, discovery: &Discovery) -> Result<Assembly, AssembleError> {
    let selection = membership::select(cluster, discovery)?;
    let mut report = Report {
        is_pinned: cluster.members.is_some(),
        hosts: Vec::new(),
        left_out: selection.left_out,
        notes: discovery.notes.clone(),
        unreadable: discovery.unreadable.clone(),
    };
    let mut members = Vec::with_capacity(selection.members.len());
    for (position, selected) in selection.members.into_iter().enumerate() {
        let host = naming::host_name(cluster, &selected, position + 1)?;
        let (reached, is_skipped) = match address::reach(cluster, &selected, &host) {
            Ok(reached) => (reached, false),
            Err(candidates) if membership::may_lack_address(cluster) => {
                report.left_out.push(LeftOut {
                    machine: selected.machine.name.clone(),
                    origin: selected.machine.origin.clone(),
                    why: format!("it has no usable address{}", report::seen(&selected.machine, &candidates)),
                });
                (Reached { candidates, ..Reached::default() }, true)
            }
            Err(candidates) => {
                return Err(AssembleError::NoAddress {
                    host,
                    origin: selected.machine.origin.clone(),
                    seen: report::seen(&selected.machine, &candidates),
                    may_be_skipped: true,
                });
            }
        };
        let membership::Selected { machine, found_at, pin, state, star } = selected;
        members.push(Member { machine, found_at, pin, state, star, host, position, reached, is_skipped });
    }
    naming::check_unique(&members)?;

    let top = cluster.top_group();
    let mut layout = groups::build(cluster, discovery, &members)?;
    let role_groups = cluster.role_groups();
    let etcd = layout.hosts_within(&role_groups.etcd);
    let control_plane = layout.hosts_within(&role_groups.control_plane);
    let names_of_etcd = match cluster.layout {
        Layout::Kubespray => etcd::member_names(cluster, &members, &etcd),
        Layout::HardWay | Layout::None => HashMap::new(),
    };
    if cluster.layout != Layout::None {
        pinned::check_skipped(&members, |host| etcd.first() == Some(host) || control_plane.first() == Some(host))?;
    }
    let skipped: IndexSet<HostName> = members.iter().filter(|m| m.is_skipped).map(|m| m.host.clone()).collect();
    members.retain(|member| !member.is_skipped);
    layout.leave_out(&skipped);
    pinned::check_addresses(&members, |host| etcd.contains(host) || control_plane.contains(host))?;

    let mut hosts = IndexMap::with_capacity(members.len());
    for member in &members {
        let name = names_of_etcd.get(&member.host).filter(|_| etcd.contains(&member.host));
        let vars = variables::of_host(cluster, &layout, member, name.map(String::as_str))?;
        hosts.insert(member.host.clone(), vars);
    }
    if cluster.layout == Layout::Kubespray {
        naming::check_kubespray(cluster, &members)?;
        etcd::check_distinct(&etcd, &hosts)?;
        separate::check(cluster, discovery, &members, &hosts)?;
    }
    collisions::check(cluster, &members, &hosts)?;
    naming::check_groups(cluster, &members, &layout, &top)?;
    let mut memberships = report::memberships(&layout);
    report.hosts = members
        .iter()
        .map(|member| report::of_host(cluster, member, memberships.remove(&member.host).unwrap_or_default()))
        .collect();

    if let Some(taken) = layout.groups.get(&top) {
        return Err(AssembleError::TopGroupTaken { wanted_by: taken.wanted_by.to_string(), group: top });
    }
    let everybody = Group {
        hosts: members.iter().map(|member| member.host.clone()).collect(),
        children: Vec::new(),
        vars: variables::of_cluster(cluster, &skipped, discovery),
    };
    let mut groups = IndexMap::with_capacity(layout.groups.len() + 1);
    groups.insert(top.clone(), everybody);
    groups.extend(layout.groups.into_iter().map(|(name, built)| (name, built.group)));
    for (host, vars) in layout.other_hosts {
        hosts.insert(host, vars);
    }
    let inventory = Inventory::new(top, hosts, groups, discovery.vars.clone())?;
    Ok(Assembly { inventory, report })
}
