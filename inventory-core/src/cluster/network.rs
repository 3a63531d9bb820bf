//! `network`: what the inventory needs to know of it.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::safe::GroupName;

/// The cluster's network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// The domain of the cluster's own names. Default: `cluster.local`, the hard way's `kubernetes.local`.
    pub dns_domain: Option<String>,
    /// Which groups play which part, where they are not called as the layout calls them.
    pub roles: Roles,
}

/// Which groups play which part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Roles {
    /// The hosts that run the API server.
    pub control_plane: Option<GroupName>,
    /// The hosts that run the cluster's pods.
    pub workers: Option<GroupName>,
    /// The hosts that run etcd.
    pub etcd: Option<GroupName>,
    /// The hosts in front of the API servers.
    pub load_balancer: Option<GroupName>,
}
