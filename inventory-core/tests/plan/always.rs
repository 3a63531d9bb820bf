//! What holds for every plan, against an oracle that is slow and obvious.

use std::net::Ipv4Addr;

use inventory_core::environment::Sourced;
use inventory_core::network::address::{AddressRange, Network};
use inventory_core::network::space::{Origin, Role};
use inventory_core::plan::{NetworkPlan, PlanError};
use proptest::prelude::*;
use proptest::sample::select;

use crate::situation::{Situation, ranges, told};

/// Something around a cluster.
#[derive(Debug, Clone)]
struct Around {
    hosting: Vec<(Network, Network)>,
    siblings: Vec<(Network, Network)>,
    avoid: Vec<AddressRange>,
    hosts: Vec<Ipv4Addr>,
    pool: Vec<Network>,
    families: &'static str,
}

/// A private network, most of them near kubespray's own.
fn network() -> impl Strategy<Value = Network> {
    let near = (0_u32..0x0004_0000, 15_u8..26).prop_map(|(n, len)| (u32::from(Ipv4Addr::new(10, 232, 0, 0)) + n, len));
    let anywhere =
        (any::<u32>(), 9_u8..28, select(vec![([10, 0, 0, 0], 8), ([172, 16, 0, 0], 12), ([192, 168, 0, 0], 16)]))
            .prop_map(|(n, len, (base, base_len)): (u32, u8, ([u8; 4], u8))| {
                (u32::from(Ipv4Addr::from(base)) | n >> base_len, len.max(base_len))
            });
    prop_oneof![3 => near, 1 => anywhere]
        .prop_map(|(address, len)| Network::containing(Ipv4Addr::from(address).into(), len).unwrap())
}

fn range() -> impl Strategy<Value = AddressRange> {
    let exact = (0_u32..0x0004_0000, 0_u32..5000).prop_map(|(n, size)| {
        let first = u32::from(Ipv4Addr::new(10, 233, 0, 0)) + n;
        AddressRange::new(Ipv4Addr::from(first).into(), Ipv4Addr::from(first + size).into()).unwrap()
    });
    prop_oneof![network().prop_map(AddressRange::from), exact]
}

prop_compose! {
    fn around()(
        hosting in prop::collection::vec((network(), network()), 0..3),
        siblings in prop::collection::vec((network(), network()), 0..3),
        avoid in prop::collection::vec(range(), 0..6),
        hosts in prop::collection::vec(network().prop_map(Network::first), 0..5),
        pool in prop::collection::vec(network(), 0..3),
        families in select(vec!["[ipv4]", "[ipv4, ipv6]"]),
    ) -> Around {
        let hosts = hosts.into_iter().filter_map(|host| host.to_string().parse().ok()).collect();
        Around { hosting, siblings, avoid, hosts, pool, families }
    }
}

impl Around {
    fn situation(&self) -> Situation {
        let mut text = format!("families: {}\n", self.families);
        if !self.pool.is_empty() {
            let pool: Vec<String> = self.pool.iter().map(ToString::to_string).collect();
            text.extend(["pool: [", &pool.join(", "), "]\n"]);
        }
        if !self.avoid.is_empty() {
            text += "avoid:\n";
            text.extend(
                self.avoid.iter().enumerate().map(|(at, range)| format!("  - {{name: n{at}, cidr: {range}}}\n")),
            );
        }
        if !self.hosting.is_empty() {
            text += "hosting:\n";
            text.extend(self.hosting.iter().enumerate().map(|(at, (pods, services))| {
                format!("  - {{name: level{at}, cni: flannel, pods: {pods}, services: {services}}}\n")
            }));
        }
        let hosts: Vec<String> = self.hosts.iter().map(ToString::to_string).collect();
        let situation = Situation::new(&text, &hosts.iter().map(String::as_str).collect::<Vec<_>>());
        self.siblings.iter().enumerate().fold(situation, |situation, (at, (pods, services))| {
            let (pods, services) = (pods.to_string(), services.to_string());
            situation.beside(&format!("sibling{at}"), &[(Role::Pods, &pods), (Role::Services, &services)])
        })
    }

    /// The same, told in another order.
    fn reversed(&self) -> Self {
        let mut other = self.clone();
        other.avoid.reverse();
        other.siblings.reverse();
        other
    }

