//! Family G: what the user says must be avoided.

use super::Requirement::Apart;
use super::Rule;
use super::Strength::Must;
use super::facts::{around, own, siblings};
use crate::network::space::Role::{LoadBalancer, Node, Nodes, Outside, PodPool, Pods, Services, Vip};

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
];
