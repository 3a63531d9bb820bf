//! The levels around the machines: the site, and the clusters on it that the machines run inside.

use std::net::IpAddr;
use std::num::NonZeroU16;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OneOrMany, Sourced, Tunnels};
use crate::network::address::{Family, Network};
use crate::network::layer::{Cni, CniVersion};
use crate::network::mtu::Mtu;

/// The physical site's network, below every cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Underlay {
    /// The MTU of its NICs, in bytes. Default: 1500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<Mtu>,
    /// The largest packet between any two of its nodes, where that is smaller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_mtu: Option<Mtu>,
    /// The family of the addresses its overlays run between. Default: ipv4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
}

/// A cluster that the machines run inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hosting {
    /// What it is called.
    pub name: String,
    /// Its CNI. Not known: `other`, the smallest plausible MTU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cni: Option<Cni>,
    /// Its CNI's version. Not known: the smallest plausible MTU.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cni_version: Option<CniVersion>,
    /// What its pods' packets are wrapped in. Default: what its CNI usually does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encapsulation: Option<Tunnels>,
    /// Its pod network; with two families a pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pods: Option<Sourced<OneOrMany<Network>>>,
    /// Its service network; with two families a pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services: Option<Sourced<OneOrMany<Network>>>,
    /// The networks of its nodes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<Sourced<OneOrMany<Network>>>,
    /// Its DNS Service, which machines inside are told to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns: Option<Sourced<OneOrMany<IpAddr>>>,
    /// The MTU written for it, in its CNI's own terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<Sourced<Mtu>>,
    /// The UDP port of its VXLAN or Geneve, where that is not its CNI's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vxlan_port: Option<NonZeroU16>,
    /// What it lets its workloads send against its CNI's habit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<Allowance>,
    /// Whether packets of its pods leave it under the node's address. Default: yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nat_outgoing: Option<bool>,
}

/// What a hosting cluster lets its workloads send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Allowance {
    /// VXLAN to its own VXLAN port.
    Vxlan,
    /// IP in IP, and other IP protocols.
    Ipip,
}
