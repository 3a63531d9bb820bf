//! Conflicts in words.

use super::{Conflict, Network};
use crate::lint::view::View;
use crate::network::address::{AddressRange, Family};
use crate::network::relations::{self, Fault};
use crate::network::space::{AddressSpace, Origin, Owner, Role};

impl Network {
    /// A space in words: `pods 10.233.64.0/18 of kube-test`, `node node1 192.0.2.11`.
    pub(super) fn tell(&self, at: usize) -> String {
        format!("{} {}", self.about[at].title, self.facts.spaces[at].range)
    }

    /// What is wrong, as one sentence without its full stop.
    pub(super) fn sentence(&self, conflict: &Conflict, (first, others): (usize, &[usize])) -> String {
        let row = conflict.row;
        if let Some(text) = self.numbers_of(first).and_then(|numbers| numbers.tell(row.id)) {
            return text;
        }
        let subject = self.tell(first);
        let space = &self.facts.spaces[first];
        match (row.id, &conflict.fault, others.first()) {
            (_, Fault::Shares(_), Some(other)) => self.overlap(first, *other, others.len() - 1),
            ("A06", Fault::Shares(range), None) => format!(
                "{subject} has {} that are loopback, link-local, multicast, broadcast or this host's own: {range}",
                addresses(*range)
            ),
            ("A07", ..) => format!("{subject} lies in fec0::/10, site-local addresses that RFC 3879 deprecated"),
            ("G03", ..) => format!(
                "{subject} is no private address space, so that whoever has these addresses on the Internet cannot be \
                 reached"
            ),
            ("A05", Fault::HostBits(network), _) => {
                let written = space.host_bits.map_or_else(|| space.range.to_string(), |written| written.to_string());
                format!("`{}` is {written}, an address inside the network {network}", self.about[first].name)
            }
            ("A08" | "A09", Fault::NotBetween { is, least, .. }, _) => {
                let why = if row.id == "A08" {
                    "the API server refuses to start with more than 20 bits of addresses"
                } else {
                    "no more than 65536 of its addresses are ever used"
                };
                format!("{subject} is a /{is}, larger than a /{least}: {why}")
            }
            ("A10" | "A11", Fault::TooFew { are, least }, _) => {
                format!("{subject} has {}, and at least {least} are needed", count(*are, "address"))
            }
            ("A19", ..) => format!("{subject} is not in the service network{}", self.which(Role::Services, space)),
            ("A20", Fault::NotBetween { is: 0, .. }, Some(other)) => {
                format!("{subject} is the first address of {}, which is no host's", self.tell(*other))
            }
            ("A20", _, Some(other)) => {
                format!("{subject} is the API's own Service address, the second of {}", self.tell(*other))
            }
            ("A21", Fault::NotBetween { is, most, .. }, Some(other)) => format!(
                "{subject} is number {is} of {}, and only the first {most} are never given away at random",
                self.tell(*other)
            ),
            ("A26", ..) => "pods and services differ in their address families or in their order".to_owned(),
            ("A16" | "B02", ..) => format!("{subject} is not in the pod network{}", self.which(Role::Pods, space)),
            ("C05", ..) => format!(
                "{subject} is announced by ARP, and lies outside of the machines' network{}, where nobody asks for it",
                self.which(Role::Nodes, space)
            ),
            ("C06", Fault::Outside, _) => format!(
                "{subject} is announced by ARP, and lies outside of the machines' network{}",
                self.which(Role::Nodes, space)
            ),
            ("D02", ..) => {
                format!("the `--bip` {} is the network itself, and docker wants an address in it", space.range)
            }
            ("E04", Fault::Outside, _) => format!("{subject} is not in the network of its machines"),
            ("F09", ..) => {
                let more = more(others.len(), "is", "are");
                format!("{subject} is in none of the networks that are declared or were found{more}")
            }
            ("A22", Fault::Misses(address), _) => format!(
                "the API server's certificate does not name {address}, the first address of {subject}, by which pods \
                 call it"
            ),
            (_, fault, _) => format!("{subject}: {}: {fault}", row.says),
        }
    }

