//! The variables of a directory, read and to be written.

use std::path::Path;

use super::record;
use crate::cli::Failure;
use crate::cluster::{Cluster, Layout};
use crate::kubespray::Release;
use crate::plan::{Current, NetworkPlan};
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

/// Reads them.
pub(super) fn read(cluster: &Cluster, directory: &Path) -> Result<Variables, Failure> {
    let tree = VarsTree::read(directory);
    let mut current = match cluster.layout {
        Layout::Kubespray => kubespray::current(&tree, Release::of(cluster.kubespray_version)),
        Layout::HardWay => hard_way::current(&tree, &cluster.network.variables),
        Layout::None => Current::default(),
    };
    current.record = record::read(directory)?;
    Ok(Variables { tree, current })
}
