//! What takes which addresses around the cluster, and in it without being chosen here.

use std::net::IpAddr;

use super::surroundings::Surroundings;
use super::{Input, PlannedHost};
use crate::cluster::{ApiBy, Layout, Network};
use crate::environment::{Hosting, MachineNetwork, Provider, Sourced};
use crate::network::address::AddressRange;
use crate::network::allocate::defaults::{self, DefaultRange};
use crate::network::layer::Cni;
use crate::network::space::{AddressSpace, Origin, Owner, Role};

/// What runs on the nodes and takes addresses by default.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Running<'a> {
    /// The container runtime.
    pub(crate) runtime: &'a str,
    /// The CNI.
    pub(crate) cni: Cni,
}

/// Everything that the pod and service networks are kept apart from, or checked against.
pub(super) fn around(input: &Input<'_>, surroundings: &Surroundings<'_>, running: Running<'_>) -> Vec<AddressSpace> {
    let mut spaces = of_levels(surroundings);
    spaces.extend(input.hosts.iter().flat_map(of_host));
    spaces.extend(wished(&input.cluster.network));
    spaces.extend(kept_vip(input));
    spaces.extend(node_local_dns(input));
    spaces.extend(by_default(surroundings, running, input.cluster.network.docker_bip.is_some()));
    spaces.extend(input.environment.others.iter().cloned());
    spaces.extend(input.siblings.iter().flat_map(|sibling| sibling.spaces.iter().cloned()));
    spaces
}

/// The levels of hosting and the networks of the machines.
pub(crate) fn of_levels(surroundings: &Surroundings<'_>) -> Vec<AddressSpace> {
    let mut spaces = Vec::new();
    for (level, hosting) in (1_u8..).zip(surroundings.hosting) {
        spaces.extend(of_hosting(level, hosting));
    }
    if surroundings.is_inside()
        && let Some(dns) = surroundings.innermost().and_then(|level| level.value.dns.as_ref())
    {
        spaces.extend(dns.value.iter().map(|address| own(*address, Role::UpstreamDns, &dns.origin)));
    }
    spaces.extend(surroundings.nodes.iter().flat_map(of_machines));
    spaces
}

/// A space of the cluster's own.
pub(crate) fn own(range: impl Into<AddressRange>, role: Role, origin: &Origin) -> AddressSpace {
    AddressSpace::new(range, role, Owner::Cluster, origin.clone())
}

fn of_hosting(level: u8, hosting: &Sourced<Hosting>) -> Vec<AddressSpace> {
    let Hosting { pods, services, nodes, cni, .. } = &hosting.value;
    let owner = Owner::Level(level);
    let mut spaces = Vec::new();
    for (ranges, role) in [(pods, Role::Pods), (services, Role::Services), (nodes, Role::Nodes)] {
        let Some(ranges) = ranges else { continue };
        let space = |range: &crate::network::address::Network| {
            AddressSpace::new(*range, role, owner.clone(), ranges.origin.clone())
        };
        spaces.extend(ranges.value.iter().map(space));
    }
    let joins: &[DefaultRange] = match cni {
        Some(Cni::OpenShift | Cni::OvnKubernetes) => &defaults::OVN_KUBERNETES,
        Some(Cni::KubeOvn) => &defaults::KUBE_OVN,
        _ => &[],
    };
    spaces.extend(joins.iter().map(|range| range.space(owner.clone())));
    spaces
}

