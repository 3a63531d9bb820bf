//! Tunnels and MTU, in the words of a cluster file.

use super::reader::Reader;
use crate::environment::{Sourced, TunnelForm, TunnelWish, Tunnels};
use crate::kubespray::Release;
use crate::network::encapsulation::Encryption;
use crate::network::layer::Cni;
use crate::network::mtu::Mtu;

/// What encrypts, where a variable says so.
pub(super) fn encryption(read: &mut Reader<'_>, release: Release, cni: Cni) -> Option<Sourced<Encryption>> {
    let is_on = match cni {
        Cni::Calico if release.has_calico_wireguard() => read.truth("calico_wireguard_enabled"),
        Cni::Cilium if release.has_cilium_encryption() => {
            let is_on = read.truth("cilium_encryption_enabled");
            let kind = read.text("cilium_encryption_type");
            is_on.filter(|_| kind.is_some_and(|kind| kind.value.eq_ignore_ascii_case("wireguard")))
        }
        _ => None,
    };
    is_on.filter(|is_on| is_on.value).map(|is_on| is_on.map(|_| Encryption::WireGuard))
}

/// The tunnels of the CNI that is used, where a variable says something about them.
pub(super) fn tunnels(read: &mut Reader<'_>, release: Release, cni: Cni) -> Option<Sourced<Tunnels>> {
    match cni {
        Cni::Calico => calico(read, release),
        Cni::Cilium if release.has_cilium_tunnel_mode() => word(read, "cilium_tunnel_mode", |word| match word {
            "vxlan" => Some(TunnelForm::Vxlan),
            "geneve" => Some(TunnelForm::Geneve),
            "disabled" => Some(TunnelForm::None),
            _ => None,
        }),
        Cni::Flannel => word(read, "flannel_backend_type", |word| match word {
            "vxlan" => Some(TunnelForm::Vxlan),
            "host-gw" => Some(TunnelForm::None),
            "wireguard" => Some(TunnelForm::Wireguard),
            "udp" => Some(TunnelForm::Udp),
            _ => None,
        }),
        _ => None,
    }
}

fn word(read: &mut Reader<'_>, name: &str, form: impl Fn(&str) -> Option<TunnelForm>) -> Option<Sourced<Tunnels>> {
    let told = read.text(name)?;
    let Some(form) = form(&told.value.to_lowercase()) else {
        read.opaque(name, told.origin, format!("`{}` is no tunnel that is known here", told.value));
        return None;
    };
    Some(told.map(|_| Tunnels::always(form)))
}

/// When Calico uses a tunnel.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Always,
    CrossSubnet,
    Never,
}

fn calico(read: &mut Reader<'_>, release: Release) -> Option<Sourced<Tunnels>> {
    let is_vxlan_by_default = release.is_since(19);
    // v2.19 refuses the old names; up to v2.18 the new one takes its default from them.
    let old = if is_vxlan_by_default { None } else { old_ipip(read) };
    let (mut ipip, mut vxlan) = (old, None);
    if release.has_calico_vxlan() {
        ipip = mode(read, "calico_ipip_mode").or(ipip);
        vxlan = mode(read, "calico_vxlan_mode");
    }
    // What is used says more than what is not.
    let is_used = |mode: &&Sourced<Mode>| mode.value != Mode::Never;
    let told = [&vxlan, &ipip].map(Option::as_ref);
    let origin = told.into_iter().flatten().find(is_used).or(told[0]).or(told[1])?.origin.clone();
    let usual = |is_usual| if is_usual { Mode::Always } else { Mode::Never };
    let modes = [
        (TunnelForm::Ipip, ipip.map_or(usual(!is_vxlan_by_default), |mode| mode.value)),
        (TunnelForm::Vxlan, vxlan.map_or(usual(is_vxlan_by_default), |mode| mode.value)),
    ];
    let wish = |(form, mode)| match mode {
        Mode::Always => Some(TunnelWish { form, cross_subnet: false }),
        Mode::CrossSubnet => Some(TunnelWish { form, cross_subnet: true }),
        Mode::Never => None,
    };
    let wishes: Vec<TunnelWish> = modes.into_iter().filter_map(wish).collect();
    let tunnels = if wishes.is_empty() { Tunnels::always(TunnelForm::None) } else { Tunnels(wishes) };
    Some(Sourced::new(tunnels, origin))
}

/// `ipip` and `ipip_mode`: without the first, the second says nothing.
fn old_ipip(read: &mut Reader<'_>) -> Option<Sourced<Mode>> {
    let is_on = read.truth("ipip");
    let told = mode(read, "ipip_mode");
    match is_on {
        Some(is_on) if !is_on.value => Some(is_on.map(|_| Mode::Never)),
        Some(is_on) => Some(told.unwrap_or_else(|| is_on.map(|_| Mode::Always))),
        None => told,
    }
}

fn mode(read: &mut Reader<'_>, name: &str) -> Option<Sourced<Mode>> {
    let told = read.text(name)?;
    // The old names had lower-case words up to v2.6, and people carry their files along.
    let mode = match told.value.to_lowercase().as_str() {
        "always" => Mode::Always,
        "crosssubnet" | "cross-subnet" => Mode::CrossSubnet,
        "never" | "off" | "false" => Mode::Never,
        _ => {
            read.opaque(name, told.origin, format!("`{}` is neither Always, CrossSubnet nor Never", told.value));
            return None;
        }
    };
    Some(told.map(|_| mode))
}

/// The MTU, in the CNI's own terms. Cilium's 0 is none.
pub(super) fn mtu(read: &mut Reader<'_>, release: Release, cni: Cni) -> Option<Sourced<Mtu>> {
    let name = release.mtu_variable(cni)?;
    let bytes = read.number::<i64>(name)?;
    if bytes.value == 0 && cni == Cni::Cilium {
        return None;
    }
    match Mtu::new(bytes.value) {
        Ok(mtu) => Some(bytes.map(|_| mtu)),
        Err(error) => {
            read.opaque(name, bytes.origin, error.to_string());
            None
        }
    }
}
