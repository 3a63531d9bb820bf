use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::root::{Content, InventoryFile};
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds several inventories in one directory.
    ///
    /// ## Why is this bad?
    /// It is no mistake as long as Ansible is given files. Given the directory, it merges all of them without a word, so
    /// that two clusters become one with the hosts of both; and which files it merges depends on where it is run:
    /// kubespray's own `ansible.cfg`, like ansible-core before 2.19, passes over `.ini`.
    ///
    /// ## Example
    /// ```sh
    /// ansible-playbook -i inventory/ cluster.yml
    /// ```
    ///
    /// Use instead:
    /// ```sh
    /// ansible-playbook -i inventory/lab.yml cluster.yml
    /// ```
    "ANS005" "several-inventories" Info Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(inventory) = view.inventory else { return };
    // A plugin's configuration, `constructed` for one, is meant to be merged; of two clusters another rule speaks.
    let is_meant = |file: &&InventoryFile| !matches!(file.content, Content::Unknown);
    let files: Vec<&InventoryFile> = view.root.inventories.iter().filter(is_meant).collect();
    let are_clusters = files.iter().all(|file| matches!(file.content, Content::Cluster(_)));
    let [first, second, ..] = files.as_slice() else { return };
    if are_clusters || !std::ptr::eq(*second, inventory) {
        return;
    }
    let names: Vec<String> = files
        .iter()
        .map(|file| file.source.name().file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let label = "an inventory";
    let mut finding = Finding::new(
        &RULE,
        format!("given their directory, Ansible makes one inventory of {}", words::list(&names)),
        Label::new(Place::file(&inventory.source), label),
    );
    for file in std::iter::once(first).chain(&files[2..]) {
        finding = finding.related(Label::new(Place::file(&file.source), label));
    }
    if files.iter().any(|file| file.source.name().extension().is_some_and(|extension| extension == "ini")) {
        finding = finding.note(
            "kubespray's own `ansible.cfg`, like ansible-core before 2.19, then passes over what is called `.ini`",
        );
    }
    report.find(finding.help(format!("give Ansible the file: `-i {}`", inventory.source.name().display())));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn inventories_that_a_directory_would_merge_are_told_once() {
        let three = Fixture::kubespray()
            .other_inventory("web.yml", "web: {hosts: {w1: }}\n")
            .other_inventory("x.ini", "[x]\nx1\n");
        insta::assert_snapshot!(three.check(&RULE), @"
        web.yml: info[ANS005] given their directory, Ansible makes one inventory of inventory.ini, web.yml and x.ini
          `` an inventory
          inventory.ini: `` an inventory
          x.ini: `` an inventory
          note: kubespray's own `ansible.cfg`, like ansible-core before 2.19, then passes over what is called `.ini`
          help: give Ansible the file: `-i web.yml`
        ");
    }

    #[test]
    fn one_inventory_and_what_adds_to_it_are_fine() {
        assert_eq!(Fixture::kubespray().other_inventory("zz.yml", "plugin: constructed\n").check(&RULE), "");
    }
}
