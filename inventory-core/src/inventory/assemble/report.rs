//! How an inventory came about, for `explain`.

use std::collections::HashMap;

use serde::Serialize;

use super::Member;
use super::groups::Built;
use crate::cluster::Cluster;
use crate::discovery::{PassedOver, UnreadablePlace};
use crate::inventory::Value;
use crate::machine::{Machine, State};
use crate::safe::{GroupName, HostName};

/// Why the inventory is as it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Whether `members` pins the membership.
    pub is_pinned: bool,
    /// The members, in order.
    pub hosts: Vec<HostReport>,
    /// The machines that are none.
    pub left_out: Vec<LeftOut>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// The places that could not be read.
    pub unreadable: Vec<UnreadablePlace>,
}

/// Why a host is what it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HostReport {
    /// What Ansible calls it.
    pub host: HostName,
    /// What the source calls it.
    pub machine: String,
    /// What dies with its disk.
    pub id: Option<String>,
    /// The place it lives in.
    pub place: Option<String>,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Where it was found.
    pub origin: String,
    /// What it is doing.
    pub state: State,
    /// Why it has this name.
    pub name_why: String,
    /// How it is reached; `None` where the user's inventory has a template for that.
    pub address: Option<String>,
    /// The machine that one jumps through to get there.
    pub jump: Option<String>,
    /// Every address seen, and what became of it.
    pub candidates: Vec<Candidate>,
    /// The guest's own address.
    pub ip: Option<String>,
    /// Where that comes from, or why there is none.
    pub ip_why: String,
    /// What the source says of its state in its own words.
    pub state_why: Option<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// Its groups, and why it is in each.
    pub groups: Vec<(GroupName, String)>,
}

/// An address that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The address.
    pub address: String,
    /// The interface it is on.
    pub interface: Option<String>,
    /// The network it is on.
    pub network: Option<String>,
    /// Who told it.
    pub from: String,
    /// What became of it.
    pub verdict: String,
    /// Whether it is the one.
    pub is_chosen: bool,
}

/// A machine that is no member, or could not be played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// What the source calls it.
    pub machine: String,
    /// Where it was found.
    pub origin: String,
    /// Why.
    pub why: String,
}

impl LeftOut {
    /// What the source itself takes for no machine.
    pub(super) fn of(passed_over: &PassedOver) -> Self {
        let PassedOver { name, origin, why } = passed_over.clone();
        Self { machine: name, origin, why }
    }
}

/// The groups of each host, with the reason.
pub(super) fn memberships<'a>(built: &'a Built<'_>) -> HashMap<&'a HostName, Vec<(GroupName, String)>> {
    let mut groups: HashMap<&HostName, Vec<(GroupName, String)>> = HashMap::new();
    for (name, built) in &built.groups {
        for host in &built.group.hosts {
            groups.entry(host).or_default().push((name.clone(), built.why.clone()));
        }
    }
    groups
}

pub(super) fn of_host(cluster: &Cluster, member: &Member<'_>, groups: Vec<(GroupName, String)>) -> HostReport {
    let machine = &member.machine;
    let name_why = match member.pin {
        Some(pin) if pin.host.is_some() => "`members`, where it is pinned",
        _ if cluster.hosts.names.contains_key(&machine.name) => "`hosts.names`",
        _ if cluster.hosts.name.is_some() => "the template `hosts.name`",
        _ => "the machine's own name",
    };
    HostReport {
        host: member.host.clone(),
        machine: machine.name.clone(),
        id: machine.id.clone(),
        place: machine.place.clone(),
        namespace: machine.namespace.clone(),
        origin: machine.origin.clone(),
        state: member.state,
        name_why: name_why.to_owned(),
        address: member.reached.address.as_ref().map(ToString::to_string),
        jump: machine.reach.jump.as_ref().or(cluster.hosts.jump.as_ref()).map(ToString::to_string),
        candidates: member.reached.candidates.clone(),
        ip: (member.reached.ip.or(member.reached.ip6).map(|ip| ip.to_string()))
            .or_else(|| machine.vars.get("ip").map(Value::to_plain_text)),
        ip_why: member.reached.ip_why.to_string(),
        state_why: machine.state_why.clone(),
        notes: machine.notes.clone(),
        groups,
    }
}

/// Addresses for a sentence, and what the source says besides: `: 10.42.1.1 (never: …), …; …`, or nothing.
pub(super) fn seen(machine: &Machine, candidates: &[Candidate]) -> String {
    let each: Vec<String> =
        candidates.iter().map(|candidate| format!("{} ({})", candidate.address, candidate.verdict)).collect();
    let parts = [Some(each.join(", ")).filter(|each| !each.is_empty()), machine.reach.why_none.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(": {}", parts.join("; ")) }
}
