use inventory_core::network::address::Network;
use inventory_core::network::space::{AddressSpace, Origin, Owner, Role};
use inventory_core::plan::render::Style;
use inventory_core::plan::render::picture::picture;

use inventory_core::plan::render::table::table;

use crate::situation::Situation;

use super::samples::{ci_kube, hard_way, lab};

fn plain(width: usize) -> Style {
    Style { width, colour: false }
}

#[test]
fn the_cluster_is_seen_beside_the_one_it_runs_in() {
    insta::assert_snapshot!("picture-ci-kube-80", picture(&ci_kube(), plain(80)));
    insta::assert_snapshot!("picture-ci-kube-120", picture(&ci_kube(), plain(120)));
}

#[test]
fn both_families_have_their_blocks_and_collisions_are_marked() {
    insta::assert_snapshot!("picture-lab-80", picture(&lab(), plain(80)));
    insta::assert_snapshot!("picture-lab-120", picture(&lab(), plain(120)));
}

#[test]
fn far_apart_ranges_are_rows_of_their_own() {
    insta::assert_snapshot!("picture-hard-way-80", picture(&hard_way(), plain(80)));
}

#[test]
fn a_wide_network_hides_nothing_of_what_is_in_it() {
    let network = "pods: 10.233.64.0/18\nhosting: [{name: big, nodes: 10.0.0.0/8, pods: 172.16.0.0/12}]\n";
    let plan = Situation::new(network, &["10.1.2.3", "10.1.2.4", "10.200.0.9"]).plan();
    insta::assert_snapshot!("picture-wide-80", picture(&plan, plain(80)));
}

#[test]
fn thousands_of_ranges_are_drawn_in_no_time_and_few_rows() {
    let mut plan = lab();
    for at in 0..10_000_u32 {
        let range = Network::containing(std::net::Ipv4Addr::from_bits((10 << 24) | (at << 8)).into(), 26).unwrap();
        let owner = Owner::Sibling(format!("cluster-{}", at % 100));
        plan.around.push(AddressSpace::new(range, Role::Pods, owner, Origin::default_of("somebody")));
    }
    let started = std::time::Instant::now();
    let text = picture(&plan, plain(80)) + &table(&plan, None, plain(80));
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    assert!(text.lines().count() < 150, "{text}");
    assert!(text.contains("96 other siblings"), "{text}");
}

#[test]
fn a_picture_fits_and_colour_only_helps() {
    for plan in [ci_kube(), lab(), hard_way()] {
        for width in [40, 60, 80, 100, 120, 200] {
            let text = picture(&plan, plain(width));
            assert_eq!(text.lines().find(|line| line.chars().count() > width), None, "{width}");
            assert_eq!(super::without_colour(&picture(&plan, Style { width, colour: true })), text);
        }
    }
}
