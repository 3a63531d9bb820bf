//! What a source hands over: machines, and what it could not read.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::inventory::Variables;
use crate::machine::Machine;
use crate::safe::GroupName;

/// Everything a source found in one look.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    /// The machines, in the source's order.
    pub machines: Vec<Machine>,
    /// Groups that an inventory of the user's already has, in its order, parents and children alike.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub groups: IndexMap<GroupName, OwnGroup>,
    /// Variables that an inventory of the user's gives to `all`.
    #[serde(default, skip_serializing_if = "Variables::is_empty")]
    pub vars: Variables,
    /// Places that could not be read. Without `partial` one of them fails everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unreadable: Vec<UnreadablePlace>,
}

/// A group of the user's own inventory.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnGroup {
    /// Its hosts in its own order, as positions in [`Discovery::machines`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<usize>,
    /// Groups below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<GroupName>,
    /// Its variables.
    #[serde(default, skip_serializing_if = "Variables::is_empty")]
    pub vars: Variables,
}

/// A place that did not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnreadablePlace {
    /// Its name.
    pub place: String,
    /// Why, as a sentence.
    pub why: String,
}
