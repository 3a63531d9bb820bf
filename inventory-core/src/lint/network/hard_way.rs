//! What a cluster that is made the hard way takes: its variables are all there is.

use std::net::IpAddr;

use super::gather::{Gather, Misread};
use super::hosts::Host;
use super::{Network, Numbers, around, hosts, kubespray, levels};
use crate::cluster::{HardWayNames, Layout};
use crate::inventory::Value;
use crate::lint::finding::Place;
use crate::lint::model::Scope;
use crate::lint::root::Content;
use crate::lint::view::View;
use crate::network::address::{Family, Network as Cidr};
use crate::network::relations::{Capacity, Facts, Installer, PodAddresses, Route};
use crate::network::space::{AddressSpace, Origin, Role};
use crate::safe::{GroupName, VariableName};

/// The hosts by the parts they play.
struct Parts<'a> {
    control_plane: Vec<&'a str>,
    workers: Vec<&'a str>,
    all: Vec<&'a str>,
}

/// Everything a cluster made the hard way takes, and what is around it.
pub(super) fn network(view: &View<'_>) -> Network {
    let names = names(view);
    let parts = parts(view);
    let mut gather = Gather::new(view);
    let hosts = hosts::read(&mut gather, &parts.all);
    let addresses: Vec<IpAddr> = hosts.iter().flat_map(|host| host.addresses.clone()).collect();
    // What counts for a control plane is the cluster's.
    let first = parts.control_plane.iter().chain(&parts.all).next();
    let scope = match first {
        Some(host) => view.variables.of_host(host),
        None => view.variables.of_members(&["all"]),
    };
    gather.networks(&scope, names.service_cidr.as_str(), Role::Services, "services");
    gather.networks(&scope, names.cluster_cidr.as_str(), Role::Pods, "pods");
    gather.address(&scope, &[names.cluster_dns.as_str()], Role::ClusterDns, "cluster DNS");
    api_address(&mut gather, &scope, &names.api_address, &hosts);
    let families = families(&gather.spaces);
    for host in &parts.workers {
        let title = format!("pods of {host}");
        gather.networks(&view.variables.of_host(host), names.pod_cidr.as_str(), Role::NodePods, &title);
    }
    let routes = routes(&mut gather, &names.pod_routes, &hosts);
    let certificate = certificate(view, &scope, &names.apiserver_sans);
    let surroundings = around::surroundings(view, &addresses);
    if let Some(surroundings) = &surroundings {
        around::add(&mut gather, surroundings);
    }
    let nodes = u32::try_from(parts.workers.len()).unwrap_or(u32::MAX);
    let Gather { spaces, about, misread, .. } = gather;
    let share = |family: Family| {
        let share = spaces.iter().find(|space| space.role == Role::NodePods && space.family() == family)?;
        share.range.network().map(Cidr::prefix_len)
    };
    let capacity = Capacity {
        nodes: view.groups.is_known().then_some(nodes),
        node_prefix_v4: share(Family::Ipv4),
        node_prefix_v6: share(Family::Ipv6),
        pod_addresses: Some(PodAddresses::NodeShares),
        ..Capacity::default()
    };
    let (certificate, certificate_at) = certificate.unzip();
    let machines = view.groups.is_known().then_some(parts.all.len());
    let chain = surroundings.as_ref().and_then(|around| {
        levels::of_hard_way(view, around, &families, (machines, addresses.clone()), !routes.is_empty())
    });
    Network {
        facts: Facts {
            capacity,
            installer: Some(Installer::ByHand),
            routes: routes.iter().map(|(route, _)| route.clone()).collect(),
            api_certificate: certificate,
            nat_outgoing: Some(true),
            siblings_differ: (!view.surroundings.siblings.is_empty()).then_some(true),
            nesting: surroundings.as_ref().map(kubespray::nesting).unwrap_or_default(),
            spaces,
            ..Facts::default()
        },
        about,
        misread,
        routes,
        is_chain_certain: chain.as_ref().is_some_and(levels::is_certain),
        chain,
        numbers: Numbers { nodes, certificate_at, ..Numbers::default() },
        layout: Layout::HardWay,
        ..Network::default()
    }
}

/// What the playbooks call their variables.
fn names(view: &View<'_>) -> HardWayNames {
    match view.inventory.map(|inventory| &inventory.content) {
        Some(Content::Cluster(content)) => content.cluster.network.variables.clone(),
        _ => view.surroundings.declared.variables.clone(),
    }
}

