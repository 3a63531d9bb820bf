//! Which networks pods and services get.

use crate::situation::{Situation, ranges, said};

/// Five VMs on the pod network of a cluster that has kubespray's own ranges.
const SEED_NODES: [&str; 5] = ["10.233.67.80", "10.233.67.76", "10.233.67.82", "10.233.67.81", "10.233.67.79"];
const KUBE_TEST: &str = "\
hosting:
  - {name: kube-test, cni: calico, cni_version: v3.29.0, encapsulation: vxlan, pods: 10.233.64.0/18, services: 10.233.0.0/18, dns: 10.233.0.3}
";

#[test]
fn a_cluster_alone_gets_kubesprays_own_and_nothing_is_written() {
    let plan = Situation::new("cni: calico\n", &["192.168.1.10", "192.168.1.11"]).plan();
    assert_eq!(ranges(&plan), ["10.233.0.0/18", "10.233.64.0/18"]);
    assert!(plan.ranges().all(|(_, choice)| !choice.is_written));
    assert_eq!(said(&plan), [""; 0]);
}

#[test]
fn a_cluster_inside_a_kubespray_cluster_touches_neither_of_its_ranges() {
    let plan = Situation::new(KUBE_TEST, &SEED_NODES).plan();
    assert_eq!(ranges(&plan), ["10.233.128.0/18", "10.233.192.0/18"]);
    insta::assert_debug_snapshot!(said(&plan), @"[]");
    insta::assert_snapshot!(plan.mtu.chain.levels.last().unwrap().sum, @"1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400");
    insta::assert_debug_snapshot!((plan.mtu.written, plan.overlay.vxlan_port), @r#"
    (
        Some(
            Choice {
                value: Mtu(
                    1400,
                ),
                why: Fits(
                    Sum {
                        from: "site",
                        start: Mtu(
                            1500,
                        ),
                        terms: [
                            Term {
                                bytes: 50,
                                why: Encapsulation(
                                    Vxlan,
                                ),
                                level: "kube-test",
                            },
                            Term {
                                bytes: 50,
                                why: Encapsulation(
                                    Vxlan,
                                ),
                                level: "ci-kube",
                            },
                        ],
                    },
                ),
                fixity: Changeable,
                is_written: true,
            },
        ),
        Some(
            Choice {
                value: 4790,
                why: Because(
                    "kube-test drops VXLAN on its own port",
                ),
                fixity: Changeable,
                is_written: true,
            },
        ),
    )
    "#);
}

#[test]
fn the_seeds_own_ranges_pass() {
    let network = format!("pods: 10.239.64.0/18\nservices: 10.239.0.0/18\n{KUBE_TEST}");
    let plan = Situation::new(&network, &SEED_NODES).plan();
    assert!(plan.is_sound(), "{:#?}", said(&plan));
    assert_eq!(ranges(&plan), ["10.239.0.0/18", "10.239.64.0/18"]);
}
