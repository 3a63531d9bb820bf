//! Family G: what the user says, and what must be avoided.

use super::Requirement::{Apart, Inside};
use super::Rule;
use super::Strength::{Must, Should};
use super::facts::{around, own, siblings};
use crate::network::address::AddressRange;
use crate::network::space::Role::{LoadBalancer, Node, Nodes, Outside, PodPool, Pods, Services, Vip};

/// RFC 1918, RFC 6598, RFC 4193. The second is for carriers: what else uses it on a node is another rule's matter.
const PRIVATE: &[AddressRange] = &[
    AddressRange::ipv4([10, 0, 0, 0], 8),
    AddressRange::ipv4([172, 16, 0, 0], 12),
    AddressRange::ipv4([192, 168, 0, 0], 16),
    AddressRange::ipv4([100, 64, 0, 0], 10),
    AddressRange::ipv6(std::net::Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
];

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "G01",
        Must,
        "pods and services share no address with a network outside that machines must reach",
        "the cluster file, network.avoid; k3s-io/k3s#588",
        &[Apart(&[own(Pods), own(Services), own(PodPool)], &[own(Outside), around(Outside)])],
    ),
    Rule::new(
        "G02",
        Must,
        "pods, services, load-balancer pools and API addresses share no address with those of the clusters named as \
         siblings, nor with their nodes",
        "the cluster file, network.siblings",
        &[
            Apart(&[own(Pods), own(Services)], &[siblings(Pods), siblings(Services), siblings(Node), siblings(Nodes)]),
            Apart(&[own(LoadBalancer), own(Vip)], &[siblings(LoadBalancer), siblings(Vip), siblings(Node)]),
            Apart(&[own(Node)], &[siblings(LoadBalancer), siblings(Vip)]),
        ],
    )
    .when("that the siblings were named in order to differ", |facts| facts.siblings_differ == Some(true)),
    Rule::new(
        "G03",
        Should,
        "pods and services lie in private address space, which is 10.0.0.0/8, 172.16.0.0/12 (up to 172.31.255.255), \
         192.168.0.0/16, 100.64.0.0/10 and fc00::/7: whoever has these addresses on the Internet cannot be reached",
        "RFC 1918; RFC 6598; RFC 4193",
        &[Inside(&[own(Pods), own(Services)], PRIVATE)],
    ),
];
