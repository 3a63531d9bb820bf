//! `hosts`: names, addresses and variables of hosts.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{NameGlob, NameTemplate, VarsTemplates};
use crate::machine::{AddressSource, Jump};
use crate::network::address::{Family, Network};
use crate::safe::HostName;

/// What hosts are called, how they are reached, what they know.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Hosts {
    /// The name of a host, made from its machine's. Default: {name}.
    pub name: Option<NameTemplate>,
    /// Machine to host, for names that no template gives.
    pub names: IndexMap<String, HostName>,
    /// How the controller reaches a host. The first rule that matches an address wins.
    pub address: Option<Vec<AddressRule>>,
    /// An IPv4 address on the guest's own interface (kubespray's `ip`).
    pub ip: Option<Vec<AddressRule>>,
    /// An IPv6 address on the guest's own interface (kubespray's `ip6`).
    pub ip6: Option<Vec<AddressRule>>,
    /// How other nodes reach it over IPv4, where that is not its ip (kubespray's `access_ip`).
    pub access_ip: Option<Vec<AddressRule>>,
    /// How other nodes reach it over IPv6, where that is not its ip6 (kubespray's `access_ip6`).
    pub access_ip6: Option<Vec<AddressRule>>,
    /// The machine that every host is reached through.
    pub jump: Option<Jump>,
    /// Whether that machine is kubespray's bastion host as well.
    pub bastion: bool,
    /// What to do about the keys of hosts never met before. Default: what SSH is configured to do.
    pub host_keys: Option<HostKeys>,
    /// Variables of every host. Without a placeholder they are the top group's.
    pub vars: VarsTemplates,
}

impl Hosts {
    /// Whether a rule for a guest's own addresses wants what only the guest can tell.
    pub fn asks_guests(&self) -> bool {
        let rules = [&self.ip, &self.ip6, &self.access_ip, &self.access_ip6];
        rules.into_iter().flatten().flatten().any(|rule| rule.from == Some(AddressSource::Ssh))
    }
}

/// What to do about the keys of hosts never met before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HostKeys {
    /// Learn them on first contact, per machine, into a file of the cluster's own; a changed key is refused.
    AcceptNew,
}

/// Which addresses a rule takes: all that is written must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AddressRule {
    /// Addresses on this network.
    pub network: Option<String>,
    /// Addresses of interfaces with this name (a glob).
    pub interface: Option<NameGlob>,
    /// Addresses inside this network.
    pub cidr: Option<Network>,
    /// Addresses of this family.
    pub family: Option<Family>,
    /// Addresses this one told.
    pub from: Option<AddressSource>,
}
