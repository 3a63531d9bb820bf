//! What the table of relations is asked about.

use std::net::IpAddr;

use crate::network::address::{Family, Network};
use crate::network::space::{AddressSpace, Origin, Owner, Role};

/// Everything known about a cluster and what is around it. What is not known is `None`, and every rule that would
/// need it is silent: nothing is guessed.
///
/// A space whose role belongs to a component (docker's bridge, a CNI's own network) is in here only if that component
/// runs.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What takes which addresses. Of one role and owner, in the order they are written.
    pub spaces: Vec<AddressSpace>,
    /// How many of what there are, and how pods get their addresses.
    pub capacity: Capacity,
    /// Who makes the cluster.
    pub installer: Option<Installer>,
    /// The minor version of Kubernetes 1.x.
    pub kubernetes_minor: Option<u16>,
    /// Static routes to the pods of nodes.
    pub routes: Vec<Route>,
    /// Machines and the addresses they report themselves.
    pub guests: Vec<Guest>,
    /// The addresses in the API server's certificate.
    pub api_certificate: Option<Vec<IpAddr>>,
    /// How each of Calico's pools encapsulates.
    pub pool_modes: Vec<PoolModes>,
    /// Whether load-balancer addresses are announced by ARP and NDP, not by BGP.
    pub announced_on_link: Option<bool>,
    /// Whether the nodes' addresses are configured on them, and no DHCP server's to give.
    pub static_addresses: Option<bool>,
    /// Whether `VirtualBox` is one that refuses most host-only networks: from 6.1.28 on Linux.
    pub restricted_host_only: Option<bool>,
    /// Whether packets of pods leave their cluster under the node's address, here and in its siblings.
    pub nat_outgoing: Option<bool>,
    /// Whether the siblings were named so that their ranges and this cluster's differ.
    pub siblings_differ: Option<bool>,
    /// What the machines are attached to, when they run inside a cluster.
    pub nesting: Nesting,
}

/// How many of what there are, and how pods get their addresses. Prefix lengths are in bits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Capacity {
    /// How many nodes there are, or are to be.
    pub nodes: Option<u32>,
    /// The most pods on a node.
    pub max_pods: Option<u32>,
    /// The prefix length of a node's share of the IPv4 pod network.
    pub node_prefix_v4: Option<u8>,
    /// The prefix length of a node's share of the IPv6 pod network.
    pub node_prefix_v6: Option<u8>,
    /// Who gives pods their addresses.
    pub pod_addresses: Option<PodAddresses>,
    /// The prefix length of the blocks in which Calico gives away IPv4 pools.
    pub block_prefix_v4: Option<u8>,
    /// The prefix length of the blocks in which Calico gives away IPv6 pools.
    pub block_prefix_v6: Option<u8>,
}

impl Capacity {
    /// The prefix length of a node's share of the pod network.
    pub fn node_prefix(&self, family: Family) -> Option<u8> {
        match family {
            Family::Ipv4 => self.node_prefix_v4,
            Family::Ipv6 => self.node_prefix_v6,
        }
    }

    /// The prefix length of a block of Calico's pool.
    pub fn block_prefix(&self, family: Family) -> Option<u8> {
        match family {
            Family::Ipv4 => self.block_prefix_v4,
            Family::Ipv6 => self.block_prefix_v6,
        }
    }
}

/// Who gives pods their addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodAddresses {
    /// Each node has one share of the pod network for itself.
    NodeShares,
    /// Calico's IPAM: nodes take small blocks, as many as they need.
    Blocks,
}

/// Who makes the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Installer {
    /// kubeadm, as kubespray uses it.
    Kubeadm,
    /// A person, the hard way.
    ByHand,
    /// Amazon's managed control plane.
    Eks,
}

/// A static route to the pods of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The pods' network.
    pub destination: Network,
    /// The next hop.
    pub via: IpAddr,
    /// The address of the node that has these pods, where one is known to.
    pub owner: Option<IpAddr>,
    /// Where it was learned.
    pub origin: Origin,
}

/// A machine and the addresses it reports itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The address that is said to be its own: kubespray's `ip`.
    pub ip: IpAddr,
    /// The addresses of its interfaces.
    pub interfaces: Vec<IpAddr>,
    /// Where `ip` was learned.
    pub origin: Origin,
}

/// How one of Calico's pools encapsulates, always or across subnets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolModes {
    /// The pool's address family.
    pub family: Family,
    /// Whether IP in IP is on.
    pub ipip: bool,
    /// Whether VXLAN is on.
    pub vxlan: bool,
}

/// What the machines are attached to, when they run inside a cluster.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nesting {
    /// Whether the machines' own addresses are the hosting cluster's pod addresses.
    pub on_pod_network: Option<bool>,
    /// Whether the machines call Services of the hosting cluster: its DNS, a registry, an API.
    pub use_hosting_services: Option<bool>,
}

impl Facts {
    /// The spaces of these kinds.
    pub(super) fn of<'a>(&'a self, kinds: &'a [Kind]) -> impl Iterator<Item = &'a AddressSpace> {
        // Most spaces are of none of them, which their role alone tells.
        let roles = kinds.iter().fold(0_u32, |roles, kind| roles | 1 << kind.role as u32);
        let may_be = move |space: &&AddressSpace| roles & 1 << space.role as u32 != 0;
        self.spaces.iter().filter(may_be).filter(move |space| kinds.iter().any(|kind| kind.is(space)))
    }

    /// The cluster's own spaces of this role.
    pub(super) fn own(&self, role: Role) -> impl Iterator<Item = &AddressSpace> {
        self.spaces.iter().filter(move |space| own(role).is(space))
    }
}

/// A kind of address space: whose, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// Whose.
    pub(super) of: Of,
    /// What for.
    pub(super) role: Role,
}

/// Whose a kind of address space is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// The cluster's.
    Cluster,
    /// That of any level around it.
    Around,
    /// A sibling's.
    Siblings,
}

impl Kind {
    /// Whether a space is of this kind.
    pub(super) fn is(self, space: &AddressSpace) -> bool {
        let of = match space.owner {
            Owner::Cluster => Of::Cluster,
            Owner::Level(_) => Of::Around,
            Owner::Sibling(_) => Of::Siblings,
        };
        self.role == space.role && self.of == of
    }
}

/// The cluster's own.
pub(super) const fn own(role: Role) -> Kind {
    Kind { of: Of::Cluster, role }
}

/// Of the levels around.
pub(super) const fn around(role: Role) -> Kind {
    Kind { of: Of::Around, role }
}

/// Of the siblings.
pub(super) const fn siblings(role: Role) -> Kind {
    Kind { of: Of::Siblings, role }
}