fn of_machines(network: &Sourced<MachineNetwork>) -> Vec<AddressSpace> {
    let MachineNetwork { cidr, gateway, dhcp, dns, provider, forward, .. } = &network.value;
    let space = |range: AddressRange, role| own(range, role, &network.origin);
    let is_nat = matches!(provider, Some(Provider::Virtualbox | Provider::KubevirtMasquerade));
    // The network behind the NAT may be told as that of the machines; it is then no second one.
    let is_itself = is_nat && defaults::GUEST_NAT.range == AddressRange::from(*cidr);
    let mut spaces = Vec::new();
    // Who reads of a network wants to know whether anybody outside reaches it.
    let whole = match (&network.origin, forward) {
        (Origin::Found(what), Some(forward)) => Origin::Found(format!("{what}, {forward}")),
        (origin, _) => origin.clone(),
    };
    spaces.extend((!is_itself).then(|| own(*cidr, Role::Nodes, &whole)));
    spaces.extend(gateway.map(|gateway| space(gateway.into(), Role::Gateway)));
    spaces.extend(dhcp.iter().map(|range| space(*range, Role::Dhcp)));
    spaces.extend(dns.iter().map(|address| space((*address).into(), Role::UpstreamDns)));
    // Every guest has the same address behind it, whatever network it is on besides.
    if is_nat {
        spaces.push(defaults::GUEST_NAT.space(Owner::Cluster));
    }
    spaces
}

fn of_host(host: &PlannedHost) -> impl Iterator<Item = AddressSpace> {
    let origin = Origin::Found(format!("host {}", host.name));
    host.addresses.iter().map(move |address: &IpAddr| own(*address, Role::Node, &origin))
}

/// What the file asks for besides pods and services.
fn wished(wishes: &Network) -> Vec<AddressSpace> {
    let mut spaces = Vec::new();
    let pools = wishes.load_balancer.iter().flat_map(|pools| &pools.ranges);
    spaces.extend(pools.map(|range| own(range.value, Role::LoadBalancer, &range.origin)));
    if let Some(api) = wishes.api_address.as_ref().filter(|api| api.value.by != ApiBy::Node) {
        spaces.push(own(api.value.address, Role::Vip, &api.origin));
    }
    if let Some(bip) = &wishes.docker_bip {
        spaces.push(AddressSpace::written(bip.value, Role::Bridge, Owner::Cluster, bip.origin.clone()));
    }
    let avoided = wishes.avoid.iter().flatten();
    spaces.extend(avoided.map(|avoid| own(avoid.cidr.value, Role::Outside, &named(&avoid.name, &avoid.cidr.origin))));
    spaces
}

/// The address of the API in the variables, where the file says nothing of it and it is no machine's.
fn kept_vip(input: &Input<'_>) -> Option<AddressSpace> {
    let kept = input.current.api_address.as_ref().filter(|_| input.cluster.network.api_address.is_none())?;
    let is_a_hosts = input.hosts.iter().any(|host| host.addresses.contains(&kept.value));
    (!is_a_hosts).then(|| own(kept.value, Role::Vip, &kept.origin))
}

/// An origin that also says what the thing is called: `office VPN, site.yml:3:11`.
fn named(name: &str, origin: &Origin) -> Origin {
    Origin::Found(format!("{name}, {origin}"))
}

/// Where kubespray's DNS cache listens on each node, unless there is none.
fn node_local_dns(input: &Input<'_>) -> Option<AddressSpace> {
    if input.cluster.layout != Layout::Kubespray || input.current.has_node_local_dns == Some(false) {
        return None;
    }
    Some(match &input.current.node_local_dns {
        Some(told) => own(told.value, Role::NodeLocalDns, &told.origin),
        None => defaults::NODE_LOCAL_DNS.space(Owner::Cluster),
    })
}

/// What is taken on the nodes by what runs there, unless somebody says otherwise: docker's bridge, if a person gave it
/// another.
pub(crate) fn by_default(surroundings: &Surroundings<'_>, running: Running<'_>, has_bip: bool) -> Vec<AddressSpace> {
    let mut ranges: Vec<DefaultRange> = Vec::new();
    if running.runtime == "docker" {
        let is_moved = |range: &&DefaultRange| has_bip && range.role == Role::Bridge;
        ranges.extend(defaults::DOCKER.iter().filter(|range| !is_moved(range)));
    }
    if running.cni == Cni::KubeOvn {
        ranges.extend(defaults::KUBE_OVN);
    }
    let is_seen = |range: &DefaultRange| {
        surroundings.nodes.iter().any(|network| range.range == AddressRange::from(network.value.cidr))
    };
    ranges.into_iter().filter(|range| !is_seen(range)).map(|range| range.space(Owner::Cluster)).collect()
}
