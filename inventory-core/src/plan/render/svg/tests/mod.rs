//! What every picture promises.

mod any_plan;
mod samples;

use std::collections::BTreeSet;

use ansible_referee::Ansible;
use proptest::prelude::*;

use super::scene::{Area, Shape};
use super::{WIDTH, scene, svg};
use crate::plan::NetworkPlan;

#[test]
fn pictures_look_like_this() {
    insta::assert_snapshot!("nested", svg(&samples::nested()));
    insta::assert_snapshot!("colliding", svg(&samples::colliding()));
}

#[test]
fn the_same_plan_is_the_same_picture() {
    for (name, plan) in samples::all() {
        assert_eq!(svg(&plan), svg(&plan), "{name}");
    }
}

#[test]
fn a_collision_is_painted_where_the_plan_finds_one() {
    assert!(svg(&samples::colliding()).contains(r#"class="clash""#));
    for plan in [samples::nested(), samples::flat(), samples::hard_way()] {
        assert!(!svg(&plan).contains(r#"class="clash""#));
    }
}

#[test]
fn what_has_no_room_is_counted() {
    let picture = svg(&samples::crowded());
    assert!(picture.contains(">and 22 more<"), "of 27 offices");
    assert!(picture.contains(">44 nodes<") && picture.contains(">pods of 43 nodes<"));
    assert!(picture.contains(">pods of 27 clusters<"));
}

#[test]
fn the_sum_is_in_the_picture_and_in_its_description() {
    let sum = "1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400";
    assert_eq!(svg(&samples::nested()).matches(sum).count(), 2);
}

#[test]
fn what_is_written_for_a_cni_that_deducts_is_told_whole() {
    let plan = samples::deep();
    let written = plan.mtu.written.as_ref().unwrap().value;
    assert!(svg(&plan).contains(&format!(">written: {written}, the nodes&#39; MTU<")), "{}", svg(&plan));
}

#[test]
fn a_cluster_may_be_called_like_the_one_around_it() {
    let mut plan = samples::nested();
    for level in &mut plan.mtu.chain.levels {
        level.name = "prod".to_owned();
        level.sum.terms.iter_mut().for_each(|term| term.level = "prod".to_owned());
    }
    let picture = svg(&plan);
    for size in ["1500", "1450", "1400"] {
        assert!(picture.contains(&format!(">{size}</tspan>")), "{size}");
    }
}

#[test]
fn names_are_text_whatever_they_say() {
    let picture = svg(&samples::hostile());
    assert!(!picture.contains("<script") && picture.contains("&lt;script&gt;"));
    assert!(!picture.contains(['\u{0}', '\u{1b}', '\u{202e}', '\u{fffe}']));
}

#[test]
fn every_picture_is_xml_without_anything_that_runs_or_loads() {
    parse(&samples::all().map(|(_, plan)| svg(&plan)));
}

#[test]
fn no_text_meets_another_or_a_border() {
    for (_, plan) in samples::all() {
        tidy(&plan);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_text_meets_another_or_a_border_whatever_the_plan(plan in any_plan::any_plan()) {
        tidy(&plan);
    }
}

/// Checks that every text has its room: inside the picture, apart from every other, on no border.
fn tidy(plan: &NetworkPlan) {
    let (scene, height) = scene(plan);
    let sheet = Area { x: 0, y: 0, width: WIDTH, height };
    let is_apart = |a: Area, b: Area| a.right() <= b.x || b.right() <= a.x || a.bottom() <= b.y || b.bottom() <= a.y;
    let is_inside = |a: Area, b: Area| b.x <= a.x && a.right() <= b.right() && b.y <= a.y && a.bottom() <= b.bottom();
    let texts = scene.0.iter().filter_map(|shape| match shape {
        Shape::Text(text) => Some((text.area(), text)),
        _ => None,
    });
    let mut texts: Vec<_> = texts.collect();
    texts.sort_by_key(|(area, _)| area.y);
    for (at, (area, text)) in texts.iter().enumerate() {
        assert!(is_inside(*area, sheet), "{text:?} leaves the picture");
        for (other_area, other) in texts[at + 1..].iter().take_while(|(other, _)| other.y < area.bottom()) {
            assert!(is_apart(*area, *other_area), "{text:?} meets {other:?}");
        }
    }
    for shape in &scene.0 {
        let Shape::Box { area, class, .. } = shape else { continue };
        assert!(area.width > 0 && area.height > 0 && is_inside(*area, sheet), "{shape:?}");
        if ["band", "slice", "clash"].iter().any(|tint| class.starts_with(tint)) {
            continue;
        }
        for (text_area, text) in &texts {
            assert!(
                is_apart(*text_area, *area) || is_inside(*text_area, *area),
                "{text:?} is on the border of {shape:?}"
            );
        }
    }
}

/// Has Python read the pictures, and checks that there is nothing in them but shapes and text.
fn parse(pictures: &[String]) {
    let script = "
import json, sys
import xml.etree.ElementTree as tree
print(json.dumps([sorted({f'{e.tag} {k}' for e in tree.parse(path).iter() for k in [*e.attrib, '']}) for path in sys.argv[1:]]))
";
    let session = Ansible::New.session();
    let mut command = session.command("python");
    command.args(["-c", script]);
    for (at, picture) in pictures.iter().enumerate() {
        let path = session.home().join(format!("{at}.svg"));
        std::fs::write(&path, picture).unwrap();
        command.arg(path);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Vec<BTreeSet<String>> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found.len(), pictures.len());
    let tags = ["svg", "title", "desc", "style", "defs", "pattern", "line", "rect", "text", "tspan"];
    for name in found.into_iter().flatten() {
        let (tag, attribute) = name.split_once(' ').unwrap();
        let tag = tag.strip_prefix("{http://www.w3.org/2000/svg}").unwrap();
        assert!(tags.contains(&tag) && !attribute.starts_with("on") && !attribute.contains("href"), "{name}");
    }
}
