//! What the playbooks of the hard way call their variables.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::safe::VariableName;

/// What the playbooks of the hard way call their variables. There is no standard: these are the names that are written
/// when nothing is said, and no two are alike.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(remote = "Self", deny_unknown_fields, default)]
pub struct HardWayNames {
    /// The pod network.
    pub cluster_cidr: VariableName,
    /// The service network.
    pub service_cidr: VariableName,
    /// The address of the cluster's DNS Service.
    pub cluster_dns: VariableName,
    /// The address where the API is found.
    pub api_address: VariableName,
    /// Every member of etcd with its peer URL.
    pub etcd_initial_cluster: VariableName,
    /// What the API server's certificate must name.
    pub apiserver_sans: VariableName,
    /// A worker's share of the pod network.
    pub pod_cidr: VariableName,
    /// A host's routes to the pods of others.
    pub pod_routes: VariableName,
}

impl Default for HardWayNames {
    fn default() -> Self {
        Self {
            cluster_cidr: VariableName::known("cluster_cidr"),
            service_cidr: VariableName::known("service_cidr"),
            cluster_dns: VariableName::known("cluster_dns"),
            api_address: VariableName::known("api_address"),
            etcd_initial_cluster: VariableName::known("etcd_initial_cluster"),
            apiserver_sans: VariableName::known("apiserver_sans"),
            pod_cidr: VariableName::known("pod_cidr"),
            pod_routes: VariableName::known("pod_routes"),
        }
    }
}

impl HardWayNames {
    /// Ours, and what the playbooks call it.
    fn pairs(&self) -> [(&'static str, &VariableName); 8] {
        [
            ("cluster_cidr", &self.cluster_cidr),
            ("service_cidr", &self.service_cidr),
            ("cluster_dns", &self.cluster_dns),
            ("api_address", &self.api_address),
            ("etcd_initial_cluster", &self.etcd_initial_cluster),
            ("apiserver_sans", &self.apiserver_sans),
            ("pod_cidr", &self.pod_cidr),
            ("pod_routes", &self.pod_routes),
        ]
    }
}

impl<'de> Deserialize<'de> for HardWayNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Self::deserialize(deserializer)?;
        let mut owners = HashMap::new();
        for (ours, theirs) in names.pairs() {
            if let Some(other) = owners.insert(theirs, ours) {
                return Err(D::Error::custom(format!(
                    "`{other}` and `{ours}` are both called `{theirs}`; give one of them another name"
                )));
            }
            if theirs.steers_ansible() {
                return Err(D::Error::custom(format!(
                    "`{ours}` cannot be called `{theirs}`, which steers Ansible itself; give it another name"
                )));
            }
        }
        Ok(names)
    }
}
