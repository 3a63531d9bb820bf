//! What fits through, from the site to the pods, as the variables have it.

use std::net::IpAddr;

use crate::kubespray::Release;
use crate::lint::view::View;
use crate::network::address::Family;
use crate::network::layer::{Cni, WrittenMtu};
use crate::network::mtu::{Chain, Mtu, Problem};
use crate::plan::{Current, Own, Surroundings, chain_of};

use super::around;

/// The chain of levels of a cluster of kubespray's. `None`: nobody told what it stands on, its tunnels are not known, or
/// nothing would fit at all.
pub(super) fn of_kubespray(
    view: &View<'_>,
    surroundings: &Surroundings<'_>,
    cni: Cni,
    families: &[Family],
    (machines, addresses): (Option<usize>, Vec<IpAddr>),
) -> Option<Chain> {
    let current = view.current();
    // What others install in kubespray's place is not known.
    let is_its_own = !matches!(cni, Cni::None | Cni::Other);
    if !is_its_own || !is_told(surroundings) || !are_known(current, view.release, cni) {
        return None;
    }
    let wish = current.encapsulation.as_ref().map(|told| told.value.clone());
    let (tunnels, of_tunnels) = wish.unwrap_or_else(|| view.release.encapsulation(cni)).with(cni);
    let encryption = current.encryption.as_ref().map(|told| told.value).or(of_tunnels);
    let name = around::name(view);
    let version = view.release.cni_version(cni);
    let own = Own { name: &name, cni, version, tunnels, encryption, families, machines, addresses };
    let written =
        current.mtu.as_ref().map(|mtu| WrittenMtu { tunnels: tunnels_mtu(view, cni), ..WrittenMtu::new(mtu.value) });
    let port = current.vxlan_port.as_ref().filter(|_| view.release.has_calico_vxlan_port()).map(|port| port.value);
    reckon(view, surroundings, &own, (written, port))
}

/// The same of the hard way. Every CNI has a way of its own to be set up by hand; without one packets travel bare, and
/// that there is none is known where somebody declared it or laid routes.
pub(super) fn of_hard_way(
    view: &View<'_>,
    surroundings: &Surroundings<'_>,
    families: &[Family],
    (machines, addresses): (Option<usize>, Vec<IpAddr>),
    has_routes: bool,
) -> Option<Chain> {
    let declared = view.surroundings.declared.cni.as_ref().map(|cni| cni.value.0);
    let cni = declared.or(has_routes.then_some(Cni::None)).filter(|cni| *cni == Cni::None)?;
    if !is_told(surroundings) {
        return None;
    }
    let name = around::name(view);
    let (tunnels, encryption) = (Vec::new(), None);
    let own = Own { name: &name, cni, version: None, tunnels, encryption, families, machines, addresses };
    reckon(view, surroundings, &own, (None, None))
}

fn reckon(
    view: &View<'_>,
    surroundings: &Surroundings<'_>,
    own: &Own<'_>,
    (written, port): (Option<WrittenMtu>, Option<u16>),
) -> Option<Chain> {
    match chain_of(surroundings, own, written, port) {
        Ok(chain) => Some(chain),
        Err(error) => {
            let place = view.whole()?;
            view.could_not_check("hosting", &place, error.to_string());
            None
        }
    }
}

/// Whether somebody told what the cluster stands on.
fn is_told(around: &Surroundings<'_>) -> bool {
    let has_mtu = around.nodes.iter().any(|network| network.value.mtu.is_some());
    !around.hosting.is_empty() || around.underlay.is_some() || around.machine_mtu.is_some() || has_mtu
}

/// Whether everything that the sum is made of can be read.
fn are_known(current: &Current, release: Release, cni: Cni) -> bool {
    let of_cni: &[&str] = match cni {
        Cni::Calico => &[
            "calico_ipip_mode",
            "calico_vxlan_mode",
            "ipip",
            "ipip_mode",
            "calico_wireguard_enabled",
            "calico_vxlan_port",
        ],
        Cni::Cilium => &["cilium_tunnel_mode", "cilium_encryption_enabled", "cilium_encryption_type"],
        Cni::Flannel => &["flannel_backend_type"],
        _ => &[],
    };
    let mtu = release.mtu_variable(cni);
    let matters = |name: &str| of_cni.contains(&name) || Some(name) == mtu;
    !current.opaque.iter().any(|opaque| matters(&opaque.variable))
}

/// The MTU of Calico's tunnels, where they are given one of their own.
fn tunnels_mtu(view: &View<'_>, cni: Cni) -> Option<Mtu> {
    let (text, _) = view.text(view.nodes(), &["calico_veth_mtu"]).filter(|_| cni == Cni::Calico)?;
    Mtu::new(text.parse().ok()?).ok()
}

/// Whether nothing in it had to be guessed that makes a difference.
pub(super) fn is_certain(chain: &Chain) -> bool {
    !chain.findings.iter().any(|finding| match &finding.problem {
        Problem::Guessed { taken, most, .. } => taken != most,
        Problem::UnknownCni { .. } | Problem::UnknownBinding => true,
        _ => false,
    })
}
