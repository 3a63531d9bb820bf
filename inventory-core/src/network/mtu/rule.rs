//! What each CNI does with the MTU it is given, and what its packets really need on the wire.

use super::{Guessed, Why};
use crate::network::address::Family;
use crate::network::encapsulation::{Encapsulation, Encryption, esp};
use crate::network::layer::{Cni, Era, Layer, Tunnel, WrittenMtu};

/// Felix's guess when no NIC matches its pattern (projectcalico/felix#2563).
const CALICO_WITHOUT_NIC: i32 = 1460;

/// What Felix takes besides WireGuard's own on AKS, when it encrypts the hosts' traffic too (`aksMTUOverhead`).
const CALICO_ON_AKS: i32 = 100;

/// The most an unencrypted overlay takes that is still in use: Kube-OVN's and OpenShift's margin.
const UNKNOWN_OVERLAY: i32 = 100;

/// What an IPv6 header is longer than an IPv4 one.
const IPV6_EXTRA: i32 = 20;

/// What the kernel's padding may add to WireGuard where Cilium's redirect goes around the check (cilium/cilium#23917).
const UNCLAMPED_PADDING: i32 = 15;

/// One way a level may behave. There are several where its release or its encapsulation is not known.
#[derive(Debug, Clone)]
pub(super) struct Guess {
    era: Era,
    /// `None`: whatever an unknown CNI does.
    tunnels: Option<Vec<Tunnel>>,
}

/// The MTUs of a level's pods, in bytes, before anybody knows whether they can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sizes {
    /// Of the pod's interface. A machine's NIC gets this one.
    pub(super) link: i32,
    /// Of the pod's routes.
    pub(super) route: i32,
    /// What the tunnels take of it without fragmenting.
    pub(super) usable: i32,
}

impl Sizes {
    const fn all(bytes: i32) -> Self {
        Self { link: bytes, route: bytes, usable: bytes }
    }
}

/// How a level behaves, as far as that is known.
pub(super) struct Guesses {
    pub(super) likeliest: Guess,
    pub(super) others: Vec<Guess>,
    /// Why there are others.
    pub(super) guessed: Option<Guessed>,
}

impl Guesses {
    pub(super) fn of(layer: &Layer) -> Self {
        let era = layer.cni.era(layer.version);
        let (tunnels, or_tunnels) = match (&layer.tunnels, layer.cni.usual_tunnels()) {
            (Some(tunnels), _) => (Some(tunnels.clone()), None),
            (None, Some(usual)) => (Some(usual.likeliest), usual.or),
            (None, None) => (None, None),
        };
        let guessed = match (era.or, &or_tunnels) {
            (None, None) => None,
            (Some(_), None) => Some(Guessed::Version),
            (None, Some(_)) => Some(Guessed::Encapsulation),
            (Some(_), Some(_)) => Some(Guessed::VersionAndEncapsulation),
        };
        let all = std::iter::once(tunnels.clone()).chain(or_tunnels.map(Some)).flat_map(|tunnels| {
            std::iter::once(era.likeliest).chain(era.or).map(move |era| Guess { era, tunnels: tunnels.clone() })
        });
        Self { others: all.skip(1).collect(), likeliest: Guess { era: era.likeliest, tunnels }, guessed }
    }
}

impl Guess {
    /// What its packets need besides themselves, of a path of `path` bytes.
    pub(super) fn headers(&self, layer: &Layer, path: i32) -> Vec<(i32, Why)> {
        let tunnel = self.largest_tunnel(layer);
        let wireguard = widest(layer, Encapsulation::WireGuard);
        let tunnelled = |encryption: i32| {
            let mut headers: Vec<(i32, Why)> = tunnel.into_iter().collect();
            headers.extend(layer.encryption.map(|with| (encryption, Why::Encryption(with))));
            headers
        };
        match (layer.cni, layer.encryption) {
            (_, None) => tunnelled(0),
            // A packet takes one way or the other, never both.
            (Cni::Calico, Some(with)) if with.is_wireguard() => {
                let wireguard = (calico_wireguard(layer), Why::Encryption(with));
                tunnel.into_iter().chain([wireguard]).max_by_key(|(bytes, _)| *bytes).into_iter().collect()
            }
            // The encryption is the backend.
            (Cni::Flannel | Cni::K3s, Some(with @ Encryption::IpSec { .. })) => {
                vec![(i32::from(esp::tunnel(layer.outer)), Why::Encryption(with))]
            }
            (Cni::Flannel | Cni::K3s | Cni::Antrea, Some(with)) if with.is_wireguard() => {
                vec![(wireguard, Why::Encryption(with))]
            }
            (Cni::Antrea, Some(_)) => tunnelled(i32::from(esp::ANTREA)),
            (Cni::Cilium, Some(Encryption::IpSec { key_bits })) => {
                tunnelled(i32::from(esp::tunnel(layer.outer)) + long_key(key_bits))
            }
            (Cni::Weave, Some(Encryption::IpSec { .. })) => tunnelled(esp::gcm_transport(path, layer.outer)),
            (_, Some(Encryption::IpSec { .. })) => tunnelled(i32::from(esp::TRANSPORT)),
            (_, Some(_)) => tunnelled(wireguard + UNCLAMPED_PADDING),
        }
    }

