use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Points out `kube_network_plugin: none`.
    ///
    /// ## Why is this bad?
    /// kubespray then installs no CNI and no CNI plugins, so that nodes stay `NotReady` until somebody does. It warns at the
    /// beginning of a run. With `cni`, it prepares the nodes for a CNI that you install.
    ///
    /// ## Example
    /// ```yaml
    /// kube_network_plugin: none
    /// ```
    ///
    /// Use instead, for a CNI of your own:
    /// ```yaml
    /// kube_network_plugin: cni
    /// ```
    "KSP028" "no-network-plugin" Info Never
}

fn check(view: &View<'_>, report: &mut Report) {
    // The warning is of validate_inventory, which began with v2.28; before, the word was refused.
    if !view.is_kubespray() || !view.release.is_since(28) {
        return;
    }
    let Some((_, told)) = view.text(view.nodes(), &["kube_network_plugin"]).filter(|(word, _)| word == "none") else {
        return;
    };
    let finding = Finding::new(
        &RULE,
        "kubespray installs no network: nodes are not ready without one",
        Label::new(told.place(), "none"),
    );
    report.find(finding.help("write `kube_network_plugin: cni` for a CNI that you install yourself"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn no_network_is_pointed_out() {
        let none = Fixture::kubespray().file("group_vars/all.yml", "kube_network_plugin: none\n");
        insta::assert_snapshot!(none.check(&RULE), @"
        group_vars/all.yml:1:22: info[KSP028] kubespray installs no network: nodes are not ready without one
          `none` none
          help: write `kube_network_plugin: cni` for a CNI that you install yourself
        ");
        let own = Fixture::kubespray().file("group_vars/all.yml", "kube_network_plugin: cni\n");
        assert_eq!(own.check(&RULE), "");
    }
}
