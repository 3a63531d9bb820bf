use crate::inventory::Value;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the variables which kubespray wants as booleans are booleans: `download_run_once`,
    /// `download_always_pull`, `helm_enabled`, `openstack_lbaas_enabled`, and up to v2.31 `deploy_netchecker`.
    ///
    /// ## Why is this bad?
    /// The text `"false"` counts as true wherever it is asked bare, so kubespray's task "Stop if known booleans are set as
    /// strings" ends the run. In an INI inventory `helm_enabled=true` is text, too: only `True` and `False` are booleans
    /// there, since Ansible reads the value as Python would.
    ///
    /// ## Example
    /// ```yaml
    /// helm_enabled: "true"
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// helm_enabled: true
    /// ```
    "KSP004" "text-for-a-boolean" Error Safe
}

fn check(view: &View<'_>, report: &mut Report) {
    // The list is the one that the assertion has had since the checks of v2.22.
    if !view.is_kubespray() || !view.release.is_since(22) || !view.has_assertions() {
        return;
    }
    let names = ["download_run_once", "download_always_pull", "helm_enabled", "openstack_lbaas_enabled"];
    let netchecker = (!view.release.is_since(32)).then_some("deploy_netchecker");
    for name in names.into_iter().chain(netchecker) {
        let Some((value, told)) = view.value(view.nodes(), &[name]) else { continue };
        // What a template gives is a boolean or not by Ansible's own rules.
        if matches!(value, Value::Bool(_)) || !told.is_literal() {
            continue;
        }
        let plain = value.to_plain_text();
        let meant = match plain.trim().to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some("true"),
            "false" | "no" | "off" | "0" => Some("false"),
            _ => None,
        };
        let what = if matches!(value, Value::Text(_)) { format!("the text \"{plain}\"") } else { format!("`{plain}`") };
        let kubespray = view.kubespray();
        let mut finding = Finding::new(
            &RULE,
            format!("`{name}` is {what}, and {kubespray} stops where it is not a boolean"),
            Label::new(told.place(), "no boolean"),
        );
        if told.assignment.node().is_some() {
            finding.fix = meant.and_then(|meant| edits::write(&told, meant, Applicability::Safe));
        }
        finding = finding.help(match (meant, told.assignment.node()) {
            (Some("true"), None) => "write `True`, with a capital letter as Python has it".to_owned(),
            (Some(_), None) => "write `False`, with a capital letter as Python has it".to_owned(),
            (Some(meant), Some(_)) => format!("write `{name}: {meant}`"),
            (None, _) => "write true or false".to_owned(),
        });
        report.find(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn text_is_no_boolean_and_loses_its_quotes() {
        let text = Fixture::kubespray().file("group_vars/all.yml", "helm_enabled: \"false\"\ndownload_run_once: 1\n");
        insta::assert_snapshot!(text.check(&RULE), @r#"
        group_vars/all.yml:2:20: error[KSP004] `download_run_once` is `1`, and kubespray v2.31.0 stops where it is not a boolean
          `1` no boolean
          help: write `download_run_once: true`
          Safe fix: write `download_run_once: true`
            group_vars/all.yml:2:20: "1" -> "true"
        group_vars/all.yml:1:15: error[KSP004] `helm_enabled` is the text "false", and kubespray v2.31.0 stops where it is not a boolean
          `"false"` no boolean
          help: write `helm_enabled: false`
          Safe fix: write `helm_enabled: false`
            group_vars/all.yml:1:15: "\"false\"" -> "false"
        "#);
        assert_eq!(text.file("group_vars/kube_node.yml", "ignore_assert_errors: true\n").check(&RULE), "");
    }

    #[test]
    fn in_ini_true_is_text_and_capital_true_is_not() {
        let hosts = "[kube_control_plane]\nn1\n[kube_node]\nn1\n[all:vars]\n";
        let text = Fixture::kubespray().inventory(&format!("{hosts}helm_enabled=true\n"));
        insta::assert_snapshot!(text.check(&RULE), @r#"
        inventory.ini:6:14: error[KSP004] `helm_enabled` is the text "true", and kubespray v2.31.0 stops where it is not a boolean
          `true` no boolean
          help: write `True`, with a capital letter as Python has it
        "#);
        assert_eq!(Fixture::kubespray().inventory(&format!("{hosts}helm_enabled=True\n")).check(&RULE), "");
    }

    #[test]
    fn booleans_templates_and_older_releases_pass() {
        for text in
            ["helm_enabled: true\n", "helm_enabled: no\n", "helm_enabled: \"{{ x }}\"\n", "my_enabled: \"true\"\n"]
        {
            assert_eq!(Fixture::kubespray().file("group_vars/all.yml", text).check(&RULE), "", "{text}");
        }
        let old = Fixture::kubespray()
            .file("group_vars/all.yml", "helm_enabled: \"true\"\n")
            .releases(&["v2.31.0", "v2.21.0"]);
        assert_eq!(old.check(&RULE), "");
    }
}
