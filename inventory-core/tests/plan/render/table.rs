use inventory_core::network::space::Origin;
use inventory_core::plan::NetworkPlan;
use inventory_core::plan::render::table::table;
use inventory_core::plan::render::{Drift, Style};

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

#[test]
fn no_line_is_wider_than_the_terminal() {
    for plan in [ci_kube(), lab(), hard_way()] {
        for width in [60, 72, 80, 100, 120, 200] {
            let text = table(&plan, Some(&lab_drift()), plain(width));
            // A path alone in its line is left whole, so that it can be copied.
            let is_too_wide = |line: &&str| line.chars().count() > width && line.trim().contains(' ');
            assert_eq!(text.lines().find(is_too_wide), None, "{width}");
        }
    }
}

#[test]
fn colour_changes_nothing_but_the_colour() {
    for width in [60, 80, 120] {
        let shown = table(&lab(), Some(&lab_drift()), Style { width, colour: true });
        assert!(shown.contains("\x1b["));
        assert_eq!(super::without_colour(&shown), table(&lab(), Some(&lab_drift()), plain(width)));
    }
}

#[test]
fn nobodys_words_steer_the_terminal() {
    let hostile = "x\x1b[2J\r\n\u{202e}\u{9b}31m";
    let mut plan: NetworkPlan = ci_kube();
    plan.levels[1] = hostile.to_owned();
    plan.mtu.chain.levels[0].name = hostile.to_owned();
    plan.mtu.chain.levels[1].sum.terms[0].level = hostile.to_owned();
    plan.dns_domain.value = hostile.to_owned();
    for space in &mut plan.around {
        space.origin = Origin::Found(hostile.to_owned());
    }
    for place in &mut plan.silent {
        (place.place, place.why, place.would_tell) = (hostile.to_owned(), hostile.to_owned(), hostile.to_owned());
    }
    for finding in &mut plan.findings {
        (finding.what, finding.remedy) = (hostile.to_owned(), hostile.to_owned());
    }
    let drift = Drift {
        variable: hostile.to_owned(),
        file: hostile.to_owned(),
        line: None,
        has: Some(hostile.to_owned()),
        wants: Some(hostile.to_owned()),
        reason: hostile.to_owned(),
    };
    let style = Style { width: 80, colour: true };
    let texts = [table(&plan, Some(&[drift]), style), inventory_core::plan::render::picture::picture(&plan, style)];
    for text in texts.map(|text| super::without_colour(&text)) {
        let obeyed = |c: &char| (c.is_control() && *c != '\n') || *c == '\u{202e}';
        assert_eq!(text.chars().find(obeyed), None, "{text:?}");
    }
}
