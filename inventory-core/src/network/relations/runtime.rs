//! Family D: what a container runtime takes on every node.

use super::Requirement::{Apart, Holds};
use super::Strength::{Must, Should};
use super::facts::{around, own};
use super::{Rule, agreement};
use crate::network::space::Role::{
    Bridge, BridgePool, HostOnly, LoadBalancer, Node, Nodes, Outside, Pods, Services, UpstreamDns, Vip,
};

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "D01",
        Must,
        "docker's bridge shares no address with anything that a node must reach",
        "docker documentation, bip",
        &[Apart(
            &[own(Bridge)],
            &[
                own(Pods),
                own(Services),
                own(Nodes),
                own(Node),
                own(HostOnly),
                own(LoadBalancer),
                own(Vip),
                own(UpstreamDns),
                own(Outside),
                around(Pods),
                around(Services),
                around(Nodes),
                around(Outside),
            ],
        )],
    ),
    Rule::new(
        "D02",
        Must,
        "docker's bip is an address inside its network, not the network itself",
        "docker: failed to allocate gateway, address already in use",
        &[Holds(agreement::bridge_has_address)],
    ),
    Rule::new(
        "D03",
        Should,
        "what docker takes more bridges from shares no address with nodes, pods or services",
        "moby, libnetwork/ipamutils; kubernetes-sigs/kubespray#6255",
        &[Apart(&[own(BridgePool)], &[own(Nodes), own(Node), own(Pods), own(Services)])],
    ),
];
