use crate::cluster::{PLUGIN_PREFIX, Unstartable, startable};
use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place};
use crate::lint::report::Report;
use crate::lint::root::Content;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::yaml::{Node, Span};

declare_rule! {
    /// ## What it does
    /// Checks that Ansible could run a cluster file: its first line starts the binary that `plugin:` names, its line
    /// ends are Unix's, nothing stands before `#!`, and it is executable.
    ///
    /// ## Why is this bad?
    /// Ansible that cannot run the file tries its other readers, prints four warnings of which none names the cause, and
    /// exits 0. The right to execute gets lost in archives and on Windows; `git update-index --chmod=+x FILE` puts it
    /// into the repository.
    ///
    /// ## Example
    /// ```yaml
    /// #!/usr/bin/env inv-kubevirt
    /// plugin: kube_inventory.vms.libvirt
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// #!/usr/bin/env inv-libvirt
    /// plugin: kube_inventory.vms.libvirt
    /// ```
    "ANS003" "unstartable-cluster-file" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(inventory) = view.inventory else { return };
    let Content::Cluster(content) = &inventory.content else { return };
    let source = &inventory.source;
    let plugin = content.tree.get("plugin", source).and_then(Node::raw).unwrap_or_default();
    let Some(word) = plugin.strip_prefix(PLUGIN_PREFIX) else { return };
    let binary = format!("inv-{word}");
    let line = source.text().split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let first_line = Place::new(source, Span { start: 0, end: line.len() });
    for problem in startable::in_first_line(source, &binary) {
        let shebang = format!("#!/usr/bin/env {binary}");
        let (what, label, edit) = match &problem {
            Unstartable::ByteOrderMark { .. } => (
                "the file begins with a byte order mark, so the system does not see its `#!`".to_owned(),
                "behind a byte order mark",
                None,
            ),
            Unstartable::NoShebang { .. } => {
                let start = Place::new(source, Span::default());
                (
                    format!("the first line is not `{shebang}`, so Ansible cannot run this file"),
                    "no `#!`",
                    Some((start, format!("{shebang}\n"))),
                )
            }
            Unstartable::OtherShebang { found, .. } => (
                format!("the first line starts \"{found}\", and `plugin` names {binary}"),
                "not the plugin's binary",
                Some((first_line.clone(), shebang.clone())),
            ),
            Unstartable::CarriageReturn { .. } => (
                format!("the first line ends as on Windows, so the system looks for a program called \"{binary}\\r\""),
                "ends in a carriage return",
                None,
            ),
            Unstartable::NotExecutable { .. } => continue,
        };
        let mut finding = Finding::new(&RULE, what, Label::new(first_line.clone(), label)).help(problem.remedy());
        if let Some((place, text)) = edit {
            finding = finding.fix(Fix {
                title: format!("begin with `{shebang}`"),
                applicability: Applicability::Unsafe,
                edits: vec![Edit::Replace { place, text }],
            });
        }
        report.find(finding);
    }
    if !inventory.is_executable {
        let finding = Finding::new(
            &RULE,
            "the file is not executable, so Ansible cannot run it",
            Label::new(Place::file(source), "not executable"),
        );
        let path = source.name().display();
        report.find(finding.help(format!(
            "run `chmod +x {path}`, and `git update-index --chmod=+x {path}` where git does not see it"
        )));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().cluster_file("lab.yml", text).check(&RULE)
    }

    #[test]
    fn a_first_line_that_starts_nothing_or_another_binary_is_found() {
        insta::assert_snapshot!(with("#!/usr/bin/env inv-kubevirt\nplugin: kube_inventory.vms.static\n"), @r##"
        lab.yml:1:1: error[ANS003] the first line starts "/usr/bin/env inv-kubevirt", and `plugin` names inv-static
          `#!/usr/bin/env inv-kubevirt` not the plugin's binary
          help: make the first line `#!/usr/bin/env inv-static`
          Unsafe fix: begin with `#!/usr/bin/env inv-static`
            lab.yml:1:1: "#!/usr/bin/env inv-kubevirt" -> "#!/usr/bin/env inv-static"
        "##);
        insta::assert_snapshot!(with("plugin: kube_inventory.vms.static\n"), @r##"
        lab.yml:1:1: error[ANS003] the first line is not `#!/usr/bin/env inv-static`, so Ansible cannot run this file
          `plugin: kube_inventory.vms.static` no `#!`
          help: make the first line `#!/usr/bin/env inv-static`
          Unsafe fix: begin with `#!/usr/bin/env inv-static`
            lab.yml: "" -> "#!/usr/bin/env inv-static\n"
        "##);
        insta::assert_snapshot!(with("#!/usr/bin/env inv-static\r\nplugin: kube_inventory.vms.static\r\n"), @r#"
        lab.yml:1:1: error[ANS003] the first line ends as on Windows, so the system looks for a program called "inv-static\r"
          `#!/usr/bin/env inv-static` ends in a carriage return
          help: save it with Unix line ends, for example with `sed -i 's/\r$//' lab.yml`
        "#);
    }

    #[test]
    fn a_file_that_may_not_be_executed_is_found_and_a_whole_one_is_fine() {
        let whole = "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\n";
        assert_eq!(with(whole), "");
        let plain = Fixture::kubespray().other_inventory("lab.yml", whole);
        insta::assert_snapshot!(plain.check(&RULE), @"
        lab.yml: error[ANS003] the file is not executable, so Ansible cannot run it
          `` not executable
          help: run `chmod +x lab.yml`, and `git update-index --chmod=+x lab.yml` where git does not see it
        ");
    }
}
