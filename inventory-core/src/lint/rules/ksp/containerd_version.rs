use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that `containerd_version` is 1.3.7 or newer, where containerd is the container manager.
    ///
    /// ## Why is this bad?
    /// kubespray writes a configuration that older ones do not read, and stops with "`containerd_version` is too low".
    ///
    /// ## Example
    /// ```yaml
    /// containerd_version: 1.2.13
    /// ```
    ///
    /// Use instead: no line at all. Each release installs the containerd that it was tested with.
    "KSP010" "containerd-too-old" Error Never
}

/// `containerd_min_version_required` of the role's defaults.
const OLDEST: [u32; 3] = [1, 3, 7];

fn check(view: &View<'_>, report: &mut Report) {
    // Whoever sets the bound knows what they do.
    let has_own_bound = view.nodes().is_set("containerd_min_version_required");
    if !view.is_kubespray() || !view.release.is_since(22) || has_own_bound {
        return;
    }
    let Some((text, told)) = view.text(view.nodes(), &["containerd_version"]) else { return };
    let numbers = text.split('.').map(str::parse::<u32>).collect::<Result<Vec<_>, _>>();
    let is_old = numbers.is_ok_and(|numbers| numbers.len() == OLDEST.len() && numbers.as_slice() < &OLDEST[..]);
    let manager = view.effective_text("container_manager", view.release.container_manager());
    let Some(manager) = manager.filter(|manager| is_old && manager.value == "containerd") else { return };
    let message = format!("containerd {text} is too old for {}, which takes 1.3.7 or newer", view.kubespray());
    let finding = Finding::new(&RULE, message, Label::new(told.place(), "too old"));
    report.find(manager.explain(finding, view).help("delete the line for the version that kubespray installs"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/all.yml", text).check(&RULE)
    }

    #[test]
    fn an_old_containerd_is_found_where_containerd_runs() {
        insta::assert_snapshot!(with("containerd_version: 1.2.13\n"), @"
        group_vars/all.yml:1:21: error[KSP010] containerd 1.2.13 is too old for kubespray v2.31.0, which takes 1.3.7 or newer
          `1.2.13` too old
          note: container_manager is containerd, the default of kubespray v2.31.0, and written nowhere
          help: delete the line for the version that kubespray installs
        ");
        for text in ["1.3.7", "1.10.1", "latest", "1.2", "\"{{ v }}\""] {
            assert_eq!(with(&format!("containerd_version: {text}\n")), "", "{text}");
        }
        assert_eq!(with("containerd_version: 1.2.13\ncontainer_manager: crio\n"), "");
    }
}
