//! The variables of the CNIs.
//!
//! `first` is W throughout, and what a variable holds is from the role's defaults and templates; a comment names what
//! else a line rests on.

use super::ValueSort::{Address, Addresses, Boolean, List, Mtu, Network, Networks, Number, Text, Word};
use super::{Replacement, Variable, ignored, refused};
use crate::network::layer::Cni::{Calico, Cilium, Flannel, KubeOvn, KubeRouter, Weave};

pub(super) const VARIABLES: &[Variable] = &[
    // Calico.
    Variable::new("calico_pool_cidr", Network).since(9).of(Calico),
    Variable::new("calico_pool_cidr_ipv6", Network).since(16).of(Calico),
    Variable::new("calico_pool_blocksize", Number).since(12).of(Calico),
    Variable::new("calico_pool_blocksize_ipv6", Number).since(16).of(Calico),
    Variable::new("calico_mtu", Mtu).since(2).of(Calico),
    Variable::new("calico_veth_mtu", Mtu).since(14).of(Calico),
    Variable::new("calico_ipip_mode", Word).since(13).of(Calico),
    Variable::new("calico_vxlan_mode", Word).since(13).of(Calico),
    Variable::new("calico_ipip_mode_ipv6", Word).of(Calico),
    Variable::new("calico_vxlan_mode_ipv6", Word).of(Calico),
    Variable::new("calico_network_backend", Word).since(2).of(Calico),
    // The role's defaults have both up to v2.18; A: calico's check.yml stops on them, since the pull request that made
    // VXLAN the default (#8434 of v2.19).
    Variable::new("ipip", Boolean)
        .since(2)
        .of(Calico)
        .changed(&[refused(19, Replacement::Advice("write `calico_ipip_mode` instead: Always, CrossSubnet or Never"))]),
    Variable::new("ipip_mode", Word)
        .since(2)
        .of(Calico)
        .changed(&[refused(19, Replacement::Variable("calico_ipip_mode"))]),
    // A: the check of v2.31. When it began is not established.
    Variable::gone(
        "calcio_ipam_autoallocateblocks",
        &[refused(31, Replacement::Variable("calico_ipam_autoallocateblocks"))],
    )
    .of(Calico),
    Variable::new("calico_wireguard_enabled", Boolean).since(17).of(Calico),
    Variable::new("calico_bpf_enabled", Boolean).since(17).of(Calico),
    Variable::new("calico_ipam_host_local", Boolean).since(15).of(Calico),
    Variable::new("calico_advertise_service_external_ips", Networks).since(15).of(Calico),
    Variable::new("calico_advertise_service_loadbalancer_ips", Networks).since(16).of(Calico),
    Variable::new("cluster_id", Address).since(2).of(Calico),
    Variable::new("peers", List).since(2).of(Calico),
    // Cilium.
    Variable::new("cilium_mtu", Mtu).since(14).of(Cilium),
    Variable::new("cilium_pool_cidr", Network).since(22).of(Cilium),
    Variable::new("cilium_pool_cidr_ipv6", Network).since(22).of(Cilium),
    Variable::new("cilium_pool_mask_size", Number).since(22).of(Cilium),
    Variable::new("cilium_native_routing_cidr", Network).since(14).of(Cilium),
    Variable::new("cilium_loadbalancer_ip_pools", List).since(27).of(Cilium),
    Variable::new("cilium_tunnel_mode", Word).since(12).of(Cilium),
    Variable::new("cilium_encryption_enabled", Boolean).since(19).of(Cilium),
    Variable::new("cilium_encryption_type", Word).since(19).of(Cilium),
    Variable::new("cilium_ipam_mode", Word).since(16).of(Cilium),
    Variable::new("cilium_non_masquerade_cidrs", Networks).since(19).of(Cilium),
    // N of v2.31 (#13050): no template read it.
    Variable::gone(
        "cilium_enable_bpf_clock_probe",
        &[ignored(
            31,
            Replacement::Advice("set it in `cilium_extra_values`, by the name that Cilium's chart has for it"),
        )],
    )
    .of(Cilium),
    // N of v2.22 (#9718).
    Variable::gone(
        "use_localhost_as_kubeapi_loadbalancer",
        &[ignored(22, Replacement::Nothing("kubespray finds out by itself: remove it"))],
    ),
    // Flannel.
    Variable::new("flannel_backend_type", Word).since(2).of(Flannel),
    // Kube-OVN.
    Variable::new("kube_ovn_node_switch_cidr", Network).since(19).of(KubeOvn),
    Variable::new("kube_ovn_node_switch_cidr_ipv6", Network).since(19).of(KubeOvn),
    Variable::new("kube_ovn_default_gateway", Addresses).since(19).of(KubeOvn),
    Variable::new("kube_ovn_default_exclude_ips", Text).since(19).of(KubeOvn),
    Variable::new("kube_ovn_pool_cidr_ipv6", Network).since(19).of(KubeOvn),
    Variable::new("kube_ovn_mtu", Mtu).since(19).of(KubeOvn),
    Variable::new("kube_ovn_external_address", Address).since(19).of(KubeOvn),
    // kube-router.
    Variable::new("kube_router_peer_router_ips", Addresses).since(8).of(KubeRouter),
    // Weave: W, to v2.28.
    Variable::new("weave_mtu", Mtu)
        .since(5)
        .of(Weave)
        .changed(&[ignored(29, Replacement::Nothing("kubespray has no Weave any more: remove it"))]),
    // macvlan's role learns it from the API.
    Variable::new("node_pod_cidr", Network).since(11),
];
