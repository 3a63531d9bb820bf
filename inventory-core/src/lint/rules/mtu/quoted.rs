use crate::inventory::Value;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Fix, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that `calico_mtu` is a number and not text in quotes.
    ///
    /// ## Why is this bad?
    /// kubespray's template for Calico's CNI configuration writes the MTU only `if calico_mtu is number`. Text passes
    /// every other check, and then the tunnels get the value while pods keep what Calico finds by itself: packets that
    /// fit a pod's interface do not fit the tunnel, and large ones vanish (kubespray issue 2167: "`calico_mtu` not
    /// working").
    ///
    /// ## Example
    /// ```yaml
    /// calico_mtu: "1400"
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_mtu: 1400
    /// ```
    "MTU003" "quoted-mtu" Error Safe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let Some((Value::Text(text), told)) = view.value(view.nodes(), &["calico_mtu"]) else { return };
    let Ok(number) = text.content.trim().parse::<u32>() else { return };
    let mut finding = Finding::new(
        &RULE,
        format!("`calico_mtu` is the text \"{number}\", and kubespray gives pods an MTU only where it is a number"),
        Label::new(told.place(), "text, not a number"),
    )
    .help(format!("write {number} without quotes"));
    finding.fix = edits::replace(&told, &number.to_string()).map(|edit| Fix {
        title: format!("write {number} without quotes"),
        applicability: Applicability::Safe,
        edits: vec![edit],
    });
    report.find(finding);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_quoted_mtu_is_found_wherever_it_counts_and_a_number_is_not() {
        let quoted = Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", "calico_mtu: \"1400\"\n");
        insta::assert_snapshot!(quoted.check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:13: error[MTU003] `calico_mtu` is the text "1400", and kubespray gives pods an MTU only where it is a number
          `"1400"` text, not a number
          help: write 1400 without quotes
          Safe fix: write 1400 without quotes
            group_vars/k8s_cluster/k8s-net-calico.yml:1:13: "\"1400\"" -> "1400"
        "#);
        let hidden = quoted
            .file("group_vars/kube_node.yml", "calico_mtu: 1400\n")
            .inventory("[kube_control_plane]\nn1\n[kube_node]\nn1\n");
        assert_eq!(hidden.check(&RULE), "");
        let number = Fixture::kubespray().file("group_vars/all.yml", "calico_mtu: 1400\n");
        assert_eq!(number.check(&RULE), "");
    }

    #[test]
    fn a_fix_leaves_the_lines_behind_and_other_variables_alone() {
        for text in [
            "calico_mtu: >-\n  1400\nother: 1\n",
            "calico_mtu: |\n  1400\nother: 1\n",
            "calico_mtu: !!str \"1400\"\n",
            "calico_mtu: &mtu \"1400\"\nother: *mtu\n",
        ] {
            let found = Fixture::kubespray().file("group_vars/all.yml", text).check(&RULE);
            assert!(found.contains("error[MTU003]") && !found.contains("fix:"), "{text}{found}");
        }
    }
}
