//! What holds for every chain.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn cnis() -> impl Strategy<Value = Cni> {
    select(vec![
        Cni::Calico,
        Cni::Cilium,
        Cni::Flannel,
        Cni::KubeRouter,
        Cni::KubeOvn,
        Cni::Weave,
        Cni::None,
        Cni::OpenShift,
        Cni::OvnKubernetes,
        Cni::Antrea,
        Cni::K3s,
        Cni::Other,
    ])
}

fn tunnels() -> impl Strategy<Value = Vec<Tunnel>> {
    let form = select(vec![
        Encapsulation::IpIp,
        Encapsulation::GueIpIp,
        Encapsulation::Vxlan,
        Encapsulation::Geneve,
        Encapsulation::OvnGeneve,
        Encapsulation::Gre,
        Encapsulation::Stt,
        Encapsulation::FlannelUdp,
        Encapsulation::WireGuard,
    ]);
    let when = select(vec![When::Always, When::CrossSubnet]);
    prop::collection::vec((form, when).prop_map(|(encapsulation, when)| Tunnel { encapsulation, when }), 0..3)
}

prop_compose! {
    fn layers()(
        cni in cnis(),
        version in prop::option::of((1_u16..4, 0_u16..40).prop_map(|(major, minor)| CniVersion::new(major, minor))),
        tunnels in prop::option::of(tunnels()),
        tunnels_ipv6 in tunnels(),
        encryption in prop::option::of(select(vec![
            Encryption::WireGuard,
            Encryption::WireGuardOfAksHosts,
            Encryption::IpSec { key_bits: 128 },
            Encryption::IpSec { key_bits: 256 },
        ])),
        written in prop::option::of((600_i64..9000, prop::option::of(600_i64..9000))),
        outer in select(vec![Family::Ipv4, Family::Ipv6]),
        pods in select(vec![Families::Ipv4, Families::Ipv6, Families::Dual]),
        nic in prop::option::of(select(vec!["eth0".to_owned(), "bond0".to_owned()])),
        machine_mtu in prop::option::weighted(0.2, 1200_i64..9000),
    ) -> Layer {
        let written = written.map(|(value, tunnels)| WrittenMtu { value: mtu(value), tunnels: tunnels.map(mtu) });
        let machine_mtu = machine_mtu.map(mtu);
        Layer { version, tunnels, tunnels_ipv6, encryption, written, outer, pods, nic, machine_mtu, ..Layer::new("a", cni) }
    }
}

proptest! {
    #[test]
    fn what_is_safe_is_the_sums_total_and_never_more_than_the_underlay(
        underlay in 68_i64..9500,
        layers in prop::collection::vec(layers(), 1..7),
    ) {
        match chain(&site(underlay), &layers) {
            Ok(chain) => {
                let mut outside = mtu(underlay);
                for level in &chain.levels {
                    prop_assert_eq!(level.sum.total(), i32::from(level.safe));
                    prop_assert!(level.sum.terms.iter().all(|term| term.bytes > 0));
                    prop_assert!(level.safe <= outside, "a level never raises what fits");
                    prop_assert!(level.node_path <= level.node_link);
                    outside = level.safe;
                }
            }
            Err(error) => {
                prop_assert!(error.sum.total() < 68, "{}", error);
            }
        }
    }

    #[test]
    fn a_larger_underlay_never_makes_anything_smaller(
        underlay in 1500_i64..9000,
        more in 0_i64..500,
        layers in prop::collection::vec(layers(), 1..7),
    ) {
        let (Ok(small), Ok(large)) = (chain(&site(underlay), &layers), chain(&site(underlay + more), &layers)) else {
            return Ok(());
        };
        for (small, large) in small.levels.iter().zip(&large.levels) {
            prop_assert!(small.safe <= large.safe);
            prop_assert!(small.node_path <= large.node_path);
            prop_assert!(small.node_link <= large.node_link);
        }
    }

    #[test]
    fn what_is_outside_does_not_depend_on_what_is_inside(
        layers in prop::collection::vec(layers(), 2..7),
    ) {
        let Ok(whole) = chain(&site(9000), &layers) else { return Ok(()) };
        let outer = chain(&site(9000), &layers[..layers.len() - 1]).unwrap();
        prop_assert_eq!(&whole.levels[..layers.len() - 1], &outer.levels[..]);
    }

    #[test]
    fn the_value_we_say_to_write_fits(
        underlay in 1500_i64..9000,
        outer in prop::collection::vec(layers(), 0..3),
        layer in layers(),
    ) {
        let unwritten = Layer { written: None, ..layer };
        let mut layers = outer;
        layers.push(unwritten);
        let Ok(before) = chain(&site(underlay), &layers) else { return Ok(()) };
        let index = layers.len() - 1;
        let value = before.levels[index].setting.value();
        layers[index].written = Some(WrittenMtu::new(value));
        let after = chain(&site(underlay), &layers).unwrap();
        let too_large = after.findings.iter().any(|f| f.level == index && f.problem.code() == "mtu-exceeds-path");
        prop_assert!(!too_large, "{:?}", after.findings);
    }
}
