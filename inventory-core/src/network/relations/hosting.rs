//! Family H: what a hosting cluster does to the packets of its guests.
//!
//! No arithmetic on addresses: the chain of levels that reckons the MTU knows the encapsulations and ports, and names
//! these rules in its findings.

use super::Rule;
use super::Strength::{Must, Should};

pub(super) const RULES: &[Rule] = &[
    Rule::of_chain(
        "H01",
        Must,
        "a hosting Calico drops its guests' datagrams to its own VXLAN port, unless \
         FelixConfiguration.allowVXLANPacketsFromWorkloads: use another port",
        "Calico, felix/rules/endpoints.go",
    ),
    Rule::of_chain(
        "H02",
        Must,
        "a hosting Calico drops its guests' IP in IP, unless FelixConfiguration.allowIPIPPacketsFromWorkloads",
        "Calico, felix/rules/endpoints.go; smartxworks/knest#9",
    ),
    Rule::of_chain(
        "H03",
        Must,
        "a hosting Cilium drops its guests' IP in IP, GRE and ESP, unless enable-extended-ip-protocols: use VXLAN, \
         Geneve or WireGuard",
        "cilium/cilium#39601",
    ),
    Rule::of_chain(
        "H04",
        Should,
        "the overlay's UDP port differs from the hosting overlay's",
        "openshift/hypershift#1206; kubernetes-sigs/cluster-api-provider-kubevirt#179",
    ),
    Rule::of_chain(
        "H05",
        Must,
        "pods on a hosting pod network need an encapsulation: the machines have no common link, and packets with \
         others' addresses are dropped",
        "Calico, WorkloadSourceSpoofing",
    ),
    Rule::of_chain(
        "H06",
        Must,
        "a cluster of several nodes is not behind KubeVirt's masquerade, where every machine has one address",
        "openshift/hypershift#1050",
    ),
    Rule::of_chain(
        "H07",
        Should,
        "a bridge on the pod network is permitted; with one, machines do not migrate and change address on a restart",
        "kubevirt, user guide, interfaces and networks",
    ),
    Rule::of_chain(
        "H08",
        Must,
        "a masquerade that names ports forwards those of the API, etcd, the kubelet and the overlay",
        "kubevirt, netpod/masquerade/masquerade.go",
    ),
];
