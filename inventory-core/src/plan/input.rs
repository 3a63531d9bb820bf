//! What a plan is made from.

use super::{Current, PlannedHost};
use crate::cluster::Cluster;
use crate::environment::Environment;
use crate::network::space::AddressSpace;

/// What a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The cluster's settings, its site's laid under them.
    pub cluster: &'a Cluster,
    /// Its hosts, in order, without shares of the pod network.
    pub hosts: &'a [PlannedHost],
    /// What the source learned about what is around them.
    pub environment: &'a Environment,
    /// What the cluster's variables say today.
    pub current: &'a Current,
    /// The clusters whose ranges must differ.
    pub siblings: &'a [Sibling],
    /// What may move although it is written in the variables.
    pub replan: &'a [Replan],
}

/// A cluster whose ranges must differ from this one's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sibling {
    /// Its name.
    pub name: String,
    /// Its ranges and nodes, as its file and its variables say; where nothing is said, its layout's defaults.
    pub spaces: Vec<AddressSpace>,
}

/// A value that somebody wants chosen again, although it stands in the variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Replan {
    /// The pod network.
    Pods,
    /// The service network.
    Services,
    /// The share of a node.
    NodePrefix,
    /// The address families.
    Families,
    /// The CNI's tunnels.
    Encapsulation,
    /// Calico's blocks.
    BlockSize,
}
