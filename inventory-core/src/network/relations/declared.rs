//! Family G: what the user says must be avoided.

use super::Requirement::Apart;
use super::Rule;
use super::Strength::Must;
use super::facts::{around, own, siblings};
use crate::network::space::Role::{LoadBalancer, Node, Nodes, Outside, PodPool, Pods, Services};

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
        "pods, services and load-balancer pools share no address with those of the clusters named as siblings",
        "the cluster file, network.siblings",
        &[
            Apart(&[own(Pods), own(Services)], &[siblings(Pods), siblings(Services), siblings(Node), siblings(Nodes)]),
            Apart(&[own(LoadBalancer)], &[siblings(LoadBalancer), siblings(Node)]),
        ],
    )
    .when("that the siblings were named in order to differ", |facts| facts.siblings_differ == Some(true)),
];
