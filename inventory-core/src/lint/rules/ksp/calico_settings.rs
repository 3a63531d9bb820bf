use super::unsupported_choice::unknown_word;
use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Checks the words of `calico_ipip_mode`, `calico_vxlan_mode` and `calico_network_backend`, and the characters of
    /// `calico_pool_name`, where Calico is the CNI.
    ///
    /// ## Why is this bad?
    /// The modes are `Always`, `CrossSubnet` and `Never`, with these capitals, and kubespray stops at every other one. Up to
    /// v2.6 they were small (`cross-subnet`), and people carry their files along.
    ///
    /// ## Example
    /// ```yaml
    /// calico_vxlan_mode: always
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_vxlan_mode: Always
    /// ```
    "KSP012" "unsupported-calico-setting" Error Unsafe
}

const MODES: &[&str] = &["Always", "CrossSubnet", "Never"];

fn check(view: &View<'_>, report: &mut Report) {
    // calico's check.yml has these assertions since VXLAN became the default, with v2.19 (#8434).
    if !view.is_kubespray() || !view.release.is_since(19) || view.cni() != Some(Cni::Calico) {
        return;
    }
    let kubespray = view.kubespray();
    let words: [(&str, &[&str]); 3] = [
        ("calico_ipip_mode", MODES),
        ("calico_vxlan_mode", MODES),
        ("calico_network_backend", &["bird", "vxlan", "none"]),
    ];
    for (name, words) in words {
        let Some((word, told)) = view.text(view.nodes(), &[name]) else { continue };
        if !words.contains(&&*word) {
            let message = format!("`{name}` is `{word}`, which {kubespray} does not know");
            report.find(unknown_word(
                Finding::new(&RULE, message, Label::new(told.place(), "no such word")),
                &told,
                &word,
                words,
            ));
        }
    }
    let Some((name, told)) = view.text(view.nodes(), &["calico_pool_name"]) else { return };
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "-_.\\".contains(c);
    if !(2..=63).contains(&name.chars().count()) || !name.chars().all(is_of_name) {
        let message = format!(
            "`calico_pool_name` is `{name}`, and a pool's name is of 2 to 63 letters, digits, `-`, `_` and `.`"
        );
        report.find(Finding::new(&RULE, message, Label::new(told.place(), "no name of a pool")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster.yml", text).check(&RULE)
    }

    #[test]
    fn words_are_compared_letter_by_letter() {
        insta::assert_snapshot!(with("calico_vxlan_mode: always\ncalico_network_backend: bgp\ncalico_pool_name: my pool\n"), @r#"
        group_vars/k8s_cluster.yml:1:20: error[KSP012] `calico_vxlan_mode` is `always`, which kubespray v2.31.0 does not know
          `always` no such word
          help: write `Always`; there are `Always`, `CrossSubnet`, `Never`
          Unsafe fix: write `calico_vxlan_mode: Always`
            group_vars/k8s_cluster.yml:1:20: "always" -> "Always"
        group_vars/k8s_cluster.yml:2:25: error[KSP012] `calico_network_backend` is `bgp`, which kubespray v2.31.0 does not know
          `bgp` no such word
          help: write one of `bird`, `vxlan`, `none`
        group_vars/k8s_cluster.yml:3:19: error[KSP012] `calico_pool_name` is `my pool`, and a pool's name is of 2 to 63 letters, digits, `-`, `_` and `.`
          `my pool` no name of a pool
        "#);
    }

    #[test]
    fn words_of_the_release_and_other_cnis_pass() {
        assert_eq!(
            with("calico_vxlan_mode: CrossSubnet\ncalico_network_backend: none\ncalico_pool_name: default-pool\n"),
            ""
        );
        assert_eq!(with("kube_network_plugin: cilium\ncalico_vxlan_mode: always\n"), "");
        assert_eq!(with("kube_network_plugin: \"{{ cni }}\"\ncalico_vxlan_mode: always\n"), "");
        let old = Fixture::kubespray().file("group_vars/all.yml", "calico_vxlan_mode: always\n");
        assert_eq!(old.releases(&["v2.18.0"]).check(&RULE), "");
    }
}
