//! The cluster's hosts, as the plan knows them.

use std::net::IpAddr;

use super::Choice;
use crate::network::address::Network;
use crate::safe::HostName;

/// A host and what the plan needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedHost {
    /// Its name.
    pub name: HostName,
    /// The addresses on its own interface, one a family; where it has none, the address it is reached at, if that is
    /// no name.
    pub addresses: Vec<IpAddr>,
    /// Whether it runs the API server.
    pub is_control_plane: bool,
    /// Whether it runs etcd.
    pub is_etcd: bool,
    /// Whether it runs the cluster's pods.
    pub is_worker: bool,
    /// What etcd calls it.
    pub etcd_name: Option<String>,
    /// Its share of the pod network, one a family, where the plan gives it one (the hard way's workers).
    pub pod_cidrs: Vec<Choice<Network>>,
}
