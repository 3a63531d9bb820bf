//! `members`: who is who, pinned.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::safe::{HostAddress, HostName};

/// One pinned member. The list's order is the order of every group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// What the source calls the machine.
    pub machine: String,
    /// What dies with its disk. Another one under the same name: the machine was re-created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The place it lives in, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Its namespace, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// What Ansible calls it. Default: what `hosts.name` gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<HostName>,
    /// Its name among etcd's members, which must never change while it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etcd_member_name: Option<String>,
    /// Its address when it was pinned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<HostAddress>,
    /// It is known to be away and stays in its groups, with the recorded address.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub offline: bool,
}

impl Member {
    /// Whether the pin speaks of this machine. Place and namespace only narrow it down where they are written.
    pub fn means(&self, machine: &Machine) -> bool {
        let agrees = |wanted: &Option<String>, actual: &Option<String>| wanted.is_none() || wanted == actual;
        self.machine == machine.name
            && agrees(&self.place, &machine.place)
            && agrees(&self.namespace, &machine.namespace)
    }
}
