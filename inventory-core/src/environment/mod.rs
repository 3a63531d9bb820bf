//! What is around the machines: the networks they are in, the clusters they run inside, what their NICs show.
//!
//! A source discovers it, a person may write it, and what is written wins. Everything in here remembers where it was
//! learned, so that whoever is told of a conflict is told where both sides come from.

mod hosting;
mod machines;
mod one_or_many;
mod sourced;
mod tunnels;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::machine::{Interface, Machine};
use crate::network::mtu::Mtu;
use crate::network::space::{AddressSpace, Owner, Role};

pub use hosting::{Allowance, Hosting, Underlay};
pub use machines::{Forward, MachineNetwork, Provider};
pub use one_or_many::OneOrMany;
pub use sourced::Sourced;
pub use tunnels::{TunnelForm, TunnelWish, Tunnels};

/// What a link carries that nobody gave another MTU, in bytes.
const ETHERNET: u16 = 1500;

/// Everything a source learned about what is around its machines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Environment {
    /// The networks that the machines are in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<Sourced<MachineNetwork>>,
    /// The clusters between the physical site and the machines, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosting: Vec<Sourced<Hosting>>,
    /// The physical site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub underlay: Option<Sourced<Underlay>>,
    /// What the machines' own NIC shows, the smallest of them, where the source knows it apart from their interfaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_mtu: Option<Sourced<Mtu>>,
    /// Other address spaces that were seen: a hypervisor's other networks, docker's bridge, load-balancer pools.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<AddressSpace>,
    /// Places that could have told more and did not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub silent: Vec<SilentPlace>,
}

/// A place that was asked and did not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilentPlace {
    /// Which: `ServiceCIDR`, `ConfigMap kube-system/kubeadm-config`.
    pub place: String,
    /// Why: `403`, `not installed`.
    pub why: String,
    /// What it would have told: `services of kube-test`.
    pub would_tell: String,
}

impl Environment {
    /// Adds what another look told. Where both know a site, clusters around or a NIC, the first look's stay, and of
    /// NICs the smaller.
    pub fn merge(&mut self, more: Self) {
        fn add<T: PartialEq>(known: &mut Vec<T>, more: Vec<T>) {
            for one in more {
                if !known.contains(&one) {
                    known.push(one);
                }
            }
        }
        add(&mut self.nodes, more.nodes);
        add(&mut self.others, more.others);
        add(&mut self.silent, more.silent);
        if self.hosting.is_empty() {
            self.hosting = more.hosting;
        }
        self.underlay = self.underlay.take().or(more.underlay);
        self.machine_mtu =
            [self.machine_mtu.take(), more.machine_mtu].into_iter().flatten().min_by_key(|mtu| mtu.value);
    }

