//! Family C: addresses for load balancers and for the API.

use super::Requirement::{Apart, Distinct, Within};
use super::Rule;
use super::Strength::{Must, Should};
use super::facts::own;
use crate::network::space::Role::{Dhcp, Gateway, LoadBalancer, Node, Nodes, PodPool, Pods, Services, Vip};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "C01",
        Must,
        "no node's address is in a load-balancer pool, though the pool may be in the network of the nodes",
        "MetalLB, config.go; metallb/metallb#364: the node disappears for minutes to hours",
        &[Apart(&[own(Node)], &[own(LoadBalancer)])],
    ),
    Rule::new(
        "C02",
        Must,
        "load-balancer pools share no address",
        "MetalLB, config.go",
        &[Distinct(&[own(LoadBalancer)])],
    ),
    Rule::new(
        "C03",
        Must,
        "a load-balancer pool shares no address with pods or services",
        "Kubernetes documentation, cluster administration, networking",
        &[Apart(&[own(LoadBalancer)], &[own(Pods), own(Services), own(PodPool)])],
    ),
    Rule::new(
        "C04",
        Must,
        "a load-balancer pool avoids the gateway, the address of the API and what DHCP gives away",
        "OpenShift documentation, IPAddressPool",
        &[Apart(&[own(LoadBalancer)], &[own(Gateway), own(Vip), own(Dhcp)])],
    ),
    Rule::new(
        "C05",
        Should,
        "a load-balancer pool announced by ARP or NDP is in the network of the nodes",
        "MetalLB, layer 2 mode: nobody outside it asks",
        &[Within(&[own(LoadBalancer)], &[own(Nodes)])],
    )
    .when("that the pool is announced by ARP and not by BGP", |facts| facts.announced_on_link == Some(true)),
    Rule::new(
        "C06",
        Must,
        "the address of the API is in the network of the nodes, and none of a node's, a load-balancer pool's, DHCP's, \
         the pods' or the services'",
        "kubespray, docs/ingress/kube-vip.md; sassoftware/viya4-iac-k8s#192: kube-proxy deletes its rules",
        &[
            Within(&[own(Vip)], &[own(Nodes)]),
            Apart(&[own(Vip)], &[own(Node), own(LoadBalancer), own(Dhcp), own(Pods), own(Services)]),
        ],
    ),
];
