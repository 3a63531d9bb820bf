use crate::lint::finding::{Finding, Label, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds groups whose names are no names to Jinja or to Ansible's host patterns.
    ///
    /// ## Why is this bad?
    /// Ansible warns, and keeps the name. With blanks, or with one of `,:&!~*[]`, no play and no `--limit` can name the
    /// group. With a dash or a dot it only cannot be written as `groups.my-group`, and changes its name where
    /// `force_valid_group_names` is `always`, as dynamic inventories make it: that is only worth knowing, since kubespray
    /// itself sets it to `ignore`.
    ///
    /// ## Example
    /// ```yaml
    /// "rack 4": {hosts: {node1: }}
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// rack_4: {hosts: {node1: }}
    /// ```
    "ANS009" "odd-group-name" Warning Never
}

/// kubespray's own with a dash, in its older releases and in what lies beside it.
const KUBESPRAY: [&str; 7] =
    ["kube-master", "kube-node", "k8s-cluster", "calico-rr", "no-floating", "gfs-cluster", "network-storage"];

fn check(view: &View<'_>, report: &mut Report) {
    let (mut unreachable, mut unusual) = (Vec::new(), Vec::new());
    for (name, group) in view.groups.iter() {
        let Some(place) = group.declared.clone() else { continue };
        let is_reachable = !name.contains(|c: char| c.is_whitespace() || ",:&!~*[]".contains(c));
        let is_kubesprays = view.is_kubespray() && KUBESPRAY.contains(&name);
        let is_usual = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit());
        if !is_reachable {
            unreachable.push((name, place));
        } else if !is_usual && !is_kubesprays {
            unusual.push((name, place));
        }
    }
    for (groups, severity, why) in [
        (unreachable, Severity::Warning, "no play and no `--limit` can name"),
        (unusual, Severity::Info, "Ansible warns of, and Jinja cannot write as `groups.NAME`,"),
    ] {
        let Some(((_, first), others)) = groups.split_first() else { continue };
        let names: Vec<&str> = groups.iter().map(|(name, _)| *name).collect();
        let are = if names.len() == 1 { "is the name of a group that" } else { "are names of groups that" };
        let label = "letters, digits and `_` are safe";
        let message = format!("{} {are} {why}", words::code(&names));
        let mut finding = Finding::new(&RULE, message.trim_end_matches(','), Label::new(first.clone(), label));
        finding.severity = severity;
        let finding =
            others.iter().fold(finding, |finding, (_, place)| finding.related(Label::new(place.clone(), label)));
        report.find(finding.help("use letters, digits and `_`, and begin with no digit"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn names_that_no_pattern_can_hold_are_a_warning_and_dashes_information() {
        let odd = Fixture::kubespray()
            .yaml_inventory("\"rack 4\": {hosts: {n1: }}\nmy-group: {hosts: {n1: }}\n4th: {hosts: {n1: }}\n");
        insta::assert_snapshot!(odd.check(&RULE), @r#"
        hosts.yml:1:1: warning[ANS009] `rack 4` is the name of a group that no play and no `--limit` can name
          `"rack 4"` letters, digits and `_` are safe
          help: use letters, digits and `_`, and begin with no digit
        hosts.yml:2:1: info[ANS009] `my-group` and `4th` are names of groups that Ansible warns of, and Jinja cannot write as `groups.NAME`
          `my-group` letters, digits and `_` are safe
          hosts.yml:3:1: `4th` letters, digits and `_` are safe
          help: use letters, digits and `_`, and begin with no digit
        "#);
    }

    #[test]
    fn kubesprays_dashes_are_another_rules() {
        assert_eq!(
            Fixture::kubespray().inventory("[kube-master]\nn1\n[k8s-cluster:children]\nkube-master\n").check(&RULE),
            ""
        );
    }
}
