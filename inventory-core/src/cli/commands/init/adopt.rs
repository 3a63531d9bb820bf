//! Taking over an inventory: its groups stay its own, its order becomes the members'.

use std::collections::BTreeSet;

use crate::cluster::{Cluster, KubesprayVersion, Layout, Member, Order};
use crate::discovery::Discovery;
use crate::inventory::Value;
use crate::machine::Machine;
use crate::safe::GroupName;

/// What kubespray's control plane and workers are called, today and up to v2.15.
const KNOWN_ROLES: [(&str, &str); 2] = [("kube_control_plane", "kube_node"), ("kube-master", "kube-node")];

/// Sets the layout and the members' order to what the inventory shows. Gives back the roles it has under other names
/// than the layout's.
pub(super) fn settle(cluster: &mut Cluster, discovery: &Discovery) -> Vec<(&'static str, GroupName)> {
    let has = |name: &str| discovery.groups.keys().any(|group| group.as_str() == name);
    let known = KNOWN_ROLES.into_iter().find(|(control_plane, _)| has(control_plane));
    let mut renamed = Vec::new();
    match known {
        None => cluster.layout = Layout::None,
        Some((control_plane, workers)) => {
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
    // Where its groups disagree (the control plane as 2, 3, 1 and etcd as 1, 2, 3), each keeps the order it has.
    if let Some(order) = common_order(discovery) {
        cluster.machines.order = Some(Order::Listed);
        cluster.members = Some(order.into_iter().map(|position| member(&discovery.machines[position])).collect());
    }
    renamed
}

fn member(machine: &Machine) -> Member {
    Member {
        machine: machine.name.clone(),
        place: machine.place.clone(),
        namespace: machine.namespace.clone(),
        etcd_member_name: machine.vars.get("etcd_member_name").map(Value::to_plain_text),
        ..Member::default()
    }
}

/// One order in which every group of the inventory keeps its own: the members' list has only one.
///
/// Among the orders that do, it is the one closest to the inventory's own list of hosts. `None`: there is none.
fn common_order(discovery: &Discovery) -> Option<Vec<usize>> {
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
    (order.len() == count).then_some(order)
}
