use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place, Severity};
use crate::lint::report::Report;
use crate::lint::root::Content;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::yaml::{Node, Resolved, Source};

declare_rule! {
    /// ## What it does
    /// Finds groups of YAML inventories whose `hosts` or `children` are a text instead of a map.
    ///
    /// ## Why is this bad?
    /// Ansible takes the text for the only key of a map. `hosts: node1` is one host; `hosts: node1, node2` is one host,
    /// too, of that whole name. Somebody wondered where the others had gone (ansible/ansible#43720).
    ///
    /// ## Example
    /// ```yaml
    /// kube_node:
    ///   hosts: node1, node2
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_node:
    ///   hosts:
    ///     node1:
    ///     node2:
    /// ```
    "ANS011" "scalar-members" Warning Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(inventory) = view.inventory else { return };
    if let Content::Ansible { tree: Some(root), .. } = &inventory.content {
        look(root, &inventory.source, report);
    }
}

/// Looks at groups by name.
fn look(groups: &Node, source: &Source, report: &mut Report) {
    for (name, group) in groups.entries(source).unwrap_or_default() {
        for part in ["hosts", "children"] {
            let Some(value) = group.get(part, source) else { continue };
            match value.resolve() {
                Resolved::Text(text) if !text.trim().is_empty() => {
                    report.find(finding(source, name.raw().unwrap_or_default(), part, value, text));
                }
                Resolved::Map if part == "children" && value.alias.is_none() => look(value, source, report),
                _ => {}
            }
        }
    }
}

fn finding(source: &Source, group: &str, part: &str, value: &Node, text: &str) -> Finding {
    let names: Vec<&str> = text.split([',', ' ']).filter(|name| !name.is_empty()).collect();
    let what = if part == "hosts" { "host" } else { "group" };
    let place = Place::new(source, value.alias.unwrap_or(value.span));
    let mut finding = Finding::new(
        &RULE,
        format!("`{part}` of `{group}` is a text, so its only {what} is \"{text}\""),
        Label::new(place.clone(), format!("one {what}")),
    )
    .help(format!("write a map: the name of each {what} with a colon behind it"));
    if names.len() > 1 {
        finding.severity = Severity::Error;
    }
    let is_plain = |name: &&str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    if value.alias.is_none() && value.tag.is_none() && names.iter().all(is_plain) {
        let pairs: Vec<String> = names.iter().map(|name| format!("{name}: ")).collect();
        finding = finding.fix(Fix {
            title: "write a map".to_owned(),
            applicability: Applicability::Unsafe,
            edits: vec![Edit::Replace { place, text: format!("{{{}}}", pairs.join(", ")) }],
        });
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_text_of_hosts_is_found_and_of_several_an_error() {
        let text = "all:\n  children:\n    kube_node:\n      hosts: n1, n2\n    etcd:\n      hosts: n1\n    k8s_cluster:\n      children: kube_node\n";
        insta::assert_snapshot!(Fixture::kubespray().yaml_inventory(text).check(&RULE), @r#"
        hosts.yml:4:14: error[ANS011] `hosts` of `kube_node` is a text, so its only host is "n1, n2"
          `n1, n2` one host
          help: write a map: the name of each host with a colon behind it
          Unsafe fix: write a map
            hosts.yml:4:14: "n1, n2" -> "{n1: , n2: }"
        hosts.yml:6:14: warning[ANS011] `hosts` of `etcd` is a text, so its only host is "n1"
          `n1` one host
          help: write a map: the name of each host with a colon behind it
          Unsafe fix: write a map
            hosts.yml:6:14: "n1" -> "{n1: }"
        hosts.yml:8:17: warning[ANS011] `children` of `k8s_cluster` is a text, so its only group is "kube_node"
          `kube_node` one group
          help: write a map: the name of each group with a colon behind it
          Unsafe fix: write a map
            hosts.yml:8:17: "kube_node" -> "{kube_node: }"
        "#);
    }

    #[test]
    fn maps_and_nothing_are_fine() {
        assert_eq!(
            Fixture::kubespray().yaml_inventory("a:\n  hosts:\n  children: {b: {hosts: {n1: }}}\n").check(&RULE),
            ""
        );
    }
}
