//! What kubespray does when nobody says otherwise, release by release.

use crate::cluster::KubesprayVersion;
use crate::environment::{TunnelForm, Tunnels};
use crate::network::address::Family;
use crate::network::layer::{Cni, CniVersion};

/// The newest release that is known here.
pub const NEWEST: KubesprayVersion = KubesprayVersion { major: 2, minor: 31, patch: 0 };

/// The oldest release whose variables are known here.
pub const OLDEST: KubesprayVersion = KubesprayVersion { major: 2, minor: 7, patch: 0 };

/// The prefix length of a node's share of the pod network, in every release.
pub const fn node_prefix(family: Family) -> u8 {
    match family {
        Family::Ipv4 => 24,
        Family::Ipv6 => 120,
    }
}

/// A release of kubespray.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release(KubesprayVersion);

impl Release {
    /// That version; the newest where none is told.
    pub fn of(version: Option<KubesprayVersion>) -> Self {
        Self(version.unwrap_or(NEWEST))
    }

    /// Which it is.
    pub fn version(self) -> KubesprayVersion {
        self.0
    }

    /// Whether it is this one of the 2.x releases or a later one.
    pub fn is_since(self, minor: u16) -> bool {
        (self.0.major, self.0.minor) >= (2, minor)
    }

    /// The version of a CNI that it installs. `None`: it does not install that one, or which is not known here.
    pub fn cni_version(self, cni: Cni) -> Option<CniVersion> {
        match cni {
            Cni::Calico if !self.is_since(16) => Some(CniVersion::new(3, 16)),
            Cni::Calico => Some(CniVersion::new(3, 17)),
            _ => None,
        }
    }

    /// The tunnels that a CNI has.
    pub fn encapsulation(self, cni: Cni) -> Tunnels {
        Tunnels::always(match cni {
            Cni::Calico if !self.is_since(19) => TunnelForm::Ipip,
            Cni::KubeRouter => TunnelForm::Ipip,
            Cni::KubeOvn => TunnelForm::Geneve,
            Cni::None => TunnelForm::None,
            _ => TunnelForm::Vxlan,
        })
    }

    /// The prefix length of the blocks that Calico gives nodes.
    pub fn block_prefix(self, family: Family) -> u8 {
        match family {
            Family::Ipv4 if self.is_since(20) => 26,
            Family::Ipv4 => 24,
            Family::Ipv6 if self.is_since(20) => 122,
            Family::Ipv6 => 116,
        }
    }

    /// The container runtime.
    pub fn container_manager(self) -> &'static str {
        if self.is_since(18) { "containerd" } else { "docker" }
    }

    /// Where Calico keeps what it knows: in etcd, or in Kubernetes itself (`kdd`).
    pub fn calico_datastore(self) -> &'static str {
        if self.is_since(15) { "kdd" } else { "etcd" }
    }

    /// Whether clusters may have both families.
    pub fn has_dual_stack(self) -> bool {
        self.is_since(16)
    }
}
