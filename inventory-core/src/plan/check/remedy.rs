//! The smallest change that helps, with numbers that are free.

use super::super::ranges::Ranges;
use super::super::{Choice, NetworkPlan, Why};
use crate::network::address::{AddressRange, Family, Network};
use crate::network::allocate::{self, headroom};
use crate::network::relations::{Conflict, Fault};
use crate::network::space::{AddressSpace, Origin, Owner, Role};

/// Remedies for the conflicts of one plan, which go together.
pub(super) struct Remedies<'a> {
    plan: &'a NetworkPlan,
    /// Free networks for those of the cluster's own that meet something.
    instead: Vec<(Network, Option<Network>)>,
}

impl<'a> Remedies<'a> {
    pub(super) fn new(plan: &'a NetworkPlan, ranges: &Ranges<'_>, conflicts: &[Conflict<'_>]) -> Self {
        let meets = |network: Network| {
            conflicts.iter().any(|conflict| {
                conflict.is_overlap() && conflict.subject.is_some_and(|subject| is_own(subject, network))
            })
        };
        let chosen: Vec<(Role, Network)> = plan.ranges().map(|(role, choice)| (role, choice.value)).collect();
        let (wrong, right): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|(_, network)| meets(*network));
        Self { plan, instead: ranges.instead_of(&wrong, &right) }
    }

    /// What would help; may be empty.
    pub(super) fn of(&self, conflict: &Conflict<'_>) -> String {
        let subject = conflict.subject;
        if conflict.is_overlap()
            && let Some(network) = subject.and_then(own_network)
        {
            return self.move_range(network);
        }
        match (conflict.rule.id, &conflict.fault, subject) {
            ("A12" | "A13" | "A14", _, Some(pods)) => self.more_shares(pods),
            ("A15", Fault::TooFew { are, least }, _) => self.fewer_pods(*are, *least),
            ("B04" | "B05" | "A11", _, Some(pods)) => self.larger_pods(pods),
            ("A08" | "A09" | "A10", _, Some(services)) => services_of_size(conflict.rule.id, services),
            ("A24", ..) => {
                "give each its own; behind NAT choose the interface between them with `hosts.ip: {cidr: …}`".to_owned()
            }
            ("E02", ..) => "choose another interface of the machines with `hosts.ip: {cidr: …}`".to_owned(),
            ("C05", _, Some(pool)) => match self.free_block(pool) {
                Some(free) => format!("write {free}, which is free there, or announce it by BGP"),
                None => "announce it by BGP, or take addresses of that network".to_owned(),
            },
            ("C01" | "C02" | "C03" | "C04" | "G02", _, Some(pool)) if pool.role == Role::LoadBalancer => {
                match self.free_block(pool) {
                    Some(free) => format!("write {free} instead, which is free in the machines' network"),
                    None => "take addresses that nothing else has".to_owned(),
                }
            }
            ("C04" | "C06", _, Some(vip)) if vip.role == Role::Vip => self.another_vip(conflict, vip),
            ("D01", _, Some(bridge)) => self.another_bridge(bridge),
            ("D02", _, Some(bridge)) => {
                match bridge.range.network().and_then(|network| Some((network.nth(1)?, network))) {
                    Some((first, network)) => format!("write `docker_bip: {first}/{}`", network.prefix_len()),
                    None => String::new(),
                }
            }
            ("D03", ..) => "it matters only where somebody makes docker networks on the nodes".to_owned(),
            ("E04", _, Some(dhcp)) if dhcp.role == Role::Dhcp => "correct `dhcp`, or the `cidr` it is in".to_owned(),
            ("F09", ..) => "tell their networks: `nodes: [{cidr: …}]`".to_owned(),
            ("F10", ..) => "give kube-ovn's join network another range: `kube_ovn_node_switch_cidr`".to_owned(),
            ("G03", _, Some(range)) => {
                let key = if range.role == Role::Services { "services" } else { "pods" };
                format!("write a private network or `auto` for `{key}`, as long as the cluster is not built")
            }
            (_, Fault::HostBits(network), _) => format!("write {network}"),
            _ => String::new(),
        }
    }

    /// Another network for one of the cluster's own.
    fn move_range(&self, network: Network) -> String {
        let found = self.plan.ranges().find(|(_, choice)| choice.value == network);
        let Some((role, choice)) = found else { return String::new() };
        let key = if role == Role::Services { "services" } else { "pods" };
        let free = self.instead.iter().find(|(wrong, _)| *wrong == network).and_then(|(_, free)| *free);
        let Some(free) = free else {
            return format!("nothing of that size is free: name a `pool` that has room for `{key}`");
        };
        match &choice.why {
            Why::Written(_) if self.plan.families.len() == 1 => format!("write `{key}: {free}`, or `auto`"),
            Why::Written(_) => format!("write {free} for it"),
            _ => format!(
                "`--replan {}` takes {free}, which is all there is to do while the cluster is not built; one that runs \
                 must be built again",
                self.replans()
            ),
        }
    }

