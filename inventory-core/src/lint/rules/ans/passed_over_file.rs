use std::path::Path;

use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::yaml::{Source, nearest_within};

declare_rule! {
    /// ## What it does
    /// Finds files of variables that Ansible does not read although they are where it reads others: `all.yml` beside a
    /// directory `all`, a file with a slip in its extension, a link to nothing.
    ///
    /// ## Why is this bad?
    /// For a group `all` Ansible takes the first that there is of `all`, `all.yml`, `all.yaml` and `all.json`, and looks
    /// no further. Whoever copies kubespray's directory `group_vars/all` beside their own `all.yml` loses everything in
    /// that, without a warning.
    ///
    /// ## Example
    /// ```text
    /// group_vars/all/all.yml
    /// group_vars/all.yml
    /// ```
    ///
    /// Use instead:
    /// ```text
    /// group_vars/all/all.yml
    /// group_vars/all/site.yml
    /// ```
    "ANS006" "passed-over-file" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    for passed in view.root.tree.passed_over() {
        if !is_meant_to_be_read(&passed.path) {
            continue;
        }
        let path = view.root.directory.join(&passed.path);
        let finding = Finding::new(
            &RULE,
            format!("Ansible does not read {}: {}", passed.path.display(), passed.why),
            Label::new(Place::file(&Source::new(path, "")), "passed over"),
        );
        report.find(finding.help("rename it, or move what is in it to where it is read"));
    }
}

/// Whether a name says that variables are in it: notes, templates and copies lie there, too.
fn is_meant_to_be_read(path: &Path) -> bool {
    const READ: [&str; 3] = ["yml", "yaml", "json"];
    let Some(extension) = path.extension().and_then(|extension| extension.to_str()) else { return true };
    READ.contains(&extension) || nearest_within(extension, &READ, 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_file_that_a_directory_hides_and_a_slip_in_an_extension_are_found() {
        let hidden = Fixture::kubespray()
            .file("group_vars/all/all.yml", "a: 1\n")
            .file("group_vars/all.yml", "b: 1\n")
            .file("group_vars/all/more.ymal", "c: 1\n");
        insta::assert_snapshot!(hidden.check(&RULE), @"
        group_vars/all/more.ymal: warning[ANS006] Ansible does not read group_vars/all/more.ymal: Ansible reads `.yml`, `.yaml`, `.json` and files without an extension
          `` passed over
          help: rename it, or move what is in it to where it is read
        group_vars/all.yml: warning[ANS006] Ansible does not read group_vars/all.yml: Ansible reads `group_vars/all` and then looks no further
          `` passed over
          help: rename it, or move what is in it to where it is read
        ");
    }

    #[test]
    fn notes_templates_and_copies_are_fine() {
        let fine = Fixture::kubespray()
            .file("group_vars/all/README.md", "")
            .file("group_vars/all/all.yml.bak", "")
            .file("group_vars/all/all.yml.j2", "")
            .file("group_vars/all/.gitkeep", "")
            .file("group_vars/all/x.txt", "");
        assert_eq!(fine.check(&RULE), "");
    }
}
