//! What a release cannot be told.

use std::net::IpAddr;

use crate::cluster::KubesprayVersion;
use crate::network::address::InterfaceAddress;
use crate::network::encapsulation::{Encapsulation, Encryption};
use crate::network::layer::Cni;

/// Why a plan has no variables: what a release cannot do, with the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unwritable {
    /// Nobody says which release.
    #[error(
        "`kubespray_version` is missing, and names, files and defaults of the variables change with it; write the \
         version that you run, `kubespray_version: {newest}`"
    )]
    NoVersion {
        /// The newest that is known.
        newest: KubesprayVersion,
    },
    /// The release is older than what is known.
    #[error(
        "`kubespray_version: {version}` is older than {}, the oldest whose variables are known here; upgrade kubespray, \
         or keep the variables by hand",
        crate::kubespray::OLDEST
    )]
    TooOld {
        /// The release.
        version: KubesprayVersion,
    },
    /// The release has no IPv6.
    #[error(
        "`families` has ipv6, and kubespray {version} knows IPv4 alone; write `families: [ipv4]`, or upgrade to v2.16.0"
    )]
    NoIpv6 {
        /// The release.
        version: KubesprayVersion,
    },
    /// The release has no IPv6 without IPv4.
    #[error(
        "`families: [ipv6]`: kubespray {version} has IPv6 only beside IPv4; write `families: [ipv4, ipv6]`, or upgrade \
         to v2.28.0"
    )]
    NoIpv6Alone {
        /// The release.
        version: KubesprayVersion,
    },
    /// The release does not install the CNI.
    #[error("`cni: {cni}`: kubespray {version} does not install it{}", cni_remedy(*.cni))]
    NoCni {
        /// The CNI.
        cni: Cni,
        /// The release.
        version: KubesprayVersion,
    },
    /// A pool can have one tunnel.
    #[error("`encapsulation` has {first} and {second}, and {cni} uses one of them; keep {first} alone")]
    TwoTunnels {
        /// The CNI.
        cni: Cni,
        /// One.
        first: Encapsulation,
        /// And another.
        second: Encapsulation,
    },
    /// The CNI's tunnels run between all nodes.
    #[error(
        "`encapsulation: {{type: {encapsulation}, when: cross-subnet}}`: kubespray's {cni} wraps all packets or none; \
         write `encapsulation: {encapsulation}`"
    )]
    NoCrossSubnet {
        /// The CNI.
        cni: Cni,
        /// The tunnel.
        encapsulation: Encapsulation,
    },
    /// The CNI has no such tunnel in that release.
    #[error("`encapsulation: {forms}`: {cni} of kubespray {version} cannot be told to; {}", tunnel_remedy(*.cni))]
    NoTunnel {
        /// The CNI.
        cni: Cni,
        /// The release.
        version: KubesprayVersion,
        /// The tunnels asked for.
        forms: String,
    },
    /// Calico has no VXLAN there.
    #[error(
        "`encapsulation: vxlan`: Calico of kubespray {version} has IPIP alone; write `encapsulation: ipip`, or upgrade \
         to v2.13.0, the first with `calico_vxlan_mode`"
    )]
    NoCalicoVxlan {
        /// The release.
        version: KubesprayVersion,
    },
    /// Calico's VXLAN has a fixed port there.
    #[error(
        "Calico's VXLAN has to move to port {port}, because its own is the hosting cluster's, and kubespray {version} \
         has no `calico_vxlan_port`; write `encapsulation: ipip`, let the hosting cluster allow it (`allow: [vxlan]`), \
         or upgrade to v2.16.0"
    )]
    NoCalicoPort {
        /// The release.
        version: KubesprayVersion,
        /// The port that would do.
        port: u16,
    },
    /// Calico's blocks have a fixed size there.
    #[error(
        "Calico's blocks have to be /{block}, and kubespray {version} makes them /{default} and has no \
         `calico_pool_blocksize`; upgrade to v2.12.0, or write `node_prefix: {block}`, which the blocks follow from v2.9.0"
    )]
    NoBlockSize {
        /// The release.
        version: KubesprayVersion,
        /// The size wanted.
        block: u8,
        /// The size there.
        default: u8,
    },
    /// The CNI has no such encryption in that release.
    #[error(
        "`encryption: {encryption}`: kubespray {version} has none for {cni}; {}", encryption_remedy(*.cni)
    )]
    NoEncryption {
        /// The CNI.
        cni: Cni,
        /// The release.
        version: KubesprayVersion,
        /// The encryption.
        encryption: Encryption,
    },
    /// `MetalLB` has one range there.
    #[error(
        "`load_balancer` has {pools} ranges, and MetalLB of kubespray {version} takes one (`metallb.ip_range`); write \
         one range, or upgrade to v2.13.0"
    )]
    OnePool {
        /// The release.
        version: KubesprayVersion,
        /// How many there are.
        pools: usize,
    },
    /// The release has no kube-vip.
    #[error(
        "`api_address: {{address: {address}, by: kube-vip}}`: kubespray {version} has no kube-vip, which comes with \
         v2.19.0; run a balancer of your own and write `by: load-balancer`, or upgrade"
    )]
    NoKubeVip {
        /// The release.
        version: KubesprayVersion,
        /// The address.
        address: IpAddr,
    },
    /// kube-vip has the API server's port.
    #[error(
        "`api_address` has port {port} and `by: kube-vip`, which gives the API servers an address and no other port \
         than their own; leave `port` out (6443), or write `by: load-balancer`"
    )]
    KubeVipPort {
        /// The port.
        port: u16,
    },
    /// There is no docker whose bridge could be moved.
    #[error(
        "`docker_bip: {bip}`: the container runtime is {runtime}, which has no such bridge; leave `docker_bip` out, or \
         set `container_manager: docker` in the variables"
    )]
    NoDocker {
        /// The bridge's address.
        bip: InterfaceAddress,
        /// The runtime.
        runtime: String,
    },
    /// Docker's options are somebody's text.
    #[error(
        "`docker_bip` goes into `docker_options`, which are one text, and {was}; put `{option}` into that text \
         yourself, and it will be kept right from then on"
    )]
    DockerOptions {
        /// The option.
        option: String,
        /// What is there, as half a sentence.
        was: String,
    },
}

