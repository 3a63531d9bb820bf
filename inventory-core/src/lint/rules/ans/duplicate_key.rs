use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::documents;
use crate::lint::view::View;
use crate::yaml::{Kind, Node, Source, Span};

declare_rule! {
    /// ## What it does
    /// Finds keys that are written twice in one map of a YAML file.
    ///
    /// ## Why is this bad?
    /// The last one counts, as a whole: of two `metallb_config` the first one's pools are gone. Ansible prints a warning
    /// among its others, and other readers refuse the file.
    ///
    /// Where both have the same value it is only worth knowing.
    ///
    /// ## Example
    /// ```yaml
    /// kube_pods_subnet: 10.233.64.0/18
    /// kube_service_addresses: 10.233.0.0/18
    /// kube_pods_subnet: 10.96.0.0/16
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_service_addresses: 10.233.0.0/18
    /// kube_pods_subnet: 10.96.0.0/16
    /// ```
    "ANS013" "duplicate-key" Warning Safe
}

fn check(view: &View<'_>, report: &mut Report) {
    for (source, root) in documents::of(view) {
        documents::maps(root, &mut |map| {
            let duplicates = map.duplicate_keys(source);
            for (first, again) in &duplicates {
                let is_only = duplicates.iter().filter(|(other, _)| std::ptr::eq(*other, *first)).count() == 1;
                report.find(finding(source, map, first, again, is_only));
            }
        });
    }
}

fn finding(source: &Source, map: &Node, first: &Node, again: &Node, is_only: bool) -> Finding {
    let value = |key: &Node| {
        let Kind::Mapping(pairs) = &map.kind else { return None };
        pairs.iter().find(|(other, _)| std::ptr::eq(other, key)).map(|(_, value)| value)
    };
    let written = |key: &Node| value(key).map(|value| source.slice(value.alias.unwrap_or(value.span)));
    let place = |key: &Node| Place::new(source, key.alias.unwrap_or(key.span));
    let is_same = written(first) == written(again);
    let name = again.key_text(source).unwrap_or_default();
    let what = if is_same { "twice with the same value" } else { "twice, and the last one counts" };
    let mut finding = Finding::new(
        &RULE,
        format!("`{name}` is written {what}"),
        Label::new(place(again), if is_only { "the one that counts" } else { "written again" }),
    )
    .related(Label::new(place(first), "without effect"))
    .help("delete one of them");
    if is_same {
        finding.severity = Severity::Info;
    }
    match value(first).filter(|_| is_only).and_then(|value| line_of(source, first, value)) {
        Some(span) => finding.fix(Fix {
            title: format!("delete the first `{name}`"),
            applicability: Applicability::Safe,
            edits: vec![Edit::Replace { place: Place::new(source, span), text: String::new() }],
        }),
        None => finding,
    }
}

/// The line of a pair that has one for itself.
fn line_of(source: &Source, key: &Node, value: &Node) -> Option<Span> {
    if key.alias.is_some() {
        return None;
    }
    let text = source.text();
    let start = text[..key.span.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].split_inclusive('\n').next()?;
    let end = start + line.len();
    let is_within = matches!(value.kind, Kind::Scalar(_)) && value.alias.is_none() && value.span.end <= end;
    let is_first = text[start..key.span.start].bytes().all(|byte| byte == b' ');
    let behind = text.get(value.span.end..end)?.trim();
    // An anchor may be used below; a comment is somebody's.
    let is_alone = behind.is_empty() && !text[key.span.start..value.span.end.max(key.span.end)].contains('&');
    (is_within && is_first && is_alone && line.ends_with('\n')).then_some(Span { start, end })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_key_twice_is_found_at_any_depth_and_the_first_can_go() {
        let twice = Fixture::kubespray().file(
            "group_vars/all.yml",
            "a: 1\nb: {c: 1, c: 1}\na: 2\nm:\n  x: |\n    text\n  x: 1\n  y: 1 # one\n  y: 2\n  z: 1\n  z: 2\n  z: 3\n",
        );
        insta::assert_snapshot!(twice.check(&RULE), @r#"
        group_vars/all.yml:3:1: warning[ANS013] `a` is written twice, and the last one counts
          `a` the one that counts
          group_vars/all.yml:1:1: `a` without effect
          help: delete one of them
          Safe fix: delete the first `a`
            group_vars/all.yml:1:1: "a: 1\n" -> ""
        group_vars/all.yml:2:11: info[ANS013] `c` is written twice with the same value
          `c` the one that counts
          group_vars/all.yml:2:5: `c` without effect
          help: delete one of them
        group_vars/all.yml:7:3: warning[ANS013] `x` is written twice, and the last one counts
          `x` the one that counts
          group_vars/all.yml:5:3: `x` without effect
          help: delete one of them
        group_vars/all.yml:9:3: warning[ANS013] `y` is written twice, and the last one counts
          `y` the one that counts
          group_vars/all.yml:8:3: `y` without effect
          help: delete one of them
        group_vars/all.yml:11:3: warning[ANS013] `z` is written twice, and the last one counts
          `z` written again
          group_vars/all.yml:10:3: `z` without effect
          help: delete one of them
        group_vars/all.yml:12:3: warning[ANS013] `z` is written twice, and the last one counts
          `z` written again
          group_vars/all.yml:10:3: `z` without effect
          help: delete one of them
        "#);
        let yaml = "all:\n  hosts:\n    n1: {ip: 10.0.0.1}\n    n1: {ip: 10.0.0.2}\n";
        insta::assert_snapshot!(Fixture::kubespray().yaml_inventory(yaml).check(&RULE), @"
        hosts.yml:4:5: warning[ANS013] `n1` is written twice, and the last one counts
          `n1` the one that counts
          hosts.yml:3:5: `n1` without effect
          help: delete one of them
        ");
    }

    #[test]
    fn keys_of_different_maps_and_merged_ones_are_fine() {
        let shared = Fixture::kubespray().file("group_vars/all.yml", "k: &k name\nm:\n  *k : 1\n  name: 2\n");
        assert!(!shared.check(&RULE).contains("fix"), "the first key's own line is the anchor's");
        let fine = "a: &a {x: 1}\nb: {<<: *a, x: 2}\nc: [{x: 1}, {x: 1}]\n";
        assert_eq!(Fixture::kubespray().file("group_vars/all.yml", fine).check(&RULE), "");
    }
}