    fn overlap(&self, first: usize, other: usize, more_of_them: usize) -> String {
        let [one, two] = [first, other].map(|at| self.facts.spaces[at].range);
        let [subject, object] = [first, other].map(|at| self.tell(at));
        let shared = one.intersection(two).unwrap_or(two);
        if one == two && one.size() == 1 {
            let [subject, object] = [first, other].map(|at| self.about[at].title.as_str());
            return format!("{subject} and {object} are both {}", one.first());
        }
        if two.size() == 1 {
            return format!("{object} is in {subject}{}", more(more_of_them, "is", "are"));
        }
        if one.size() == 1 {
            return format!("{subject} is in {object}{}", more(more_of_them, "is", "are"));
        }
        let text = if one == two {
            format!("{subject} and {object} are the same {}", addresses(one))
        } else if shared == two {
            format!("{subject} and {object} overlap: all {} of the latter are in the former", addresses(two))
        } else if shared == one {
            format!("{subject} and {object} overlap: all {} of the former are in the latter", addresses(one))
        } else {
            format!("{subject} and {object} overlap: {}, {shared}, are in both", addresses(shared))
        };
        if more_of_them == 0 { text } else { format!("{text}, and {more_of_them} more overlap it") }
    }

    /// ` 10.233.0.0/18`, the cluster's own range of a role and of the space's family.
    fn which(&self, role: Role, space: &AddressSpace) -> String {
        let is_it = |other: &&AddressSpace| {
            other.role == role && other.owner == Owner::Cluster && other.family() == space.family()
        };
        let ranges: Vec<String> = self.facts.spaces.iter().filter(is_it).map(|space| space.range.to_string()).collect();
        if ranges.is_empty() { String::new() } else { format!(" {}", ranges.join(" or ")) }
    }

    /// The numbers that go with a pod network.
    fn numbers_of(&self, at: usize) -> Option<relations::Numbers> {
        let space = &self.facts.spaces[at];
        let network = space.range.network().filter(|_| matches!(space.role, Role::Pods | Role::PodPool))?;
        let capacity = &self.facts.capacity;
        let share = capacity.node_prefix(network.family());
        let [name, ipv6] = match self.layout {
            crate::cluster::Layout::HardWay => ["a worker's share", "a worker's share"],
            _ => ["`kube_network_node_prefix`", "`kube_network_node_prefix_ipv6`"],
        };
        let name = if network.family() == Family::Ipv4 { name } else { ipv6 };
        Some(relations::Numbers {
            network,
            pods: self.tell(at),
            share: share.map(|share| (share, format!("{name} is {share}"))),
            block: capacity.block_prefix(network.family()).map(|block| (block, format!("/{block}"))),
            nodes: self.numbers.nodes,
            max_pods: format!("`kubelet_max_pods` is {}", self.numbers.max_pods),
        })
    }

    /// What is written nowhere: `` `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, … ``.
    pub(super) fn default_note(&self, at: usize, view: &View<'_>) -> Option<String> {
        let (space, about) = (&self.facts.spaces[at], &self.about[at]);
        let Origin::Default(whose) = &space.origin else { return None };
        if about.place.is_some() {
            return None;
        }
        Some(match (whose.as_ref(), space.role) {
            ("kubespray" | "kubespray's node-local DNS" | "kube-ovn", _) if about.name.contains('_') => {
                format!("`{}` is {}, {}", about.name, space.range, view.default_of_kubespray())
            }
            _ => format!("{} is {} wherever nothing else is said ({whose})", about.title, space.range),
        })
    }
}

/// `, and so are 4 more`.
fn more(count: usize, one: &str, many: &str) -> String {
    match count {
        0 => String::new(),
        1 => format!(", and so {one} 1 more"),
        _ => format!(", and so {many} {count} more"),
    }
}

/// How many addresses a range has, in words.
fn addresses(range: AddressRange) -> String {
    count(range.size(), "address")
}

fn count(number: u128, word: &str) -> String {
    // Nobody reads the 18446744073709551616 of a /64.
    let shown = if number > u128::from(u32::MAX) && number.is_power_of_two() {
        format!("2^{}", number.trailing_zeros())
    } else {
        number.to_string()
    };
    format!("{shown} {word}{}", if number == 1 { "" } else { "es" })
}
