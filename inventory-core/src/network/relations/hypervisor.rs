//! Family E: networks that hypervisors make.

use super::Requirement::{Apart, Distinct, Holds, Inside, Within};
use super::Strength::Must;
use super::facts::own;
use super::{Rule, agreement, sizes};
use crate::network::address::AddressRange;
use crate::network::space::Role::{
    Dhcp, GuestNat, HostOnly, Management, Node, Nodes, Pods, Services, UpstreamDns, Virtual,
};

/// Where `VirtualBox` permits host-only addresses, unless its networks.conf says otherwise.
const PERMITTED_HOST_ONLY: &[AddressRange] = &[AddressRange::ipv4([192, 168, 56, 0], 21)];

pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "E01",
        Must,
        "host-only addresses are in 192.168.56.0/21, or VirtualBox refuses them",
        "Vagrant, plugins/providers/virtualbox/action/network.rb",
        &[Inside(&[own(HostOnly)], PERMITTED_HOST_ONLY)],
    )
    .when("that VirtualBox is 6.1.28 or newer on Linux, without a networks.conf", |facts| {
        facts.restricted_host_only == Some(true)
    }),
    Rule::new(
        "E02",
        Must,
        "no node's address is one behind the hypervisor's NAT, where every machine has the same",
        "kubernetes/kubernetes#33562",
        &[Apart(&[own(Node)], &[own(GuestNat)])],
    ),
    Rule::new(
        "E03",
        Must,
        "the network that Vagrant manages machines through shares no address with pods, services or private networks",
        "vagrant-libvirt, config.rb",
        &[Apart(&[own(Management)], &[own(Pods), own(Services), own(HostOnly), own(Virtual)])],
    ),
    Rule::new(
        "E04",
        Must,
        "the virtual networks of one host share no address, and DHCP gives away addresses inside its own network that \
         are configured on no machine",
        "libvirt, network XML",
        &[
            Distinct(&[own(Virtual)]),
            Within(&[own(Dhcp)], &[own(Virtual), own(Nodes)]),
            Holds(agreement::configured_outside_dhcp),
        ],
    )
    .when("for the last, that the nodes' addresses are configured on them", |_| true),
    Rule::new(
        "E05",
        Must,
        "the network of KubeVirt's masquerade shares no address with nodes, pods, services or what machines must reach",
        "kubevirt, pkg/virt-launcher/virtwrap/api/defaults.go; harvester/harvester#10352",
        &[Apart(&[own(GuestNat)], &[own(Nodes), own(Pods), own(Services), own(UpstreamDns)])],
    ),
    Rule::new(
        "E06",
        Must,
        "the network of KubeVirt's masquerade has at least 4 addresses",
        "kubevirt, pkg/network/link/address.go",
        &[Holds(sizes::guest_nat_enough)],
    ),
];
