//! Which CNIs a release has, and which settings of theirs.

use super::Release;
use crate::network::layer::Cni;

/// The CNIs that it installs, in some release, or leaves to others.
pub const CNIS: [Cni; 7] =
    [Cni::Calico, Cni::Cilium, Cni::Flannel, Cni::KubeRouter, Cni::KubeOvn, Cni::Weave, Cni::None];

/// What `kube_network_plugin` may be besides the CNIs that are known here, in some release: the checks of v2.31 name
/// the first three, the samples and roles of older ones the others.
const OTHER_PLUGINS: [&str; 6] = ["cloud", "custom_cni", "macvlan", "canal", "contiv", "ovn4nfv"];

/// kubespray's word for a CNI. For one that others install it is `cni`: the samples say so since v2.10, while `none`
/// is refused by the checks up to v2.27 at least.
pub fn plugin(cni: Cni) -> String {
    match cni {
        Cni::None => "cni".to_owned(),
        other => other.to_string(),
    }
}

impl Release {
    /// The CNI that `kube_network_plugin` asks for. `None`: the word is none of kubespray's.
    pub fn cni_of_plugin(self, word: &str) -> Option<Cni> {
        let own = CNIS.into_iter().find(|cni| plugin(*cni) == word || cni.to_string() == word);
        // A release that nobody knows here may have more.
        let is_other = OTHER_PLUGINS.contains(&word) || self.is_beyond_known();
        own.or(is_other.then_some(Cni::Other))
    }

    /// The words for the CNIs that it installs, or leaves to others.
    pub fn plugins(self) -> Vec<String> {
        CNIS.into_iter().filter(|cni| self.has_cni(*cni)).map(plugin).collect()
    }

    /// Whether it installs a CNI; for none at all, whether it leaves the CNI to others (`kube_network_plugin: cni`).
    pub fn has_cni(self, cni: Cni) -> bool {
        match cni {
            // Its variables, and a line in the README's list, come with v2.8.
            Cni::KubeRouter => self.is_since(8),
            // In the role's list of downloads between v2.12 and v2.13 (`kube_ovn_version: v0.6.0`).
            Cni::KubeOvn => self.is_since(13),
            // Announced in the notes of v2.28 for the next release, and gone from the sample with v2.29.
            Cni::Weave => !self.is_since(29),
            // First named by the sample of v2.10.
            Cni::None => self.is_since(10),
            Cni::Calico | Cni::Cilium | Cni::Flannel => true,
            _ => false,
        }
    }

    /// The variable that sets a CNI's MTU, where there is one.
    pub fn mtu_variable(self, cni: Cni) -> Option<&'static str> {
        match cni {
            Cni::Calico => Some("calico_mtu"),
            Cni::Cilium if self.is_since(14) => Some("cilium_mtu"),
            Cni::KubeOvn if self.is_since(19) => Some("kube_ovn_mtu"),
            Cni::Weave if self.has_cni(cni) => Some("weave_mtu"),
            _ => None,
        }
    }

    /// Whether Calico can do VXLAN (`calico_vxlan_mode`, first in v2.13).
    pub fn has_calico_vxlan(self) -> bool {
        self.is_since(13)
    }

    /// Whether Calico's VXLAN can have another port (`calico_vxlan_port`, first in the sample of v2.16).
    pub fn has_calico_vxlan_port(self) -> bool {
        self.is_since(16)
    }

    /// Whether Calico can encrypt (`calico_wireguard_enabled`, first in v2.17).
    pub fn has_calico_wireguard(self) -> bool {
        self.is_since(17)
    }

    /// Where Calico keeps its state: `calico_datastore` of the role's defaults, and in the samples from v2.10.
    pub fn calico_datastore(self) -> &'static str {
        if self.is_since(15) { "kdd" } else { "etcd" }
    }

    /// Whether Calico's blocks have a size of their own (`calico_pool_blocksize`, first in v2.12).
    pub fn has_calico_block_size(self) -> bool {
        self.is_since(12)
    }

    /// Whether WireGuard's MTU came from `calico_veth_mtu` alone: commit 31c7b6747 of v2.18 removed that.
    pub fn takes_wireguard_mtu_from_veth(self) -> bool {
        self.is_since(14) && !self.is_since(18)
    }

    /// Whether Cilium's tunnel can be chosen (`cilium_tunnel_mode`, first in v2.12).
    pub fn has_cilium_tunnel_mode(self) -> bool {
        self.is_since(12)
    }

    /// Whether Cilium can encrypt (`cilium_encryption_enabled`, first in v2.19).
    pub fn has_cilium_encryption(self) -> bool {
        self.is_since(19)
    }

    /// Whether flannel has WireGuard's backend: the sample names it since v2.21.
    pub fn has_flannel_wireguard(self) -> bool {
        self.is_since(21)
    }

    /// Whether kube-vip is there (`kube_vip_enabled`, first in v2.19).
    pub fn has_kube_vip(self) -> bool {
        self.is_since(19)
    }

    /// Whether every pool of `MetalLB` must say whether addresses are given away from it without being asked for
    /// (`auto_assign`): its template read it from v2.22 on, and has had a default for it since
    /// kubernetes-sigs/kubespray#10458, after v2.23.
    pub fn needs_metallb_auto_assign(self) -> bool {
        self.is_since(22) && !self.is_since(24)
    }

    /// Whether kube-proxy can be told to leave ARP to others (`kube_proxy_strict_arp`, first in v2.12).
    pub fn has_strict_arp(self) -> bool {
        self.is_since(12)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::KubesprayVersion;

    #[test]
    fn cnis_come_and_go() {
        let has = |minor, cni| Release::of(Some(KubesprayVersion { major: 2, minor, patch: 0 })).has_cni(cni);
        for (cni, first, last) in [
            (Cni::Calico, 7, 31),
            (Cni::Cilium, 7, 31),
            (Cni::Flannel, 7, 31),
            (Cni::KubeRouter, 8, 31),
            (Cni::KubeOvn, 13, 31),
            (Cni::Weave, 7, 28),
            (Cni::None, 10, 31),
        ] {
            let those: Vec<u16> = (7..=31).filter(|minor| has(*minor, cni)).collect();
            assert_eq!(those, (first..=last).collect::<Vec<u16>>(), "{cni}");
        }
        assert!(!has(31, Cni::Antrea) && !has(31, Cni::Other));
    }
}
