//! The `source` section of a static cluster file.

use std::net::IpAddr;
use std::path::Path;

use clap::Args;
use indexmap::IndexMap;
use inventory_core::cluster::Places;
use inventory_core::inventory::{Variables, written_variables};
use inventory_core::machine::{Jump, State};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::specs::{self, MachineSpec};

/// Where a static cluster's machines come from. All of them together are the machines.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Args)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StaticOptions {
    /// The machines, each with its address.
    #[arg(skip)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) machines: Vec<ListedMachine>,
    /// Machines, separated by blanks, instead of those in the file: ADDRESS and FIRST-LAST become node1, node2, ...;
    /// `NAME,IP` or `NAME,IP,ACCESS_IP` names one. Example: "10.10.1.3-10.10.1.7 lb,10.10.1.9"
    #[arg(
        id = "machine specs",
        long = "machines",
        env = "INV_MACHINES",
        value_name = "MACHINE",
        value_delimiter = ' ',
        global = true,
        hide_env_values = true
    )]
    #[serde(skip)]
    pub(crate) specs: Vec<MachineSpec>,
    /// Addresses and ranges FIRST-LAST of machines without names
    #[arg(
        long,
        env = "INV_ADDRESSES",
        value_name = "ADDRESS",
        value_delimiter = ',',
        global = true,
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) addresses: Vec<String>,
    /// What the machines of `addresses` are called, before their number from 1 [default: {cluster}-node-]
    #[arg(long, env = "INV_PREFIX", value_name = "TEXT", global = true, hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prefix: Option<String>,
    /// Files to read machines from, paths or globs relative to the cluster file: Ansible inventories, machines.txt,
    /// snapshots, kubectl get vmi -o json
    #[arg(long, env = "INV_FILES", value_name = "PATH", global = true, hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) files: Option<Places>,
}

impl StaticOptions {
    pub(crate) fn overlay(file: Self, flags: Self) -> Self {
        Self {
            machines: if flags.specs.is_empty() { file.machines } else { specs::listed(&flags.specs) },
            specs: Vec::new(),
            addresses: if flags.addresses.is_empty() { file.addresses } else { flags.addresses },
            prefix: flags.prefix.or(file.prefix),
            files: flags.files.or(file.files),
        }
    }

    /// Takes an inventory of the user's as it is.
    pub(crate) fn adopt(&mut self, inventory: &Path) {
        self.files = Some(Places::Unnamed(vec![inventory.display().to_string()]));
    }
}

/// One machine, or several where the name has a range.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListedMachine {
    /// Its name; Ansible's ranges (controller[0:2].lan) make several, with a range of addresses as long.
    pub(crate) name: String,
    /// How it is reached: an IP address, a range a-b as long as the name's, or a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// The address on its own interface, where that is not `address`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ip: Option<String>,
    /// How other nodes reach it, where that is not `ip`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) access_ip: Option<String>,
    /// The SSH port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) port: Option<u16>,
    /// The user to log in as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user: Option<String>,
    /// The machine to jump through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) jump: Option<Jump>,
    /// Its interfaces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) interfaces: Vec<ListedInterface>,
    /// Tags, for `machines.tags`, `groups` and `inv_tags`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub(crate) tags: IndexMap<String, String>,
    /// Variables of this machine's host.
    #[serde(default, deserialize_with = "written_variables", skip_serializing_if = "Variables::is_empty")]
    pub(crate) vars: Variables,
    /// The place it lives in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<String>,
    /// What it is doing.
    #[serde(default, skip_serializing_if = "is_running")]
    pub(crate) state: State,
    /// What dies with its disk, where you keep track of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
}

/// Addresses without a length: what an address is part of, its network knows.
fn bare_addresses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpAddr>, D::Error> {
    struct Bare(IpAddr);
    impl<'de> Deserialize<'de> for Bare {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            let wrong = || de::Error::custom(format!("{text:?} is no IP address; one is written 10.0.0.1 or fd00::1"));
            text.parse().map(Self).map_err(|_| wrong())
        }
    }
    Ok(Vec::deserialize(deserializer)?.into_iter().map(|Bare(ip)| ip).collect())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_running(state: &State) -> bool {
    *state == State::Running
}

/// An interface of a machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ListedInterface {
    /// The guest's name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Its MAC address, in quotes: YAML takes a bare one for a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mac: Option<String>,
    /// The network it is attached to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) network: Option<String>,
    /// Its addresses.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "bare_addresses")]
    pub(crate) addresses: Vec<IpAddr>,
}
