//! Taking over an inventory: its groups stay its own, its order becomes the members'.

use std::collections::BTreeSet;

use crate::cli::Failure;
use crate::cluster::{Cluster, KubesprayVersion, Layout, Member, Order};
use crate::discovery::Discovery;
use crate::safe::GroupName;

/// What kubespray's control plane, etcd and workers are called, today and up to v2.15.
const KNOWN_ROLES: [(&str, &str, &str); 2] =
    [("kube_control_plane", "etcd", "kube_node"), ("kube-master", "etcd", "kube-node")];

/// Sets the layout and the members' order to what the inventory shows. Gives back the roles it has under other names
/// than the layout's.
pub(super) fn settle(cluster: &mut Cluster, discovery: &Discovery) -> Result<Vec<(&'static str, GroupName)>, Failure> {
    let has = |name: &str| discovery.groups.keys().any(|group| group.as_str() == name);
    let known = KNOWN_ROLES.into_iter().find(|(control_plane, ..)| has(control_plane));
    let mut renamed = Vec::new();
    match known {
        None => cluster.layout = Layout::None,
        Some((control_plane, _, workers)) => {
            let roles = &mut cluster.network.roles;
            let layout_has_dashes = cluster.kubespray_version.is_some_and(KubesprayVersion::names_groups_with_dashes);
            let inventory_has_dashes = control_plane.contains('-');
            if layout_has_dashes != inventory_has_dashes {
                roles.control_plane = GroupName::parse(control_plane).ok();
                roles.workers = GroupName::parse(workers).ok();
                renamed.extend(roles.control_plane.clone().map(|name| ("control_plane", name)));
                renamed.extend(roles.workers.clone().map(|name| ("workers", name)));
            }
        }
    }
    let order = common_order(cluster, discovery)?;
    cluster.machines.order = Some(Order::Listed);
    cluster.members = Some(
        order
            .into_iter()
            .map(|position| {
                let machine = &discovery.machines[position];
                Member {
                    machine: machine.name.clone(),
                    place: machine.place.clone(),
                    namespace: machine.namespace.clone(),
                    etcd_member_name: machine.vars.get("etcd_member_name").map(crate::inventory::Value::to_plain_text),
                    ..Member::default()
                }
            })
            .collect(),
    );
    Ok(renamed)
}

/// One order in which every group of the inventory keeps its own: the members' list has only one.
///
/// Among the orders that do, it is the one closest to the inventory's own list of hosts.
fn common_order(cluster: &Cluster, discovery: &Discovery) -> Result<Vec<usize>, Failure> {
    let count = discovery.machines.len();
    let mut after: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); count];
    let mut before = vec![0_usize; count];
    for group in discovery.groups.values() {
        for pair in group.hosts.windows(2) {
            if after[pair[0]].insert(pair[1]) {
                before[pair[1]] += 1;
            }
        }
    }
    let mut ready: BTreeSet<usize> = (0..count).filter(|&position| before[position] == 0).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(position) = ready.pop_first() {
        order.push(position);
        for &next in &after[position] {
            before[next] -= 1;
            if before[next] == 0 {
                ready.insert(next);
            }
        }
    }
    if order.len() == count {
        return Ok(order);
    }
    let roles = cluster.role_groups();
    Err(Failure::new(
        format!(
            "the groups of the inventory list the same hosts in different orders, and `members` has one order for all ({} and {} matter most: their first host is where kubespray begins)",
            roles.control_plane, roles.etcd
        ),
        "give the groups one order in the inventory, then adopt it",
    ))
}
