//! `network`: what is wished for the cluster's network, and what is around it.

mod accepted;
mod names;
mod site;
mod wishes;

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::environment::{Hosting, MachineNetwork, OneOrMany, Sourced, Tunnels, Underlay};
use crate::network::address::{AddressRange, Family, InterfaceAddress};
use crate::network::layer::CniVersion;
use crate::network::mtu::Mtu;
use crate::safe::GroupName;

pub use accepted::Accepted;
pub use names::HardWayNames;
pub use site::Site;
pub use wishes::{ApiAddress, ApiBy, EncryptionWish, LoadBalancer, MtuWish, OwnCni, RangeWish};

/// The cluster's network. What is not written is chosen, or discovered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// What gives pods their network. Default: calico.
    pub cni: Option<Sourced<OwnCni>>,
    /// Its version, in quotes. Default: that of the kubespray version.
    pub cni_version: Option<Sourced<CniVersion>>,
    /// What pods' packets are wrapped in between nodes. Default: what the CNI does in that version.
    pub encapsulation: Option<Sourced<Tunnels>>,
    /// What encrypts them, on top. Default: none.
    pub encryption: Option<Sourced<EncryptionWish>>,
    /// The address families of pods and services. Default: [ipv4].
    pub families: Option<Sourced<OneOrMany<Family>>>,
    /// The pod network: a CIDR (a pair when dual stack), auto, or {size: /18}. Default: auto.
    pub pods: Option<Sourced<RangeWish>>,
    /// The service network: a CIDR (a pair when dual stack), auto, or {size: /18}. Default: auto.
    pub services: Option<Sourced<RangeWish>>,
    /// Where auto looks for free networks, in order.
    pub pool: Option<Sourced<OneOrMany<AddressRange>>>,
    /// Globs of cluster files whose ranges must differ from this one's.
    pub siblings: Option<Sourced<OneOrMany<String>>>,
    /// The prefix length of a node's share of the pod network (a pair when dual stack). Default: 24.
    pub node_prefix: Option<Sourced<OneOrMany<u8>>>,
    /// The most pods on a node. Default: 110.
    pub max_pods: Option<Sourced<u32>>,
    /// The most nodes there will be. Default: twice today's.
    pub max_nodes: Option<Sourced<u32>>,
    /// The MTU, in the CNI's own terms: bytes, or auto. Default: auto.
    pub mtu: Option<Sourced<MtuWish>>,
    /// The domain of the cluster's own names. Default: `cluster.local`, the hard way's `kubernetes.local`.
    #[serde(deserialize_with = "wishes::domain")]
    pub dns_domain: Option<String>,
    /// Addresses for Services of type `LoadBalancer`: CIDRs and ranges a-b, or {ranges: [..], metallb: true}.
    pub load_balancer: Option<LoadBalancer>,
    /// The address of the API: an address, or {address, port, by}.
    pub api_address: Option<Sourced<ApiAddress>>,
    /// Docker's bridge: an address with its prefix length, 172.31.255.1/24.
    pub docker_bip: Option<Sourced<InterfaceAddress>>,
    /// The networks that the machines are in. Default: what the source discovered.
    pub nodes: Option<Vec<Sourced<MachineNetwork>>>,
    /// What must stay reachable: the office VPN, the data centre.
    pub avoid: Option<Vec<Avoid>>,
    /// The physical site's network, below every level of hosting.
    pub underlay: Option<Sourced<Underlay>>,
    /// The clusters between the site and this one, outermost first. Default: what the source discovered.
    pub hosting: Option<Vec<Sourced<Hosting>>>,
    /// What the machines' own NIC shows, in bytes. Default: what the source discovered.
    pub machine_mtu: Option<Sourced<Mtu>>,
    /// What is normally refused and accepted here: `separate-nat`, members behind the NATs of different places.
    pub allow: OneOrMany<Accepted>,
    /// Which groups play which part, where they are not called as the layout calls them.
    pub roles: Roles,
    /// Other names for the variables of the hard way: `cluster_cidr: k8s_controller_cluster_cidr`.
    pub variables: HardWayNames,
}

/// A network that must stay reachable.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Avoid {
    /// What it is.
    pub name: String,
    /// Its addresses: a CIDR or a range a-b.
    pub cidr: Sourced<AddressRange>,
}

/// Which groups play which part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Roles {
    /// The hosts that run the API server.
    pub control_plane: Option<GroupName>,
    /// The hosts that run the cluster's pods.
    pub workers: Option<GroupName>,
    /// The hosts that run etcd.
    pub etcd: Option<GroupName>,
    /// The hosts in front of the API servers.
    pub load_balancer: Option<GroupName>,
}

impl Network {
    /// The resolvers written for the machines' networks.
    pub fn resolvers(&self) -> impl Iterator<Item = IpAddr> {
        self.nodes.iter().flatten().flat_map(|network| network.value.dns.iter().copied())
    }

    /// With what a site says wherever this says nothing.
    #[must_use]
    pub fn on(self, site: Site) -> Self {
        let mut avoid = self.avoid.unwrap_or_default();
        // What a whole site avoids stays avoided; the cluster's own word on the same network wins.
        let of_site = site.avoid.unwrap_or_default();
        let own: Vec<String> = avoid.iter().map(|avoid| avoid.name.clone()).collect();
        avoid.extend(of_site.into_iter().filter(|avoid| !own.contains(&avoid.name)));
        Self {
            avoid: Some(avoid),
            nodes: self.nodes.or(site.nodes),
            hosting: self.hosting.or(site.hosting),
            underlay: self.underlay.or(site.underlay),
            pool: self.pool.or(site.pool),
            siblings: self.siblings.or(site.siblings),
            ..self
        }
    }
}