    /// What the pods get on machines whose NIC shows `nic` bytes.
    pub(super) fn sizes(&self, layer: &Layer, nic: i32, written: Option<WrittenMtu>) -> Sizes {
        let value = written.map(|written| i32::from(written.value));
        let on_nodes = value.unwrap_or(nic);
        let tunnel = self.largest_tunnel(layer).map_or(0, |(bytes, _)| bytes);
        let has_tunnel = tunnel > 0;
        let ipv6 = if layer.outer == Family::Ipv6 { IPV6_EXTRA } else { 0 };
        match layer.cni {
            Cni::Calico => self.calico(layer, nic, written),
            Cni::Cilium => Sizes { link: on_nodes, ..Sizes::all(on_nodes - self.cilium_deduction(layer, tunnel)) },
            Cni::Flannel | Cni::K3s => Sizes::all(on_nodes - self.flannel_deduction(layer)),
            Cni::KubeRouter => {
                let deducted = if self.era == Era::KubeRouterDeducts && has_tunnel { 20 } else { 0 };
                let link = value.unwrap_or(nic - deducted);
                // The kernel sizes the tunnel by itself.
                Sizes { usable: link.min(nic - tunnel), ..Sizes::all(link) }
            }
            Cni::KubeOvn => Sizes::all(value.unwrap_or(
                nic - ipv6
                    - match self.form(layer) {
                        Some(Encapsulation::Vxlan) => 50,
                        Some(Encapsulation::Stt) => 72,
                        _ => 100,
                    },
            )),
            Cni::OpenShift => {
                let sdn = self.form(layer) == Some(Encapsulation::Vxlan);
                Sizes::all(value.unwrap_or(nic - if sdn { 50 } else { 100 }))
            }
            Cni::OvnKubernetes => Sizes::all(value.unwrap_or(1400)),
            Cni::Weave => Sizes::all(value.unwrap_or(1376)),
            // A new bridge has 1500, whatever the NIC shows.
            Cni::None => Sizes::all(value.unwrap_or(1500)),
            Cni::Antrea => Sizes::all(value.unwrap_or(nic - self.needs(layer, nic))),
            // Some put what they deduct on the routes only, so that the link shows all of it.
            Cni::Other => {
                value.map_or_else(|| Sizes { link: nic, ..Sizes::all(nic - self.needs(layer, nic)) }, Sizes::all)
            }
        }
    }

    /// Whether it looks at the NIC at all.
    pub(super) fn detects(&self) -> bool {
        self.era != Era::CalicoFixed
    }

    /// The bytes of all its headers.
    pub(super) fn needs(&self, layer: &Layer, path: i32) -> i32 {
        self.headers(layer, path).iter().map(|(bytes, _)| bytes).sum()
    }

    /// The costliest tunnel a packet may take.
    fn largest_tunnel(&self, layer: &Layer) -> Option<(i32, Why)> {
        let Some(tunnels) = &self.tunnels else {
            let ipv6 = if layer.outer == Family::Ipv6 { IPV6_EXTRA } else { 0 };
            // Whoever wrote the MTU knew the overlay.
            return layer.written.is_none().then_some((UNKNOWN_OVERLAY + ipv6, Why::UnknownEncapsulation));
        };
        let over_ipv6 = layer.tunnels_ipv6.iter().map(|tunnel| (tunnel.encapsulation, Family::Ipv6));
        tunnels
            .iter()
            .flat_map(|tunnel| outers(layer).into_iter().map(|outer| (tunnel.encapsulation, outer)))
            .chain(over_ipv6)
            .map(|(form, outer)| {
                let form = as_the_cni_does(layer.cni, form);
                (i32::from(form.overhead(outer)), Why::Encapsulation(form))
            })
            .max_by_key(|(bytes, _)| *bytes)
    }

