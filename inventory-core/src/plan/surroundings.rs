//! What is around the cluster: the file's word where it has one, the source's otherwise.

use std::net::IpAddr;

use crate::environment::{Environment, Hosting, MachineNetwork, Provider, Sourced, Underlay};
use crate::network::address::AddressRange;
use crate::network::layer::Binding;
use crate::network::mtu::Mtu;

use super::error::PlanError;
use super::{Input, PlannedHost};
use crate::cluster::Network;

/// What is around the cluster.
pub(crate) struct Surroundings<'a> {
    /// The networks of the machines.
    pub(crate) nodes: &'a [Sourced<MachineNetwork>],
    /// The levels between the site and the machines, outermost first.
    pub(crate) hosting: &'a [Sourced<Hosting>],
    /// Whether a person wrote those.
    pub(crate) hosting_is_written: bool,
    /// The site.
    pub(crate) underlay: Option<&'a Sourced<Underlay>>,
    /// What the machines' NIC shows.
    pub(crate) machine_mtu: Option<&'a Sourced<Mtu>>,
    /// How the machines hang on the innermost level.
    pub(crate) nesting: Nesting,
}

/// How the machines hang on the innermost hosting level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Nesting {
    /// There is no hosting level.
    Flat,
    /// They are on its pod network.
    Inside(Option<Binding>),
    /// They run on it and are on another network.
    Beside,
}

impl<'a> Surroundings<'a> {
    pub(super) fn of(input: &Input<'a>) -> Result<Self, PlanError> {
        let addresses: Vec<IpAddr> = PlannedHost::addresses_of(input.hosts).collect();
        Self::around(&input.cluster.name, &addresses, &input.cluster.network, input.environment)
    }

    /// What is around a cluster of this name whose hosts have these addresses.
    pub(crate) fn around(
        cluster: &str,
        addresses: &[IpAddr],
        wishes: &'a Network,
        found: &'a Environment,
    ) -> Result<Self, PlanError> {
        let nodes = wishes.nodes.as_deref().unwrap_or(&found.nodes);
        let hosting = wishes.hosting.as_deref().unwrap_or(&found.hosting);
        is_not_too_deep(hosting)?;
        has_names_of_its_own(wishes.hosting.as_deref().unwrap_or_default(), cluster)?;
        Ok(Self {
            nodes,
            hosting,
            hosting_is_written: wishes.hosting.is_some(),
            underlay: wishes.underlay.as_ref().or(found.underlay.as_ref()),
            machine_mtu: wishes.machine_mtu.as_ref().or(found.machine_mtu.as_ref()),
            nesting: Nesting::of(nodes, hosting, addresses),
        })
    }

    /// Whether the machines are on the pod network of the innermost level.
    pub(crate) fn is_inside(&self) -> bool {
        matches!(self.nesting, Nesting::Inside(_))
    }

    /// The level that the machines run on.
    pub(crate) fn innermost(&self) -> Option<&'a Sourced<Hosting>> {
        self.hosting.last()
    }

    /// The names of the levels, the site first.
    pub(crate) fn levels(&self) -> Vec<String> {
        let hosting = self.hosting.iter().map(|level| level.value.name.clone());
        std::iter::once("site".to_owned()).chain(hosting).collect()
    }
}

/// The most levels of hosting. Every one takes 50 bytes or so of each packet: after 18 nothing would be left of a NIC's
/// 1500 that IPv6 can use, and levels are counted in a byte.
const MOST_LEVELS: usize = 32;

fn is_not_too_deep(hosting: &[Sourced<Hosting>]) -> Result<(), PlanError> {
    let Some(level) = hosting.get(MOST_LEVELS) else { return Ok(()) };
    let what = format!("`hosting` has {} levels, and {MOST_LEVELS} is the most", hosting.len());
    Err(PlanError::wish(&level.origin, what, "write the clusters that these machines run in, outermost first"))
}

/// Whether every level is told from the others, and from the cluster itself.
fn has_names_of_its_own(hosting: &[Sourced<Hosting>], cluster: &str) -> Result<(), PlanError> {
    for (at, level) in hosting.iter().enumerate() {
        let name = &level.value.name;
        let before = hosting[..at].iter().find(|before| before.value.name == *name);
        let whose = match before {
            Some(before) => format!("another level is called that too ({})", before.origin),
            None if name == cluster => "the cluster itself is called that".to_owned(),
            None => continue,
        };
        let what = format!("`hosting` has a level called {name}, and {whose}");
        return Err(PlanError::wish(&level.origin, what, "give it a name of its own, by which it is told in sums"));
    }
    Ok(())
}

impl Nesting {
    fn of(nodes: &[Sourced<MachineNetwork>], hosting: &[Sourced<Hosting>], addresses: &[IpAddr]) -> Self {
        let Some(innermost) = hosting.last() else { return Self::Flat };
        let provided = |provider| nodes.iter().any(|network| network.value.provider == Some(provider));
        if provided(Provider::KubevirtBridge) {
            return Self::Inside(Some(Binding::Bridge));
        }
        if provided(Provider::KubevirtMasquerade) {
            return Self::Inside(Some(Binding::Masquerade { ports: Vec::new() }));
        }
        if provided(Provider::Libvirt) || provided(Provider::Virtualbox) {
            return Self::Beside;
        }
        let Some(pods) = &innermost.value.pods else { return Self::Inside(None) };
        let is_pod =
            |address: &IpAddr| pods.value.iter().any(|pods| pods.range().contains(AddressRange::from(*address)));
        // Without a single address nothing says otherwise, and inside is where more goes wrong.
        if addresses.is_empty() || addresses.iter().any(is_pod) { Self::Inside(None) } else { Self::Beside }
    }
}
