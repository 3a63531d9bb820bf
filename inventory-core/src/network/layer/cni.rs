//! The CNIs whose rules are known, and what each does when nobody says otherwise.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CniVersion, Tunnel};
use crate::network::encapsulation::Encapsulation;

/// What gives the pods of a level their network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cni {
    /// Calico.
    Calico,
    /// Cilium.
    Cilium,
    /// flannel.
    Flannel,
    /// kube-router.
    KubeRouter,
    /// Kube-OVN.
    KubeOvn,
    /// Weave Net.
    Weave,
    /// The hard way: a Linux bridge on each node and routes to the others.
    None,
    /// OpenShift: OVN-Kubernetes as its operator sets it up, or OpenShift SDN where the encapsulation is VXLAN.
    #[serde(rename = "openshift")]
    OpenShift,
    /// OVN-Kubernetes outside OpenShift.
    OvnKubernetes,
    /// Antrea.
    Antrea,
    /// k3s with what it brings: flannel.
    K3s,
    /// One whose rules are not known here.
    Other,
}

impl fmt::Display for Cni {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Calico => "calico",
            Self::Cilium => "cilium",
            Self::Flannel => "flannel",
            Self::KubeRouter => "kube-router",
            Self::KubeOvn => "kube-ovn",
            Self::Weave => "weave",
            Self::None => "none",
            Self::OpenShift => "openshift",
            Self::OvnKubernetes => "ovn-kubernetes",
            Self::Antrea => "antrea",
            Self::K3s => "k3s",
            Self::Other => "other",
        })
    }
}

/// A span of releases that reckon the MTU alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Era {
    /// Calico before v3.17 (projectcalico/felix#2511): veth 1500, tunnels of a fixed size, nothing is detected.
    CalicoFixed,
    /// kube-router before v1.6.0 (commit f97eb7cc), which took 20 bytes for its tunnel.
    KubeRouterDeducts,
    /// Cilium before cilium/cilium#30329: WireGuard's bytes, and the tunnel's not on top of them.
    CiliumUnstacked,
    /// Cilium from there to v1.20: 80 bytes for WireGuard.
    Cilium80,
    /// As the newest release does it.
    Newest,
}

/// The first Calico that drops VXLAN and IPIP from workloads: the rule is of June 2019.
pub(crate) const CALICO_DROPS_SINCE: CniVersion = CniVersion::new(3, 8);

const CALICO_DETECTS_SINCE: CniVersion = CniVersion::new(3, 17);
const KUBE_ROUTER_DEDUCTS_UNTIL: CniVersion = CniVersion::new(1, 6);
const CILIUM_STACKS_PERHAPS_SINCE: CniVersion = CniVersion::new(1, 14);
const CILIUM_STACKS_SINCE: CniVersion = CniVersion::new(1, 16);
const CILIUM_95_SINCE: CniVersion = CniVersion::new(1, 20);

/// One of several: what is likely, and what it may be instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Likely<T> {
    pub(crate) likeliest: T,
    pub(crate) or: Option<T>,
}

impl<T> Likely<T> {
    const fn surely(likeliest: T) -> Self {
        Self { likeliest, or: None }
    }
}

impl Cni {
    /// How this release reckons.
    ///
    /// A release that is not known may be any that people still run: Calico since 2020, Cilium since 2024, and every
    /// kube-router.
    pub(crate) fn era(self, version: Option<CniVersion>) -> Likely<Era> {
        let surely = Likely::surely;
        match (self, version) {
            (Self::Calico, Some(version)) if version < CALICO_DETECTS_SINCE => surely(Era::CalicoFixed),
            (Self::KubeRouter, Some(version)) if version < KUBE_ROUTER_DEDUCTS_UNTIL => surely(Era::KubeRouterDeducts),
            (Self::KubeRouter, None) => Likely { likeliest: Era::Newest, or: Some(Era::KubeRouterDeducts) },
            (Self::Cilium, Some(version)) if version < CILIUM_STACKS_PERHAPS_SINCE => surely(Era::CiliumUnstacked),
            // The change was carried back into releases of these two, and which ones is not established.
            (Self::Cilium, Some(version)) if version < CILIUM_STACKS_SINCE => {
                Likely { likeliest: Era::Cilium80, or: Some(Era::CiliumUnstacked) }
            }
            (Self::Cilium, Some(version)) if version < CILIUM_95_SINCE => surely(Era::Cilium80),
            (Self::Cilium, None) => Likely { likeliest: Era::Newest, or: Some(Era::Cilium80) },
            _ => surely(Era::Newest),
        }
    }

    /// The tunnels it uses when nobody says which. `None`: nobody knows.
    pub(crate) fn usual_tunnels(self) -> Option<Likely<Vec<Tunnel>>> {
        let one = |encapsulation| vec![Tunnel::always(encapsulation)];
        let surely = |encapsulation| Some(Likely::surely(one(encapsulation)));
        match self {
            // The distribution decides. IPIP is the manifests' and kubespray's up to v2.18, VXLAN is its since.
            Self::Calico => Some(Likely { likeliest: one(Encapsulation::Vxlan), or: Some(one(Encapsulation::IpIp)) }),
            Self::Cilium | Self::Flannel | Self::K3s | Self::Weave => surely(Encapsulation::Vxlan),
            Self::KubeRouter => surely(Encapsulation::IpIp),
            Self::Antrea => surely(Encapsulation::Geneve),
            Self::KubeOvn | Self::OpenShift | Self::OvnKubernetes => surely(Encapsulation::OvnGeneve),
            Self::None => Some(Likely::surely(Vec::new())),
            Self::Other => None,
        }
    }

    /// Whether it has a tunnel for each family of its pods. The others carry both families in one.
    pub(crate) const fn tunnels_each_family(self) -> bool {
        matches!(self, Self::Flannel | Self::K3s | Self::KubeRouter)
    }
}
