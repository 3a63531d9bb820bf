//! What fits through, from the site to the cluster's pods.

use std::net::IpAddr;

use super::error::PlanError;
use super::surroundings::{Nesting, Surroundings};
use super::{Choice, Fixity, Input, MtuPlan, Overlay, PlannedHost, Why};
use crate::cluster::{Layout, MtuWish};
use crate::environment::{Allowance, Hosting, Sourced};
use crate::network::address::{Family, Network};
use crate::network::encapsulation::{Encapsulation, Encryption, Families};
use crate::network::layer::{Allowed, Cni, CniVersion, Layer, Tunnel, Underlay, WrittenMtu};
use crate::network::mtu::{Chain, Mtu, NoRoom, Problem, Setting, chain};

/// What a NIC carries when nobody says otherwise.
const ETHERNET: i64 = 1500;

/// The ports that are tried where the CNI's own is taken.
const OTHER_PORTS: std::ops::Range<u16> = 4790..4890;

/// The chain of levels, the value to write, and the port of VXLAN where the CNI's own will not do.
pub(super) fn mtu(
    input: &Input<'_>,
    around: &Surroundings<'_>,
    overlay: &Overlay,
    families: &[Family],
) -> Result<(MtuPlan, Option<Choice<u16>>), PlanError> {
    let underlay = underlay(around);
    let mut layers = layers_around(around);
    layers.push(Own::planned(input, overlay, families).layer(around));
    let port = vxlan_port(input, &underlay, &mut layers, overlay)?;
    let plan = |layers: &mut [Layer], written: Option<Choice<Mtu>>| {
        own(layers).written = written.as_ref().map(|written| WrittenMtu::new(written.value));
        Ok((MtuPlan { chain: reckon(&underlay, layers)?, written }, port.clone()))
    };
    // Where no variable says it, a person has to: what is written is what is so.
    if let Some(Sourced { value: MtuWish::Written(mtu), origin }) = &input.cluster.network.mtu {
        let written = Choice::written(*mtu, Why::Written(origin.clone()), Fixity::Changeable);
        return plan(&mut layers, Some(written));
    }
    if !has_setting(input.cluster.layout, overlay.cni.value) {
        return plan(&mut layers, None);
    }
    if let Some(kept) = &input.current.mtu {
        let written = Choice::written(kept.value, Why::Kept(kept.origin.clone()), Fixity::Changeable);
        let (kept, port) = plan(&mut layers, Some(written))?;
        if fits(&kept.chain) {
            return Ok((kept, port));
        }
    }
    own(&mut layers).written = None;
    let found = reckon(&underlay, &layers)?;
    let Some(level) = found.levels.last() else { return Ok((MtuPlan { chain: found, written: None }, port)) };
    // What the NIC of a machine inside really shows is known only where somebody looked; and what stands in the
    // variables and is wrong is not put right by leaving it.
    let is_uncertain = around.is_inside() && around.machine_mtu.is_none();
    if !(level.must_write || is_uncertain || input.current.mtu.is_some()) {
        return Ok((MtuPlan { chain: found, written: None }, port));
    }
    let setting = level.setting;
    let written = Choice::written(setting.value(), Why::Fits(level.sum.clone()), Fixity::Changeable);
    let (mut planned, port) = plan(&mut layers, Some(written))?;
    if let (Setting::Nodes(_), Some(level), Some(written)) =
        (setting, planned.chain.levels.last(), &mut planned.written)
    {
        written.why = Why::Leaves { cni: level.cni, pods: level.pods.usable, sum: level.sum.clone() };
    }
    Ok((planned, port))
}

/// Whether what is written for the cluster's own level works.
fn fits(chain: &Chain) -> bool {
    let own = chain.levels.len().saturating_sub(1);
    !chain.findings.iter().any(|finding| {
        let is_about_size = matches!(
            finding.problem,
            Problem::ExceedsPath { .. }
                | Problem::ReliesOnPathDiscovery { .. }
                | Problem::WrittenForPods { .. }
                | Problem::Ipv6Below1280 { .. }
                | Problem::Ipv4Below576 { .. }
        );
        finding.level == own && is_about_size
    })
}

/// Whether it can be told a value: by a variable of kubespray's, or by whoever sets it up by hand.
pub(super) const fn has_setting(layout: Layout, cni: Cni) -> bool {
    match cni {
        Cni::Calico | Cni::Cilium | Cni::KubeOvn | Cni::Weave => true,
        Cni::None | Cni::KubeRouter => false,
        _ => !matches!(layout, Layout::Kubespray),
    }
}

/// The cluster's own level, which is the last one.
fn own(layers: &mut [Layer]) -> &mut Layer {
    let last = layers.len() - 1;
    &mut layers[last]
}

fn reckon(underlay: &Underlay, layers: &[Layer]) -> Result<Chain, PlanError> {
    chain(underlay, layers).map_err(|error| PlanError::Wish {
        origin: None,
        what: error.to_string(),
        remedy: "or tell what the links really carry: `underlay: {mtu: …}`".to_owned(),
    })
}

