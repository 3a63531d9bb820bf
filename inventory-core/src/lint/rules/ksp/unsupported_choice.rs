use crate::kubespray::Choice;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::model::Told;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::yaml::nearest;

declare_rule! {
    /// ## What it does
    /// Checks that variables which take one word of a few have one that the release knows: `kube_network_plugin`,
    /// `dns_mode`, `kube_proxy_mode`, `cert_management`, `resolvconf_mode`, `etcd_deployment_type` and `container_manager`.
    ///
    /// ## Why is this bad?
    /// kubespray compares them letter by letter and stops with "The selected choice is not supported", which names
    /// neither the variable nor the words. Words also go: `weave` is none since v2.31, `kubedns` since v2.9.
    ///
    /// ## Example
    /// ```yaml
    /// kube_proxy_mode: IPVS
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_proxy_mode: ipvs
    /// ```
    "KSP007" "unsupported-choice" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    for choice in Choice::ALL {
        // Whether a cloud's words count depends on more.
        if matches!(choice, Choice::CloudProvider | Choice::ExternalCloudProvider) {
            continue;
        }
        let name = choice.variable();
        let Some(words) = view.release.words(choice) else { continue };
        let Some((word, told)) = view.text(view.nodes(), &[name]) else { continue };
        if !words.contains(&&*word) {
            let message = format!("`{name}` is `{word}`, which {} does not know", view.kubespray());
            report.find(unknown_word(
                Finding::new(&RULE, message, Label::new(told.place(), "no such word")),
                &told,
                &word,
                words,
            ));
        }
    }
}

/// Adds the words that there are, and the one that is meant, most likely.
pub(super) fn unknown_word(mut finding: Finding, told: &Told<'_>, word: &str, words: &[&str]) -> Finding {
    let all = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match nearest(word, words) {
        Some(meant) => {
            finding.fix = edits::write(told, meant, Applicability::Unsafe);
            finding.help(format!("write `{meant}`; there are {all}"))
        }
        None => finding.help(format!("write one of {all}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str, release: &str) -> String {
        Fixture::kubespray().file("group_vars/all.yml", text).releases(&[release]).check(&RULE)
    }

    #[test]
    fn a_word_that_the_release_does_not_know_is_found_with_its_neighbour() {
        insta::assert_snapshot!(with("kube_proxy_mode: IPVS\nkube_network_plugin: weave\n", "v2.31.0"), @r#"
        group_vars/all.yml:2:22: error[KSP007] `kube_network_plugin` is `weave`, which kubespray v2.31.0 does not know
          `weave` no such word
          help: write one of `calico`, `flannel`, `cloud`, `cilium`, `cni`, `kube-ovn`, `kube-router`, `macvlan`, `custom_cni`, `none`
        group_vars/all.yml:1:18: error[KSP007] `kube_proxy_mode` is `IPVS`, which kubespray v2.31.0 does not know
          `IPVS` no such word
          help: write `ipvs`; there are `iptables`, `ipvs`, `nftables`
          Unsafe fix: write `kube_proxy_mode: ipvs`
            group_vars/all.yml:1:18: "IPVS" -> "ipvs"
        "#);
    }

    #[test]
    fn words_of_the_release_templates_and_releases_without_a_list_pass() {
        for (text, release) in [
            ("kube_proxy_mode: ipvs\ndns_mode: coredns_dual\nresolvconf_mode: none\n", "v2.31.0"),
            ("kube_network_plugin: none\n", "v2.31.0"),
            ("kube_network_plugin: weave\n", "v2.27.0"),
            ("kube_network_plugin: \"{{ cni }}\"\n", "v2.31.0"),
            ("kube_network_plugin: canal\n", "v2.20.0"),
            ("cloud_provider: gce\n", "v2.31.0"),
        ] {
            assert_eq!(with(text, release), "", "{text}");
        }
    }

    #[test]
    fn a_word_must_be_unknown_to_every_release_of_the_range() {
        let text = Fixture::kubespray().file("group_vars/all.yml", "kube_proxy_mode: nftables\n");
        assert_eq!(text.releases(&["v2.28.0", "v2.27.0"]).check(&RULE), "");
    }
}
