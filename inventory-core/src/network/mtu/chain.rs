//! From the site to the innermost pods, level by level.

use std::fmt;

use super::outcome::{Outcomes, TooFew};
use super::sum::{Sum, Why};
use super::{Finding, Mtu, Problem, Severity, nesting};
use crate::network::layer::{Binding, Cni, Layer, Underlay};

/// The sizes of a level's pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PodMtu {
    /// Of their interface, which the NIC of a machine inside copies.
    pub link: Mtu,
    /// Of their routes.
    pub route: Mtu,
    /// What the tunnels take of that.
    pub usable: Mtu,
}

/// The value to write, in the terms of the level's CNI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The pods' MTU: the CNI deducts nothing from it.
    Pods(Mtu),
    /// The nodes' MTU, from which the CNI deducts: Cilium and flannel.
    Nodes(Mtu),
}

impl Setting {
    /// The bare value.
    pub const fn value(self) -> Mtu {
        match self {
            Self::Pods(mtu) | Self::Nodes(mtu) => mtu,
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pods(mtu) => write!(f, "{mtu}"),
            Self::Nodes(mtu) => write!(f, "{mtu} for the nodes, from which the CNI deducts"),
        }
    }
}

/// What a level gets and gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its name.
    pub name: String,
    /// Where it is described.
    pub origin: String,
    /// Its CNI.
    pub cni: Cni,
    /// The MTU its machines' NIC shows, which its CNI detects. The largest plausible one.
    pub node_link: Mtu,
    /// The largest packet that really gets from one machine to another.
    pub node_path: Mtu,
    /// What its pods get when nothing is written.
    pub auto: PodMtu,
    /// What its pods get.
    pub pods: PodMtu,
    /// The largest packet of a pod that fits: `sum`'s total.
    pub safe: Mtu,
    /// Why it is that.
    pub sum: Sum,
    /// Whether a value must be written, because what the CNI finds by itself is too large or cannot be relied upon.
    pub must_write: bool,
    /// The value to write.
    pub setting: Setting,
}

/// All levels, outermost first, and what is to be said about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// What they stand on.
    pub underlay: Underlay,
    /// One for each layer.
    pub levels: Vec<Level>,
    /// Outermost level first.
    pub findings: Vec<Finding>,
}

impl Chain {
    /// The worst of what there is to say.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.problem.severity()).max()
    }
}

/// A level that leaves no room for any packet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{place}: {} bytes are left for a packet, and IPv4 needs 68: {sum}. Take a level or an encapsulation away",
    .sum.total()
)]
pub struct NoRoom {
    /// Which level, counted from 0, the outermost.
    pub level: usize,
    /// Its name and where it is described.
    pub place: String,
    /// What is left, and why.
    pub sum: Sum,
}

/// Reckons the sizes of all levels, outermost first, from the network below them.
///
/// ```
/// use inventory_core::network::encapsulation::Encapsulation;
/// use inventory_core::network::layer::{Cni, Layer, Tunnel, Underlay};
/// use inventory_core::network::mtu::{Mtu, chain};
///
/// let calico = |name| Layer { tunnels: Some(vec![Tunnel::always(Encapsulation::Vxlan)]), ..Layer::new(name, Cni::Calico) };
/// let chain = chain(&Underlay::new(Mtu::new(1500)?), &[calico("kube-test"), calico("ci-kube")])?;
/// assert_eq!(
///     chain.levels[1].sum.to_string(),
///     "1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400"
/// );
/// assert_eq!(chain.findings[0].problem.code(), "nesting-dropped"); // kube-test's Calico keeps port 4789 to itself.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A level that leaves less than the 68 bytes of an IPv4 packet: there are no numbers to give then.
pub fn chain(underlay: &Underlay, layers: &[Layer]) -> Result<Chain, NoRoom> {
    let path = underlay.path();
    let mut outside = Outside {
        link: underlay.link,
        path,
        sum: Sum { from: underlay.name.clone(), start: path, terms: Vec::new() },
        is_short_for_ipv6: false,
    };
    let mut levels = Vec::with_capacity(layers.len());
    let mut findings = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        let mut problems = Vec::new();
        let (level, inside) = outside.enter(layer, &mut problems).map_err(|TooFew(sum)| NoRoom {
            level: index,
            place: layer.to_string(),
            sum,
        })?;
        problems.extend(nesting::problems(&layers[..index], layer));
        levels.push(level);
        findings.extend(problems.into_iter().map(|problem| Finding {
            level: index,
            place: layer.to_string(),
            problem,
        }));
        outside = inside;
    }
    Ok(Chain { underlay: underlay.clone(), levels, findings })
}

/// What a level finds outside of itself.
pub(super) struct Outside {
    pub(super) link: Mtu,
    pub(super) path: Mtu,
    /// Why the path is what it is.
    pub(super) sum: Sum,
    /// Whether that it is too small for IPv6 has been said.
    pub(super) is_short_for_ipv6: bool,
}

impl Outside {
    /// Reckons a level, and what is outside of the next one.
    fn enter(mut self, layer: &Layer, problems: &mut Vec<Problem>) -> Result<(Level, Self), TooFew> {
        let link_is_known = self.see_machines(layer, problems);
        let outcomes = Outcomes::of(layer, &self)?;
        let setting = outcomes.setting(layer, &self)?;
        problems.extend(outcomes.problems(layer, &self, setting));
        let inside = Self {
            link: outcomes.link(),
            path: outcomes.path(),
            sum: outcomes.sum_of_path(layer),
            is_short_for_ipv6: self.is_short_for_ipv6 || outcomes.is_short_for_ipv6(layer, &self),
        };
        let level = Level {
            name: layer.name.clone(),
            origin: layer.origin.clone(),
            cni: layer.cni,
            node_link: self.link,
            node_path: self.path,
            must_write: !link_is_known || self.link != self.path || outcomes.cannot_be_left_alone(),
            setting,
            auto: outcomes.worst.auto,
            pods: outcomes.worst.pods,
            safe: outcomes.worst.safe,
            sum: outcomes.worst.sum,
        };
        Ok((level, inside))
    }

    /// Puts what the machines show in the place of what they should show. Says whether their link is known then.
    fn see_machines(&mut self, layer: &Layer, problems: &mut Vec<Problem>) -> bool {
        let Some(shown) = layer.machine_mtu else {
            let unknown = layer.binding == Some(Binding::Passt);
            problems.extend(unknown.then_some(Problem::UnknownBinding));
            return !unknown;
        };
        if shown != self.link {
            problems.push(Problem::MachineMtuDiffers { computed: self.link, shown });
        }
        self.link = shown;
        if shown < self.path {
            self.sum.take_down_to(shown.into(), Why::MachineMtu, &layer.name);
            self.path = shown;
        }
        true
    }
}