    /// Everything that is taken.
    fn taken(&self) -> Vec<AddressRange> {
        let pairs =
            self.hosting.iter().chain(&self.siblings).flat_map(|(pods, services)| [pods.range(), services.range()]);
        let hosts = self.hosts.iter().map(|host| AddressRange::from(std::net::IpAddr::from(*host)));
        pairs.chain(self.avoid.iter().copied()).chain(hosts).collect()
    }
}

/// Whether two ranges share an address, as a child would find out.
fn meet(one: AddressRange, other: AddressRange) -> bool {
    one.family() == other.family() && one.first() <= other.last() && other.first() <= one.last()
}

fn chosen(plan: &NetworkPlan) -> Vec<AddressRange> {
    plan.ranges().map(|(_, choice)| choice.value.range()).collect()
}

#[test]
fn most_of_what_is_tried_has_a_plan_and_some_of_it_its_first_choice() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let plans: Vec<_> = (0..200)
        .filter_map(|_| around().new_tree(&mut runner).unwrap().current().situation().try_plan().ok())
        .collect();
    let moved = plans.iter().filter(|plan| plan.ranges().any(|(_, choice)| choice.is_written)).count();
    assert!(plans.len() > 120 && moved > 60 && moved + 20 < plans.len(), "{moved} of {} move", plans.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_auto_chooses_meets_nothing_around_and_not_itself(around in around()) {
        match around.situation().try_plan() {
            Ok(plan) => {
                let own = chosen(&plan);
                for (at, range) in own.iter().enumerate() {
                    for taken in around.taken() {
                        prop_assert!(!meet(*range, taken), "{range} and {taken}");
                    }
                    for other in &own[..at] {
                        prop_assert!(!meet(*range, *other), "{range} and {other}");
                    }
                }
            }
            Err(error) => prop_assert!(matches!(error, PlanError::NoRoom { .. }), "{error}"),
        }
    }

    #[test]
    fn the_first_choice_is_taken_if_and_only_if_nothing_meets_it(around in around()) {
        let Ok(plan) = around.situation().try_plan() else { return Ok(()) };
        let firsts: [AddressRange; 2] = ["10.233.0.0/18", "10.233.64.0/18"].map(|text| text.parse().unwrap());
        for (first, choice) in firsts.into_iter().zip([&plan.services[0], &plan.pods[0]]) {
            let is_free = around.taken().iter().all(|taken| !meet(first, *taken));
            prop_assert_eq!(choice.value.range() == first, is_free);
            prop_assert_eq!(choice.is_written, !is_free);
        }
    }

    #[test]
    fn the_order_in_which_things_are_told_changes_nothing(around in around()) {
        let plans = [around.situation(), around.situation(), around.reversed().situation()]
            .map(|situation| situation.try_plan().map(|plan| ranges(&plan)).map_err(|_| ()));
        prop_assert_eq!(&plans[0], &plans[1]);
        prop_assert_eq!(&plans[0], &plans[2]);
    }

    #[test]
    fn a_plan_stays_what_it_is(around in around()) {
        let Ok(plan) = around.situation().try_plan() else { return Ok(()) };
        let origin = || Origin::Found("group_vars".to_owned());
        let kept = |choices: &[inventory_core::plan::Choice<Network>]| {
            choices.iter().filter(|choice| choice.is_written).map(|choice| Sourced::new(choice.value, origin())).collect()
        };
        let again = around.situation().recorded_after(&plan).with_current(|current| {
            current.services = kept(&plan.services);
            current.pods = kept(&plan.pods);
            current.mtu = plan.mtu.written.as_ref().map(|written| Sourced::new(written.value, origin()));
            current.vxlan_port = plan.overlay.vxlan_port.as_ref().map(|port| Sourced::new(port.value, origin()));
        });
        let again = again.plan();
        prop_assert_eq!(ranges(&plan), ranges(&again));
        prop_assert_eq!(told(&plan), told(&again));
        let written = |plan: &NetworkPlan| plan.ranges().map(|(_, choice)| choice.is_written).collect::<Vec<_>>();
        prop_assert_eq!(written(&plan), written(&again));
        let mtu = |plan: &NetworkPlan| plan.mtu.written.as_ref().map(|mtu| mtu.value);
        prop_assert_eq!(mtu(&plan), mtu(&again));
        let port = |plan: &NetworkPlan| plan.overlay.vxlan_port.as_ref().map(|port| port.value);
        prop_assert_eq!(port(&plan), port(&again));
        // Something new that comes into the way moves nothing either.
        let mut more = around.clone();
        more.avoid.extend(chosen(&again));
        let later = more.situation().recorded_after(&plan).plan();
        prop_assert_eq!(ranges(&plan), ranges(&later));
        prop_assert!(!later.is_sound());
    }

    #[test]
    fn nothing_that_auto_chose_is_complained_about(around in around()) {
        let Ok(plan) = around.situation().try_plan() else { return Ok(()) };
        // Levels further out may be wrong among themselves.
        let own = ["A01", "A02", "A03", "A04", "F01", "F02", "F03", "F04", "F05", "F06", "G01", "G02", "mtu-exceeds-path", "growth"];
        prop_assert!(plan.findings.iter().all(|finding| !own.contains(&finding.code)), "{}", told(&plan));
    }
}

