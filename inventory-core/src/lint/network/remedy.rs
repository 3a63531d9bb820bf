//! The way out of a conflict, with numbers that are free.

use super::gather::unquoted;
use super::{Conflict, Network};
use crate::cluster::Layout;
use crate::kubespray;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Edit, Fix};
use crate::network::address::{AddressRange, Network as Cidr};
use crate::network::allocate::{self, headroom};
use crate::network::relations::Fault;
use crate::network::space::{AddressSpace, Origin, Owner, Role};

/// What is to be done about a conflict.
#[derive(Default)]
pub(super) struct Remedy {
    pub(super) help: Option<String>,
    pub(super) fix: Option<Fix>,
}

impl Remedy {
    fn help(text: impl Into<String>) -> Self {
        Self { help: Some(text.into()), fix: None }
    }
}

impl Network {
    /// What is to be done about a conflict, whose first space is the one to change.
    pub(super) fn remedy(&self, conflict: &Conflict, (first, others): (usize, &[usize])) -> Remedy {
        let space = &self.facts.spaces[first];
        let is_own = space.owner == Owner::Cluster;
        match (conflict.row.id, &conflict.fault) {
            (_, Fault::HostBits(network)) => self.mask(first, *network),
            ("D03", _) => Remedy::help("it matters only where somebody makes docker networks on the nodes"),
            (_, Fault::Shares(_)) if is_own && matches!(space.role, Role::Pods | Role::Services) => {
                self.move_range(first, others)
            }
            ("G03" | "A06" | "A07", _) if matches!(space.role, Role::Pods | Role::Services) => Remedy::help(
                "take a network of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 (IPv6: fd00::/8), as long as the \
                 cluster is not built",
            ),
            ("A12" | "A13" | "A14", _) => self.more_shares(space),
            ("A15", Fault::TooFew { are, .. }) => Remedy::help(self.fewer_pods(space, *are)),
            ("A11" | "B04" | "B05", _) => self.larger_pods(space),
            ("A08" | "A09" | "A10", _) => Remedy::help(services_of_size(conflict.row.id, space)),
            ("B03", _) => {
                let bits = space.family().bits();
                Remedy::help(format!("`calico_pool_blocksize` is {} to {bits}", bits - 12))
            }
            ("A19" | "A20" | "A21", _) => self.another_dns(first),
            ("A23", _) => Remedy::help("kubespray's own is 169.254.25.10, which no network of pods has"),
            ("B02", _) => Remedy::help(format!(
                "kubespray stops at that in the middle of a run: write a part of the pod network, or leave `{}` out",
                self.about[first].name
            )),
            ("B07", _) => Remedy::help("give kube-ovn's join network another range: `kube_ovn_node_switch_cidr`"),
            ("C01" | "C02" | "C03" | "C04" | "C05" | "G02", _) if space.role == Role::LoadBalancer => {
                self.another_pool(first, conflict.row.id)
            }
            ("C04" | "C06", _) if space.role == Role::Vip => self.another_vip(first),
            ("D01", _) => self.another_bridge(space),
            ("D02", _) => space
                .range
                .network()
                .and_then(|network| Some((network.nth(1)?, network.prefix_len())))
                .map_or_else(Remedy::default, |(first, len)| Remedy::help(format!("write `--bip={first}/{len}`"))),
            ("F09", _) => Remedy::help("declare the network that the machines are in: `nodes: [{cidr: …}]`"),
            ("A22", Fault::Misses(address)) => Remedy::help(format!("add {address} to the names of the certificate")),
            _ => Remedy::default(),
        }
    }

    /// Another text for a space that stands where it is written as it is.
    fn replace(&self, at: usize, new: &str, title: String, applicability: Applicability) -> Option<Fix> {
        let about = &self.about[at];
        let place = about.place.clone().filter(|place| about.is_literal && !edits::is_anchored(place))?;
        let text = place.text().replacen(unquoted(place.text()), new, 1);
        Some(Fix { title, applicability, edits: vec![Edit::Replace { place, text }] })
    }

    /// The network without the host bits, which is what everybody makes of it who takes it at all.
    fn mask(&self, at: usize, network: Cidr) -> Remedy {
        let title = format!("write {network}");
        let fix = self.replace(at, &network.to_string(), title.clone(), Applicability::Safe);
        Remedy { help: Some(title), fix }
    }

    /// Another network for one of the cluster's own.
    fn move_range(&self, at: usize, others: &[usize]) -> Remedy {
        let about = &self.about[at];
        let Some((_, free)) = self.instead.iter().find(|(wrong, _)| *wrong == at) else {
            return Remedy::help(format!("nothing of that size is free for `{}`: take a smaller one", about.name));
        };
        let help = format!(
            "{free} is free: write `{}: {free}`, as long as the cluster is not built; one that runs must be built again",
            about.name
        );
        // What is around the cluster stays where it is. Another cluster may move as well, and a default may be another one.
        let stays = |other: &usize| {
            let space = &self.facts.spaces[*other];
            let is_around = matches!(space.owner, Owner::Level(_)) || space.role == Role::Outside;
            self.about[*other].is_literal || is_around || space.role == Role::UpstreamDns
        };
        let applicability = if others.iter().all(stays) { Applicability::Unsafe } else { Applicability::Shown };
        let fix = self.replace(at, &free.to_string(), format!("move {} to {free}", about.title), applicability);
        Remedy { help: Some(help), fix }
    }

