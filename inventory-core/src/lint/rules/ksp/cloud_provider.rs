use super::unsupported_choice::unknown_word;
use crate::kubespray::Choice;
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that `cloud_provider` is one of the release's, and `external_cloud_provider` a controller that it has.
    ///
    /// ## Why is this bad?
    /// Kubernetes gave up the providers that were built in, and kubespray with it: since v2.27 `cloud_provider` is empty
    /// or `external`, and the one that is meant is `external_cloud_provider`. With `cloud_provider: openstack` in an old
    /// `group_vars` file the run ends at "Check `cloud_provider` value".
    ///
    /// ## Example
    /// ```yaml
    /// cloud_provider: openstack
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// cloud_provider: external
    /// external_cloud_provider: openstack
    /// ```
    "KSP006" "unsupported-cloud-provider" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.has_assertions() {
        return;
    }
    let Some(words) = view.release.words(Choice::CloudProvider) else { return };
    let Some((word, told)) = view.text(view.nodes(), &["cloud_provider"]) else { return };
    let (kubespray, externals) = (view.kubespray(), view.release.words(Choice::ExternalCloudProvider));
    if !words.contains(&&*word) {
        let message = format!("`cloud_provider` is `{word}`, which {kubespray} does not know");
        let finding = Finding::new(&RULE, message, Label::new(told.place(), "no such provider"));
        let is_external = externals.is_some_and(|externals| externals.contains(&&*word));
        report.find(if is_external {
            finding.help(format!("write `cloud_provider: external` and `external_cloud_provider: {word}`"))
        } else {
            unknown_word(finding, &told, &word, words)
        });
        return;
    }
    let Some(externals) = externals.filter(|_| word == "external") else { return };
    let Some(external) = view.effective_text("external_cloud_provider", "") else { return };
    if externals.contains(&&*external.value) {
        return;
    }
    report.find(match &external.told {
        Some(theirs) if !external.value.is_empty() => {
            let message = format!("`external_cloud_provider` is `{}`, which {kubespray} does not know", external.value);
            let finding = Finding::new(&RULE, message, Label::new(theirs.place(), "no such controller"))
                .related(Label::new(told.place(), "the cloud provider is external"));
            unknown_word(finding, theirs, &external.value, externals)
        }
        _ => {
            let message = "`cloud_provider` is `external`, and `external_cloud_provider` does not say which one";
            let all = externals.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            Finding::new(&RULE, message, Label::new(told.place(), "which one?"))
                .help(format!("write `external_cloud_provider` beside it: one of {all}"))
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str, release: &str) -> String {
        Fixture::kubespray().file("group_vars/all/all.yml", text).releases(&[release]).check(&RULE)
    }

    #[test]
    fn a_provider_that_was_built_in_is_external_by_now() {
        insta::assert_snapshot!(with("cloud_provider: openstack\n", "v2.31.0"), @"
        group_vars/all/all.yml:1:17: error[KSP006] `cloud_provider` is `openstack`, which kubespray v2.31.0 does not know
          `openstack` no such provider
          help: write `cloud_provider: external` and `external_cloud_provider: openstack`
        ");
    }

    #[test]
    fn an_external_provider_needs_its_controller() {
        insta::assert_snapshot!(with("cloud_provider: external\n", "v2.31.0"), @"
        group_vars/all/all.yml:1:17: error[KSP006] `cloud_provider` is `external`, and `external_cloud_provider` does not say which one
          `external` which one?
          help: write `external_cloud_provider` beside it: one of `hcloud`, `huaweicloud`, `oci`, `openstack`, `vsphere`, `manual`
        ");
        insta::assert_snapshot!(with("cloud_provider: external\nexternal_cloud_provider: openstak\n", "v2.31.0"), @r#"
        group_vars/all/all.yml:2:26: error[KSP006] `external_cloud_provider` is `openstak`, which kubespray v2.31.0 does not know
          `openstak` no such controller
          group_vars/all/all.yml:1:17: `external` the cloud provider is external
          help: write `openstack`; there are `hcloud`, `huaweicloud`, `oci`, `openstack`, `vsphere`, `manual`
          Unsafe fix: write `external_cloud_provider: openstack`
            group_vars/all/all.yml:2:26: "openstak" -> "openstack"
        "#);
    }

    #[test]
    fn known_providers_and_none_pass() {
        for (text, release) in [
            ("cloud_provider: \"\"\n", "v2.31.0"),
            ("cloud_provider:\n", "v2.31.0"),
            ("cloud_provider: external\nexternal_cloud_provider: manual\n", "v2.31.0"),
            ("cloud_provider: external\nexternal_cloud_provider: \"{{ cloud }}\"\n", "v2.31.0"),
            ("cloud_provider: openstack\n", "v2.26.0"),
            ("cloud_provider: openstack\nignore_assert_errors: true\n", "v2.31.0"),
            ("external_cloud_provider: foo\n", "v2.31.0"),
        ] {
            assert_eq!(with(text, release), "", "{text}");
        }
    }
}
