use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::root::{Content, InventoryFile};
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds two cluster files in one directory.
    ///
    /// ## Why is this bad?
    /// The directory is the cluster: `group_vars` beside the file are read for both, kubespray keeps `credentials/` and
    /// `artifacts/` there, so that the second cluster's certificates and passwords replace the first one's, and
    /// `-i DIR` makes one inventory of both.
    ///
    /// ## Example
    /// ```text
    /// clusters/lab.kubevirt.yml
    /// clusters/prod.kubevirt.yml
    /// ```
    ///
    /// Use instead:
    /// ```text
    /// clusters/lab/lab.kubevirt.yml
    /// clusters/prod/prod.kubevirt.yml
    /// ```
    "ANS004" "two-cluster-files" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(inventory) = view.inventory else { return };
    let is_cluster = |file: &&InventoryFile| matches!(file.content, Content::Cluster(_));
    let mut clusters = view.root.inventories.iter().filter(is_cluster);
    let Some(first) = clusters.next() else { return };
    // The first one was there before.
    if !clusters.any(|other| std::ptr::eq(other, inventory)) {
        return;
    }
    let name = |file: &InventoryFile| file.source.name().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let finding = Finding::new(
        &RULE,
        format!(
            "{} and {} are two clusters in one directory, which share `group_vars` and kubespray's credentials",
            name(first),
            name(inventory)
        ),
        Label::new(Place::file(&inventory.source), "another cluster"),
    )
    .related(Label::new(Place::file(&first.source), "one cluster"));
    report.find(finding.help("give each cluster a directory of its own"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const OURS: &str = "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\n";

    #[test]
    fn a_second_cluster_is_found_once_and_other_inventories_are_not() {
        let two = Fixture::kubespray().cluster_file("a.yml", OURS).other_inventory("b.yml", OURS);
        insta::assert_snapshot!(two.check(&RULE), @"
        b.yml: warning[ANS004] a.yml and b.yml are two clusters in one directory, which share `group_vars` and kubespray's credentials
          `` another cluster
          a.yml: `` one cluster
          help: give each cluster a directory of its own
        ");
        let one = Fixture::kubespray().cluster_file("a.yml", OURS).other_inventory("b.yml", "plugin: constructed\n");
        assert_eq!(one.other_inventory("c.ini", "[x]\nn1\n").check(&RULE), "");
    }
}
