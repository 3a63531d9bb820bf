//! What the table of relations is asked about.

use super::super::ranges;
use super::super::surroundings::Surroundings;
use super::super::{Choice, Input, NetworkPlan, PlannedHost};
use crate::cluster::Layout;
use crate::network::address::Family;
use crate::network::encapsulation::Encapsulation;
use crate::network::layer::Cni;
use crate::network::relations::{Capacity, Facts, Installer, Nesting, PodAddresses, PoolModes, Route};
use crate::network::space::{AddressSpace, Origin, Owner, Role};

pub(super) fn facts(plan: &NetworkPlan, input: &Input<'_>, around: &Surroundings<'_>, own: Vec<AddressSpace>) -> Facts {
    let mut spaces = plan.around.clone();
    spaces.extend(own);
    let dns_origin = Origin::Found("this plan".to_owned());
    let dns = plan.cluster_dns.iter();
    spaces.extend(dns.map(|dns| AddressSpace::new(*dns, Role::ClusterDns, Owner::Cluster, dns_origin.clone())));
    for host in &plan.hosts {
        let shares = host.pod_cidrs.iter().map(|share| ranges::space(share, Role::NodePods));
        spaces.extend(shares);
    }
    let is_calico = plan.overlay.cni.value == Cni::Calico;
    if is_calico {
        let pools = plan.pods.iter().map(|pods| ranges::space(pods, Role::PodPool));
        spaces.extend(pools);
    }
    let of = |values: &[Choice<u8>], family| {
        let at = plan.families.iter().position(|of| *of == family)?;
        values.get(at).map(|choice| choice.value)
    };
    let capacity = Capacity {
        nodes: Some(plan.nodes_today),
        max_pods: Some(plan.max_pods.value),
        node_prefix_v4: of(&plan.node_prefix, Family::Ipv4),
        node_prefix_v6: of(&plan.node_prefix, Family::Ipv6),
        pod_addresses: Some(if is_calico { PodAddresses::Blocks } else { PodAddresses::NodeShares }),
        block_prefix_v4: of(&plan.block_prefix, Family::Ipv4),
        block_prefix_v6: of(&plan.block_prefix, Family::Ipv6),
    };
    let installer = match plan.layout {
        Layout::Kubespray => Some(Installer::Kubeadm),
        Layout::HardWay => Some(Installer::ByHand),
        Layout::None => None,
    };
    Facts {
        spaces,
        capacity,
        installer,
        routes: routes(plan),
        pool_modes: if is_calico { pool_modes(plan) } else { Vec::new() },
        announced_on_link: plan.metallb.then_some(true),
        nat_outgoing: Some(true),
        siblings_differ: (!input.siblings.is_empty()).then_some(true),
        nesting: Nesting {
            on_pod_network: (!around.hosting.is_empty()).then_some(around.is_inside()),
            use_hosting_services: around.is_inside().then_some(true),
        },
        ..Facts::default()
    }
}

fn pool_modes(plan: &NetworkPlan) -> Vec<PoolModes> {
    let has = |form| plan.overlay.tunnels.value.iter().any(|tunnel| tunnel.encapsulation == form);
    // Of IPv6 kubespray has no IP in IP, whatever it does with IPv4.
    let mode = |family: &Family| PoolModes {
        family: *family,
        ipip: *family == Family::Ipv4 && has(Encapsulation::IpIp),
        vxlan: has(Encapsulation::Vxlan),
    };
    plan.families.iter().map(mode).collect()
}

/// The static routes of the hard way.
fn routes(plan: &NetworkPlan) -> Vec<Route> {
    if plan.layout != Layout::HardWay || plan.overlay.cni.value != Cni::None {
        return Vec::new();
    }
    let of_host = |host: &PlannedHost| {
        let pairs = host.pod_cidrs.iter().filter_map(|share| {
            let family = share.value.family();
            let via = *host.addresses.iter().find(|address| Family::of(**address) == family)?;
            let origin = Origin::Found(format!("host {}", host.name));
            Some(Route { destination: share.value, via, owner: Some(via), origin })
        });
        pairs.collect::<Vec<_>>()
    };
    plan.hosts.iter().flat_map(of_host).collect()
}
