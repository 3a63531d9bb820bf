use crate::cluster::PLUGIN_PREFIX;
use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place};
use crate::lint::report::Report;
use crate::lint::root::Content;
use crate::lint::rule::declare_rule;
use crate::lint::rules::documents;
use crate::lint::view::View;
use crate::yaml::{Resolved, Span, parse_one};

declare_rule! {
    /// ## What it does
    /// Checks that a file whose first line starts one of our binaries says so in `plugin:`, too.
    ///
    /// ## Why is this bad?
    /// When an inventory's program fails, Ansible hands the same file to its other readers. A YAML file without
    /// `plugin:` is an inventory to them: its sections become groups, what is under `hosts` becomes hosts, the error of
    /// the program is never shown, and the play runs on that. Silent inventories are an old grief of Ansible's users
    /// (ansible/ansible#65911, ansible/ansible#81981); not even `any_unparsed_is_failed` helps here.
    ///
    /// ## Example
    /// ```yaml
    /// #!/usr/bin/env inv-kubevirt
    /// source:
    ///   namespace: lab
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// #!/usr/bin/env inv-kubevirt
    /// plugin: kube_inventory.vms.kubevirt
    /// source:
    ///   namespace: lab
    /// ```
    "ANS001" "missing-plugin" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(inventory) = view.inventory else { return };
    let source = &inventory.source;
    let Some(binary) = binary_of(source.text()) else { return };
    let has_plugin = match (&inventory.content, documents::root(inventory)) {
        (Content::Cluster(_), _) => true,
        (_, Some(root)) => root.get("plugin", source).is_some(),
        // What no reader of ours takes for YAML is at least looked through.
        (_, None) => source.text().lines().any(|line| line.starts_with("plugin:")),
    };
    if has_plugin {
        return;
    }
    let line = source.text().lines().next().unwrap_or_default();
    let plugin = format!("plugin: {PLUGIN_PREFIX}{}", binary.strip_prefix("inv-").unwrap_or(binary));
    let mut finding = Finding::new(
        &RULE,
        format!("there is no `plugin:`, so when {binary} fails, Ansible reads this file as an inventory of its own, and says nothing"),
        Label::new(Place::new(source, Span { start: 0, end: line.len() }), format!("run by {binary}")),
    )
    .help(format!("write `{plugin}` below the first line"));
    // A document may begin with `---`.
    let rest = &source.text()[line.len()..];
    let start = line.len() + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    let marker = source.text()[start..].split_inclusive('\n').next().filter(|line| line.trim_end() == "---");
    let start = start + marker.map_or(0, str::len);
    let is_map = documents::root(inventory).is_some()
        || parse_one(source).is_ok_and(|document| document.root.is_some_and(|root| root.resolve() == Resolved::Map));
    if start > line.len() && is_map {
        finding = finding.fix(Fix {
            title: format!("write `{plugin}`"),
            applicability: Applicability::Unsafe,
            edits: vec![Edit::Replace {
                place: Place::new(source, Span { start, end: start }),
                text: format!("{plugin}\n"),
            }],
        });
    }
    report.find(finding);
}

/// The one of our binaries that the first line starts.
fn binary_of(text: &str) -> Option<&str> {
    let command = text.lines().next()?.strip_prefix("#!")?;
    let program = command
        .split_ascii_whitespace()
        .find(|word| word.rsplit('/').next().is_some_and(|name| name.starts_with("inv-")))?;
    program.rsplit('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_file_of_ours_without_plugin_is_found() {
        let yaml = "#!/usr/bin/env inv-kubevirt\n---\nsource:\n  hosts:\n    evil:\n";
        insta::assert_snapshot!(Fixture::kubespray().cluster_file("lab.yml", yaml).check(&RULE), @r#"
        lab.yml:1:1: error[ANS001] there is no `plugin:`, so when inv-kubevirt fails, Ansible reads this file as an inventory of its own, and says nothing
          `#!/usr/bin/env inv-kubevirt` run by inv-kubevirt
          help: write `plugin: kube_inventory.vms.kubevirt` below the first line
          Unsafe fix: write `plugin: kube_inventory.vms.kubevirt`
            lab.yml:3:1: "" -> "plugin: kube_inventory.vms.kubevirt\n"
        "#);
    }

    #[test]
    fn a_plugin_and_inventories_that_nobody_runs_are_fine() {
        let ours = "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\n";
        assert_eq!(Fixture::kubespray().cluster_file("lab.yml", ours).check(&RULE), "");
        assert_eq!(
            Fixture::kubespray().yaml_inventory("# made by inv-kubevirt\nall:\n  hosts: {n1: }\n").check(&RULE),
            ""
        );
        assert_eq!(Fixture::kubespray().check(&RULE), "");
    }
}
