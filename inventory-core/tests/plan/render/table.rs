use inventory_core::plan::render::Style;
use inventory_core::plan::render::table::table;

use super::samples::{ci_kube, hard_way, lab, lab_drift};

fn plain(width: usize) -> Style {
    Style { width, colour: false }
}

#[test]
fn a_cluster_in_a_cluster_at_a_glance() {
    insta::assert_snapshot!("ci-kube-80", table(&ci_kube(), None, plain(80)));
    insta::assert_snapshot!("ci-kube-120", table(&ci_kube(), Some(&[]), plain(120)));
}

#[test]
fn what_is_wrong_stands_with_its_remedy_and_the_verdict_is_last() {
    insta::assert_snapshot!("lab-80", table(&lab(), Some(&lab_drift()), plain(80)));
    insta::assert_snapshot!("lab-120", table(&lab(), Some(&lab_drift()), plain(120)));
}

#[test]
fn the_hard_way_shows_the_shares_of_hosts() {
    insta::assert_snapshot!("hard-way-80", table(&hard_way(), None, plain(80)));
}
