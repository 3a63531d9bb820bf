//! Family B: what a CNI takes for itself, and how it divides the pod network.

use super::Requirement::{Apart, Distinct, Holds, Within};
use super::Strength::{Must, Should};
use super::facts::{PodAddresses, around, own};
use super::{Rule, agreement, sizes};
use crate::network::space::Role::{CniInternal, LoadBalancer, Node, Nodes, Outside, PodPool, Pods, Services};

const CALICO: &str = "Calico, IPPool validation";
const BLOCKS: &str = "the size of Calico's blocks";

pub(super) const RULES: &[Rule] = &[
    Rule::new("B01", Must, "Calico's pools share no address", CALICO, &[Distinct(&[own(PodPool)])]),
    Rule::new(
        "B02",
        Must,
        "a pool of pods is in the pod network",
        "kubespray, network_plugin/calico/tasks/install.yml, which says so only in the middle of a run",
        &[Within(&[own(PodPool)], &[own(Pods)])],
    ),
    Rule::new(
        "B03",
        Must,
        "Calico's blocks are /20 to /32 in IPv4, /116 to /128 in IPv6",
        CALICO,
        &[Holds(sizes::block_in_bounds)],
    )
    .when(BLOCKS, |_| true),
    Rule::new("B04", Must, "a pool is at least one block", CALICO, &[Holds(sizes::block_fits_pool)])
        .when(BLOCKS, |_| true),
    Rule::new(
        "B05",
        Should,
        "a pool has a block for every node",
        "Calico's IPAM gives each node blocks of its own",
        &[Holds(sizes::blocks_enough)],
    )
    .when("the size of Calico's blocks, and how many nodes there are", |facts| {
        facts.capacity.pod_addresses == Some(PodAddresses::Blocks)
    }),
    Rule::new(
        "B06",
        Must,
        "a pool encapsulates by IP in IP or by VXLAN, not both, and IPv6 never by IP in IP",
        "Calico, IPPool validation; kubespray, network_plugin/calico/tasks/check.yml",
        &[Holds(agreement::one_encapsulation)],
    )
    .when("how Calico's pools encapsulate", |facts| !facts.pool_modes.is_empty()),
    Rule::new(
        "B07",
        Must,
        "kube-ovn's join network shares no address with pods, services or nodes",
        "kube-ovn, dist/images/install.sh",
        &[Apart(&[own(CniInternal)], &[own(Pods), own(Services), own(Nodes), own(Node)])],
    ),
    Rule::new(
        "B08",
        Must,
        "the networks that a hosting OVN-Kubernetes takes for its links share no address with the cluster's own or \
         those outside",
        "ovn-kubernetes, go-controller/pkg/config/config.go",
        &[Apart(
            &[around(CniInternal)],
            &[own(Pods), own(Services), own(Nodes), own(LoadBalancer), own(Outside), around(Outside)],
        )],
    ),
    Rule::new(
        "B09",
        Must,
        "the range that Weave gives pods shares no address with services",
        "weave, prog/weave-kube/launch.sh: its default holds the hard way's services",
        &[Apart(&[own(PodPool)], &[own(Services)])],
    ),
];
