use crate::ansible::config::fails_on_unparsed;
use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::root::Content;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the `ansible.cfg` beside an inventory that a program makes has `any_unparsed_is_failed`.
    ///
    /// ## Why is this bad?
    /// When the program fails, Ansible prints a warning, plays on the hosts it has, none mostly, and exits 0: a pipeline
    /// is green, and nothing was done (ansible/ansible#51025, ansible/ansible#38435). The setting makes it fail.
    ///
    /// Ansible reads one `ansible.cfg`, that of the directory it is run in. From a kubespray checkout this one is never
    /// seen; there `eval "$(./FILE env)"` does the same.
    ///
    /// ## Example
    /// ```ini
    /// [defaults]
    /// inventory = lab.kubevirt.yml
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [defaults]
    /// inventory = lab.kubevirt.yml
    ///
    /// [inventory]
    /// any_unparsed_is_failed = true
    /// ```
    "ANS002" "lenient-config" Info Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let (Some(config), Some(inventory)) = (&view.root.ansible_config, view.inventory) else { return };
    let is_run = inventory.is_executable || matches!(inventory.content, Content::Cluster(_));
    if !is_run || fails_on_unparsed(config.text()) {
        return;
    }
    let finding = Finding::new(
        &RULE,
        "without `any_unparsed_is_failed` an inventory that fails is a warning to Ansible, and the run ends well",
        Label::new(Place::file(config), "no `any_unparsed_is_failed`"),
    );
    report.find(finding.help("write `any_unparsed_is_failed = true` under `[inventory]`"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_config_beside_an_inventory_that_is_run_is_looked_at() {
        let ours = "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\n";
        let lenient = Fixture::kubespray().cluster_file("lab.yml", ours).file("ansible.cfg", "[defaults]\n");
        insta::assert_snapshot!(lenient.check(&RULE), @"
        ansible.cfg: info[ANS002] without `any_unparsed_is_failed` an inventory that fails is a warning to Ansible, and the run ends well
          `` no `any_unparsed_is_failed`
          help: write `any_unparsed_is_failed = true` under `[inventory]`
        ");
        let strict = lenient.file("ansible.cfg", "[inventory]\nany_unparsed_is_failed = true\n");
        assert_eq!(strict.check(&RULE), "");
        assert_eq!(Fixture::kubespray().file("ansible.cfg", "[defaults]\n").check(&RULE), "");
    }
}
