//! The variables of a directory, read and to be written.

use std::path::Path;

use super::record;
use crate::cli::Failure;
use crate::cluster::{Cluster, Layout};
use crate::inventory::Inventory;
use crate::kubespray::Release;
use crate::plan::{Current, NetworkPlan, PlannedHost, Record};
use crate::vars::merge::{Merged, Setting, merge};
use crate::vars::tree::VarsTree;
use crate::vars::{hard_way, kubespray};

/// What stands in the variables of a directory.
pub(in crate::cli) struct Variables {
    /// Its files.
    pub(in crate::cli) tree: VarsTree,
    /// What they say about the network, and what was in effect when they were written.
    pub(in crate::cli) current: Current,
}

/// What the variables of a plan are, and what is to be done beside them.
pub(in crate::cli) struct Wanted {
    /// What the files are to become.
    pub(in crate::cli) merged: Merged,
    /// What no variable does, one sentence each.
    pub(in crate::cli) notes: Vec<String>,
}

/// What a plan changes in the variables.
pub(super) fn wanted(cluster: &Cluster, plan: &NetworkPlan, tree: &VarsTree) -> Result<Wanted, Failure> {
    let (settings, notes): (Vec<Setting>, Vec<String>) = match cluster.layout {
        Layout::Kubespray => {
            let kubespray::Settings { settings, notes } = kubespray::settings(plan, tree)?;
            (settings, notes)
        }
        Layout::HardWay => {
            let hard_way::Settings { settings, notes } = hard_way::settings(plan, &cluster.network.variables)?;
            (settings, notes.iter().map(ToString::to_string).collect())
        }
        Layout::None => {
            return Err(Failure::usage(
                "`layout: none` says nothing about variables",
                "write `layout: kubespray` or `layout: hard-way` into the cluster file",
            ));
        }
    };
    Ok(Wanted { merged: merge(tree, &settings), notes })
}

/// Reads those of a cluster whose hosts are known.
pub(super) fn read(
    cluster: &Cluster,
    inventory: &Inventory,
    hosts: &[PlannedHost],
    directory: &Path,
) -> Result<Variables, Failure> {
    let tree = VarsTree::read(directory);
    let record = record::read(directory)?;
    let current = match cluster.layout {
        Layout::HardWay => hard_way::current(&tree, &cluster.network.variables, inventory, hosts),
        Layout::Kubespray => {
            let release = Release::of(cluster.kubespray_version);
            kubespray::current_since(&tree, release, Some(inventory), record.as_ref())
        }
        Layout::None => Current::default(),
    };
    Ok(Variables { tree, current: Current { record, ..current } })
}

/// What stands in the files beside another cluster's, whose hosts nobody asks for.
pub(super) fn of_sibling(cluster: &Cluster, directory: &Path) -> Result<Current, Failure> {
    let record = record::read(directory)?;
    let current = of_files(cluster, &VarsTree::read(directory), record.as_ref());
    Ok(Current { record, ..current })
}

fn of_files(cluster: &Cluster, tree: &VarsTree, record: Option<&Record>) -> Current {
    match cluster.layout {
        Layout::Kubespray => kubespray::current_since(tree, Release::of(cluster.kubespray_version), None, record),
        Layout::HardWay => hard_way::of_files(tree, &cluster.network.variables),
        Layout::None => Current::default(),
    }
}

impl From<kubespray::Unwritable> for Failure {
    fn from(error: kubespray::Unwritable) -> Self {
        // Its sentences end with the remedy.
        Self::new(error.to_string(), "")
    }
}

impl From<hard_way::NotKnown> for Failure {
    fn from(error: hard_way::NotKnown) -> Self {
        Self::new(error.to_string(), error.remedy())
    }
}
