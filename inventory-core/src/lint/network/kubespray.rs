//! What a cluster of kubespray's takes: what its variables say, and the defaults that nobody wrote.

use std::net::IpAddr;

use super::gather::Gather;
use super::hosts::Host;
use super::{Network, Numbers, around, docker, hosts, levels, load_balancer};
use crate::cluster::Layout;
use crate::environment::Sourced;
use crate::kubespray::{self, MAX_PODS};
use crate::lint::finding::Place;
use crate::lint::view::{Part, View};
use crate::network::address::Family;
use crate::network::allocate::defaults;
use crate::network::layer::Cni;
use crate::network::relations::{Capacity, Facts, Installer, Nesting, PodAddresses};
use crate::network::space::{AddressSpace, Owner, Role};
use crate::plan::{FamilyValue, Surroundings};

/// Everything a cluster of kubespray's takes, and what is around it.
pub(super) fn network(view: &View<'_>) -> Network {
    let current = view.current();
    let families = current.families.as_ref().map_or_else(|| vec![Family::Ipv4], |families| families.value.clone());
    let cni = cni(view);
    let mut gather = Gather::new(view);
    let hosts = hosts::read(&mut gather, &nodes_and_etcd(view));
    let addresses: Vec<IpAddr> = hosts.iter().flat_map(|host| host.addresses.clone()).collect();
    ranges(&mut gather, &families);
    pools(&mut gather, &families, cni);
    dns(&mut gather);
    resolvers(&mut gather);
    api_address(&mut gather, &hosts);
    let announced_on_link = load_balancer::read(&mut gather);
    let surroundings = around::surroundings(view, &addresses);
    if let Some(surroundings) = &surroundings {
        docker::read(&mut gather, surroundings);
        around::add(&mut gather, surroundings);
    }
    let numbers = numbers(view, &families);
    let Gather { spaces, about, misread, .. } = gather;
    let facts = Facts {
        spaces,
        capacity: capacity(view, cni),
        installer: Some(Installer::Kubeadm),
        announced_on_link,
        nat_outgoing: Some(view.truth(view.nodes(), &["nat_outgoing"]).is_none_or(|(is_on, _)| is_on)),
        siblings_differ: (!view.surroundings.siblings.is_empty()).then_some(true),
        nesting: surroundings.as_ref().map(nesting).unwrap_or_default(),
        ..Facts::default()
    };
    let reckoned = surroundings.as_ref().zip(cni).and_then(|(around, cni)| {
        let machines = view.groups.is_known().then_some(hosts.len());
        levels::of_kubespray(view, around, cni, &families, (machines, addresses))
    });
    let is_chain_certain = reckoned.as_ref().is_some_and(levels::is_certain);
    Network {
        facts,
        about,
        misread,
        chain: reckoned,
        is_chain_certain,
        numbers,
        layout: Layout::Kubespray,
        ..Network::default()
    }
}

/// How the machines hang on the level around them.
pub(super) fn nesting(around: &Surroundings<'_>) -> Nesting {
    Nesting {
        on_pod_network: (!around.hosting.is_empty()).then_some(around.is_inside()),
        use_hosting_services: around.is_inside().then_some(true),
    }
}

/// Whether kube-vip answers ARP for the API's address.
pub(super) fn answers_arp(view: &View<'_>) -> bool {
    let is_on = |name: &str| view.truth(view.nodes(), &[name]).is_some_and(|(is_on, _)| is_on);
    is_on("kube_vip_enabled") && is_on("kube_vip_arp_enabled")
}

/// The cluster's nodes, and the hosts of etcd that are none.
fn nodes_and_etcd<'a>(view: &View<'a>) -> Vec<&'a str> {
    let mut hosts = view.members().to_vec();
    let etcd = view.hosts_of(Part::Etcd).into_iter().filter(|host| !view.members().contains(host));
    hosts.extend(etcd);
    hosts
}

/// The CNI that runs. `None`: it is not known.
fn cni(view: &View<'_>) -> Option<Cni> {
    let current = view.current();
    let is_hidden = current.opaque.iter().any(|opaque| opaque.variable == "kube_network_plugin");
    if is_hidden || current.unknown_cni.is_some() {
        return None;
    }
    Some(current.cni.as_ref().map_or(Cni::Calico, |cni| cni.value))
}

