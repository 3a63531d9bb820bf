//! Ranges that somebody has wherever nothing else is said.

use std::net::Ipv6Addr;

use crate::network::address::AddressRange;
use crate::network::space::{AddressSpace, Origin, Owner, Role};

/// A range that somebody has wherever nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefaultRange {
    /// Whose.
    pub owner: &'static str,
    /// What for.
    pub role: Role,
    /// Which addresses.
    pub range: AddressRange,
}

impl DefaultRange {
    const fn v4(owner: &'static str, role: Role, address: [u8; 4], prefix_len: u8) -> Self {
        Self { owner, role, range: AddressRange::ipv4(address, prefix_len) }
    }

    /// It as a space of this owner.
    pub fn space(self, owner: Owner) -> AddressSpace {
        AddressSpace::new(self.range, self.role, owner, Origin::default_of(self.owner))
    }
}

/// kubespray's own: what a cluster gets when nothing is said.
pub const KUBESPRAY: [DefaultRange; 4] = [
    DefaultRange::v4("kubespray", Role::Services, [10, 233, 0, 0], 18),
    DefaultRange::v4("kubespray", Role::Pods, [10, 233, 64, 0], 18),
    DefaultRange {
        owner: "kubespray",
        role: Role::Services,
        range: AddressRange::ipv6(Ipv6Addr::new(0xfd85, 0xee78, 0xd8a6, 0x8607, 0, 0, 0, 0x1000), 116),
    },
    DefaultRange {
        owner: "kubespray",
        role: Role::Pods,
        range: AddressRange::ipv6(Ipv6Addr::new(0xfd85, 0xee78, 0xd8a6, 0x8607, 0, 0, 1, 0), 112),
    },
];

/// The hard way's, as its text has them.
pub const HARD_WAY: [DefaultRange; 2] = [
    DefaultRange::v4("kubernetes-the-hard-way", Role::Services, [10, 32, 0, 0], 24),
    DefaultRange::v4("kubernetes-the-hard-way", Role::Pods, [10, 200, 0, 0], 16),
];

/// What other distributions take.
///
/// Calico's manifest (192.168.0.0/16) is left out: it picks another range where a machine is in that one, and with it
/// nothing of 192.168.0.0/16 would ever be used.
const OTHERS: [DefaultRange; 18] = [
    DefaultRange::v4("kubeadm", Role::Services, [10, 96, 0, 0], 12),
    DefaultRange::v4("flannel's manifest", Role::Pods, [10, 244, 0, 0], 16),
    DefaultRange::v4("k3s and RKE2", Role::Pods, [10, 42, 0, 0], 16),
    DefaultRange::v4("k3s and RKE2", Role::Services, [10, 43, 0, 0], 16),
    DefaultRange::v4("OpenShift", Role::Pods, [10, 128, 0, 0], 14),
    DefaultRange::v4("OpenShift", Role::Services, [172, 30, 0, 0], 16),
    DefaultRange::v4("kube-ovn", Role::Pods, [10, 16, 0, 0], 16),
    DefaultRange::v4("Weave", Role::Pods, [10, 32, 0, 0], 12),
    DefaultRange::v4("EKS", Role::Services, [10, 100, 0, 0], 16),
    DefaultRange::v4("EKS", Role::Services, [172, 20, 0, 0], 16),
    DefaultRange::v4("AKS", Role::Services, [10, 0, 0, 0], 16),
    DefaultRange::v4("GKE", Role::Services, [34, 118, 224, 0], 20),
    DefaultRange::v4("MicroK8s", Role::Pods, [10, 1, 0, 0], 16),
    DefaultRange::v4("MicroK8s", Role::Services, [10, 152, 183, 0], 24),
    DefaultRange::v4("minikube", Role::Nodes, [192, 168, 49, 0], 24),
    DefaultRange::v4("minikube", Role::Nodes, [192, 168, 39, 0], 24),
    DefaultRange::v4("kubernetes-the-hard-way", Role::Nodes, [10, 240, 0, 0], 24),
    DefaultRange::v4("kubespray's Vagrantfile", Role::Nodes, [172, 18, 8, 0], 24),
];

/// What others than this one (`kubespray`, `kubernetes-the-hard-way`) take. A cluster that is to live beside theirs one
/// day had better not have it, so it is never allocated unless somebody names it.
pub fn others_than(owner: &str) -> impl Iterator<Item = DefaultRange> {
    KUBESPRAY.into_iter().chain(HARD_WAY).chain(OTHERS).filter(move |range| range.owner != owner)
}

/// What docker takes where it runs: its first bridge, then more from these.
pub const DOCKER: [DefaultRange; 7] = [
    DefaultRange::v4("docker", Role::Bridge, [172, 17, 0, 0], 16),
    DefaultRange::v4("docker", Role::BridgePool, [172, 18, 0, 0], 16),
    DefaultRange::v4("docker", Role::BridgePool, [172, 19, 0, 0], 16),
    DefaultRange::v4("docker", Role::BridgePool, [172, 20, 0, 0], 14),
    DefaultRange::v4("docker", Role::BridgePool, [172, 24, 0, 0], 14),
    DefaultRange::v4("docker", Role::BridgePool, [172, 28, 0, 0], 14),
    DefaultRange::v4("docker", Role::BridgePool, [192, 168, 0, 0], 16),
];

/// What kube-ovn takes for the links between nodes and pods.
pub const KUBE_OVN: [DefaultRange; 1] = [DefaultRange::v4("kube-ovn", Role::CniInternal, [100, 64, 0, 0], 16)];

/// What OVN-Kubernetes takes for its links: join, transit, masquerade.
pub const OVN_KUBERNETES: [DefaultRange; 3] = [
    DefaultRange::v4("OVN-Kubernetes", Role::CniInternal, [100, 64, 0, 0], 16),
    DefaultRange::v4("OVN-Kubernetes", Role::CniInternal, [100, 88, 0, 0], 16),
    DefaultRange::v4("OVN-Kubernetes", Role::CniInternal, [169, 254, 169, 0], 29),
];

/// The network behind a hypervisor's NAT that every guest sees alike.
pub const GUEST_NAT: DefaultRange =
    DefaultRange::v4("VirtualBox, QEMU and KubeVirt", Role::GuestNat, [10, 0, 2, 0], 24);

/// Where kubespray's DNS cache listens on every node.
pub const NODE_LOCAL_DNS: DefaultRange =
    DefaultRange::v4("kubespray's node-local DNS", Role::NodeLocalDns, [169, 254, 25, 10], 32);

/// What is on many machines and hypervisors. Nothing is allocated there, though it is no error to be there.
pub const MACHINES: [DefaultRange; 8] = [
    DefaultRange::v4("podman", Role::Bridge, [10, 88, 0, 0], 16),
    DefaultRange::v4("CRI-O's sample", Role::Bridge, [10, 85, 0, 0], 16),
    DefaultRange::v4("libvirt", Role::Virtual, [192, 168, 122, 0], 24),
    DefaultRange::v4("vagrant-libvirt", Role::Management, [192, 168, 121, 0], 24),
    DefaultRange::v4("VirtualBox", Role::HostOnly, [192, 168, 56, 0], 21),
    GUEST_NAT,
    DefaultRange::v4("Tailscale and carriers", Role::Shared, [100, 64, 0, 0], 10),
    NODE_LOCAL_DNS,
];
