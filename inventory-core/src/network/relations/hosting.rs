//! Family H: what a hosting cluster does to the packets of its guests. No arithmetic on addresses, the same readers.

use super::Requirement::Holds;
use super::Strength::{Must, Should};
use super::check::Found;
use super::facts::{Attachment, Dropper, Facts, Wire};
use super::{Fault, Rule};

const WIRE: &str = "what the nodes of both clusters send each other, and what the hosting cluster drops";
const ATTACHMENT: &str = "how the machines are attached to the hosting cluster's pod network";

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "H01",
        Must,
        "a hosting Calico drops its guests' datagrams to its own VXLAN port, unless \
         FelixConfiguration.allowVXLANPacketsFromWorkloads: use another port",
        "Calico, felix/rules/endpoints.go",
        &[Holds(|facts| unless(!is_dropped(facts, Dropper::Calico, |wire| matches!(wire, Wire::Udp(_)))))],
    )
    .when(WIRE, |facts| facts.nesting.wire.is_some()),
    Rule::new(
        "H02",
        Must,
        "a hosting Calico drops its guests' IP in IP, unless FelixConfiguration.allowIPIPPacketsFromWorkloads",
        "Calico, felix/rules/endpoints.go; smartxworks/knest#9",
        &[Holds(|facts| unless(!is_dropped(facts, Dropper::Calico, |wire| wire == Wire::IpIp)))],
    )
    .when(WIRE, |facts| facts.nesting.wire.is_some()),
    Rule::new(
        "H03",
        Must,
        "a hosting Cilium drops its guests' IP in IP, GRE and ESP, unless enable-extended-ip-protocols: use VXLAN, \
         Geneve or WireGuard",
        "cilium/cilium#39601",
        &[Holds(|facts| {
            unless(!is_dropped(facts, Dropper::Cilium, |wire| matches!(wire, Wire::IpIp | Wire::OtherProtocol)))
        })],
    )
    .when(WIRE, |facts| facts.nesting.wire.is_some()),
    Rule::new(
        "H04",
        Should,
        "the overlay's UDP port differs from the hosting overlay's",
        "openshift/hypershift#1206; kubernetes-sigs/cluster-api-provider-kubevirt#179",
        &[Holds(|facts| {
            let same = facts.nesting.wire == facts.nesting.hosting_wire;
            unless(!(same && matches!(facts.nesting.wire, Some(Wire::Udp(_)))))
        })],
    )
    .when(WIRE, |facts| facts.nesting.wire.is_some() && facts.nesting.hosting_wire.is_some()),
    Rule::new(
        "H05",
        Must,
        "pods on a hosting pod network need an encapsulation: the machines have no common link, and packets with \
         others' addresses are dropped",
        "Calico, WorkloadSourceSpoofing",
        &[Holds(|facts| unless(facts.nesting.wire != Some(Wire::Plain)))],
    )
    .when("what the nodes send each other, and that they are on the hosting cluster's pod network", |facts| {
        facts.nesting.attachment.is_some() && facts.nesting.wire.is_some()
    }),
    Rule::new(
        "H06",
        Must,
        "a cluster of several nodes is not behind KubeVirt's masquerade, where every machine has one address",
        "openshift/hypershift#1050",
        &[Holds(|facts| unless(facts.capacity.nodes.is_none_or(|nodes| nodes < 2)))],
    )
    .when(ATTACHMENT, |facts| matches!(facts.nesting.attachment, Some(Attachment::Masquerade { .. }))),
    Rule::new(
        "H07",
        Should,
        "a bridge on the pod network is permitted; with one, machines do not migrate and change address on a restart",
        "kubevirt, user guide, interfaces and networks",
        &[Holds(|facts| unless(facts.nesting.bridge_permitted != Some(false)))],
    )
    .when(ATTACHMENT, |facts| facts.nesting.attachment == Some(Attachment::Bridge)),
    Rule::new(
        "H08",
        Must,
        "a masquerade that names ports forwards those of the API, etcd, the kubelet and the overlay",
        "kubevirt, netpod/masquerade/masquerade.go",
        &[Holds(|facts| unless(forwards_needed(facts)))],
    )
    .when(ATTACHMENT, |facts| matches!(facts.nesting.attachment, Some(Attachment::Masquerade { .. }))),
];

/// What must reach every node: the API, etcd's clients and peers, the kubelet.
const NEEDED_PORTS: [u16; 4] = [6443, 2379, 2380, 10250];

fn unless<'a>(holds: bool) -> Vec<Found<'a>> {
    if holds { Vec::new() } else { vec![(Vec::new(), Fault::AsStated)] }
}

fn is_dropped(facts: &Facts, by: Dropper, what: fn(Wire) -> bool) -> bool {
    let mut dropped = facts.nesting.drops.iter().filter(|drop| drop.by == by && what(drop.what));
    dropped.any(|drop| Some(drop.what) == facts.nesting.wire)
}

fn forwards_needed(facts: &Facts) -> bool {
    let Some(Attachment::Masquerade { ports }) = &facts.nesting.attachment else { return true };
    let forwards = |port: &u16| ports.contains(port);
    let overlay = match facts.nesting.wire {
        Some(Wire::Udp(port)) => forwards(&port),
        // Only TCP and UDP are ever forwarded by port.
        Some(Wire::IpIp | Wire::OtherProtocol) => false,
        Some(Wire::Plain) | None => true,
    };
    ports.is_empty() || overlay && NEEDED_PORTS.iter().all(forwards)
}
