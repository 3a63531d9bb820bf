//! Which part of the pod network is whose, where nobody gives them away while the cluster runs: the hard way.
//!
//! Whatever hands out shares by itself (`--allocate-node-cidrs`) does so in the order in which nodes register, and a
//! route that was written down before is then wrong. So every worker gets its share here, once, and keeps it.

use indexmap::IndexMap;

use super::{Choice, Finding, Fixity, Opaque, PlannedHost, Severity, Why};
use crate::environment::Sourced;
use crate::network::address::Network;
use crate::network::allocate::headroom;
use crate::network::space::Origin;
use crate::safe::HostName;

/// Why not every worker has a share of the pod network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// A share that is no part of the pod network.
    #[error("{host} has the pods {} ({}), which do not lie in the pod network {pods} ({why})", share.value, share.origin)]
    Outside {
        /// Whose.
        host: HostName,
        /// The share.
        share: Sourced<Network>,
        /// The pod network.
        pods: Network,
        /// Why it is that.
        why: Box<Why>,
    },
    /// A share of another size.
    #[error("{host} has the pods {} ({}), though a node's share is a /{prefix_len} ({why})", share.value, share.origin)]
    Length {
        /// Whose.
        host: HostName,
        /// The share.
        share: Sourced<Network>,
        /// How long a share's prefix is.
        prefix_len: u8,
        /// Why it is that.
        why: Box<Why>,
    },
    /// A share that is there and not known.
    #[error("whose pods are where is not known: {} in {} cannot be read, because {}", .0.variable, .0.origin, .0.why)]
    Opaque(Opaque),
    /// One share for two.
    #[error("{first} ({}) and {second} ({}) both have the pods {share}", origins[0], origins[1])]
    Twice {
        /// The one.
        first: HostName,
        /// The other.
        second: HostName,
        /// The share.
        share: Network,
        /// Where it is written for each.
        origins: Box<[Origin; 2]>,
    },
    /// More workers than shares.
    #[error(
        "the pod network {pods} has room for {fits} shares of /{prefix_len}, one a node, and {} are wanted{}",
        workers + kept.len(), for_whom(kept)
    )]
    TooFew {
        /// The pod network.
        pods: Network,
        /// How long a share's prefix is.
        prefix_len: u8,
        /// How many shares it has.
        fits: u128,
        /// How many workers there are.
        workers: usize,
        /// Hosts that are no workers any more, and where the share is written that is kept for them.
        kept: Vec<(HostName, Origin)>,
        /// Whether somebody has a share already, so that no other size is possible.
        is_given: bool,
    },
}

fn for_whom(kept: &[(HostName, Origin)]) -> String {
    match kept {
        [] => String::new(),
        [(host, origin)] => format!(", one of them kept for {host}, which is no worker ({origin})"),
        [(host, origin), rest @ ..] => {
            let hosts = rest.len() + 1;
            format!(", {hosts} of them kept for hosts that are no workers: {host} ({origin}) and {} more", rest.len())
        }
    }
}

/// Playbooks may know a variable of the same name that is another thing: the whole pod network.
const RENAME: &str = "give ours another name under `network`: `variables: {pod_cidr: NAME}`";

impl ShareError {
    /// It as a finding: the plan stands without the shares, though nothing can be written.
    pub fn finding(&self) -> Finding {
        Finding { severity: Severity::Error, code: "pod-share", what: self.to_string(), remedy: self.remedy() }
    }

    /// The smallest change that would help.
    pub fn remedy(&self) -> String {
        match self {
            Self::Outside { host, pods, .. } => {
                format!(
                    "write a `pods` that has it, or remove the share, and {host} gets one of {pods}; `--replan pods` \
                     gives everybody a new one"
                )
            }
            Self::Length { host, share, prefix_len, .. } => format!(
                "write `node_prefix: {}`, or remove the share, and {host} gets a /{prefix_len}; if it is something \
                 else, {RENAME}",
                share.value.prefix_len()
            ),
            Self::Opaque(_) => {
                format!("write each worker's own network into `host_vars`; if it is something else, {RENAME}")
            }
            Self::Twice { origins, .. } if origins[0] == origins[1] => {
                format!("remove it, and each gets its own in `host_vars`; if it is something else, {RENAME}")
            }
            Self::Twice { second, .. } => format!("remove the share of one of them: {second} gets a free one then"),
            Self::TooFew { pods, prefix_len, workers, kept, is_given, .. } => {
                let wanted = u32::try_from(workers + kept.len()).unwrap_or(u32::MAX);
                let longer = smaller_shares(*pods, wanted).filter(|_| !is_given);
                let larger = headroom::pods_for(wanted, *prefix_len)
                    .and_then(|len| Network::containing(pods.first(), len))
                    .map(|pods| format!("write `pods: {pods}`"));
                let forget = kept.first().map(|(host, _)| format!("remove the share of {host} if it never returns"));
                [forget, longer, larger].into_iter().flatten().collect::<Vec<_>>().join(", or ")
            }
        }
    }
}