fn parts<'a>(view: &View<'a>) -> Parts<'a> {
    let told = &view.surroundings.declared.roles;
    let of_file = match view.inventory.map(|inventory| &inventory.content) {
        Some(Content::Cluster(content)) => Some(content.cluster.role_groups()),
        _ => None,
    };
    let group = |of_file: Option<&str>, told: Option<&str>, usual: &str| {
        view.groups.hosts_of(of_file.or(told).unwrap_or(usual))
    };
    let of_file = of_file.as_ref();
    let control_plane = group(
        of_file.map(|groups| groups.control_plane.as_str()),
        told.control_plane.as_ref().map(GroupName::as_str),
        "controllers",
    );
    let workers =
        group(of_file.map(|groups| groups.workers.as_str()), told.workers.as_ref().map(GroupName::as_str), "workers");
    let etcd = group(of_file.map(|groups| groups.etcd.as_str()), told.etcd.as_ref().map(GroupName::as_str), "etcd");
    let mut all = control_plane.clone();
    for host in workers.iter().chain(&etcd) {
        if !all.contains(host) {
            all.push(host);
        }
    }
    Parts { control_plane, workers, all }
}

/// The families of pods, IPv4 first.
fn families(spaces: &[AddressSpace]) -> Vec<Family> {
    let mut families: Vec<Family> =
        spaces.iter().filter(|space| space.role == Role::Pods).map(AddressSpace::family).collect();
    families.sort_unstable();
    families.dedup();
    if families.is_empty() { vec![Family::Ipv4] } else { families }
}

/// The address of the API, where it is no machine's.
fn api_address<'a>(gather: &mut Gather<'_, 'a>, scope: &Scope<'_, 'a>, name: &VariableName, hosts: &[Host<'_>]) {
    let Some((address, told)) = gather.view.address(scope, &[name.as_str()]) else { return };
    // A load balancer that is a machine of the inventory's is none of the cluster's hosts.
    let is_a_hosts = hosts.iter().any(|host| host.addresses.contains(&address));
    if !is_a_hosts {
        let is_literal = super::gather::is_literal(&told, &address.to_string());
        let title = ("API address".to_owned(), name.to_string());
        gather.add_range(address, Role::Vip, told.place(), title, is_literal);
    }
}

/// The routes of every host: a list of `{cidr, via}`.
fn routes<'a>(gather: &mut Gather<'_, 'a>, name: &VariableName, hosts: &[Host<'a>]) -> Vec<(Route, Place)> {
    let view = gather.view;
    let mut routes = Vec::new();
    for host in hosts {
        let scope = view.variables.of_host(host.name);
        let Some((Value::List(items), told)) = view.value(&scope, &[name.as_str()]) else { continue };
        let places = super::gather::places(&told, &[name.as_str()], items.len());
        for (item, place) in items.iter().zip(places) {
            let Value::Map(map) = item else { continue };
            let text = |key: &str| map.get(key).map(|value| value.to_plain_text().trim().to_owned());
            let Some((to, via)) = text("cidr").zip(text("via")) else { continue };
            if item_is_template(item) {
                view.could_not_check(name.as_str(), &place, "it is a template");
                continue;
            }
            let (destination, via) = match (to.parse::<Cidr>(), via.parse::<IpAddr>()) {
                (Ok(to), Ok(via)) => (to, via),
                (Err(error), _) => {
                    let why = format!("a route of {} leads to no network: {error}", host.name);
                    gather.misread.push(Misread { variable: name.to_string(), place, why, meant: None });
                    continue;
                }
                (_, Err(_)) => {
                    let why = format!("a route of {} leads over {via:?}, which is no address", host.name);
                    gather.misread.push(Misread { variable: name.to_string(), place, why, meant: None });
                    continue;
                }
            };
            let origin: Origin = view.origin_of(place.clone());
            let owner = owner(gather, hosts, destination);
            routes.push((Route { destination, via, owner, origin }, place));
        }
    }
    routes
}

fn item_is_template(item: &Value) -> bool {
    match item {
        Value::Map(map) => map.values().any(Value::is_template),
        other => other.is_template(),
    }
}

/// The address of the worker that has these pods.
fn owner(gather: &Gather<'_, '_>, hosts: &[Host<'_>], pods: Cidr) -> Option<IpAddr> {
    let has = |space: &AddressSpace| space.role == Role::NodePods && space.range == pods.range();
    let at = gather.spaces.iter().position(has)?;
    let name = gather.about[at].title.strip_prefix("pods of ")?;
    let host = hosts.iter().find(|host| host.name == name)?;
    host.addresses.iter().copied().find(|address| Family::of(*address) == pods.family())
}

/// The addresses in the API server's certificate. `None`: nobody says what is in it, or not all of it is known.
fn certificate<'a>(view: &View<'a>, scope: &Scope<'_, 'a>, name: &VariableName) -> Option<(Vec<IpAddr>, Place)> {
    let (value, told) = view.value(scope, &[name.as_str()])?;
    let texts: Vec<String> = match &value {
        Value::List(items) if items.iter().any(Value::is_template) => {
            view.could_not_check(name.as_str(), &told.place(), "it has a template in it");
            return None;
        }
        Value::List(items) => items.iter().map(Value::to_plain_text).collect(),
        text => text.to_plain_text().split(',').map(str::to_owned).collect(),
    };
    let addresses = texts.iter().filter_map(|text| text.trim().parse().ok()).collect();
    Some((addresses, told.place()))
}
