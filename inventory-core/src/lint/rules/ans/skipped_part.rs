use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::root::Content;
use crate::lint::rule::declare_rule;
use crate::lint::rules::documents;
use crate::lint::view::View;
use crate::yaml::nearest;

declare_rule! {
    /// ## What it does
    /// Finds parts of a YAML inventory that have no effect.
    ///
    /// ## Why is this bad?
    /// Ansible warns, if at all, and plays on what is left: a group with `host:` in place of `hosts:` is empty. A slip of
    /// the keyboard makes a smaller cluster instead of an error (ansible/ansible#65911).
    ///
    /// ## Example
    /// ```yaml
    /// kube_node:
    ///   host:
    ///     node1:
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_node:
    ///   hosts:
    ///     node1:
    /// ```
    "ANS012" "skipped-part" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(file) = view.inventory else { return };
    let Content::Ansible { inventory, tree } = &file.content else { return };
    for skipped in &inventory.skipped {
        let mut key = None;
        if let Some(tree) = tree {
            documents::walk(tree, &mut |name, value| {
                if value.alias.unwrap_or(value.span) == skipped.at {
                    key = name.raw().map(|text| (text, name.span));
                }
            });
        }
        let place = Place::new(&file.source, key.map_or(skipped.at, |(_, span)| span));
        let finding = Finding::new(&RULE, skipped.why.clone(), Label::new(place, "without effect"));
        let near = key.and_then(|(key, _)| nearest(key, &["hosts", "children", "vars"]));
        report.find(match near {
            Some(near) => finding.help(format!("write `{near}`")),
            None => finding.help("delete it, or put it below `hosts`, `children` or `vars`"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn what_ansible_ignores_is_found_with_what_was_meant() {
        let slips = "kube_node:\n  host:\n    n1:\nversion: 2\netcd:\n  hosts: {n1: }\n";
        insta::assert_snapshot!(Fixture::kubespray().yaml_inventory(slips).check(&RULE), @"
        hosts.yml:2:3: warning[ANS012] a group has `hosts`, `vars` and `children`, and Ansible ignores `host`
          `host` without effect
          help: write `hosts`
        hosts.yml:4:1: warning[ANS012] a group is a map of `hosts`, `vars` and `children`, not the number 2
          `version` without effect
          help: delete it, or put it below `hosts`, `children` or `vars`
        ");
        assert_eq!(Fixture::kubespray().check(&RULE), "");
    }

    #[test]
    fn a_host_right_below_its_group_is_found_and_empty_parts_are_fine() {
        let lost = "kube_control_plane:\n  hosts: {n1: }\nkube_node:\n  hosts:\n  children:\n  n2:\nweb:\n";
        insta::assert_snapshot!(Fixture::kubespray().yaml_inventory(lost).check(&RULE), @"
        hosts.yml:6:3: warning[ANS012] a group has `hosts`, `vars` and `children`, and Ansible ignores `n2`
          `n2` without effect
          help: delete it, or put it below `hosts`, `children` or `vars`
        ");
    }
}
