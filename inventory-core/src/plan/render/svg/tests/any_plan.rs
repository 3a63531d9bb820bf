//! Plans that no planner would make: everything anywhere, names of any characters, any depth.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::samples;
use crate::environment::Sourced;
use crate::network::address::{AddressRange, Network};
use crate::network::encapsulation::Encapsulation;
use crate::network::layer::{Cni, Layer, Tunnel, Underlay};
use crate::network::mtu::{Chain, Mtu, chain};
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::{Choice, Finding, Fixity, NetworkPlan, PlannedHost, Severity, Why};
use crate::safe::HostName;

/// A plan.
pub(super) fn any_plan() -> impl Strategy<Value = NetworkPlan> {
    let names = (name(), vec(name(), 0..12), vec(any_finding(), 0..8));
    let spaces = (vec(space(), 0..60), vec(range(), 0..6), vec(network(), 0..4), vec(network(), 0..4));
    let hosts = vec((address(), network()), 0..40);
    (names, spaces, hosts, any_chain(), any::<bool>()).prop_map(build)
}

type Names = (String, Vec<String>, Vec<Finding>);
type Spaces = (Vec<AddressSpace>, Vec<AddressRange>, Vec<Network>, Vec<Network>);

fn build(
    ((cluster, levels, findings), (around, pools, pods, services), hosts, chain, has_shares): (
        Names,
        Spaces,
        Vec<(IpAddr, Network)>,
        Chain,
        bool,
    ),
) -> NetworkPlan {
    let mut plan = samples::flat();
    let because = || Why::Because(cluster.clone());
    let choice = |network: Network| Choice::written(network, because(), Fixity::Fixed);
    plan.pods = pods.into_iter().map(choice).collect();
    plan.services = services.into_iter().map(choice).collect();
    plan.load_balancer = pools.into_iter().map(|pool| Sourced::new(pool, Origin::Found(cluster.clone()))).collect();
    plan.hosts = hosts
        .into_iter()
        .enumerate()
        .map(|(at, (address, share))| PlannedHost {
            name: HostName::written(&format!("node{at}")).unwrap(),
            addresses: vec![address],
            is_control_plane: false,
            is_etcd: false,
            is_worker: true,
            etcd_name: None,
            pod_cidrs: if has_shares { vec![choice(share)] } else { Vec::new() },
        })
        .collect();
    NetworkPlan { cluster, levels, findings, around, mtu: crate::plan::MtuPlan { chain, written: None }, ..plan }
}

/// Words, long ones too, and anything that Unicode has.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,12}(-[a-z0-9]{1,12}){0,3}",
        "[WM@%]{1,80}",
        "\\PC{0,40}",
        any::<String>(),
        Just("</text><script>alert(1)</script>".to_owned()),
    ]
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let severity = select(&[Severity::Error, Severity::Warning, Severity::Info][..]);
    // Rules that relate ranges, so that there is something to paint.
    let code = select(&["A01", "A02", "F01", "F02", "F07", "x", "y", "z"][..]);
    (severity, code, name(), name()).prop_map(|(severity, code, what, remedy)| Finding { severity, code, what, remedy })
}

/// Few addresses, so that they meet.
fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        3 => any::<u16>().prop_map(|low| Ipv4Addr::from_bits(0x0ae9_0000 | u32::from(low)).into()),
        1 => any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).into()),
        1 => any::<u8>().prop_map(|low| Ipv6Addr::from_bits(0xfd85_ee78_d8a6_8607 << 64 | u128::from(low)).into()),
        1 => any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits).into()),
    ]
}

fn network() -> impl Strategy<Value = Network> {
    (address(), 0_u8..=128).prop_map(|(address, length)| {
        let bits = if address.is_ipv4() { 32 } else { 128 };
        Network::containing(address, length % (bits + 1)).unwrap()
    })
}

fn range() -> impl Strategy<Value = AddressRange> {
    let between = (address(), address()).prop_map(|(a, b)| AddressRange::new(a.min(b), a.max(b)).unwrap_or(a.into()));
    prop_oneof![between, network().prop_map(AddressRange::from), address().prop_map(AddressRange::from)]
}

fn space() -> impl Strategy<Value = AddressSpace> {
    let owner = prop_oneof![
        Just(Owner::Cluster),
        any::<u8>().prop_map(|level| Owner::Level(level % 14)),
        name().prop_map(Owner::Sibling),
    ];
    let roles = &[
        Role::Pods,
        Role::Services,
        Role::Nodes,
        Role::Node,
        Role::NodePods,
        Role::Dhcp,
        Role::LoadBalancer,
        Role::Vip,
        Role::ClusterDns,
        Role::Bridge,
        Role::Outside,
        Role::GuestNat,
    ];
    (range(), select(&roles[..]), owner, name())
        .prop_map(|(range, role, owner, origin)| AddressSpace::new(range, role, owner, Origin::Found(origin)))
}

/// A chain of levels, none of them where they leave no room.
fn any_chain() -> impl Strategy<Value = Chain> {
    use Encapsulation as E;
    let forms = &[E::IpIp, E::GueIpIp, E::Vxlan, E::OvnGeneve, E::Gre, E::Stt, E::WireGuard];
    let cnis = &[Cni::Calico, Cni::Cilium, Cni::Flannel, Cni::KubeRouter, Cni::None, Cni::Other];
    let layer = (name(), select(&cnis[..]), vec(select(&forms[..]), 0..3)).prop_map(|(name, cni, forms)| Layer {
        tunnels: Some(forms.into_iter().map(Tunnel::always).collect()),
        ..Layer::new(name, cni)
    });
    (name(), 68_i64..=65535, vec(layer, 0..12)).prop_map(|(name, link, layers)| {
        let underlay = Underlay { name, ..Underlay::new(Mtu::new(link).unwrap()) };
        chain(&underlay, &layers).unwrap_or_else(|_| chain(&underlay, &[]).unwrap())
    })
}