    /// The numbers with which every node has a share.
    fn more_shares(&self, pods: &AddressSpace) -> Remedy {
        let Some((network, share)) = self.share_of(pods) else { return Remedy::default() };
        let usual = kubespray::node_prefix(network.family());
        let more = headroom::more_shares(network, share, usual, self.numbers.nodes, self.numbers.max_pods);
        let share = match self.layout {
            Layout::HardWay => more.share.map(|share| format!("give each worker a /{share}")),
            _ => more.share.map(|share| format!("write `{}: {share}`", node_prefix(network))),
        };
        let pods = more.pods.map(|size| format!("take a /{size} for pods"));
        let ways: Vec<String> = share.into_iter().chain(pods).collect();
        if ways.is_empty() { Remedy::default() } else { Remedy::help(ways.join(", or ")) }
    }

    fn share_of(&self, pods: &AddressSpace) -> Option<(Cidr, u8)> {
        let network = pods.range.network()?;
        Some((network, self.facts.capacity.node_prefix(network.family())?))
    }

    /// The numbers with which a share holds all pods.
    fn fewer_pods(&self, pods: &AddressSpace, room: u128) -> String {
        let larger = || {
            let (network, _) = self.share_of(pods)?;
            let share = headroom::share_for(network.family(), self.numbers.max_pods)?;
            let are_enough = headroom::parts(network, share) >= self.numbers.nodes.into();
            are_enough.then(|| format!(", or `{}: {share}`", node_prefix(network)))
        };
        format!("write `kubelet_max_pods: {room}`{}", larger().unwrap_or_default())
    }

    /// A pod network with blocks for all nodes.
    fn larger_pods(&self, pods: &AddressSpace) -> Remedy {
        let Some(network) = pods.range.network() else { return Remedy::default() };
        let size = match self.facts.capacity.block_prefix(network.family()) {
            Some(block) => headroom::pods_for(self.numbers.nodes.max(1), block),
            None => Some(network.family().bits() - 4),
        };
        size.map_or_else(Remedy::default, |size| Remedy::help(format!("take a /{size} for it, or a shorter one")))
    }

    /// The address that kubespray gives the cluster's DNS by itself.
    fn another_dns(&self, at: usize) -> Remedy {
        let space = &self.facts.spaces[at];
        let is_services = |other: &&AddressSpace| {
            other.role == Role::Services && other.owner == Owner::Cluster && other.family() == space.family()
        };
        let nth = if self.layout == Layout::HardWay { 10 } else { 3 };
        let services = self.facts.spaces.iter().find(is_services).and_then(|space| space.range.network());
        let Some(usual) = services.and_then(|services| services.nth(nth)) else { return Remedy::default() };
        let title = format!("write {usual}");
        let fix = self.replace(at, &usual.to_string(), title, Applicability::Shown);
        Remedy { help: Some(format!("write {usual}, where it is looked for when nothing is said")), fix }
    }

    /// Addresses of the machines' network that nothing is known to have.
    fn another_pool(&self, at: usize, row: &str) -> Remedy {
        let space = &self.facts.spaces[at];
        match allocate::free_block(&self.facts.spaces, space.family(), space.range.size()) {
            Some(free) => {
                let or = if row == "C05" { ", or announce it by BGP" } else { "" };
                let text = pool_text(free);
                let fix = self.replace(at, &text, format!("take {text}"), Applicability::Shown);
                Remedy { help: Some(format!("{text} is free in the machines' network{or}")), fix }
            }
            None if row == "C05" => Remedy::help("announce it by BGP, or take addresses of that network"),
            None => Remedy::help("take addresses that nothing else has"),
        }
    }

    fn another_vip(&self, at: usize) -> Remedy {
        let family = self.facts.spaces[at].family();
        match allocate::free_address(&self.facts.spaces, family) {
            Some(free) => {
                let fix = self.replace(at, &free.to_string(), format!("take {free}"), Applicability::Shown);
                Remedy { help: Some(format!("{free} is free in the machines' network")), fix }
            }
            None => Remedy::help("take an address of the machines' network that nothing else has"),
        }
    }

    fn another_bridge(&self, bridge: &AddressSpace) -> Remedy {
        let others =
            self.facts.spaces.iter().filter(|space| space.range != bridge.range && space.role != Role::BridgePool);
        let free = allocate::free_bridge(others.map(|space| space.range));
        let Some((address, len)) = free.and_then(|free| Some((free.nth(1)?, free.prefix_len()))) else {
            return Remedy::help("give docker a `--bip` that nothing else has, in `docker_options`");
        };
        let is_default = matches!(bridge.origin, Origin::Default(_));
        let whose = if is_default { "give docker another bridge" } else { "write another bridge" };
        Remedy::help(format!("{whose}: `--bip={address}/{len}` in `docker_options`"))
    }
}

/// A range as `MetalLB` takes it, which is never a lone address.
fn pool_text(range: AddressRange) -> String {
    if range.size() == 1 { format!("{range}/{}", range.family().bits()) } else { range.to_string() }
}

fn node_prefix(network: Cidr) -> &'static str {
    match network.family() {
        crate::network::address::Family::Ipv4 => "kube_network_node_prefix",
        crate::network::address::Family::Ipv6 => "kube_network_node_prefix_ipv6",
    }
}

fn services_of_size(row: &str, services: &AddressSpace) -> String {
    let bits = services.family().bits();
    let host_bits = match (row, bits) {
        ("A08", 32) => 20,
        ("A08" | "A09", _) => 16,
        _ => 4,
    };
    let or = if row == "A10" { "shorter" } else { "longer" };
    format!("take a /{} for services, or a {or} one", bits - host_bits)
}
