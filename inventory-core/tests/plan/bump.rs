//! When kubespray's version changes and a default with it, the old value is written out with that reason.

use crate::situation::{Situation, because, record_of, told};
use inventory_core::plan::NetworkPlan;

const LAN: [&str; 3] = ["10.20.0.10", "10.20.0.11", "10.20.0.12"];

/// The plan of a cluster that was written with one version and is planned with another.
fn bumped(from: &str, to: &str) -> NetworkPlan {
    let of = |version: &str| Situation::of_file(&format!("kubespray_version: {version}\n"), &LAN);
    let before = of(from).plan();
    of(to).with_current(|current| current.record = Some(record_of(&before))).plan()
}

#[test]
fn ipip_stays_past_v2_19_and_ipip_needs_no_word_before() {
    let plan = bumped("v2.18.2", "v2.19.1");
    let tunnels = plan.overlay.tunnels.clone().map(|tunnels| inventory_core::environment::Tunnels::of(&tunnels));
    insta::assert_snapshot!(because(&plan, &tunnels), @"ipip* [fixed; kept from v2.18.2: v2.19.1 has vxlan, and a live pool cannot change]");
    assert_eq!(told(&plan), "");
    assert!(!bumped("v2.17.1", "v2.18.2").overlay.tunnels.is_written);
}

#[test]
fn blocks_stay_24_past_v2_20() {
    let plan = bumped("v2.19.1", "v2.20.0");
    insta::assert_snapshot!(because(&plan, &plan.block_prefix[0]), @"24* [fixed; kept from v2.19.1: v2.20.0 has /26, and a live pool cannot change]");
}

#[test]
fn docker_stays_past_v2_18() {
    let plan = bumped("v2.17.1", "v2.18.2");
    insta::assert_snapshot!(because(&plan, &plan.container_manager), @"docker* [fixed; kept from v2.17.1: v2.18.2 has containerd, and nodes do not change by themselves]");
}

#[test]
fn calicos_datastore_stays_past_v2_15() {
    let plan = bumped("v2.14.2", "v2.15.1");
    insta::assert_snapshot!(because(&plan, plan.calico_datastore.as_ref().unwrap()), @"etcd* [fixed; kept from v2.14.2: v2.15.1 has kdd, and nothing moves what is in the old one]");
    let plan = bumped("v2.15.1", "v2.16.0");
    insta::assert_snapshot!(because(&plan, plan.calico_datastore.as_ref().unwrap()), @"kdd [fixed; default of kubespray v2.16.0]");
}

#[test]
fn a_second_bump_keeps_what_the_first_kept() {
    let of = |version: &str| Situation::of_file(&format!("kubespray_version: {version}\n"), &LAN);
    let first = of("v2.14.2").plan();
    let second = of("v2.20.0").recorded_after(&first).plan();
    let third = of("v2.31.0").recorded_after(&second).plan();
    assert_eq!(record_of(&third).encapsulation, record_of(&first).encapsulation);
    assert_eq!(third.block_prefix[0].value, 24);
    assert_eq!(third.container_manager.value, "docker");
    assert_eq!(third.calico_datastore.as_ref().unwrap().value, "etcd");
    assert_eq!(told(&third), "");
}

#[test]
fn another_cni_has_no_datastore_and_no_blocks() {
    let plan = Situation::new("cni: flannel\n", &LAN).plan();
    assert_eq!((plan.calico_datastore, plan.block_prefix), (None, Vec::new()));
}

#[test]
fn a_version_that_is_not_known_is_said_with_what_is_assumed() {
    let of = |version: &str| told(&Situation::of_file(&format!("kubespray_version: {version}\n"), &LAN).plan());
    insta::assert_snapshot!(of("v2.99.0"), @"Warning version: kubespray v2.99.0 is newer than v2.31.0, the newest that is known here, whose defaults are assumed; compare the ranges, sizes and encapsulation with its own documentation");
    insta::assert_snapshot!(of("v2.5.0"), @"Warning version: kubespray v2.5.0 is older than v2.7.0, the oldest that is known here, whose defaults are assumed; compare the ranges, sizes and encapsulation with its own documentation");
    assert_eq!(of("v2.31.4"), "");
    let untold = Situation::of_file("layout: kubespray\n", &LAN).plan();
    insta::assert_snapshot!(because(&untold, &untold.container_manager), @"containerd [fixed; default of kubespray (its version is not told; as of v2.31.0)]");
}