/// The variable of a family, of a pair of names.
fn of(family: Family, names: [&'static str; 2]) -> &'static str {
    match family {
        Family::Ipv4 => names[0],
        Family::Ipv6 => names[1],
    }
}

/// The networks of pods and services, each family's.
fn ranges(gather: &mut Gather<'_, '_>, families: &[Family]) {
    let scope = gather.view.nodes();
    for family in families {
        for (role, title, names) in [
            (Role::Services, "services", ["kube_service_addresses", "kube_service_addresses_ipv6"]),
            (Role::Pods, "pods", ["kube_pods_subnet", "kube_pods_subnet_ipv6"]),
        ] {
            let name = of(*family, names);
            // Cilium's own IPAM gives pods addresses from its pool.
            if role == Role::Pods && has_cilium_pool(gather.view, *family) {
                let pool = of(*family, ["cilium_pool_cidr", "cilium_pool_cidr_ipv6"]);
                gather.networks(scope, pool, role, "pods");
            } else if !gather.networks(scope, name, role, title) {
                let is_it = |range: &&defaults::DefaultRange| range.role == role && range.range.family() == *family;
                if let Some(default) = defaults::KUBESPRAY.iter().find(is_it) {
                    gather.add_default(default.space(Owner::Cluster), title, name);
                }
            }
        }
    }
}

fn has_cilium_pool(view: &View<'_>, family: Family) -> bool {
    let is_cilium = cni(view) == Some(Cni::Cilium) && view.release.is_since(22);
    is_cilium && view.nodes().is_set(of(family, ["cilium_pool_cidr", "cilium_pool_cidr_ipv6"]))
}

/// What the CNI takes for itself, and the pools that it gives pods addresses from.
fn pools(gather: &mut Gather<'_, '_>, families: &[Family], cni: Option<Cni>) {
    let scope = gather.view.nodes();
    for family in families {
        match cni {
            Some(Cni::Calico) => {
                let name = of(*family, ["calico_pool_cidr", "calico_pool_cidr_ipv6"]);
                if !gather.networks(scope, name, Role::PodPool, "Calico's pool") {
                    pods_as_pool(gather, *family);
                }
            }
            Some(Cni::KubeOvn) => {
                let name = of(*family, ["kube_ovn_node_switch_cidr", "kube_ovn_node_switch_cidr_ipv6"]);
                let title = "kube-ovn's join network";
                if !gather.networks(scope, name, Role::CniInternal, title) && *family == Family::Ipv4 {
                    for default in defaults::KUBE_OVN {
                        gather.add_default(default.space(Owner::Cluster), title, name);
                    }
                }
            }
            Some(Cni::Weave) if *family == Family::Ipv4 => {
                gather.networks(scope, "weave_ipalloc_range", Role::PodPool, "Weave's range");
            }
            _ => {}
        }
    }
}

/// Calico's pool is the pod network, as long as nobody gives it another.
fn pods_as_pool(gather: &mut Gather<'_, '_>, family: Family) {
    let is_pods = |(space, _): &(&AddressSpace, _)| space.role == Role::Pods && space.family() == family;
    let pods = gather.spaces.iter().zip(&gather.about).find(is_pods);
    let Some((pods, about)) = pods.map(|(pods, about)| (pods.clone(), about.clone())) else { return };
    // Its host bits are those of the pods, of which that is said.
    gather.add(AddressSpace { role: Role::PodPool, host_bits: None, ..pods }, about);
}

/// The cluster's DNS and the cache of it on each node, where they are written.
fn dns(gather: &mut Gather<'_, '_>) {
    let view = gather.view;
    let scope = view.nodes();
    gather.address(scope, &["skydns_server"], Role::ClusterDns, "cluster DNS");
    let has_cache = view.truth(scope, &["enable_nodelocaldns"]).is_none_or(|(is_on, _)| is_on);
    if has_cache && gather.address(scope, &["nodelocaldns_ip"], Role::NodeLocalDns, "node-local DNS").is_none() {
        // The variable is not set, or nobody knows to what.
        if !scope.is_set("nodelocaldns_ip") && view.release.is_since(9) {
            let space = defaults::NODE_LOCAL_DNS.space(Owner::Cluster);
            gather.add_default(space, "node-local DNS", "nodelocaldns_ip");
        }
    }
}

/// Whom the machines are told to ask: the servers that kubespray gives them and the cluster's DNS, and, where it writes
/// their resolver's file (by default since v2.18), those that it adds.
fn resolvers(gather: &mut Gather<'_, '_>) {
    let view = gather.view;
    let mode = view.effective_text("resolvconf_mode", view.release.resolvconf_mode());
    gather.addresses("upstream_dns_servers", Role::UpstreamDns, "upstream DNS");
    if mode.is_some_and(|mode| mode.value == "host_resolvconf") {
        gather.addresses("nameservers", Role::UpstreamDns, "resolver");
    }
}

/// The address of the API, where it is no machine's own business.
fn api_address(gather: &mut Gather<'_, '_>, hosts: &[Host<'_>]) {
    let view = gather.view;
    let scope = view.nodes();
    let has_kube_vip =
        view.release.has_kube_vip() && view.truth(scope, &["kube_vip_enabled"]).is_some_and(|(is_on, _)| is_on);
    let of_kube_vip = ["kube_vip_address"];
    if has_kube_vip && gather.address(scope, &of_kube_vip, Role::Vip, "API address").is_some() {
        return;
    }
    let path = ["loadbalancer_apiserver", "address"];
    let Some((address, told)) = view.address(scope, &path) else { return };
    if hosts.iter().any(|host| host.addresses.contains(&address)) {
        return;
    }
    let title = ("API address".to_owned(), path.join("."));
    let is_literal = super::gather::is_literal(&told, &address.to_string());
    gather.add_range(address, Role::Vip, told.place(), title, is_literal);
}

fn capacity(view: &View<'_>, cni: Option<Cni>) -> Capacity {
    let current = view.current();
    let share = |family| Some(share(view, family));
    let block = |family| (cni == Some(Cni::Calico)).then(|| block(view, family));
    let is_hidden = |name: &str| current.opaque.iter().any(|opaque| opaque.variable == name);
    // Cilium's own IPAM may give nodes shares of another length.
    let has_mask = cni == Some(Cni::Cilium) && view.nodes().is_set("cilium_pool_mask_size");
    // kubespray counts pods neither under Calico nor where it installs no network at all.
    let word = view.text(view.nodes(), &["kube_network_plugin"]).map(|(word, _)| word);
    let counts_pods = word.as_deref() != Some("none") && !is_hidden("kubelet_max_pods");
    Capacity {
        nodes: view.groups.is_known().then(|| u32::try_from(view.members().len()).unwrap_or(u32::MAX)),
        max_pods: counts_pods.then(|| max_pods(view)),
        node_prefix_v4: (!has_mask && !is_hidden("kube_network_node_prefix")).then(|| share(Family::Ipv4)).flatten(),
        node_prefix_v6: (!is_hidden("kube_network_node_prefix_ipv6")).then(|| share(Family::Ipv6)).flatten(),
        pod_addresses: cni.map(|cni| match cni {
            Cni::Calico => PodAddresses::Blocks,
            _ => PodAddresses::NodeShares,
        }),
        block_prefix_v4: (!is_hidden("calico_pool_blocksize")).then(|| block(Family::Ipv4)).flatten(),
        block_prefix_v6: (!is_hidden("calico_pool_blocksize_ipv6")).then(|| block(Family::Ipv6)).flatten(),
    }
}

fn max_pods(view: &View<'_>) -> u32 {
    view.current().max_pods.as_ref().map_or(MAX_PODS, |told| told.value)
}

fn told(values: &[Sourced<FamilyValue>], family: Family) -> Option<&Sourced<FamilyValue>> {
    values.iter().find(|told| told.value.family == family)
}

fn share(view: &View<'_>, family: Family) -> u8 {
    told(&view.current().node_prefix, family).map_or(kubespray::node_prefix(family), |told| told.value.value)
}

fn block(view: &View<'_>, family: Family) -> u8 {
    let usual = || view.release.block_prefix(family, share(view, family));
    told(&view.current().block_prefix, family).map_or_else(usual, |told| told.value.value)
}

fn numbers(view: &View<'_>, families: &[Family]) -> Numbers {
    let current = view.current();
    let place = |values: &[Sourced<FamilyValue>], family| view.place_of(&told(values, family)?.origin);
    let of_each = |values: &[Sourced<FamilyValue>]| -> [Option<Place>; 2] {
        [Family::Ipv4, Family::Ipv6].map(|family| families.contains(&family).then(|| place(values, family)).flatten())
    };
    Numbers {
        nodes: u32::try_from(view.members().len()).unwrap_or(u32::MAX),
        max_pods: max_pods(view),
        max_pods_at: current.max_pods.as_ref().and_then(|told| view.place_of(&told.origin)),
        share_at: of_each(&current.node_prefix),
        block_at: of_each(&current.block_prefix),
        certificate_at: None,
    }
}
