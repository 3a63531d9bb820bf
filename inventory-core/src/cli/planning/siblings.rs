//! The clusters whose ranges must differ from this one's.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::variables;
use crate::cli::Failure;
use crate::cli::session::directory_of;
use crate::cluster::{ApiBy, Cluster, Layout, Loaded, Network, RangeWish};
use crate::environment::{OneOrMany, Sourced};
use crate::lint::load;
use crate::network::address::{AddressRange, Family};
use crate::network::allocate::defaults;
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::{Current, Opaque, Sibling};
use crate::safe::HostAddress;
use crate::yaml::Source;

/// Reads the cluster files that the globs name, `own` left out.
pub(in crate::cli) fn read(
    globs: Option<&Sourced<OneOrMany<String>>>,
    own: Option<&Path>,
) -> Result<Vec<Sibling>, Failure> {
    let Some(Sourced { value: globs, origin }) = globs else { return Ok(Vec::new()) };
    // A glob is relative to the file it is written in, which may be the site's.
    let base = match origin {
        Origin::Written { file, .. } => directory_of(Path::new(file)),
        Origin::Found(_) | Origin::Default(_) => PathBuf::from("."),
    };
    let own = own.and_then(|path| path.canonicalize().ok());
    let mut siblings = Vec::new();
    for glob in globs.iter() {
        let wrong = |why: &dyn std::fmt::Display| {
            Failure::new(format!("{origin}: `siblings` has {glob:?}: {why}"), "write paths or globs of cluster files")
        };
        let pattern = base.join(glob);
        let pattern = pattern.to_str().ok_or_else(|| wrong(&"the path is no UTF-8"))?;
        let paths = glob::glob(pattern).map_err(|error| wrong(&error))?;
        let mut found = 0_usize;
        for path in paths {
            let path = path.map_err(|error| wrong(&error))?;
            found += 1;
            if path.canonicalize().ok() == own {
                continue;
            }
            // Whatever else it is, its ranges are written in another way, or nowhere.
            if !is_cluster_file(&path) {
                return Err(Failure::new(
                    format!("siblings ({origin}) names {}, which is no cluster file", path.display()),
                    "name cluster files, which say `plugin: kube_inventory.vms.…`, or write the other cluster's ranges as \
                     `avoid`",
                ));
            }
            siblings.push(sibling(&path)?);
        }
        // A sibling that is not found is kept apart from nothing.
        if found == 0 {
            return Err(wrong(&"there is no such file"));
        }
    }
    Ok(siblings)
}

/// Whether a path leads to a file that has our `plugin:`. One that cannot be read is what its name says.
fn is_cluster_file(path: &Path) -> bool {
    !path.is_dir() && Source::read(path).map_or(true, |source| load::is_cluster_file(source.text()))
}

fn sibling(path: &Path) -> Result<Sibling, Failure> {
    let env = |name: &str| std::env::var(name).ok();
    let loaded = Loaded::of_any_source(path, &env)?;
    let Cluster { name, layout, .. } = &loaded.cluster;
    let directory = directory_of(path);
    let current = variables::of_sibling(&loaded.cluster, &directory)?;
    is_readable(&loaded.cluster, &current)?;
    let mut spaces = Vec::new();
    for role in [Role::Services, Role::Pods] {
        spaces.extend(ranges(role, *layout, &loaded.cluster.network, &current, &directory));
    }
    let owner = Owner::Sibling(name.clone());
    let of_sibling =
        |(range, role, origin): (AddressRange, _, _)| AddressSpace::new(range, role, owner.clone(), origin);
    let network = &loaded.cluster.network;
    spaces.extend(
        network.nodes.iter().flatten().map(|nodes| (nodes.value.cidr.into(), Role::Nodes, nodes.origin.clone())),
    );
    let pools = network.load_balancer.iter().flat_map(|pools| &pools.ranges);
    spaces.extend(pools.map(|range| (range.value, Role::LoadBalancer, range.origin.clone())));
    let api = network.api_address.iter().filter(|api| api.value.by != ApiBy::Node);
    spaces.extend(api.map(|api| (api.value.address.into(), Role::Vip, api.origin.clone())));
    spaces.extend(nodes(&loaded.cluster, &current, &directory));
    Ok(Sibling { name: name.clone(), spaces: spaces.into_iter().map(of_sibling).collect() })
}

