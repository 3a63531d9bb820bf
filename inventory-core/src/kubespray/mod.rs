//! What kubespray does when nobody says otherwise, release by release.
//!
//! A release of a known minor version does as that version's first one did: `v2.31.1` as `v2.31.0`. One that is newer
//! than [`NEWEST`] is taken for it.

mod changed_defaults;
mod cnis;
mod components;
pub mod history;
mod versions;
mod words;

pub use changed_defaults::{CHANGED_DEFAULTS, ChangedDefault};
pub use cnis::{CNIS, plugin};
pub use versions::{AnsibleVersion, KubernetesVersion, VERSIONS_WITHOUT_LETTER, first_too_new_for, last_too_old_for};
pub use words::Choice;

use crate::cluster::KubesprayVersion;
use crate::environment::{TunnelForm, Tunnels};
use crate::network::address::Family;
use crate::network::layer::Cni;

/// The newest release that is known here.
pub const NEWEST: KubesprayVersion = KubesprayVersion { major: 2, minor: 31, patch: 0 };

/// The oldest release whose variables are known here.
pub const OLDEST: KubesprayVersion = KubesprayVersion { major: 2, minor: 7, patch: 0 };

/// The most pods on a node, in every release (`roles/kubernetes/node/defaults`).
pub const MAX_PODS: u32 = 110;

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

    /// The first release of a minor version, `v2.MINOR.0`.
    pub const fn v2(minor: u16) -> Self {
        Self(KubesprayVersion { major: 2, minor, patch: 0 })
    }

    /// Which it is.
    pub fn version(self) -> KubesprayVersion {
        self.0
    }

    /// Whether it is this one of the 2.x releases or a later one.
    pub fn is_since(self, minor: u16) -> bool {
        (self.0.major, self.0.minor) >= (2, minor)
    }

    /// Whether its variables are older than those that are known here.
    pub fn is_too_old(self) -> bool {
        !self.is_since(OLDEST.minor)
    }

    /// Whether it came out after the newest that is known here.
    pub fn is_beyond_known(self) -> bool {
        self.is_since(NEWEST.minor + 1)
    }

    /// The release that speaks for it here: of one beyond those that are known, the newest known one.
    #[must_use]
    pub fn as_known(self) -> Self {
        if self.is_beyond_known() { Self(NEWEST) } else { self }
    }

    /// The group of all the cluster's nodes, which is also the name of its directory of variables.
    pub fn cluster_group(self) -> &'static str {
        if self.0.names_groups_with_dashes() { "k8s-cluster" } else { "k8s_cluster" }
    }

    /// The tunnels that a CNI has.
    ///
    /// Calico's: `calico_ipip_mode`, and before it `ipip`, in the role's defaults up to v2.18; `calico_vxlan_mode`
    /// since. Cilium's and flannel's: `cilium_tunnel_mode` and `flannel_backend_type` in every release that has them.
    pub fn encapsulation(self, cni: Cni) -> Tunnels {
        Tunnels::always(match cni {
            Cni::Calico if !self.is_since(19) => TunnelForm::Ipip,
            Cni::KubeRouter => TunnelForm::Ipip,
            Cni::KubeOvn => TunnelForm::Geneve,
            Cni::None => TunnelForm::None,
            _ => TunnelForm::Vxlan,
        })
    }

    /// The prefix length of the blocks that Calico gives nodes whose share is of this length.
    ///
    /// v2.20 gave `calico_pool_blocksize` a default of its own; before, the role took `kube_network_node_prefix` for
    /// IPv4. Calico itself has that setting since v3.3, so that with v3.1 every block is a /26.
    pub fn block_prefix(self, family: Family, node_prefix: u8) -> u8 {
        match family {
            Family::Ipv4 if self.blocks_follow_node_prefix() => node_prefix,
            Family::Ipv4 => 26,
            Family::Ipv6 if self.is_since(20) => 122,
            Family::Ipv6 => 116,
        }
    }

    /// Whether Calico's blocks of IPv4 are as long as a node's share where nobody says how long they are.
    pub fn blocks_follow_node_prefix(self) -> bool {
        self.is_since(9) && !self.is_since(20)
    }

    /// The container runtime (`container_manager` of the sample, and of the defaults).
    pub fn container_manager(self) -> &'static str {
        if self.is_since(18) { "containerd" } else { "docker" }
    }

    /// Where the names of the cluster's DNS are written (`resolvconf_mode` of the samples, and of the defaults, which had
    /// docker's way as long as docker was the container manager).
    pub fn resolvconf_mode(self) -> &'static str {
        if self.is_since(18) { "host_resolvconf" } else { "docker_dns" }
    }

    /// Whether more name servers than docker takes stop the run (`docker_dns_servers_strict`). `None`: two roles had
    /// different defaults, which #7499 made the same for v2.16.
    pub fn has_strict_docker_dns(self) -> Option<bool> {
        self.is_since(16).then_some(false)
    }

    /// Whether docker's own search domains can be told (`docker_dns_search_domains`): it is a default of v2.17, and was
    /// set by a task of the role before, at v2.14 still.
    pub fn has_docker_search_domains(self) -> bool {
        self.is_since(17)
    }

    /// How kube-proxy forwards, by the sample's `kube_proxy_mode`. `None`: between the samples of v2.7, which has
    /// iptables, and of v2.10, which has ipvs, it is not known.
    pub fn kube_proxy_mode(self) -> Option<&'static str> {
        if self.is_since(10) {
            Some("ipvs")
        } else if self.is_since(8) {
            None
        } else {
            Some("iptables")
        }
    }

    /// Whether clusters may have both families (`enable_dual_stack_networks`, first in v2.16).
    pub fn has_dual_stack(self) -> bool {
        self.is_since(16)
    }

    /// Whether clusters may go without IPv4 (`ipv4_stack`, first in v2.28).
    pub fn has_ipv6_alone(self) -> bool {
        self.is_since(28)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(text: &str) -> Release {
        Release::of(Some(text.parse().unwrap()))
    }

    #[test]
    fn a_patch_release_does_as_its_minor_version() {
        for (one, other) in [("v2.31.0", "v2.31.1"), ("v2.15.0", "v2.15.1"), ("v2.19.0", "v2.19.1")] {
            let (one, other) = (release(one), release(other));
            assert_eq!(one.cluster_group(), other.cluster_group());
            assert_eq!(one.encapsulation(Cni::Calico), other.encapsulation(Cni::Calico));
            assert_eq!(one.cni_version(Cni::Cilium), other.cni_version(Cni::Cilium));
        }
        assert!(!release("v2.31.4").is_beyond_known() && release("v2.32.0").is_beyond_known());
        assert_eq!(release("v2.32.0").as_known(), release("v2.31.0"));
        assert_eq!(release("v2.31.4").as_known(), release("v2.31.4"));
        assert!(release("v2.6.0").is_too_old() && !release("v2.7.0").is_too_old());
    }

    #[test]
    fn defaults_change_with_the_releases_that_changed_them() {
        let defaults = |text: &str| {
            let release = release(text);
            let block = release.block_prefix(Family::Ipv4, 25);
            (release.cluster_group(), release.container_manager(), block, release.kube_proxy_mode())
        };
        assert_eq!(defaults("v2.7.0"), ("k8s-cluster", "docker", 26, Some("iptables")));
        assert_eq!(defaults("v2.15.0"), ("k8s-cluster", "docker", 25, Some("ipvs")));
        assert_eq!(defaults("v2.16.0"), ("k8s_cluster", "docker", 25, Some("ipvs")));
        assert_eq!(defaults("v2.19.0"), ("k8s_cluster", "containerd", 25, Some("ipvs")));
        assert_eq!(defaults("v2.20.0"), ("k8s_cluster", "containerd", 26, Some("ipvs")));
    }
}