/// Shares so small that there are enough, as long as a pod finds room in them.
fn smaller_shares(pods: Network, wanted: u32) -> Option<String> {
    let family = pods.family();
    let len = (pods.prefix_len()..=family.bits()).find(|len| headroom::parts(pods, *len) >= wanted.into())?;
    let room = headroom::pods_in_share(family, len);
    (room > 0).then(|| format!("write `node_prefix: {len}`, which leaves {room} pods a node"))
}

/// The hosts, every worker with its share of each pod network. `node_prefix` has a length for each of `pods`, and
/// `pinned` what hosts have already.
pub fn with_shares(
    hosts: &[PlannedHost],
    pods: &[Choice<Network>],
    node_prefix: &[Choice<u8>],
    pinned: &IndexMap<HostName, Vec<Sourced<Network>>>,
) -> Result<Vec<PlannedHost>, ShareError> {
    let mut hosts = hosts.to_vec();
    let workers: Vec<_> = hosts.iter().filter(|host| host.is_worker).map(|host| host.name.clone()).collect();
    for (pods, node_prefix) in pods.iter().zip(node_prefix) {
        let is_here = |share: &&Sourced<Network>| share.value.family() == pods.value.family();
        let pinned =
            pinned.iter().filter_map(|(host, shares)| Some((host.clone(), shares.iter().find(is_here)?.clone())));
        let mut shares = shares(pods, node_prefix, &workers, &pinned.collect())?;
        for host in &mut hosts {
            host.pod_cidrs.extend(shares.swap_remove(&host.name));
        }
    }
    Ok(hosts)
}

/// Gives every worker its share of the pod network: a network whose prefix is as long as `node_prefix` says.
///
/// A worker that has one (`pinned`) keeps it; each other gets the first that is free, in the workers' order. The
/// shares in `pinned` of hosts that are no workers go to nobody else either: the host may be one again. Nothing but
/// the arguments decides. O(n).
pub fn shares(
    pods: &Choice<Network>,
    node_prefix: &Choice<u8>,
    workers: &[HostName],
    pinned: &IndexMap<HostName, Sourced<Network>>,
) -> Result<IndexMap<HostName, Choice<Network>>, ShareError> {
    let mut owners: IndexMap<Network, (&HostName, &Origin)> = IndexMap::new();
    for host in workers {
        let Some(share) = pinned.get(host) else { continue };
        check(host, share, pods, node_prefix)?;
        if let Some((first, origin)) = owners.insert(share.value, (host, &share.origin)) {
            let origins = Box::new([origin.clone(), share.origin.clone()]);
            return Err(ShareError::Twice { first: first.clone(), second: host.clone(), share: share.value, origins });
        }
    }
    let pinned_workers = owners.len();
    for (host, share) in pinned {
        if check(host, share, pods, node_prefix).is_ok() {
            owners.entry(share.value).or_insert((host, &share.origin));
        }
    }
    let mut free = parts(pods.value, node_prefix.value).filter(|share| !owners.contains_key(share));
    let too_few = || {
        let kept = owners[pinned_workers..].values();
        ShareError::TooFew {
            pods: pods.value,
            prefix_len: node_prefix.value,
            fits: headroom::parts(pods.value, node_prefix.value),
            workers: workers.len(),
            kept: kept.map(|&(host, origin)| (host.clone(), origin.clone())).collect(),
            is_given: pinned_workers > 0,
        }
    };
    let why_free = Why::Because(format!("the first free /{} of {}", node_prefix.value, pods.value));
    let mut shares = IndexMap::with_capacity(workers.len());
    for host in workers {
        let (share, why) = match pinned.get(host) {
            Some(share) => (share.value, Why::Kept(share.origin.clone())),
            None => (free.next().ok_or_else(too_few)?, why_free.clone()),
        };
        shares.insert(host.clone(), Choice::written(share, why, Fixity::Fixed));
    }
    Ok(shares)
}

/// Refuses what is no share of this pod network.
fn check(
    host: &HostName,
    share: &Sourced<Network>,
    pods: &Choice<Network>,
    node_prefix: &Choice<u8>,
) -> Result<(), ShareError> {
    let (host, share) = (host.clone(), share.clone());
    if !pods.value.range().contains(share.value.range()) {
        return Err(ShareError::Outside { host, share, pods: pods.value, why: Box::new(pods.why.clone()) });
    }
    if share.value.prefix_len() != node_prefix.value {
        let (prefix_len, why) = (node_prefix.value, Box::new(node_prefix.why.clone()));
        return Err(ShareError::Length { host, share, prefix_len, why });
    }
    Ok(())
}

/// The networks of a prefix length that another is divided into, in order.
fn parts(network: Network, prefix_len: u8) -> impl Iterator<Item = Network> {
    let host_len = u32::from(network.family().bits().saturating_sub(prefix_len));
    (0..headroom::parts(network, prefix_len))
        .map_while(move |n| Network::containing(network.nth(n.checked_shl(host_len)?)?, prefix_len))
}
