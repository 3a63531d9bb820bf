//! The words that a release accepts where it has a choice of few.
//!
//! Sources: **A** the assertions of a release: preinstall's of v2.27, `validate_inventory`'s of v2.31; **S** the comments
//! of the samples, which list the words release by release; **#n** a pull request or issue of
//! kubernetes-sigs/kubespray. Where only some releases' lists are known, those between two of them may use the words of
//! either, and the others are not judged.

use super::Release;

/// A variable that takes one word of a few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// `kube_network_plugin`.
    NetworkPlugin,
    /// `dns_mode`.
    DnsMode,
    /// `kube_proxy_mode`.
    KubeProxyMode,
    /// `cert_management`.
    CertManagement,
    /// `resolvconf_mode`.
    ResolvconfMode,
    /// `etcd_deployment_type`.
    EtcdDeploymentType,
    /// `container_manager`.
    ContainerManager,
    /// `cloud_provider`, where it is set.
    CloudProvider,
    /// `external_cloud_provider`, where `cloud_provider` is `external`.
    ExternalCloudProvider,
}

impl Choice {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::NetworkPlugin,
        Self::DnsMode,
        Self::KubeProxyMode,
        Self::CertManagement,
        Self::ResolvconfMode,
        Self::EtcdDeploymentType,
        Self::ContainerManager,
        Self::CloudProvider,
        Self::ExternalCloudProvider,
    ];

    /// The variable's name.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::NetworkPlugin => "kube_network_plugin",
            Self::DnsMode => "dns_mode",
            Self::KubeProxyMode => "kube_proxy_mode",
            Self::CertManagement => "cert_management",
            Self::ResolvconfMode => "resolvconf_mode",
            Self::EtcdDeploymentType => "etcd_deployment_type",
            Self::ContainerManager => "container_manager",
            Self::CloudProvider => "cloud_provider",
            Self::ExternalCloudProvider => "external_cloud_provider",
        }
    }

    fn table(self) -> &'static [Row] {
        match self {
            Self::NetworkPlugin => &NETWORK_PLUGIN,
            Self::DnsMode => &DNS_MODE,
            Self::KubeProxyMode => &KUBE_PROXY_MODE,
            Self::CertManagement => &CERT_MANAGEMENT,
            Self::ResolvconfMode => &RESOLVCONF_MODE,
            Self::EtcdDeploymentType => &ETCD_DEPLOYMENT_TYPE,
            Self::ContainerManager => &CONTAINER_MANAGER,
            Self::CloudProvider => &CLOUD_PROVIDER,
            Self::ExternalCloudProvider => &EXTERNAL_CLOUD_PROVIDER,
        }
    }
}

/// The words from one minor version of kubespray to another, both inclusive.
type Row = (u16, u16, &'static [&'static str]);

/// A of v2.27 and of v2.31. Between the two, Weave went and `none` came.
const NETWORK_PLUGIN: [Row; 3] = [
    (
        27,
        27,
        &["calico", "flannel", "weave", "cloud", "cilium", "cni", "kube-ovn", "kube-router", "macvlan", "custom_cni"],
    ),
    (
        28,
        30,
        &[
            "calico",
            "flannel",
            "weave",
            "cloud",
            "cilium",
            "cni",
            "kube-ovn",
            "kube-router",
            "macvlan",
            "custom_cni",
            "none",
        ],
    ),
    (
        31,
        31,
        &["calico", "flannel", "cloud", "cilium", "cni", "kube-ovn", "kube-router", "macvlan", "custom_cni", "none"],
    ),
];

/// S of v2.7 and from v2.10 on, A; v2.9: "Remove `KubeDNS` and `DNSmasq` support" (#4370).
const DNS_MODE: [Row; 2] = [
    (7, 7, &["dnsmasq_kubedns", "kubedns", "coredns", "coredns_dual", "manual", "none"]),
    (9, 31, &["coredns", "coredns_dual", "manual", "none"]),
];

/// S, A; nftables: #12060, and S of v2.28.
const KUBE_PROXY_MODE: [Row; 2] = [(7, 27, &["iptables", "ipvs"]), (28, 31, &["iptables", "ipvs", "nftables"])];

/// S, which says since v2.10 that Vault is removed; A.
const CERT_MANAGEMENT: [Row; 1] = [(10, 31, &["script", "none"])];

/// S, A.
const RESOLVCONF_MODE: [Row; 1] = [(7, 31, &["docker_dns", "host_resolvconf", "none"])];

/// `kubeadm`: #8317 of v2.19. Before, the assertion of the releases around v2.14, which nothing but that one changed.
const ETCD_DEPLOYMENT_TYPE: [Row; 2] = [(15, 18, &["host", "docker"]), (19, 31, &["host", "docker", "kubeadm"])];

/// S from v2.12 on, A.
const CONTAINER_MANAGER: [Row; 1] = [(12, 31, &["docker", "crio", "containerd"])];

/// #8398 and #8164 for v2.18, S up to v2.26; #11633 of v2.27, and A.
const CLOUD_PROVIDER: [Row; 2] =
    [(18, 26, &["gce", "aws", "azure", "openstack", "vsphere", "oci", "external"]), (27, 31, &["external"])];

/// A of v2.27, before which nothing checks it; `manual`: #11878, and S of v2.28.
const EXTERNAL_CLOUD_PROVIDER: [Row; 2] = [
    (27, 27, &["hcloud", "huaweicloud", "oci", "openstack", "vsphere"]),
    (28, 31, &["hcloud", "huaweicloud", "oci", "openstack", "vsphere", "manual"]),
];

impl Release {
    /// The words that a variable may have: any other one stops the run, or comes to nothing. `None`: not established.
    pub fn words(self, choice: Choice) -> Option<&'static [&'static str]> {
        let version = self.version();
        let is_this = |(from, to, _): &&Row| version.major == 2 && (*from..=*to).contains(&version.minor);
        choice.table().iter().find(is_this).map(|(.., words)| *words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_release_has_a_list_for_every_choice_and_the_next_one_none() {
        for choice in Choice::ALL {
            assert!(Release::v2(31).words(choice).is_some(), "{choice:?}");
            assert_eq!(Release::v2(32).words(choice), None, "{choice:?}");
        }
    }

    #[test]
    fn every_cni_of_a_release_is_a_word_of_it() {
        for release in (7..=31).map(Release::v2) {
            let Some(words) = release.words(Choice::NetworkPlugin) else { continue };
            for plugin in release.plugins() {
                assert!(words.contains(&&*plugin), "{} {plugin}", release.version());
            }
        }
    }

    #[test]
    fn words_come_and_go() {
        let has = |minor, choice, word| Release::v2(minor).words(choice).map(|words| words.contains(&word));
        assert_eq!([27, 28].map(|minor| has(minor, Choice::KubeProxyMode, "nftables")), [Some(false), Some(true)]);
        assert_eq!([26, 27].map(|minor| has(minor, Choice::CloudProvider, "aws")), [Some(true), Some(false)]);
        assert_eq!([18, 19].map(|minor| has(minor, Choice::EtcdDeploymentType, "kubeadm")), [Some(false), Some(true)]);
        assert_eq!([7, 8, 9].map(|minor| has(minor, Choice::DnsMode, "kubedns")), [Some(true), None, Some(false)]);
        assert_eq!(has(26, Choice::NetworkPlugin, "calico"), None);
    }
}