fn underlay(around: &Surroundings<'_>) -> Underlay {
    let ethernet = Mtu::new(ETHERNET).unwrap_or_else(|_| unreachable!("1500 is between 68 and 65535"));
    let site = around.underlay.map_or_else(
        || Underlay::new(ethernet),
        |Sourced { value, origin }| Underlay {
            origin: origin.to_string(),
            path: value.path_mtu,
            ..Underlay::new(value.mtu.unwrap_or(ethernet))
        },
    );
    // Where no cluster lies between, the network of the machines is the site's, or smaller.
    let networks = around.nodes.iter().filter(|_| !around.is_inside());
    let smallest = networks.filter_map(|network| Some((network.value.mtu?, network))).min_by_key(|(mtu, _)| *mtu);
    match smallest {
        Some((mtu, network)) if around.underlay.is_none() || mtu < site.link => Underlay {
            name: network.value.name.clone().unwrap_or_else(|| "the machines' network".to_owned()),
            origin: network.origin.to_string(),
            link: mtu,
            path: site.path,
        },
        _ => site,
    }
}

fn families_of<'a>(networks: impl IntoIterator<Item = &'a Network>) -> Option<Families> {
    let (mut v4, mut v6) = (false, false);
    for network in networks {
        match network.family() {
            Family::Ipv4 => v4 = true,
            Family::Ipv6 => v6 = true,
        }
    }
    match (v4, v6) {
        (true, true) => Some(Families::Dual),
        (false, true) => Some(Families::Ipv6),
        (true, false) => Some(Families::Ipv4),
        (false, false) => None,
    }
}

fn hosting_layers(around: &Surroundings<'_>) -> Vec<Layer> {
    let mut outer = around.underlay.and_then(|underlay| underlay.value.family).unwrap_or(Family::Ipv4);
    let mut layers = Vec::new();
    for level in around.hosting {
        let layer = hosting_layer(level, outer);
        outer = inside(layer.pods);
        layers.push(layer);
    }
    layers
}

/// The family that machines on a pod network have for their overlay.
const fn inside(pods: Families) -> Family {
    match pods {
        Families::Ipv6 => Family::Ipv6,
        Families::Ipv4 | Families::Dual => Family::Ipv4,
    }
}

fn hosting_layer(level: &Sourced<Hosting>, outer: Family) -> Layer {
    let Hosting { name, cni, cni_version, encapsulation, pods, mtu, vxlan_port, allow, .. } = &level.value;
    let cni = cni.unwrap_or(Cni::Other);
    let (tunnels, encryption) = encapsulation.as_ref().map(|tunnels| tunnels.with(cni)).unzip();
    Layer {
        origin: level.origin.to_string(),
        version: *cni_version,
        tunnels,
        encryption: encryption.flatten(),
        written: mtu.as_ref().map(|mtu| WrittenMtu::new(mtu.value)),
        outer,
        pods: pods.as_ref().and_then(|pods| families_of(pods.value.iter())).unwrap_or(Families::Ipv4),
        tunnel_port: *vxlan_port,
        allowed: Allowed { vxlan: allow.contains(&Allowance::Vxlan), ipip: allow.contains(&Allowance::Ipip) },
        ..Layer::new(name.clone(), cni)
    }
}

/// A cluster's own level, as it is to be or as its variables have it.
#[derive(Debug, Clone)]
pub(crate) struct Own<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its CNI.
    pub(crate) cni: Cni,
    /// The CNI's version.
    pub(crate) version: Option<CniVersion>,
    /// Its tunnels, which IPv6 pods of Calico's have apart.
    pub(crate) tunnels: Vec<Tunnel>,
    /// What encrypts.
    pub(crate) encryption: Option<Encryption>,
    /// The families of its pods.
    pub(crate) families: &'a [Family],
    /// How many machines it has. `None`: not known.
    pub(crate) machines: Option<usize>,
    /// Their addresses.
    pub(crate) addresses: Vec<IpAddr>,
}

impl<'a> Own<'a> {
    fn planned(input: &Input<'a>, overlay: &Overlay, families: &'a [Family]) -> Self {
        Self {
            name: &input.cluster.name,
            cni: overlay.cni.value,
            version: overlay.version,
            tunnels: overlay.tunnels.value.clone(),
            encryption: overlay.encryption.value,
            families,
            machines: Some(input.hosts.len()),
            addresses: PlannedHost::addresses_of(input.hosts).collect(),
        }
    }

    fn layer(&self, around: &Surroundings<'_>) -> Layer {
        let has = |family| self.families.contains(&family);
        let pods = match (has(Family::Ipv4), has(Family::Ipv6)) {
            (true, true) => Families::Dual,
            (false, true) => Families::Ipv6,
            (_, false) => Families::Ipv4,
        };
        let binding = match &around.nesting {
            Nesting::Inside(binding) => binding.clone(),
            Nesting::Flat | Nesting::Beside => None,
        };
        let (tunnels, tunnels_ipv6) = of_each_family(self.cni, &self.tunnels, pods);
        Layer {
            version: self.version,
            tunnels: Some(tunnels),
            tunnels_ipv6,
            encryption: self.encryption,
            outer: outer_of_machines(&self.addresses, around),
            pods,
            binding,
            machines: self.machines,
            machine_mtu: around.machine_mtu.map(|mtu| mtu.value),
            ..Layer::new(self.name, self.cni)
        }
    }
}

