//! Address spaces: what lies at which addresses, on which level, and who said so.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::address::{AddressRange, Family, InterfaceAddress};

/// Addresses that something takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressSpace {
    /// Which addresses.
    pub range: AddressRange,
    /// The text's own address, where it was written with host bits: 10.233.0.5/18.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_bits: Option<InterfaceAddress>,
    /// What takes them.
    pub role: Role,
    /// Whose they are.
    pub owner: Owner,
    /// Where this was learned.
    pub origin: Origin,
}

impl AddressSpace {
    /// What takes exactly these addresses.
    pub fn new(range: impl Into<AddressRange>, role: Role, owner: Owner, origin: Origin) -> Self {
        Self { range: range.into(), host_bits: None, role, owner, origin }
    }

    /// What takes the network that was written, host bits and all.
    pub fn written(written: InterfaceAddress, role: Role, owner: Owner, origin: Origin) -> Self {
        let host_bits = written.has_host_bits().then_some(written);
        Self { host_bits, ..Self::new(written, role, owner, origin) }
    }

    /// Its address family.
    pub fn family(&self) -> Family {
        self.range.family()
    }
}

impl fmt::Display for AddressSpace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.owner {
            Owner::Cluster => write!(f, "{} {} ({})", self.role, self.range, self.origin),
            Owner::Level(level) => write!(f, "{} {} of level {level} ({})", self.role, self.range, self.origin),
            Owner::Sibling(name) => write!(f, "{} {} of {name} ({})", self.role, self.range, self.origin),
        }
    }
}

/// Whose an address space is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The cluster that is planned or checked, its machines included.
    Cluster,
    /// A level around it: 0 is the physical site, 1 the cluster on it, and so on inwards.
    Level(u8),
    /// Another cluster on the same level, by name.
    Sibling(String),
}

/// What takes the addresses of a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The pod network.
    Pods,
    /// The pods of one node.
    NodePods,
    /// A pool that Calico gives pods their addresses from.
    PodPool,
    /// The service network.
    Services,
    /// The network that machines are in, its gateway included.
    Nodes,
    /// A machine's own address.
    Node,
    /// The gateway of a network of machines.
    Gateway,
    /// The addresses that a DHCP server gives away.
    Dhcp,
    /// Addresses for Services of type `LoadBalancer`.
    LoadBalancer,
    /// The address of the API, when it is no machine's.
    Vip,
    /// The cluster's own DNS Service.
    ClusterDns,
    /// The resolver that machines are told to use.
    UpstreamDns,
    /// Where the DNS cache of each node listens.
    NodeLocalDns,
    /// What a CNI takes for its own links: kube-ovn's join, OVN-Kubernetes' join, transit and masquerade networks.
    CniInternal,
    /// A container runtime's own bridge: docker's `bip`.
    Bridge,
    /// What docker takes more bridges from.
    BridgePool,
    /// The network behind a hypervisor's address translation that every guest sees alike.
    GuestNat,
    /// A hypervisor's host-only network.
    HostOnly,
    /// A hypervisor's virtual network, one of several on a host.
    Virtual,
    /// The network that Vagrant manages libvirt guests through.
    Management,
    /// Shared address space (100.64.0.0/10) that something on the nodes uses.
    Shared,
    /// What machines must reach, or must not hide: the office, a VPN, a data centre.
    Outside,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pods => "pods",
            Self::NodePods => "pods of a node",
            Self::PodPool => "pool of pods",
            Self::Services => "services",
            Self::Nodes => "node network",
            Self::Node => "node",
            Self::Gateway => "gateway",
            Self::Dhcp => "DHCP range",
            Self::LoadBalancer => "load-balancer pool",
            Self::Vip => "API address",
            Self::ClusterDns => "cluster DNS",
            Self::UpstreamDns => "upstream DNS",
            Self::NodeLocalDns => "node-local DNS",
            Self::CniInternal => "the CNI's own network",
            Self::Bridge => "bridge of the container runtime",
            Self::BridgePool => "pool of docker's bridges",
            Self::GuestNat => "network behind the hypervisor's NAT",
            Self::HostOnly => "host-only network",
            Self::Virtual => "virtual network",
            Self::Management => "management network",
            Self::Shared => "shared address space",
            Self::Outside => "network outside",
        })
    }
}

/// Where something was learned.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Origin {
    /// A file says it.
    Written {
        /// The file's path, as the person knows it.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// An object that a source asked for: `ServiceCIDR kubernetes`, `network default`.
    Found(String),
    /// It is so wherever nothing else is said; by whom.
    Default(Cow<'static, str>),
}

impl Origin {
    /// What somebody's default is.
    pub const fn default_of(whom: &'static str) -> Self {
        Self::Default(Cow::Borrowed(whom))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written { file, line: 0, .. } => f.write_str(file),
            Self::Written { file, line, column } => write!(f, "{file}:{line}:{column}"),
            Self::Found(object) => f.write_str(object),
            Self::Default(owner) => write!(f, "default of {owner}"),
        }
    }
}
