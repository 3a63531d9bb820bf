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

use crate::machine::Machine;
use crate::network::mtu::Mtu;
use crate::network::space::{AddressSpace, Owner, Role};

pub use hosting::{Allowance, Hosting, Underlay};
pub use machines::{Forward, MachineNetwork, Provider};
pub use one_or_many::OneOrMany;
pub use sourced::Sourced;
pub use tunnels::{TunnelForm, TunnelWish, Tunnels};

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
    /// What the machines' own NIC shows, the smallest of them.
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
    /// theirs: it is kept apart from, and its MTU says nothing about them.
    #[must_use]
    pub fn around<'a>(mut self, machines: impl IntoIterator<Item = &'a Machine>) -> Self {
        let interfaces = |machine: &'a Machine| {
            machine.interfaces.iter().map(move |interface| (machine.place.as_deref(), interface.network.as_deref()))
        };
        let attached: HashSet<(Option<&str>, Option<&str>)> = machines.into_iter().flat_map(interfaces).collect();
        let is_theirs = |network: &Sourced<MachineNetwork>| {
            let MachineNetwork { name, place, provider, .. } = &network.value;
            *provider != Some(Provider::Libvirt) || attached.contains(&(place.as_deref(), name.as_deref()))
        };
        let (theirs, others) = self.nodes.into_iter().partition(is_theirs);
        self.nodes = theirs;
        for network in others {
            self.machine_mtu = self.machine_mtu.filter(|mtu| mtu.origin != network.origin);
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
    use crate::machine::{Interface, NamedBy};
    use crate::network::space::Origin;

    #[test]
    fn a_network_of_others_is_kept_apart_from_and_says_no_mtu() {
        let network = |name: &str, cidr: &str, provider| {
            let origin = Origin::Found(format!("network {name}"));
            let network = MachineNetwork {
                name: Some(name.to_owned()),
                cidr: cidr.parse().unwrap(),
                gateway: None,
                dhcp: OneOrMany::default(),
                dns: OneOrMany::default(),
                provider: Some(provider),
                forward: None,
                place: Some("hv1".to_owned()),
                mtu: None,
            };
            Sourced::new(network, origin)
        };
        let mtu = |name: &str| Some(Sourced::new(Mtu::new(1280).unwrap(), Origin::Found(format!("network {name}"))));
        let environment = Environment {
            nodes: vec![
                network("kube", "10.0.0.0/24", Provider::Libvirt),
                network("lab", "10.1.0.0/24", Provider::Libvirt),
                network("pods", "10.2.0.0/24", Provider::KubevirtBridge),
            ],
            machine_mtu: mtu("lab"),
            ..Environment::default()
        };
        let mut machine = Machine::new("n1", NamedBy::Outside, "domain n1 on hv1");
        machine.place = Some("hv1".to_owned());
        machine.interfaces = vec![Interface { network: Some("kube".to_owned()), ..Interface::default() }];

        let around = environment.clone().around([&machine]);
        let names: Vec<_> = around.nodes.iter().filter_map(|network| network.value.name.as_deref()).collect();
        assert_eq!(names, ["kube", "pods"]);
        assert_eq!(around.others[0].to_string(), "virtual network 10.1.0.0/24 of level 0 (network lab)");
        assert_eq!(around.machine_mtu, None);

        let kept = Environment { machine_mtu: mtu("kube"), ..environment.clone() }.around([&machine]);
        assert_eq!(kept.machine_mtu, mtu("kube"));
        // The network of that name on another hypervisor is another one.
        machine.place = Some("hv2".to_owned());
        assert_eq!(environment.around([&machine]).others.len(), 2);
    }
}