/// A level outside, by its keys.
fn level() -> impl Strategy<Value = String> {
    let cni = select(vec![
        "cni: calico, encapsulation: vxlan",
        "cni: calico, encapsulation: ipip",
        "cni: calico",
        "cni: cilium",
        "cni: calico, cni_version: v3.1.3, encapsulation: ipip",
        "cni: cilium, cni_version: v1.14.0, encapsulation: [geneve, wireguard]",
        "cni: flannel",
        "cni: kube-router",
        "cni: kube-router, cni_version: v1.5.0",
        "cni: kube-ovn",
        "cni: antrea",
        "cni: openshift",
        "cni: ovn-kubernetes",
        "cni: k3s",
        "cni: other",
        "cni: weave",
        "cni: flannel, encapsulation: wireguard",
    ]);
    let mtu = prop::option::weighted(0.2, 1300_u16..1500);
    (cni, mtu).prop_map(|(cni, mtu)| match mtu {
        Some(mtu) => format!("{cni}, mtu: {mtu}"),
        None => cni.to_owned(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_mtu_that_is_written_fits(
        levels in prop::collection::vec(level(), 0..5),
        own in select(vec![
            "cni: calico\n", "cni: calico\nencapsulation: ipip\n", "cni: calico\nencryption: wireguard\n", "cni: kube-ovn\n",
            "cni: cilium\n", "cni: cilium\ncni_version: v1.14.0\nencryption: wireguard\n", "cni: cilium\nencryption: ipsec\n",
            "cni: weave\n", "cni: calico\nfamilies: [ipv4, ipv6]\n", "cni: calico\nencapsulation: none\n",
        ]),
        site in select(vec!["{mtu: 1500}", "{mtu: 9000}", "{mtu: 1450, path_mtu: 1400}", "{mtu: 1500, family: ipv6}"]),
        machine in prop::option::weighted(0.3, 1300_u16..1600),
    ) {
        let mut text = format!("{own}underlay: {site}\n");
        if let Some(mtu) = machine {
            text.extend(["machine_mtu: ", &mtu.to_string(), "\n"]);
        }
        if !levels.is_empty() {
            text += "hosting:\n";
            text.extend(levels.iter().enumerate().map(|(at, level)| {
                format!("  - {{name: level{at}, {level}, pods: 10.{}.0.0/16, services: 10.{}.0.0/16}}\n", 50 + at, 60 + at)
            }));
        }
        let inside = format!("10.{}.0.9", 50 + levels.len().saturating_sub(1));
        let plan = Situation::new(&text, &[inside.as_str()]).plan();
        let innermost = plan.mtu.chain.levels.len() - 1;
        let bad = plan.mtu.chain.findings.iter().find(|finding| {
            finding.level == innermost && matches!(finding.problem.code(), "mtu-exceeds-path" | "mtu-relies-on-pmtud" | "mtu-written-for-pods")
        });
        prop_assert!(bad.is_none(), "{text}\n{}", bad.unwrap());
        prop_assert!(plan.mtu.chain.levels[innermost].pods.usable <= plan.mtu.chain.levels[innermost].safe);
    }
}
