//! What was decided besides ranges and the MTU.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cluster::ApiBy;
use crate::network::layer::{self, Cni, When};
use crate::plan::NetworkPlan;

use super::texts;
use super::value::{Chosen, Place};

/// What was decided besides ranges and the MTU.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Settings {
    /// The CNI.
    cni: Chosen<Cni>,
    /// Its version, where it is known.
    cni_version: Option<String>,
    /// Its tunnels; none: packets travel bare.
    encapsulation: Chosen<Vec<Tunnel>>,
    /// What encrypts: wireguard, ipsec, or null.
    encryption: Chosen<Option<String>>,
    /// The UDP port of its VXLAN, where that must not be the CNI's own.
    vxlan_port: Option<Chosen<u16>>,
    /// The prefix length of a node's share of the pod network, of each family.
    node_prefix: Vec<Chosen<u8>>,
    /// The prefix length of Calico's blocks, of each family; empty with another CNI.
    block_prefix: Vec<Chosen<u8>>,
    /// The most pods on a node.
    max_pods: Chosen<u32>,
    /// How many nodes there will be at most.
    max_nodes: Chosen<u32>,
    /// The container runtime.
    container_manager: Chosen<String>,
    /// Docker's bridge: its address, with the prefix length of its network.
    docker_bip: Option<Chosen<String>>,
    /// The domain of the cluster's own names.
    dns_domain: Chosen<String>,
    /// The addresses of the cluster's DNS Service, one a family.
    cluster_dns: Vec<String>,
    /// Where the API is found, when that is no single node's business.
    api_address: Option<Chosen<Api>>,
    /// Addresses for Services of type `LoadBalancer`.
    load_balancer: Vec<Pool>,
    /// Whether `MetalLB` gives those away.
    metallb: bool,
}

/// A tunnel between nodes.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Tunnel {
    /// vxlan, ipip, geneve, wireguard, …
    encapsulation: String,
    /// Whether only packets between subnets take it.
    cross_subnet: bool,
}

/// Where the API is found.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Api {
    /// The address.
    address: String,
    /// The port.
    port: u16,
    /// Who has it.
    by: ApiBy,
}

/// Addresses for Services of type `LoadBalancer`.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Pool {
    /// A network, an address, or first-last.
    range: String,
    /// Where it is written.
    origin: Place,
}

impl Settings {
    pub(super) fn new(plan: &NetworkPlan) -> Self {
        let overlay = &plan.overlay;
        let tunnels = |tunnels: &Vec<layer::Tunnel>| -> Vec<Tunnel> {
            let tunnel = |tunnel: &layer::Tunnel| Tunnel {
                encapsulation: tunnel.encapsulation.to_string(),
                cross_subnet: tunnel.when == When::CrossSubnet,
            };
            tunnels.iter().map(tunnel).collect()
        };
        Self {
            cni: Chosen::new(plan, &overlay.cni, |cni| *cni),
            cni_version: overlay.version.map(|version| version.to_string()),
            encapsulation: Chosen::new(plan, &overlay.tunnels, tunnels),
            encryption: Chosen::new(plan, &overlay.encryption, |what| what.map(|what| what.to_string())),
            vxlan_port: overlay.vxlan_port.as_ref().map(|port| Chosen::new(plan, port, |port| *port)),
            node_prefix: plan.node_prefix.iter().map(|prefix| Chosen::new(plan, prefix, |prefix| *prefix)).collect(),
            block_prefix: plan.block_prefix.iter().map(|prefix| Chosen::new(plan, prefix, |prefix| *prefix)).collect(),
            max_pods: Chosen::new(plan, &plan.max_pods, |pods| *pods),
            max_nodes: Chosen::new(plan, &plan.max_nodes, |nodes| *nodes),
            container_manager: Chosen::text(plan, &plan.container_manager),
            docker_bip: plan.docker_bip.as_ref().map(|bip| Chosen::text(plan, bip)),
            dns_domain: Chosen::text(plan, &plan.dns_domain),
            cluster_dns: texts(&plan.cluster_dns),
            api_address: plan.api.as_ref().map(|api| {
                Chosen::new(plan, api, |api| Api { address: api.address.to_string(), port: api.port, by: api.by })
            }),
            load_balancer: plan
                .load_balancer
                .iter()
                .map(|pool| Pool { range: pool.value.to_string(), origin: Place::new(&pool.origin) })
                .collect(),
            metallb: plan.metallb,
        }
    }
}
