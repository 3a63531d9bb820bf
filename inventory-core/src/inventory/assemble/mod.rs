//! From machines found and settings written to an inventory: who is a member, what it is called, how it is
//! reached, which groups it is in, what it knows.
//!
//! The steps run in that order, each in its own file, and each says why it did what it did (`report`).

mod address;
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

use super::{Group, Inventory, Variables};
use crate::cluster::{Cluster, Layout};
use crate::discovery::Discovery;
use crate::machine::{Machine, State};
use crate::safe::{GroupName, HostName};

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
    let mut layout = groups::build(cluster, discovery, &members)?;
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
    check_collisions(&members, &hosts)?;
    let mut memberships = report::memberships(&layout);
    report.hosts = members
        .iter()
        .map(|member| report::of_host(member, memberships.remove(&member.host).unwrap_or_default()))
        .collect();

    let mut vars = variables::of_cluster(cluster, &skipped, discovery);
    let mut all = Variables::new();
    if cluster.is_declared || !discovery.vars.is_empty() {
        all.clone_from(&discovery.vars);
    }
    let mut groups: IndexMap<GroupName, Group> = IndexMap::with_capacity(layout.groups.len() + 1);
    if let Some(own) = layout.groups.shift_remove(&top) {
        // An inventory of the user's may already have the group; one written under `groups` may not.
        if layout.written.contains(&top) {
            return Err(AssembleError::TopGroupTaken { group: top });
        }
        for (name, value) in own.group.vars {
            vars.entry(name).or_insert(value);
        }
    }
    groups.insert(
        top.clone(),
        Group { hosts: members.iter().map(|member| member.host.clone()).collect(), children: Vec::new(), vars },
    );
    groups.extend(layout.groups.into_iter().map(|(name, built)| (name, built.group)));
    for (host, vars) in layout.other_hosts {
        hosts.insert(host, vars);
    }
    let inventory = Inventory::new(top, hosts, groups, all)?;
    Ok(Assembly { inventory, report })
}

/// Two hosts with one address and port are one machine under two names, or one of them lies.
fn check_collisions(members: &[Member<'_>], hosts: &IndexMap<HostName, Variables>) -> Result<(), AssembleError> {
    let mut by_address: IndexMap<String, &Member<'_>> = IndexMap::new();
    let mut by_ip: IndexMap<String, &Member<'_>> = IndexMap::new();
    for member in members {
        let vars = &hosts[&member.host];
        let port = vars.get("ansible_port").map_or_else(|| "22".to_owned(), super::Value::to_plain_text);
        let jump = member.machine.reach.jump.as_ref().map(ToString::to_string).unwrap_or_default();
        if let Some(address) = vars.get("ansible_host").filter(|value| !value.is_template()) {
            let address = address.to_plain_text();
            let key = format!("{address} port {port} {jump}");
            if let Some(other) = by_address.insert(key, member) {
                return Err(AssembleError::SameAddress {
                    first: other.host.clone(),
                    second: member.host.clone(),
                    what: format!("the address {address}, port {port}"),
                });
            }
        }
        if let Some(ip) = vars.get("ip").filter(|value| !value.is_template()) {
            let ip = ip.to_plain_text();
            if let Some(other) = by_ip.insert(ip.clone(), member) {
                return Err(AssembleError::SameAddress {
                    first: other.host.clone(),
                    second: member.host.clone(),
                    what: format!("`ip` {ip}"),
                });
            }
        }
    }
    Ok(())
}
