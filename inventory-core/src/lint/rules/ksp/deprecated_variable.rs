use super::fates::gone;
use crate::kubespray::history::Standing;
use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds variables that still work, and that a later release will not know.
    ///
    /// ## Why is this bad?
    /// kubespray warns in the middle of a run of thousands of tasks, where nobody reads it.
    ///
    /// The fix deletes the variable where it is off, and so it is without the line. Another name is unsafe.
    ///
    /// ## Example
    /// ```yaml
    /// enable_dual_stack_networks: true
    /// ```
    ///
    /// Use instead, since v2.28:
    /// ```yaml
    /// ipv6_stack: true
    /// ```
    "KSP003" "deprecated-variable" Info Safe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    for gone in gone(view, Standing::Deprecated) {
        let name = gone.assignment.name;
        let message = format!("`{name}` is deprecated since kubespray v2.{}", gone.change.since);
        let place = Place::new(gone.assignment.source, gone.assignment.key);
        let mut finding = Finding::new(&RULE, message, Label::new(place, "deprecated")).help(gone.advice());
        finding.fix = gone.removed(view).or_else(|| gone.renamed(view));
        report.find(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_deprecated_variable_gets_its_new_name() {
        let old = Fixture::kubespray().file("group_vars/all.yml", "enable_dual_stack_networks: true\n");
        insta::assert_snapshot!(old.check(&RULE), @r#"
        group_vars/all.yml:1:1: info[KSP003] `enable_dual_stack_networks` is deprecated since kubespray v2.28
          `enable_dual_stack_networks` deprecated
          help: write `ipv6_stack` instead
          Unsafe fix: call it `ipv6_stack`
            group_vars/all.yml:1:1: "enable_dual_stack_networks" -> "ipv6_stack"
        "#);
        assert_eq!(old.releases(&["v2.27.0"]).check(&RULE), "");
        let off = Fixture::kubespray().file("group_vars/all.yml", "enable_dual_stack_networks: false\nmine: 1\n");
        insta::assert_snapshot!(off.check(&RULE), @r#"
        group_vars/all.yml:1:1: info[KSP003] `enable_dual_stack_networks` is deprecated since kubespray v2.28
          `enable_dual_stack_networks` deprecated
          help: remove it: it is off, and so it is without the line
          Safe fix: delete `enable_dual_stack_networks`
            group_vars/all.yml:1:1: "enable_dual_stack_networks: false\n" -> ""
        "#);
        let new = Fixture::kubespray().file("group_vars/all.yml", "ipv6_stack: true\n");
        assert_eq!(new.check(&RULE), "");
    }
}
