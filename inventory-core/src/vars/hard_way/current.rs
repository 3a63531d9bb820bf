//! What the variables say today.

use indexmap::IndexMap;

use crate::cluster::HardWayNames;
use crate::environment::Sourced;
use crate::inventory::{Inventory, Value};
use crate::network::address::{AddressError, Family, Network};
use crate::network::space::Origin;
use crate::plan::{Current, FamilyValue, Opaque, PlannedHost};
use crate::safe::{HostName, VariableName};
use crate::vars::effective::{EffectiveVars, Found};
use crate::vars::tree::{Owner, Reading, VarsTree};

/// Reads the networks of a cluster and its hosts' shares of the pod network back: the values that count for the hosts,
/// whether the inventory has them or a file beside it.
///
/// What counts for a control plane is the cluster's. Shares of hosts that are not in the inventory any more are read
/// too, as long as `host_vars` has them: the host may return. A value that cannot be read is opaque.
pub fn current(tree: &VarsTree, names: &HardWayNames, inventory: &Inventory, hosts: &[PlannedHost]) -> Current {
    let vars = EffectiveVars::new(inventory, tree);
    let mut read = Read::default();
    let (control_planes, others): (Vec<_>, Vec<_>) = hosts.iter().partition(|host| host.is_control_plane);
    let of_cluster = |name: &VariableName| {
        let mut hosts = control_planes.iter().chain(&others);
        hosts.find_map(|host| vars.get(&host.name, name.as_str()))
    };
    let services = read.networks(&names.service_cidr, of_cluster(&names.service_cidr));
    let pods = read.networks(&names.cluster_cidr, of_cluster(&names.cluster_cidr));
    let mut pod_cidrs = IndexMap::new();
    for host in hosts {
        let found = vars.get(&host.name, names.pod_cidr.as_str());
        // Only a worker's has to be known.
        let found = found.filter(|found| host.is_worker || networks(&found.reading).is_ok());
        pod_cidrs.insert(host.name.clone(), read.networks(&names.pod_cidr, found));
    }
    pod_cidrs.retain(|_, shares: &mut Vec<_>| !shares.is_empty());
    for (host, shares) in in_host_vars(tree, &names.pod_cidr) {
        pod_cidrs.entry(host).or_insert(shares);
    }
    let node_prefix = node_prefix(&pod_cidrs);
    Current { services, pods, node_prefix, pod_cidrs, opaque: read.opaque, ..Current::default() }
}

/// Reads the same of a cluster whose machines nobody looks at, a sibling: what the files say of `all`, else of the
/// first group or host for which they say anything.
pub fn of_files(tree: &VarsTree, names: &HardWayNames) -> Current {
    let mut read = Read::default();
    read.opaque.extend(tree.unreadable().filter(|(owner, _)| matches!(owner, Owner::Group(_))).map(|(_, file)| {
        Opaque {
            variable: Opaque::FILE.to_owned(),
            origin: Origin::Found(file.location.to_string()),
            why: file.reason.clone(),
            is_hidden: true,
        }
    }));
    let of_cluster = |name: &VariableName| {
        let all = Owner::Group("all".to_owned());
        let mut owners = std::iter::once(&all).chain(tree.owners());
        owners.find_map(|owner| Found::of_files(tree, owner, name.as_str()))
    };
    let services = read.networks(&names.service_cidr, of_cluster(&names.service_cidr));
    let pods = read.networks(&names.cluster_cidr, of_cluster(&names.cluster_cidr));
    let pod_cidrs = in_host_vars(tree, &names.pod_cidr).collect();
    let node_prefix = node_prefix(&pod_cidrs);
    Current { services, pods, node_prefix, pod_cidrs, opaque: read.opaque, ..Current::default() }
}

/// How long the prefixes of shares are: the first of each family says it, since all are to be alike.
fn node_prefix(pod_cidrs: &IndexMap<HostName, Vec<Sourced<Network>>>) -> Vec<Sourced<FamilyValue>> {
    let first = |family: Family| {
        let share = pod_cidrs.values().flatten().find(|share| share.value.family() == family)?;
        Some(share.as_ref().map(|share| FamilyValue { family, value: share.prefix_len() }))
    };
    [Family::Ipv4, Family::Ipv6].into_iter().filter_map(first).collect()
}

/// What could not be read so far.
#[derive(Default)]
struct Read {
    opaque: Vec<Opaque>,
}

impl Read {
    fn networks(&mut self, name: &VariableName, found: Option<Found>) -> Vec<Sourced<Network>> {
        let Some(Found { reading, origin }) = found else { return Vec::new() };
        let is_hidden = matches!(reading, Reading::Template(_) | Reading::Vault | Reading::Hidden(_));
        match networks(&reading) {
            Ok(networks) => networks.into_iter().map(|network| Sourced::new(network, origin.clone())).collect(),
            Err(why) => {
                let opaque = Opaque { variable: name.to_string(), origin, why, is_hidden };
                // The template of a group is the same for each of its hosts.
                if !self.opaque.contains(&opaque) {
                    self.opaque.push(opaque);
                }
                Vec::new()
            }
        }
    }
}

/// The shares in `host_vars`, whoever's they are. Unreadable ones of hosts that are gone are nobody's business.
fn in_host_vars(tree: &VarsTree, name: &VariableName) -> impl Iterator<Item = (HostName, Vec<Sourced<Network>>)> {
    tree.owners().filter_map(|owner| {
        let Owner::Host(host) = owner else { return None };
        let Found { reading, origin } = Found::of_files(tree, owner, name.as_str())?;
        let shares = networks(&reading).ok().filter(|shares| !shares.is_empty())?;
        let shares = shares.into_iter().map(|share| Sourced::new(share, origin.clone()));
        Some((HostName::written(host).ok()?, shares.collect()))
    })
}

/// The networks in a value: a text, several with commas between them, or a list. An empty one has none.
fn networks(reading: &Reading) -> Result<Vec<Network>, String> {
    let value = match reading {
        Reading::Plain(value) | Reading::Unsafe(value) => value,
        Reading::Template(_) => return Err("it is a template".to_owned()),
        Reading::Vault => return Err("it is encrypted".to_owned()),
        Reading::Hidden(why) | Reading::Unfit(why) => return Err(why.clone()),
    };
    let items = match value {
        Value::Null => return Ok(Vec::new()),
        Value::List(items) => items.iter().collect(),
        one => vec![one],
    };
    let mut networks = Vec::new();
    for item in items {
        let text = item.as_str().ok_or_else(|| format!("{} is no network", item.to_plain_text()))?;
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        for part in parts {
            networks.push(part.parse().map_err(|error: AddressError| error.to_string())?);
        }
    }
    Ok(networks)
}
