//! Family A: the cluster's own ranges and the numbers that go with them.

use super::Requirement::{Apart, Clear, Distinct, Holds, Within};
use super::Strength::{Must, Should};
use super::facts::{Facts, Installer, PodAddresses, own};
use super::{Kind, Rule, agreement, sizes};
use crate::network::address::AddressRange;
use crate::network::space::Role::{
    ClusterDns, LoadBalancer, Node, NodeLocalDns, NodePods, Nodes, PodPool, Pods, Services,
};

const KUBERNETES: &str = "Kubernetes documentation, cluster administration, networking";
const KUBEADM: &str = "kubeadm, validation.go and constants.go";
const HARD_WAY: &str = "kubernetes-the-hard-way";

/// What is no network for pods, services or pools: this host, loopback, link-local, multicast, broadcast.
const SPECIAL: &[AddressRange] = &[
    AddressRange::ipv4([0, 0, 0, 0], 8),
    AddressRange::ipv4([127, 0, 0, 0], 8),
    AddressRange::ipv4([169, 254, 0, 0], 16),
    AddressRange::ipv4([224, 0, 0, 0], 4),
    AddressRange::ipv4([255, 255, 255, 255], 32),
    AddressRange::ipv6(std::net::Ipv6Addr::LOCALHOST, 127),
    AddressRange::ipv6(std::net::Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    AddressRange::ipv6(std::net::Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
];

/// Site-local addresses, deprecated by RFC 3879.
const SITE_LOCAL: &[AddressRange] = &[AddressRange::ipv6(std::net::Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10)];

const POOLS: &[Kind] = &[own(Pods), own(Services), own(NodePods), own(PodPool), own(LoadBalancer)];

fn is_kubeadm(facts: &Facts) -> bool {
    facts.installer == Some(Installer::Kubeadm)
}

fn has_node_shares(facts: &Facts) -> bool {
    facts.capacity.pod_addresses == Some(PodAddresses::NodeShares)
}

const NODE_SHARES: &str = "that each node has a share of the pod network, which it has not under Calico's IPAM, and \
                           how long the share's prefix is";

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "A01",
        Must,
        "the pod network and the service network share no address, whichever is in the other",
        KUBERNETES,
        &[Apart(&[own(Pods)], &[own(Services)])],
    ),
    Rule::new(
        "A02",
        Must,
        "no node's address is in the pod network",
        KUBERNETES,
        &[Apart(&[own(Node)], &[own(Pods)])],
    ),
    Rule::new(
        "A03",
        Must,
        "no node's address is in the service network",
        KUBERNETES,
        &[Apart(&[own(Node)], &[own(Services)])],
    ),
    Rule::new(
        "A04",
        Must,
        "the network of the nodes shares no address with pods or services",
        KUBERNETES,
        &[Apart(&[own(Nodes)], &[own(Pods), own(Services)])],
    ),
    Rule::new(
        "A05",
        Must,
        "a range is written as its network, without host bits",
        "Calico, IPPool validation; kubespray's own assertion lets host bits pass",
        &[Holds(agreement::host_bits)],
    ),
    Rule::new(
        "A06",
        Must,
        "pods, services and pools touch no loopback, link-local, multicast, broadcast or this-host address",
        "Calico, IPPool validation; kube-ovn, pkg/util/net.go",
        &[Clear(POOLS, SPECIAL)],
    ),
    Rule::new(
        "A07",
        Should,
        "no range is in fec0::/10, which is deprecated",
        "RFC 3879; kubeadm warns",
        &[Clear(POOLS, SITE_LOCAL)],
    ),
    Rule::new(
        "A08",
        Must,
        "the service network leaves at most 20 bits to hosts: /12 in IPv4, /108 in IPv6",
        KUBEADM,
        &[Holds(sizes::services_not_too_large)],
    )
    .when("that kubeadm makes the cluster, or that Kubernetes is 1.33 or older", |facts| {
        is_kubeadm(facts) || facts.kubernetes_minor.is_some_and(|minor| minor <= 33)
    }),
    Rule::new(
        "A09",
        Should,
        "an IPv6 service network is a /112 or smaller, since no more of it is used",
        KUBEADM,
        &[Holds(sizes::services_not_clamped)],
    ),
    Rule::new(
        "A10",
        Must,
        "the service network has at least 10 addresses under kubeadm, 8 otherwise",
        "kubeadm, constants.go; the API server, which asks for 8",
        &[Holds(sizes::services_enough)],
    )
    .when("for the 10, that kubeadm makes the cluster", |_| true),
    Rule::new(
        "A11",
        Must,
        "the pod network has at least 14 addresses",
        KUBEADM,
        &[Holds(sizes::pods_enough)],
    )
    .when("that kubeadm makes the cluster", is_kubeadm),
    Rule::new(
        "A12",
        Must,
        "a node's share is no larger than the pod network",
        KUBEADM,
        &[Holds(sizes::share_fits)],
    )
    .when(NODE_SHARES, has_node_shares),
    Rule::new(
        "A13",
        Must,
        "a node's share is at most 16 bits longer than the pod network, which kube-controller-manager itself asks for in IPv6 only",
        "kubeadm, constants.go; kube-controller-manager, cidr_set.go",
        &[Holds(sizes::share_not_too_small)],
    )
    .when(NODE_SHARES, has_node_shares),
    Rule::new(
        "A14",
        Must,
        "the pod network has a share for every node",
        "kubespray, validate_inventory",
        &[Holds(sizes::shares_enough)],
    )
    .when("how many nodes there are, and that each has a share of the pod network", has_node_shares),
    Rule::new(
        "A15",
        Must,
        "a node's share has an address for every pod, its first and last left out",
        "kubespray, validate_inventory",
        &[Holds(sizes::pods_fit_share)],
    )
    .when("how many pods a node runs at most, and that each node has a share of the pod network", has_node_shares),
    Rule::new(
        "A16",
        Must,
        "the pods of each node are in the pod network",
        HARD_WAY,
        &[Within(&[own(NodePods)], &[own(Pods)])],
    ),
    Rule::new(
        "A17",
        Must,
        "the pods of two nodes share no address",
        HARD_WAY,
        &[Distinct(&[own(NodePods)])],
    ),
    Rule::new(
        "A18",
        Must,
        "a static route to pods goes to the node that has them, over the network of the nodes",
        HARD_WAY,
        &[Holds(agreement::routes_lead_to_owners)],
    )
    .when("the static routes, and which node has which pods", |facts| !facts.routes.is_empty()),
    Rule::new(
        "A19",
        Must,
        "the cluster's DNS is in the service network",
        "kubespray, skydns_server",
        &[Within(&[own(ClusterDns)], &[own(Services)])],
    ),
    Rule::new(
        "A20",
        Must,
        "the cluster's DNS is neither the network's own address nor its first host, which is the API's Service",
        "Kubernetes documentation, extend service IP ranges",
        &[Holds(agreement::dns_not_first)],
    ),
    Rule::new(
        "A21",
        Should,
        "the cluster's DNS is among the lowest addresses, which are not given away at random",
        "Kubernetes documentation, ClusterIP allocation (KEP-3070)",
        &[Holds(sizes::dns_in_static_band)],
    ),
    Rule::new(
        "A22",
        Must,
        "the API server's certificate names the first service address",
        HARD_WAY,
        &[Holds(agreement::certificate_names_api)],
    )
    .when("the addresses in the API server's certificate", |facts| facts.api_certificate.is_some()),
    Rule::new(
        "A23",
        Must,
        "the DNS cache on each node listens outside pods, services and the network of the nodes",
        "kubespray, nodelocaldns_ip",
        &[Apart(&[own(NodeLocalDns)], &[own(Pods), own(Services), own(Nodes)])],
    ),
    Rule::new(
        "A24",
        Must,
        "no two nodes have one address",
        "openshift/hypershift#1050; kubevirt/kubevirt#10171",
        &[Distinct(&[own(Node)])],
    ),
    Rule::new(
        "A25",
        Must,
        "a host's ip is an address that the machine itself has",
        "kubespray, 0040-verify-settings.yml",
        &[Holds(agreement::ip_is_on_guest)],
    )
    .when("the addresses the machine reports itself, which only a source can know", |facts| !facts.guests.is_empty()),
    Rule::new(
        "A26",
        Must,
        "pods and services have at most one network of each family, and the same families in the same order",
        KUBEADM,
        &[Holds(agreement::families_agree)],
    ),
];
