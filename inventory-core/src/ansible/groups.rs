//! What Ansible does to the groups of an inventory once it is read.

use std::collections::{HashMap, HashSet};

use super::Inventory;
use super::builder::{ALL, UNGROUPED};
use super::error::{Fault, Problem};
use crate::yaml::Span;

/// Makes every group without a parent a child of `all`.
pub(super) fn adopt_orphans(inventory: &mut Inventory) {
    let children: HashSet<&String> = inventory.groups.values().flat_map(|group| group.children.keys()).collect();
    let orphans: Vec<String> =
        inventory.groups.keys().filter(|name| *name != ALL && !children.contains(name)).cloned().collect();
    inventory.groups[ALL].children.extend(orphans.into_iter().map(|name| (name, None)));
}

/// Takes hosts that have another group out of `ungrouped`, and returns those that have no group at all.
pub(super) fn reconcile_ungrouped(inventory: &mut Inventory) -> Vec<String> {
    let mut grouped: HashSet<String> = HashSet::new();
    let mut ungrouped_has_parent = false;
    for (name, group) in &inventory.groups {
        if name != ALL && name != UNGROUPED {
            grouped.extend(group.hosts.keys().cloned());
            ungrouped_has_parent |= group.children.contains_key(UNGROUPED);
        }
    }
    let members = &inventory.groups[UNGROUPED].hosts;
    let has_no_group = |host: &&String| !grouped.contains(*host) && !members.contains_key(*host);
    let homeless = inventory.groups[ALL].hosts.keys().filter(has_no_group).cloned().collect();
    // Where `ungrouped` is itself the child of a group, each of its hosts has "another group", and Ansible drops it.
    inventory.groups[UNGROUPED].hosts.retain(|host, _| !ungrouped_has_parent && !grouped.contains(host));
    homeless
}

/// Refuses a group that is its own descendant.
pub(super) fn refuse_loops(inventory: &Inventory) -> Result<(), Fault> {
    let groups = &inventory.groups;
    // The groups on the way down from a root, each with the position of the next child to look at.
    let mut path: Vec<(usize, usize)> = Vec::new();
    let mut on_path: HashMap<usize, usize> = HashMap::new();
    let mut done = vec![false; groups.len()];
    for root in 0..groups.len() {
        path.push((root, 0));
        on_path.insert(root, 0);
        while let Some((group, next)) = path.last_mut() {
            let child = groups[*group].children.get_index(*next).and_then(|(name, _)| groups.get_index_of(name));
            *next += 1;
            match child {
                None if *next > groups[*group].children.len() => {
                    done[*group] = true;
                    on_path.remove(group);
                    path.pop();
                }
                Some(child) if !done[child] => {
                    if let Some(&start) = on_path.get(&child) {
                        return Err(loop_fault(inventory, &path[start..]));
                    }
                    on_path.insert(child, path.len());
                    path.push((child, 0));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// The fault of a loop: at the last edge that somebody wrote, since the others came first.
fn loop_fault(inventory: &Inventory, path: &[(usize, usize)]) -> Fault {
    let edges = path.iter().filter_map(|&(parent, next)| {
        let (parent, group) = inventory.groups.get_index(parent)?;
        let (child, at) = group.children.get_index(next - 1)?;
        Some((at.unwrap_or_default(), parent.clone(), child.clone()))
    });
    let (at, parent, child) =
        edges.max_by_key(|(at, ..)| at.start).unwrap_or((Span::default(), ALL.into(), ALL.into()));
    Fault::new(at, Problem::Loop { parent, child })
}
