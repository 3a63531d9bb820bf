//! The networks that machines are in.

use std::fmt;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::OneOrMany;
use crate::network::address::{AddressRange, Network};
use crate::network::mtu::Mtu;

/// A network that machines are in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MachineNetwork {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its addresses.
    pub cidr: Network,
    /// Its gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<IpAddr>,
    /// What its DHCP server gives away: a-b, or a network.
    #[serde(default, skip_serializing_if = "<[AddressRange]>::is_empty")]
    pub dhcp: OneOrMany<AddressRange>,
    /// The resolvers its machines are told to ask.
    #[serde(default, skip_serializing_if = "<[IpAddr]>::is_empty")]
    pub dns: OneOrMany<IpAddr>,
    /// What makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// How its machines and those outside reach each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward: Option<Forward>,
    /// The place it is in, where there are several: each hypervisor has a `default` network of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The MTU of its links, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<Mtu>,
}

/// How machines of a network and those outside it reach each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Forward {
    /// Its machines reach the outside under their host's address; nobody outside reaches them.
    Nat,
    /// Both ways, by routes.
    Routed,
    /// Its machines are on the network outside.
    Bridged,
    /// Not at all.
    Isolated,
}

impl Forward {
    /// Whether nobody outside the network reaches its machines.
    pub const fn confines(self) -> bool {
        match self {
            Self::Nat | Self::Isolated => true,
            Self::Routed | Self::Bridged => false,
        }
    }
}

impl fmt::Display for Forward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nat => "NAT",
            Self::Routed => "routed",
            Self::Bridged => "bridged",
            Self::Isolated => "isolated",
        })
    }
}

/// What makes a network of machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// KubeVirt's bridge binding: the machine has its pod's address.
    KubevirtBridge,
    /// KubeVirt's masquerade binding: the machine is 10.0.2.2 behind NAT.
    KubevirtMasquerade,
    /// libvirt.
    Libvirt,
    /// `VirtualBox`.
    Virtualbox,
}