fn cni_remedy(cni: Cni) -> &'static str {
    match cni {
        Cni::Weave => " any more: v2.28 was the last; choose another `cni`, or stay with a v2.28 release",
        Cni::KubeOvn => " yet: v2.13.0 is the first; choose another `cni`, or upgrade",
        Cni::KubeRouter => " yet: v2.8.0 is the first; choose another `cni`, or upgrade",
        Cni::None => ": a cluster without one of its CNIs can be asked for from v2.10.0; choose a `cni`, or upgrade",
        _ => "; choose calico, cilium, flannel, kube-router or kube-ovn",
    }
}

fn tunnel_remedy(cni: Cni) -> &'static str {
    match cni {
        Cni::Calico => "it has vxlan (from v2.13.0), ipip and none",
        Cni::Cilium => "it has vxlan, and from v2.12.0 geneve and none",
        Cni::Flannel => "it has vxlan, none (`host-gw`), and from v2.21.0 wireguard",
        Cni::KubeOvn => "it has geneve, vxlan and stt",
        _ => "leave `encapsulation` out",
    }
}

fn encryption_remedy(cni: Cni) -> &'static str {
    match cni {
        Cni::Calico => "it has wireguard from v2.17.0; upgrade, or leave `encryption` out",
        Cni::Cilium => "it has wireguard and ipsec from v2.19.0; upgrade, or leave `encryption` out",
        _ => "calico and cilium can encrypt; or leave `encryption` out",
    }
}
