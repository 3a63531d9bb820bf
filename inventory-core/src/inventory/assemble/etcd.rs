//! What etcd's members are called. A member keeps its name for life: `recover_control_plane` and etcd itself know it by
//! that.

use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use super::Member;
use super::error::AssembleError;
use crate::cluster::Cluster;
use crate::inventory::{Value, Variables};
use crate::safe::HostName;

/// kubespray's variable.
pub(super) const NAME: &str = "etcd_member_name";

/// The names of the hosts of etcd, in their order: those that are written, else the one kubespray itself gives by
/// position, else, where somebody else has that one, the first that nobody has.
pub(super) fn member_names(
    cluster: &Cluster,
    members: &[Member<'_>],
    etcd: &IndexSet<HostName>,
) -> HashMap<HostName, String> {
    let pinned = cluster.members.iter().flatten().filter_map(|pin| pin.etcd_member_name.clone());
    let mut taken: HashSet<String> = pinned.chain(members.iter().filter_map(written)).collect();
    let mut names: HashMap<HostName, String> =
        members.iter().filter_map(|member| Some((member.host.clone(), written(member)?))).collect();
    let mut displaced = Vec::new();
    for (host, number) in etcd.iter().zip(1_usize..) {
        if names.contains_key(host) {
            continue;
        }
        let positional = format!("etcd{number}");
        if taken.insert(positional.clone()) {
            names.insert(host.clone(), positional);
        } else {
            displaced.push(host);
        }
    }
    let mut free = (1_usize..).map(|number| format!("etcd{number}")).filter(|name| !taken.contains(name));
    for host in displaced {
        names.extend(free.next().map(|name| (host.clone(), name)));
    }
    names
}

/// The name that `members` or the machine's own variables give.
fn written(member: &Member<'_>) -> Option<String> {
    let of_inventory = || member.machine.vars.get(NAME).filter(|value| !value.is_template()).map(Value::to_plain_text);
    member.pin.and_then(|pin| pin.etcd_member_name.clone()).or_else(of_inventory)
}

/// Two members of etcd with one name cannot form a cluster.
pub(super) fn check_distinct(
    etcd: &IndexSet<HostName>,
    hosts: &IndexMap<HostName, Variables>,
) -> Result<(), AssembleError> {
    let mut seen = HashMap::new();
    for host in etcd {
        let Some(name) = hosts.get(host).and_then(|vars| vars.get(NAME)).filter(|name| !name.is_template()) else {
            continue;
        };
        if let Some(first) = seen.insert(name.to_plain_text(), host) {
            let (first, second) = (first.clone(), host.clone());
            return Err(AssembleError::SameEtcdMember { first, second, name: name.to_plain_text() });
        }
    }
    Ok(())
}
