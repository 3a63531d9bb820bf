use inventory_core::plan::render::Style;
use inventory_core::plan::render::picture::picture;

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