    /// Everything that must move, since one range is chosen with a view to the other.
    fn replans(&self) -> String {
        let is_wrong = |choice: &Choice<Network>| self.instead.iter().any(|(wrong, _)| *wrong == choice.value);
        let moves = |choices: &[Choice<Network>]| {
            choices.iter().any(|choice| is_wrong(choice) && !matches!(choice.why, Why::Written(_)))
        };
        let keys = [("pods", moves(&self.plan.pods)), ("services", moves(&self.plan.services))];
        keys.iter().filter(|(_, moves)| *moves).map(|(key, _)| *key).collect::<Vec<_>>().join(",")
    }

    /// The numbers with which every node has a share.
    fn more_shares(&self, pods: &AddressSpace) -> String {
        let plan = self.plan;
        let Some(network) = pods.range.network() else { return String::new() };
        let Some((at, _)) = self.of_family(network) else { return String::new() };
        let usual = crate::kubespray::node_prefix(network.family());
        let share = plan.node_prefix[at].value;
        let more = headroom::more_shares(network, share, usual, plan.nodes_today, plan.max_pods.value);
        let share = more.share.map(|share| format!("`node_prefix: {share}`"));
        let pods = more.pods.map(|size| format!("`pods: {{size: /{size}}}`"));
        let ways: Vec<String> = share.into_iter().chain(pods).collect();
        if ways.is_empty() { String::new() } else { format!("write {}", ways.join(", or ")) }
    }

    /// The numbers with which a share holds all pods.
    fn fewer_pods(&self, are: u128, least: u128) -> String {
        let mut text = format!("write `max_pods: {are}`");
        let share = u32::try_from(least).ok().and_then(|pods| headroom::share_for(Family::Ipv4, pods));
        let room = self.plan.room.iter().find(|room| room.family == Family::Ipv4);
        let share_now = self.plan.node_prefix.first().map(|share| share.value);
        if let (Some(share), Some(room), Some(now)) = (share, room, share_now)
            && room.nodes >> now.saturating_sub(share) >= self.plan.nodes_today.into()
        {
            text.extend([", or `node_prefix: ", &share.to_string(), "`"]);
        }
        text
    }

    /// A pod network with blocks for all nodes.
    fn larger_pods(&self, pods: &AddressSpace) -> String {
        let Some(network) = pods.range.network() else { return String::new() };
        let block = self.of_family(network).and_then(|(at, _)| self.plan.block_prefix.get(at));
        let Some(block) = block else {
            return format!("write `pods: {{size: /{}}}`, or a shorter one", network.family().bits() - 4);
        };
        match headroom::pods_for(self.plan.max_nodes.value, block.value) {
            Some(size) => format!("write `pods: {{size: /{size}}}`, or a shorter one"),
            None => String::new(),
        }
    }

    fn of_family(&self, network: Network) -> Option<(usize, Family)> {
        let families = self.plan.families.iter().copied().enumerate();
        families.into_iter().find(|(_, family)| *family == network.family())
    }

    /// As many addresses in the network of the machines that nothing is known to have.
    fn free_block(&self, pool: &AddressSpace) -> Option<AddressRange> {
        allocate::free_block(&self.plan.around, pool.family(), pool.range.size())
    }

    fn another_vip(&self, conflict: &Conflict<'_>, vip: &AddressSpace) -> String {
        let mut text = match allocate::free_address(&self.plan.around, vip.family()) {
            Some(free) => format!("write {free}, which is free in the machines' network"),
            None => "take an address of the machines' network that nothing else has".to_owned(),
        };
        if conflict.others.iter().any(|other| other.role == Role::Node) {
            text += "; if that node is meant, `api_address: {address: …, by: node}`";
        }
        text
    }

    fn another_bridge(&self, bridge: &AddressSpace) -> String {
        let all = self.plan.around.iter().filter(|space| space.range != bridge.range).map(|space| space.range);
        let own = self.plan.ranges().map(|(_, choice)| choice.value.range());
        let free = allocate::free_bridge(all.chain(own));
        let first = free.and_then(|free| Some((free.nth(1)?, free.prefix_len())));
        let Some((address, len)) = first else { return "take one that nothing else has: `docker_bip`".to_owned() };
        let whose = if matches!(bridge.origin, Origin::Default(_)) { "give docker another" } else { "write another" };
        format!("{whose}: `docker_bip: {address}/{len}`")
    }
}

/// The network, where a space is one of the cluster's own pods or services.
fn own_network(space: &AddressSpace) -> Option<Network> {
    let is_own = space.owner == Owner::Cluster && matches!(space.role, Role::Pods | Role::Services);
    space.range.network().filter(|_| is_own)
}

fn is_own(space: &AddressSpace, network: Network) -> bool {
    own_network(space) == Some(network)
}

fn services_of_size(rule: &str, services: &AddressSpace) -> String {
    let bits = services.family().bits();
    let host_bits = match (rule, services.family()) {
        ("A08", Family::Ipv4) => 20,
        ("A08" | "A09", _) => 16,
        _ => 4,
    };
    let or = if rule == "A10" { "shorter" } else { "longer" };
    format!("write `services: {{size: /{}}}`, or a {or} one", bits - host_bits)
}
