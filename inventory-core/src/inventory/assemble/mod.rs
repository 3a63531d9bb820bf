//! From machines found and settings written to an inventory: who is a member, what it is called, how it is
//! reached, which groups it is in, what it knows.
//!
//! The steps run in that order, each in its own file, and each says why it did what it did (`report`).

mod address;
mod collisions;
mod error;
mod groups;
mod layout;
mod membership;
mod naming;
pub mod natural;
mod report;
mod roles;
mod roll_call;
mod variables;

use indexmap::IndexMap;

use super::{Group, Inventory};
use crate::cluster::{Cluster, Layout};
use crate::discovery::Discovery;
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
    /// How it is reached.
    reached: Reached,
}

/// Assembles the inventory of a cluster from what its source found.
pub fn assemble(cluster: &Cluster, discovery: &Discovery) -> Result<Assembly, AssembleError> {
    let selection = membership::select(cluster, discovery)?;
    let mut report = Report {
        is_pinned: cluster.members.is_some(),
        hosts: Vec::new(),
        left_out: selection.left_out,
        unreadable: discovery.unreadable.clone(),
    };
    let mut members = Vec::with_capacity(selection.members.len());
    let mut skipped = Vec::new();
    for selected in selection.members {
        let host = naming::host_name(cluster, &selected, members.len() + 1)?;
        match address::reach(cluster, &selected, &host) {
            Ok(reached) => members.push(Member {
                machine: selected.machine,
                found_at: selected.found_at,
                pin: selected.pin,
                state: selected.state,
                star: selected.star,
                host,
                reached,
            }),
            Err(candidates) if membership::may_lack_address(cluster) => {
                skipped.push(host);
                report.left_out.push(LeftOut {
                    machine: selected.machine.name.clone(),
                    origin: selected.machine.origin.clone(),
                    why: format!("it has no usable address{}", report::seen(&candidates)),
                });
            }
            Err(candidates) => {
                return Err(AssembleError::NoAddress {
                    host,
                    origin: selected.machine.origin.clone(),
                    seen: report::seen(&candidates),
                });
            }
        }
    }
    naming::check_unique(&members)?;

    let top = cluster.top_group();
    let layout = groups::build(cluster, discovery, &members)?;
    let role_groups = cluster.role_groups();
    let etcd = layout.hosts_within(&role_groups.etcd);
    let control_plane = layout.hosts_within(&role_groups.control_plane);
    membership::check_addresses(&members, |host| etcd.contains(host) || control_plane.contains(host))?;

    let mut hosts = IndexMap::with_capacity(members.len());
    for (position, member) in members.iter().enumerate() {
        let vars = variables::of_host(cluster, &layout, member, position + 1, &etcd)?;
        hosts.insert(member.host.clone(), vars);
    }
    if cluster.layout == Layout::Kubespray {
        naming::check_kubespray(&members)?;
    }
    collisions::check(cluster, &members, &hosts)?;
    naming::check_groups(cluster, &members, &layout, &top)?;
    let mut memberships = report::memberships(&layout);
    report.hosts = members
        .iter()
        .map(|member| report::of_host(member, memberships.remove(&member.host).unwrap_or_default()))
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
