use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that `auto_renew_certificates` is off where `kube_external_ca_mode` is on.
    ///
    /// ## Why is this bad?
    /// kubeadm cannot renew certificates of a CA whose key it does not have, and kubespray stops: "Variable
    /// `auto_renew_certificates` must be disabled when CA are managed externally".
    ///
    /// ## Example
    /// ```yaml
    /// kube_external_ca_mode: true
    /// auto_renew_certificates: true
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_external_ca_mode: true
    /// auto_renew_certificates: false
    /// ```
    "KSP011" "renewal-of-external-certificates" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.is_since(22) || !view.has_assertions() {
        return;
    }
    let is_on = |name| view.effective_truth(name, false).filter(|truth| truth.value);
    let (Some(external), Some(renewal)) = (is_on("kube_external_ca_mode"), is_on("auto_renew_certificates")) else {
        return;
    };
    let (Some(place), Some(told)) = (renewal.place(), &renewal.told) else { return };
    let message = "certificates of a CA that is managed elsewhere cannot be renewed by kubespray";
    let mut finding = Finding::new(&RULE, message, Label::new(place, "renews them"));
    finding.fix = crate::lint::edits::write(told, "false", crate::lint::finding::Applicability::Unsafe);
    report.find(external.explain(finding, view).help("write `auto_renew_certificates: false`"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/all.yml", text).check(&RULE)
    }

    #[test]
    fn certificates_of_an_external_ca_are_not_renewed() {
        insta::assert_snapshot!(with("kube_external_ca_mode: true\nauto_renew_certificates: true\n"), @r#"
        group_vars/all.yml:2:26: error[KSP011] certificates of a CA that is managed elsewhere cannot be renewed by kubespray
          `true` renews them
          group_vars/all.yml:1:24: `true` kube_external_ca_mode is true
          help: write `auto_renew_certificates: false`
          Unsafe fix: write `auto_renew_certificates: false`
            group_vars/all.yml:2:26: "true" -> "false"
        "#);
        assert_eq!(with("kube_external_ca_mode: true\n"), "");
        assert_eq!(with("auto_renew_certificates: true\n"), "");
        assert_eq!(with("kube_external_ca_mode: true\nauto_renew_certificates: true\nignore_assert_errors: yes\n"), "");
    }
}
