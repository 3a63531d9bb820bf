//! Family F: a cluster inside a cluster.

use super::Requirement::{Apart, Distinct, Holds, Inside, Within};
use super::Strength::{May, Must, Should};
use super::facts::{Installer, around, own};
use super::{Rule, agreement, sizes};
use crate::network::address::AddressRange;
use crate::network::space::Role::{
    CniInternal, Management, Node, Nodes, Outside, Pods, Services, Shared, UpstreamDns, Virtual,
};

/// RFC 1918.
const PRIVATE: &[AddressRange] = &[
    AddressRange::ipv4([10, 0, 0, 0], 8),
    AddressRange::ipv4([172, 16, 0, 0], 12),
    AddressRange::ipv4([192, 168, 0, 0], 16),
];

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "F01",
        Must,
        "pods share no address with the hosting cluster's pods, which the machines themselves are",
        "kubernetes-sigs/cluster-api-provider-kubevirt#179",
        &[Apart(&[own(Pods)], &[around(Pods)])],
    )
    .when("that the machines are on the hosting cluster's pod network", |facts| {
        facts.nesting.on_pod_network == Some(true)
    }),
    Rule::new(
        "F02",
        Must,
        "services share no address with the hosting cluster's pods",
        "kubernetes-sigs/cluster-api-provider-kubevirt#143",
        &[Apart(&[own(Services)], &[around(Pods)])],
    ),
    Rule::new(
        "F03",
        Must,
        "the resolver that machines are told to use is in neither pods nor services; with both clusters on \
         kubespray's ranges it is the cluster's own DNS, which then asks itself",
        "kubevirt, pkg/network/dhcp/configurator.go",
        &[Apart(&[own(UpstreamDns)], &[own(Services), own(Pods)])],
    ),
    Rule::new(
        "F04",
        Should,
        "services share no address with the hosting cluster's services, which they hide from the machines",
        "kube-proxy translates service addresses on the machine itself",
        &[Apart(&[own(Services)], &[around(Services)])],
    ),
    Rule::new(
        "F05",
        Must,
        "pods share no address with the hosting cluster's services",
        "a route to pods is preferred to the default route",
        &[Apart(&[own(Pods)], &[around(Services)])],
    )
    .when("that machines call Services of the hosting cluster", |facts| {
        facts.nesting.use_hosting_services == Some(true)
    }),
    Rule::new(
        "F06",
        Should,
        "pods and services share no address with the network of the hosting cluster's nodes",
        "what they hide cannot be reached: a gateway, a registry",
        &[Apart(&[own(Pods), own(Services)], &[around(Nodes)])],
    ),
    Rule::new(
        "F07",
        Must,
        "the pods of a level share no address with pods or services of any level further out",
        "the rules between two levels, through all of them",
        &[Holds(agreement::levels_apart)],
    )
    .when("that the machines are on the hosting cluster's pod network", |facts| {
        facts.nesting.on_pod_network == Some(true)
    }),
    Rule::new(
        "F08",
        May,
        "siblings may use the same pods and services when packets leave under the node's address, never the same nodes",
        "kubespray, nat_outgoing",
        &[Holds(agreement::siblings_reuse)],
    )
    .when("for pods and services, that packets do not leave under the node's address", |_| true),
    Rule::new(
        "F09",
        May,
        "a node's address may be in the network of the nodes and in the hosting cluster's pods, and is in one of them",
        "kubevirt, bridge binding",
        &[Within(&[own(Node)], &[own(Nodes), around(Pods), around(Nodes)])],
    ),
    Rule::new(
        "F10",
        Should,
        "what uses shared address space (100.64.0.0/10) on a node shares none of it",
        "kube-ovn and ovn-kubernetes both join on 100.64.0.0/16; Tailscale has all of it",
        &[Distinct(&[own(Shared), own(CniInternal), around(CniInternal)])],
    ),
    Rule::new(
        "F11",
        Must,
        "the services of EKS are private, between /12 and /24, and outside the VPC",
        "Amazon EKS API, KubernetesNetworkConfigRequest",
        &[
            Holds(sizes::eks_services),
            Inside(&[own(Services)], PRIVATE),
            Apart(&[own(Services)], &[around(Outside), own(Nodes)]),
        ],
    )
    .when("that Amazon makes the control plane", |facts| facts.installer == Some(Installer::Eks)),
    // Not in the reference's table.
    Rule::new(
        "F12",
        Must,
        "the networks that a hypervisor inside a machine makes share no address with those that the machine is in",
        "vagrant-libvirt/vagrant-libvirt#1311; RamenDR/ramen#1297",
        &[Apart(&[own(Virtual), own(Management)], &[around(Virtual), around(Management)])],
    ),
];
