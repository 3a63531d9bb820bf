//! Everything of a plan that takes addresses, and which of it collides.

use std::collections::HashSet;

use crate::network::address::AddressRange;
use crate::network::relations::{Facts, Fault, Nesting, breaches};
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::NetworkPlan;
use crate::plan::render::words;

/// Whose, what for, and which addresses: what makes two spaces the same for the eye.
pub(super) type Key = (Owner, Role, AddressRange);

pub(super) fn key(space: &AddressSpace) -> Key {
    (space.owner.clone(), space.role, space.range)
}

/// Everything that takes addresses, each once, the cluster's own first.
pub(super) fn spaces(plan: &NetworkPlan) -> Vec<AddressSpace> {
    let own = |range: AddressRange, role, origin: Origin| AddressSpace::new(range, role, Owner::Cluster, origin);
    let decided = |why: &crate::plan::Why| Origin::Found(words::why(plan, why));
    let host = |name: &crate::safe::HostName| Origin::Found(name.to_string());
    let ranges = plan.ranges().map(|(role, range)| own(range.value.into(), role, decided(&range.why)));
    let pools = plan.load_balancer.iter().map(|pool| own(pool.value, Role::LoadBalancer, pool.origin.clone()));
    let nodes = plan.hosts.iter().flat_map(|planned| {
        planned.addresses.iter().map(move |address| own((*address).into(), Role::Node, host(&planned.name)))
    });
    let shares = plan.hosts.iter().flat_map(|planned| {
        planned.pod_cidrs.iter().map(move |share| own(share.value.into(), Role::NodePods, host(&planned.name)))
    });
    let is_node = |address| plan.hosts.iter().any(|host| host.addresses.contains(&address));
    let api = plan.api.iter().filter(|api| !is_node(api.value.address));
    let api = api.map(|api| own(api.value.address.into(), Role::Vip, decided(&api.why)));
    let docker = plan.docker_bip.iter().map(|bip| own(bip.value.into(), Role::Bridge, decided(&bip.why)));
    let mut seen = HashSet::new();
    ranges
        .chain(pools)
        .chain(nodes)
        .chain(shares)
        .chain(api)
        .chain(docker)
        .chain(plan.around.iter().cloned())
        .filter(|space| seen.insert(key(space)))
        .collect()
}

/// Addresses that two spaces share and must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clash {
    /// The space to change first.
    pub(super) space: AddressSpace,
    /// What it meets; nothing where it meets addresses that nobody may use.
    pub(super) other: Option<AddressSpace>,
    /// What they share.
    pub(super) shared: AddressRange,
}

/// Where ranges collide. The plan has judged that already: only a rule that it found broken is asked where.
pub(super) fn clashes(plan: &NetworkPlan, spaces: &[AddressSpace]) -> Vec<Clash> {
    let broken: HashSet<_> = super::faults(plan).map(|finding| finding.code).collect();
    if broken.is_empty() {
        return Vec::new();
    }
    // Everything that a rule about addresses may ask for before it speaks.
    let facts = Facts {
        spaces: spaces.to_vec(),
        siblings_differ: Some(true),
        nat_outgoing: Some(true),
        nesting: Nesting { on_pod_network: Some(true), use_hosting_services: Some(true) },
        ..Facts::default()
    };
    let breaches = breaches(&facts);
    let broken = breaches.into_iter().filter(|breach| broken.contains(breach.rule.id));
    broken
        .filter_map(|breach| {
            let Fault::Shares(shared) = breach.fault else { return None };
            let mut spaces = breach.spaces.into_iter().cloned();
            Some(Clash { space: spaces.next()?, other: spaces.next(), shared })
        })
        .collect()
}
