use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that `download_localhost` comes with `download_run_once`.
    ///
    /// ## Why is this bad?
    /// Downloads by the machine that runs Ansible are meant to be made once, and kubespray stops with
    /// "`download_localhost` requires enable `download_run_once`" where they are not.
    ///
    /// ## Example
    /// ```yaml
    /// download_localhost: true
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// download_localhost: true
    /// download_run_once: true
    /// ```
    "KSP008" "download-localhost-alone" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.is_since(22) {
        return;
    }
    let Some(localhost) = view.effective_truth("download_localhost", false).filter(|localhost| localhost.value) else {
        return;
    };
    let Some(once) = view.effective_truth("download_run_once", false).filter(|once| !once.value) else { return };
    let Some(place) = localhost.place() else { return };
    let message = format!("{} downloads to localhost only with `download_run_once`", view.kubespray());
    let mut finding = Finding::new(&RULE, message, Label::new(place, "downloads to localhost"));
    finding.fix = once.told.as_ref().and_then(|told| edits::write(told, "true", Applicability::Unsafe));
    report.find(once.explain(finding, view).help("write `download_run_once: true`"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/all.yml", text).check(&RULE)
    }

    #[test]
    fn downloads_to_localhost_are_made_once() {
        insta::assert_snapshot!(with("download_localhost: true\n"), @"
        group_vars/all.yml:1:21: error[KSP008] kubespray v2.31.0 downloads to localhost only with `download_run_once`
          `true` downloads to localhost
          note: download_run_once is false, the default of kubespray v2.31.0, and written nowhere
          help: write `download_run_once: true`
        ");
        insta::assert_snapshot!(with("download_localhost: true\ndownload_run_once: false\n"), @r#"
        group_vars/all.yml:1:21: error[KSP008] kubespray v2.31.0 downloads to localhost only with `download_run_once`
          `true` downloads to localhost
          group_vars/all.yml:2:20: `false` download_run_once is false
          help: write `download_run_once: true`
          Unsafe fix: write `download_run_once: true`
            group_vars/all.yml:2:20: "false" -> "true"
        "#);
        assert_eq!(with("download_localhost: true\ndownload_run_once: true\n"), "");
        assert_eq!(with("download_localhost: true\ndownload_run_once: \"{{ once }}\"\n"), "");
        assert_eq!(with("download_localhost: false\n"), "");
    }
}
