//! Two hosts that are reached the same way: one machine under two names, or one of them lies.

use std::collections::HashMap;
use std::net::IpAddr;

use indexmap::IndexMap;

use super::Member;
use super::error::AssembleError;
use crate::cluster::{Cluster, Layout};
use crate::inventory::{Value, Variables};
use crate::machine::State;
use crate::safe::HostName;

/// Refuses two members with one address and port, and two with one `ip` where that is kubespray's.
pub(super) fn check(
    cluster: &Cluster,
    members: &[Member<'_>],
    hosts: &IndexMap<HostName, Variables>,
) -> Result<(), AssembleError> {
    distinct(members, true, |member| {
        let vars = &hosts[&member.host];
        let address = literal(vars, "ansible_host")?;
        // The port of a machine that is off may be forwarded to another one by now.
        let is_forwarded = address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        if is_forwarded && member.state != State::Running {
            return None;
        }
        let port = literal(vars, "ansible_port").filter(|port| port != "22");
        let port = port.map_or_else(String::new, |port| format!(", port {port}"));
        // The same address behind two machines in between is two addresses.
        let reach = &member.machine.reach;
        let jump = reach.jump.as_ref().map_or_else(String::new, |jump| format!(", behind {jump}"));
        let proxy = reach.proxy_command.as_ref().map_or_else(String::new, |command| format!(", through {command:?}"));
        Some(format!("the address {address}{port}{jump}{proxy}"))
    })?;
    if cluster.layout == Layout::Kubespray {
        distinct(members, false, |member| Some(format!("`ip` {}", literal(&hosts[&member.host], "ip")?)))?;
    }
    Ok(())
}

/// A variable's text, unless only Ansible can tell what it will be.
pub(super) fn literal(vars: &Variables, name: &str) -> Option<String> {
    vars.get(name).filter(|value| !value.is_template()).map(Value::to_plain_text)
}

/// `a_jump_helps` where the same in two places can be two machines.
fn distinct(
    members: &[Member<'_>],
    a_jump_helps: bool,
    key: impl Fn(&Member<'_>) -> Option<String>,
) -> Result<(), AssembleError> {
    let mut seen: HashMap<String, &Member<'_>> = HashMap::with_capacity(members.len());
    for member in members {
        let Some(what) = key(member) else { continue };
        if let Some(first) = seen.insert(what.clone(), member) {
            let are_apart = first.machine.place != member.machine.place && a_jump_helps;
            return Err(AssembleError::SameAddress {
                first: first.host.clone(),
                second: member.host.clone(),
                what,
                are_apart,
            });
        }
    }
    Ok(())
}
