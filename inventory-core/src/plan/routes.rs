//! Routes to the pods of other nodes, where no CNI lays any: the hard way with `cni: none`.

use std::net::IpAddr;

use indexmap::IndexMap;

use super::PlannedHost;
use crate::network::address::{Family, Network};
use crate::safe::HostName;

/// A route to the pods of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The node's share of the pod network.
    pub to: Network,
    /// The node's address.
    pub via: IpAddr,
}

/// The most routes of all nodes together: those of a thousand. Each node has one to every other, so that ten times the
/// nodes need a hundred times the routes, which would be gigabytes of variables.
const MOST: usize = 1_000_000;

/// Why there are no routes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoWay {
    /// A node whose pods nobody can be led to.
    #[error("the worker {host} has the pods {to} and no {} address, so that no route leads to them", to.family())]
    NoAddress {
        /// The node.
        host: HostName,
        /// Its share of the pod network.
        to: Network,
    },
    /// More routes than anybody lays.
    #[error("without a CNI, {nodes} nodes need {} routes, and {MOST} are the most", nodes.saturating_mul(*ways))]
    TooMany {
        /// How many nodes need routes.
        nodes: usize,
        /// To how many shares of the pod network.
        ways: usize,
    },
}

impl NoWay {
    /// The smallest change that would help.
    pub fn remedy(&self) -> String {
        let family = match self {
            Self::NoAddress { to, .. } => super::ranges::word(to.family()),
            Self::TooMany { .. } => return "name the CNI that lays them: `cni: calico` under `network`".to_owned(),
        };
        format!(
            "give it one, or let `hosts.address` choose it, `{{family: {family}}}`, or leave {family} out of `families`"
        )
    }
}

/// The routes of every host that needs some: a worker's to the pods of all others, a controller's to those of every
/// worker, in the hosts' order; nobody's to its own. A host on which neither runs is not in it.
pub fn routes(hosts: &[PlannedHost]) -> Result<IndexMap<HostName, Vec<Route>>, NoWay> {
    let mut ways = Vec::new();
    for host in hosts.iter().filter(|host| host.is_worker) {
        for share in &host.pod_cidrs {
            let to = share.value;
            let via = host.addresses.iter().find(|address| Family::of(**address) == to.family());
            let via = *via.ok_or_else(|| NoWay::NoAddress { host: host.name.clone(), to })?;
            ways.push((&host.name, Route { to, via }));
        }
    }
    let needs_some = |host: &&PlannedHost| host.is_worker || host.is_control_plane;
    let nodes = hosts.iter().filter(needs_some).count();
    if nodes.saturating_mul(ways.len()) > MOST {
        return Err(NoWay::TooMany { nodes, ways: ways.len() });
    }
    let routes_of = |host: &PlannedHost| {
        let others = ways.iter().filter(|(owner, _)| **owner != host.name).map(|(_, route)| *route);
        (host.name.clone(), others.collect())
    };
    Ok(hosts.iter().filter(needs_some).map(routes_of).collect())
}