/// The addresses of its hosts, as far as anybody wrote them down: its source is not asked.
fn nodes(cluster: &Cluster, current: &Current, directory: &Path) -> Vec<(AddressRange, Role, Origin)> {
    let pinned = cluster.members.iter().flatten().filter_map(|member| {
        let Some(HostAddress::Ip(address)) = member.address else { return None };
        Some((address, Origin::Found(format!("member {}", member.machine))))
    });
    let record = super::record::path(directory).display().to_string();
    let recorded = current.record.iter().flat_map(|record| record.nodes.iter().copied());
    let recorded = recorded.map(|address| (address, Origin::Found(record.clone())));
    let mut seen = HashSet::new();
    let nodes = pinned.chain(recorded).filter(|(address, _)| seen.insert(*address));
    nodes.map(|(address, origin)| (address.into(), Role::Node, origin)).collect()
}

/// Whether its ranges can be read, where its file does not say them. What is not known is nothing to keep apart from.
fn is_readable(Cluster { name, layout, network, .. }: &Cluster, current: &Current) -> Result<(), Failure> {
    let is_told =
        |wish: &Option<Sourced<RangeWish>>| matches!(wish, Some(Sourced { value: RangeWish::Written(_), .. }));
    let of_role = |names: [&str; 2], hard_way: &str, variable: &str| match layout {
        Layout::HardWay => variable == hard_way,
        _ => names.contains(&variable),
    };
    let is_needed = |opaque: &&Opaque| {
        let names = &network.variables;
        let of = |names, hard_way, wish| {
            let is_meant = opaque.is_file() || of_role(names, hard_way, &opaque.variable);
            is_meant && !is_told(wish)
        };
        of(["kube_pods_subnet", "kube_pods_subnet_ipv6"], names.cluster_cidr.as_str(), &network.pods)
            || of(
                ["kube_service_addresses", "kube_service_addresses_ipv6"],
                names.service_cidr.as_str(),
                &network.services,
            )
    };
    let Some(Opaque { variable, origin, why, .. }) = current.opaque.iter().find(is_needed) else { return Ok(()) };
    Err(Failure::new(
        format!("the ranges of the sibling {name} are not known: {variable} ({origin}) cannot be read: {why}"),
        "write its `pods` and `services` into its cluster file, or take it out of `siblings`",
    ))
}

/// What it takes for a role: what its file says, else what its variables have, else what was in effect, else what its
/// layout takes by itself.
fn ranges(
    role: Role,
    layout: Layout,
    network: &Network,
    current: &Current,
    directory: &Path,
) -> Vec<(AddressRange, Role, Origin)> {
    let (wish, kept) = match role {
        Role::Services => (&network.services, &current.services),
        _ => (&network.pods, &current.pods),
    };
    if let Some(Sourced { value: RangeWish::Written(networks), origin }) = wish {
        return networks.iter().map(|network| (network.range(), role, origin.clone())).collect();
    }
    if !kept.is_empty() {
        return kept.iter().map(|kept| (kept.value.range(), role, kept.origin.clone())).collect();
    }
    if let Some(record) = &current.record {
        let networks = if role == Role::Services { &record.services } else { &record.pods };
        let origin = Origin::Found(super::record::path(directory).display().to_string());
        return networks.iter().map(|network| (network.range(), role, origin.clone())).collect();
    }
    let defaults: &[defaults::DefaultRange] = match layout {
        Layout::HardWay => &defaults::HARD_WAY,
        Layout::Kubespray => &defaults::KUBESPRAY,
        Layout::None => &[],
    };
    let is_meant = |default: &&defaults::DefaultRange| default.role == role && default.range.family() == Family::Ipv4;
    let origin = |default: &defaults::DefaultRange| Origin::default_of(default.owner);
    defaults.iter().filter(is_meant).map(|default| (default.range, role, origin(default))).collect()
}
