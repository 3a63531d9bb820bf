//! The network plan: which addresses a cluster gets, which MTU fits, and why.
//!
//! [`NetworkPlan`] is complete: the variables are written from it, the table and the pictures are drawn from it, and
//! nothing of it is worked out a second time.

mod capacity;
mod check;
mod choice;
mod current;
mod error;
mod finding;
mod host;
mod input;
mod mtu;
mod overlay;
mod planner;
mod ranges;
pub mod render;
mod routes;
mod shares;
mod spaces;
mod surroundings;

use std::net::IpAddr;

use crate::cluster::{ApiAddress, KubesprayVersion, Layout};
use crate::environment::{SilentPlace, Sourced};
use crate::network::address::{AddressRange, Family, InterfaceAddress, Network};
use crate::network::encapsulation::Encryption;
use crate::network::layer::{Cni, CniVersion, Tunnel};
use crate::network::mtu::{Chain, Mtu};
use crate::network::space::AddressSpace;

pub(crate) use capacity::count;
pub use choice::{Choice, Fixity, Why};
pub use current::{Current, FamilyValue, Opaque, Record};
pub use error::PlanError;
pub use finding::{Finding, Severity};
pub use host::PlannedHost;
pub use input::{Input, Replan, Sibling};
pub use planner::plan;
pub use routes::{NoWay, Route, routes};
pub use shares::{ShareError, shares, with_shares};

pub(crate) use mtu::{Own, chain_of};
pub(crate) use spaces::{Running, by_default, of_levels, own};
pub(crate) use surroundings::Surroundings;

/// Everything that was decided about a cluster's network, each with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkPlan {
    /// The cluster's name.
    pub cluster: String,
    /// Whose playbooks will run.
    pub layout: Layout,
    /// kubespray's version, where it is told.
    pub kubespray_version: Option<KubesprayVersion>,
    /// How pods reach each other.
    pub overlay: Overlay,
    /// The families of pods and services, IPv4 first.
    pub families: Vec<Family>,
    /// The service network of each family, in their order.
    pub services: Vec<Choice<Network>>,
    /// The pod network of each family, in their order.
    pub pods: Vec<Choice<Network>>,
    /// The prefix length of a node's share of the pod network, of each family, in their order.
    pub node_prefix: Vec<Choice<u8>>,
    /// The prefix length of the blocks that Calico gives nodes, of each family; empty with another CNI.
    pub block_prefix: Vec<Choice<u8>>,
    /// The most pods on a node.
    pub max_pods: Choice<u32>,
    /// How many nodes there are today.
    pub nodes_today: u32,
    /// How many there will be at most.
    pub max_nodes: Choice<u32>,
    /// What has room, of each family, in their order.
    pub room: Vec<Room>,
    /// What fits through.
    pub mtu: MtuPlan,
    /// The domain of the cluster's own names.
    pub dns_domain: Choice<String>,
    /// The cluster's DNS Service, of each family.
    pub cluster_dns: Vec<IpAddr>,
    /// Addresses for Services of type `LoadBalancer`.
    pub load_balancer: Vec<Sourced<AddressRange>>,
    /// Whether `MetalLB` gives them away.
    pub metallb: bool,
    /// Where the API is found, when that is no single node's business.
    pub api: Option<Choice<ApiAddress>>,
    /// Docker's bridge.
    pub docker_bip: Option<Choice<InterfaceAddress>>,
    /// The container runtime that is to run, in kubespray's word: `docker`, `containerd`, `crio`.
    pub container_manager: Choice<String>,
    /// Where Calico keeps what it knows, in kubespray's word: `etcd`, `kdd`. `None`: it is not kubespray's Calico.
    pub calico_datastore: Option<Choice<String>>,
    /// The cluster's hosts, in order.
    pub hosts: Vec<PlannedHost>,
    /// What the ranges were kept apart from: the levels around, siblings, defaults that apply, the cluster's own
    /// nodes and pools.
    pub around: Vec<AddressSpace>,
    /// The names of the levels around, outermost first; [`crate::network::space::Owner::Level`] counts them.
    pub levels: Vec<String>,
    /// Places that could have told more and did not.
    pub silent: Vec<SilentPlace>,
    /// What is wrong, or worth knowing, the worst first.
    pub findings: Vec<Finding>,
}

/// How pods reach each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overlay {
    /// The CNI.
    pub cni: Choice<Cni>,
    /// Its version; not known for the hard way, unless told.
    pub version: Option<CniVersion>,
    /// Its tunnels; none: packets travel bare.
    pub tunnels: Choice<Vec<Tunnel>>,
    /// What encrypts.
    pub encryption: Choice<Option<Encryption>>,
    /// The UDP port of its VXLAN, where that must not be the CNI's own.
    pub vxlan_port: Option<Choice<u16>>,
}

/// What a pod network and a service network have room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// The family.
    pub family: Family,
    /// How many nodes find a share, or a block, in the pod network.
    pub nodes: u128,
    /// How many pods have room on a node: in its share, or as many as the kubelet takes.
    pub pods_per_node: u128,
    /// How many Services have room.
    pub services: u128,
}

/// What fits through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MtuPlan {
    /// Every level with its sum, the cluster itself last.
    pub chain: Chain,
    /// The value that is written, in the CNI's own terms. `None`: the CNI finds the right one by itself, or has no
    /// variable for it.
    pub written: Option<Choice<Mtu>>,
}

impl NetworkPlan {
    /// Whether nothing in it would break the cluster.
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }

    /// The pod and service networks with their roles, services first, family by family.
    pub fn ranges(&self) -> impl Iterator<Item = (crate::network::space::Role, &Choice<Network>)> {
        use crate::network::space::Role;
        let services = self.services.iter().map(|range| (Role::Services, range));
        services.chain(self.pods.iter().map(|range| (Role::Pods, range)))
    }
}