    fn form(&self, layer: &Layer) -> Option<Encapsulation> {
        match self.largest_tunnel(layer) {
            Some((_, Why::Encapsulation(form))) => Some(form),
            _ => None,
        }
    }

    /// `determinePodMTU`: the least that any enabled encapsulation leaves; and before it, fixed sizes.
    fn calico(&self, layer: &Layer, nic: i32, written: Option<WrittenMtu>) -> Sizes {
        if let Some(written) = written {
            let value = i32::from(written.value);
            let tunnels = written.tunnels.map_or(value, i32::from);
            let has_tunnel = !self.headers(layer, nic).is_empty();
            return Sizes { usable: if has_tunnel { value.min(tunnels) } else { value }, ..Sizes::all(value) };
        }
        if self.era == Era::CalicoFixed {
            let fixed = |form| match form {
                Encapsulation::IpIp => 1440,
                Encapsulation::WireGuard => 1420,
                _ => 1410,
            };
            let wireguard = layer.encryption.filter(|e| e.is_wireguard()).map(|_| Encapsulation::WireGuard);
            let tunnels = self.tunnels.iter().flatten().chain(&layer.tunnels_ipv6).map(|tunnel| tunnel.encapsulation);
            let usable = tunnels.chain(wireguard).map(fixed).min().unwrap_or(1500);
            return Sizes { usable, ..Sizes::all(1500) };
        }
        let base = if layer.nic_is_found() { nic } else { CALICO_WITHOUT_NIC };
        let on_aks = layer.encryption == Some(Encryption::WireGuardOfAksHosts);
        Sizes::all(base - self.needs(layer, nic) - if on_aks { CALICO_ON_AKS } else { 0 })
    }

    /// `getRouteMTU`. WireGuard's constant is that of IPv6 whatever the family.
    fn cilium_deduction(&self, layer: &Layer, tunnel: i32) -> i32 {
        match (layer.encryption, self.era) {
            (None, _) => tunnel,
            (Some(Encryption::IpSec { key_bits }), _) => tunnel + 77 + long_key(key_bits),
            (Some(_), Era::CiliumUnstacked) => 80,
            (Some(_), Era::Cilium80) => tunnel + 80,
            (Some(_), _) => tunnel + 95,
        }
    }

    /// The backends' constants. They are those of IPv4, but for WireGuard's.
    fn flannel_deduction(&self, layer: &Layer) -> i32 {
        match (layer.encryption, self.form(layer)) {
            (Some(Encryption::IpSec { .. }), _) => i32::from(esp::tunnel(Family::Ipv4)),
            (Some(_), _) | (None, Some(Encapsulation::WireGuard)) => 80,
            (None, Some(form)) => i32::from(form.overhead(Family::Ipv4)),
            (None, None) => 0,
        }
    }
}

/// The families its tunnels run over.
fn outers(layer: &Layer) -> Vec<Family> {
    let mut outers = vec![layer.outer];
    outers.extend(
        [Family::Ipv4, Family::Ipv6]
            .into_iter()
            .filter(|family| *family != layer.outer && layer.cni.tunnels_each_family() && layer.pods.contains(*family)),
    );
    outers
}

/// What it costs over the costliest family.
fn widest(layer: &Layer, form: Encapsulation) -> i32 {
    outers(layer).into_iter().map(|outer| i32::from(form.overhead(outer))).max().unwrap_or_default()
}

/// Calico has a WireGuard device for each family of its pods.
fn calico_wireguard(layer: &Layer) -> i32 {
    let outer = if layer.pods.contains(Family::Ipv6) { Family::Ipv6 } else { layer.outer };
    i32::from(Encapsulation::WireGuard.overhead(outer))
}

/// What a cipher's key exceeds 128 bits by, in bytes.
fn long_key(key_bits: u16) -> i32 {
    i32::from(key_bits / 8).saturating_sub(16).max(0)
}

/// `geneve` is OVN's own kind of it where OVN builds the tunnel.
fn as_the_cni_does(cni: Cni, form: Encapsulation) -> Encapsulation {
    match (cni, form) {
        (Cni::KubeOvn | Cni::OpenShift | Cni::OvnKubernetes, Encapsulation::Geneve) => Encapsulation::OvnGeneve,
        _ => form,
    }
}
