//! What the variables say today.

use indexmap::IndexMap;

use crate::cluster::HardWayNames;
use crate::environment::Sourced;
use crate::inventory::{Inventory, Value};
use crate::network::address::{AddressError, Family, Network};
use crate::plan::{Current, FamilyValue, Opaque, PlannedHost};
use crate::safe::{HostName, VariableName};
use crate::vars::effective::{EffectiveVars, Found, place};
use crate::vars::tree::{Owner, Reading, VarsTree};

/// Reads the networks of a cluster and its hosts' shares of the pod network back: the values that count for the hosts,
/// whether the inventory has them or a file beside it.
///
/// What counts for a control plane is the cluster's. Shares of hosts that are not in the inventory any more are read
/// too, as long as `host_vars` has them: the host may return. A value that cannot be read is opaque.
pub fn current(tree: &VarsTree, names: &HardWayNames, inventory: &Inventory, hosts: &[PlannedHost]) -> Current {
    let mut read = Read { vars: EffectiveVars::new(inventory, tree), opaque: Vec::new() };
    let services = read.of_cluster(hosts, &names.service_cidr);
    let pods = read.of_cluster(hosts, &names.cluster_cidr);
    let mut pod_cidrs = read.of_hosts(hosts, &names.pod_cidr);
    for (host, share) in of_others(tree, &names.pod_cidr) {
        pod_cidrs.entry(host).or_insert(share);
    }
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

struct Read<'a> {
    vars: EffectiveVars<'a>,
    opaque: Vec<Opaque>,
}

impl Read<'_> {
    /// What counts for the control planes, else for anybody.
    fn of_cluster(&mut self, hosts: &[PlannedHost], name: &VariableName) -> Vec<Sourced<Network>> {
        let (control_planes, others): (Vec<_>, Vec<_>) = hosts.iter().partition(|host| host.is_control_plane);
        let mut hosts = control_planes.into_iter().chain(others);
        let found = hosts.find_map(|host| self.vars.get(&host.name, name.as_str()));
        found.map_or_else(Vec::new, |found| self.networks(name, found))
    }

    /// What counts for each host. Only a worker's has to be known.
    fn of_hosts(&mut self, hosts: &[PlannedHost], name: &VariableName) -> IndexMap<HostName, Vec<Sourced<Network>>> {
        let mut shares = IndexMap::new();
        for host in hosts {
            let found = self.vars.get(&host.name, name.as_str());
            let found = found.filter(|found| host.is_worker || networks(&found.reading).is_ok());
            let networks = found.map_or_else(Vec::new, |found| self.networks(name, found));
            if !networks.is_empty() {
                shares.insert(host.name.clone(), networks);
            }
        }
        shares
    }

    fn networks(&mut self, name: &VariableName, found: Found) -> Vec<Sourced<Network>> {
        match networks(&found.reading) {
            Ok(networks) => networks.into_iter().map(|network| Sourced::new(network, found.origin.clone())).collect(),
            Err(why) => {
                let opaque = Opaque { variable: name.to_string(), origin: found.origin, why };
                // The template of a group is the same for each of its hosts.
                if !self.opaque.contains(&opaque) {
                    self.opaque.push(opaque);
                }
                Vec::new()
            }
        }
    }
}

/// The shares in `host_vars`, whoever's they are; unreadable ones of hosts that are gone are nobody's business.
fn of_others(tree: &VarsTree, name: &VariableName) -> Vec<(HostName, Vec<Sourced<Network>>)> {
    let path = [name.to_string()];
    let share = |owner: &Owner| {
        let Owner::Host(host) = owner else { return None };
        let found = tree.value(owner, &path)?;
        let networks = networks(&found.reading).ok()?;
        let sourced = networks.into_iter().map(|network| Sourced::new(network, place(&found.location)));
        Some((HostName::written(host).ok()?, sourced.collect()))
    };
    tree.owners().filter_map(share).collect()
}

/// The networks in a value: a text, several with commas between them, or a list. An empty one has none.
fn networks(reading: &Reading) -> Result<Vec<Network>, String> {
    let value = match reading {
        Reading::Plain(value) | Reading::Unsafe(value) => value,
        Reading::Template(_) => return Err("it is a template".to_owned()),
        Reading::Vault => return Err("it is encrypted".to_owned()),
        Reading::Unfit(why) => return Err(why.clone()),
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
