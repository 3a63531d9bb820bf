//! What is around the machines: the networks they are in, the clusters they run inside, what their NICs show.
//!
//! A source discovers it, a person may write it, and what is written wins. Everything in here remembers where it was
//! learned, so that whoever is told of a conflict is told where both sides come from.

mod hosting;
mod machines;
mod one_or_many;
mod sourced;
mod tunnels;

use serde::{Deserialize, Serialize};

use crate::network::mtu::Mtu;
use crate::network::space::AddressSpace;

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

    /// Whether nothing at all is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