/// What comes of the levels around a cluster and of its own, with the MTU and the port that its variables have.
pub(crate) fn chain_of(
    around: &Surroundings<'_>,
    own: &Own<'_>,
    written: Option<WrittenMtu>,
    port: Option<u16>,
) -> Result<Chain, NoRoom> {
    let tunnel_port = port.and_then(std::num::NonZeroU16::new);
    let mut layers = layers_around(around);
    layers.push(Layer { written, tunnel_port, ..own.layer(around) });
    chain(&underlay(around), &layers)
}

/// The levels of hosting whose pods the machines are.
fn layers_around(around: &Surroundings<'_>) -> Vec<Layer> {
    match around.nesting {
        Nesting::Inside(_) => hosting_layers(around),
        Nesting::Flat | Nesting::Beside => Vec::new(),
    }
}

/// The tunnels of IPv4 pods, or of both where the CNI makes no difference, and those of IPv6 pods. kubespray's Calico
/// has pools apart: VXLAN for both, over the nodes' addresses of the same family, and IP in IP for IPv4 only.
fn of_each_family(cni: Cni, tunnels: &[Tunnel], pods: Families) -> (Vec<Tunnel>, Vec<Tunnel>) {
    let tunnels = tunnels.to_vec();
    if cni != Cni::Calico || !pods.contains(Family::Ipv6) {
        return (tunnels, Vec::new());
    }
    let has_ipv6 = |tunnel: &Tunnel| tunnel.encapsulation == Encapsulation::Vxlan;
    let over_ipv6: Vec<Tunnel> = tunnels.iter().copied().filter(has_ipv6).collect();
    match pods {
        Families::Ipv6 => (Vec::new(), over_ipv6),
        _ => (tunnels, over_ipv6),
    }
}

/// The family of the addresses between which the cluster's own overlay runs: the machines'.
fn outer_of_machines(addresses: &[IpAddr], around: &Surroundings<'_>) -> Family {
    if !addresses.is_empty() {
        return if addresses.iter().any(IpAddr::is_ipv4) { Family::Ipv4 } else { Family::Ipv6 };
    }
    let pods = around.innermost().and_then(|level| level.value.pods.as_ref()).filter(|_| around.is_inside());
    if let Some(families) = pods.and_then(|pods| families_of(pods.value.iter())) {
        return inside(families);
    }
    around.underlay.and_then(|underlay| underlay.value.family).unwrap_or(Family::Ipv4)
}

/// Another port for Calico's VXLAN, where a level outside drops or uses its own.
fn vxlan_port(
    input: &Input<'_>,
    underlay: &Underlay,
    layers: &mut [Layer],
    overlay: &Overlay,
) -> Result<Option<Choice<u16>>, PlanError> {
    let is_vxlan = |tunnel: &Tunnel| tunnel.encapsulation == Encapsulation::Vxlan;
    let can_move = overlay.cni.value == Cni::Calico && overlay.tunnels.value.iter().any(is_vxlan);
    if !can_move {
        return Ok(None);
    }
    let last = layers.len() - 1;
    // A finding names a level with its place; the reason stays in files that others read.
    let names: Vec<(String, String)> = layers.iter().map(|layer| (layer.to_string(), layer.name.clone())).collect();
    let name = |host: &String| names.iter().find(|(shown, _)| shown == host).map_or(host, |(_, name)| name).clone();
    let mut try_port = |port: Option<u16>| -> Result<Option<String>, PlanError> {
        own(layers).tunnel_port = port.and_then(std::num::NonZeroU16::new);
        let chain = reckon(underlay, layers)?;
        let mut own_findings = chain.findings.iter().filter(|finding| finding.level == last);
        Ok(own_findings.find_map(|finding| match &finding.problem {
            Problem::Dropped { rule: "H01", host, .. } => Some(format!("{} drops VXLAN on its own port", name(host))),
            Problem::PortShared { host, .. } => Some(format!("{} uses that port itself", name(host))),
            _ => None,
        }))
    };
    let kept = input.current.vxlan_port.as_ref();
    let collision = try_port(kept.map(|port| port.value))?;
    let Some(collision) = collision else {
        return Ok(kept.map(|port| Choice::written(port.value, Why::Kept(port.origin.clone()), Fixity::Changeable)));
    };
    for port in OTHER_PORTS {
        if try_port(Some(port))?.is_none() {
            return Ok(Some(Choice::written(port, Why::Because(collision), Fixity::Changeable)));
        }
    }
    try_port(None).map(|_| None)
}