    /// The same, around some of the machines only. A hypervisor's network that none of them has an interface in is not
    /// theirs: it is kept apart from. What their NICs show is the smallest MTU of their own interfaces.
    ///
    /// Where somebody knows the MTU of some of their links, and nobody that of another, the other may be as small as
    /// Ethernet's: a larger one elsewhere is no help then, and is not told.
    #[must_use]
    pub fn around<'a>(mut self, machines: impl IntoIterator<Item = &'a Machine>) -> Self {
        let interfaces = |machine: &'a Machine| {
            machine.interfaces.iter().map(move |interface| (machine.place.as_deref(), interface))
        };
        let interfaces: Vec<(Option<&str>, &Interface)> = machines.into_iter().flat_map(interfaces).collect();
        let attached: HashSet<(Option<&str>, Option<&str>)> =
            interfaces.iter().map(|(place, interface)| (*place, interface.network.as_deref())).collect();
        let is_theirs = |network: &Sourced<MachineNetwork>| {
            let MachineNetwork { name, place, provider, .. } = &network.value;
            *provider != Some(Provider::Libvirt) || attached.contains(&(place.as_deref(), name.as_deref()))
        };
        let (theirs, others) = self.nodes.into_iter().partition(is_theirs);
        self.nodes = theirs;
        // What is plugged into nothing was made inside the guest.
        let links: Vec<Option<&Sourced<Mtu>>> = (interfaces.iter())
            .filter(|(_, interface)| interface.network.is_some())
            .map(|(_, interface)| interface.mtu.as_ref())
            .collect();
        let known = links.iter().flatten().copied();
        let is_one_unknown = links.contains(&None) && links.iter().any(Option::is_some);
        let is_told = |mtu: Mtu| mtu.bytes() <= ETHERNET || !is_one_unknown;
        let smallest = known.min_by_key(|mtu| mtu.value).filter(|mtu| is_told(mtu.value));
        self.machine_mtu = self.machine_mtu.into_iter().chain(smallest.cloned()).min_by_key(|mtu| mtu.value);
        for network in &mut self.nodes {
            if network.value.provider == Some(Provider::Libvirt) {
                network.value.mtu = network.value.mtu.filter(|mtu| is_told(*mtu));
            }
        }
        for network in others {
            self.others.push(AddressSpace::new(network.value.cidr, Role::Virtual, Owner::Level(0), network.origin));
        }
        self
    }

    /// Whether nothing at all is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::NamedBy;
    use crate::network::space::Origin;

    fn found(by: &str) -> Origin {
        Origin::Found(by.to_owned())
    }

    fn mtu(bytes: i64, by: &str) -> Sourced<Mtu> {
        Sourced::new(Mtu::new(bytes).unwrap(), found(by))
    }

    fn network(name: &str, cidr: &str, provider: Provider) -> Sourced<MachineNetwork> {
        let network = MachineNetwork {
            name: Some(name.to_owned()),
            cidr: cidr.parse().unwrap(),
            gateway: None,
            dhcp: OneOrMany::default(),
            dns: OneOrMany::default(),
            provider: Some(provider),
            forward: None,
            place: Some("hv1".to_owned()),
            mtu: Some(Mtu::new(9000).unwrap()),
        };
        Sourced::new(network, found(&format!("network {name}")))
    }

    fn machine(links: &[(&str, Option<Sourced<Mtu>>)]) -> Machine {
        let mut machine = Machine::new("n1", NamedBy::Outside, "domain n1 on hv1");
        machine.place = Some("hv1".to_owned());
        let link = |(network, mtu): &(&str, Option<Sourced<Mtu>>)| Interface {
            network: Some((*network).to_owned()),
            mtu: mtu.clone(),
            ..Interface::default()
        };
        machine.interfaces = links.iter().map(link).collect();
        machine
    }

    #[test]
    fn a_network_of_others_is_kept_apart_from() {
        let environment = Environment {
            nodes: vec![
                network("kube", "10.0.0.0/24", Provider::Libvirt),
                network("lab", "10.1.0.0/24", Provider::Libvirt),
                network("pods", "10.2.0.0/24", Provider::KubevirtBridge),
            ],
            ..Environment::default()
        };
        let mut machine = machine(&[("kube", None)]);
        let around = environment.clone().around([&machine]);
        let names: Vec<_> = around.nodes.iter().filter_map(|network| network.value.name.as_deref()).collect();
        assert_eq!(names, ["kube", "pods"]);
        assert_eq!(around.others[0].to_string(), "virtual network 10.1.0.0/24 of level 0 (network lab)");
        // The network of that name on another hypervisor is another one.
        machine.place = Some("hv2".to_owned());
        assert_eq!(environment.around([&machine]).others.len(), 2);
    }

    #[test]
    fn a_nic_shows_what_the_members_own_links_carry() {
        let members =
            machine(&[("kube", Some(mtu(1450, "network kube"))), ("storage", Some(mtu(9000, "network storage")))]);
        let around = |machine: &Machine| Environment::default().around([machine]).machine_mtu;
        assert_eq!(around(&members), Some(mtu(1450, "network kube")));
        // A guest beside them, with a smaller link, is none of them.
        let other = machine(&[("lab", Some(mtu(1280, "network lab")))]);
        assert_eq!(Environment::default().around([&members, &other]).machine_mtu, Some(mtu(1280, "network lab")));
        assert_eq!(around(&machine(&[("kube", None)])), None);
        let known = Environment { machine_mtu: Some(mtu(1400, "a pod")), ..Environment::default() };
        assert_eq!(known.around([&members]).machine_mtu, Some(mtu(1400, "a pod")));
    }

    #[test]
    fn a_link_of_which_nobody_knows_the_mtu_makes_a_large_one_no_help() {
        let environment =
            Environment { nodes: vec![network("kube", "10.0.0.0/24", Provider::Libvirt)], ..Environment::default() };
        let of = |links: &[(&str, Option<Sourced<Mtu>>)]| {
            let around = environment.clone().around([&machine(links)]);
            (around.machine_mtu.map(|mtu| mtu.value.bytes()), around.nodes[0].value.mtu.map(Mtu::bytes))
        };
        let (large, small) = (Some(mtu(9000, "network kube")), Some(mtu(1450, "network kube")));
        assert_eq!(of(&[("kube", large.clone())]), (Some(9000), Some(9000)));
        assert_eq!(of(&[("kube", large), ("br1", None)]), (None, None));
        assert_eq!(of(&[("kube", small), ("br1", None)]).0, Some(1450));
    }
}
