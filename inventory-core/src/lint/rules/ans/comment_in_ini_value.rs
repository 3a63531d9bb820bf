use crate::ansible::Format;
use crate::inventory::Value;
use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place};
use crate::lint::report::Report;
use crate::lint::root::Content;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::yaml::Span;

declare_rule! {
    /// ## What it does
    /// Finds comments behind values in sections `[group:vars]` of INI inventories, where they are a part of the value.
    ///
    /// ## Why is this bad?
    /// On a host's line `#` begins a comment; under `[group:vars]` it does so only at the start of a line. The value of
    /// `kube_network_plugin=calico # default` is the text "calico # default", which no choice of kubespray's is.
    ///
    /// ## Example
    /// ```ini
    /// [k8s_cluster:vars]
    /// kube_network_plugin=calico  # the default
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [k8s_cluster:vars]
    /// # the default
    /// kube_network_plugin=calico
    /// ```
    "ANS010" "comment-in-ini-value" Warning Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    let is_ini =
        |content: &Content| matches!(content, Content::Ansible { inventory, .. } if inventory.format == Format::Ini);
    if !view.inventory.is_some_and(|inventory| is_ini(&inventory.content)) {
        return;
    }
    for assignment in view.groups.iter().flat_map(|(_, group)| &group.vars) {
        let (place, value) = (assignment.place(), assignment.value());
        let Ok(Value::Text(text)) = value.as_deref() else { continue };
        // In quotes it may be meant; and what is a literal to Python may well end in a comment.
        let written = place.text();
        if written.starts_with(['"', '\'']) || text.content != written {
            continue;
        }
        let Some(hash) = written.find(" #").or_else(|| written.find("\t#")) else { continue };
        let (meant, start) = (written[..hash].trim_end(), place.span.start);
        let finding = Finding::new(
            &RULE,
            format!("the comment behind `{}` is a part of its value", assignment.name),
            Label::new(
                Place::new(assignment.source, Span { start: start + hash + 1, end: place.span.end }),
                "no comment here",
            ),
        )
        .help("put the comment on a line of its own");
        report.find(if meant.is_empty() {
            finding
        } else {
            finding.fix(Fix {
                title: "delete the comment".to_owned(),
                applicability: Applicability::Unsafe,
                edits: vec![Edit::Replace {
                    place: Place::new(assignment.source, Span { start: start + meant.len(), end: place.span.end }),
                    text: String::new(),
                }],
            })
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_comment_that_is_none_is_found() {
        let inventory =
            "[kube_node]\nn1 a=1 # a comment\n[kube_node:vars]\nkube_network_plugin=calico  # the default\n";
        insta::assert_snapshot!(Fixture::kubespray().inventory(inventory).check(&RULE), @r#"
        inventory.ini:4:29: warning[ANS010] the comment behind `kube_network_plugin` is a part of its value
          `# the default` no comment here
          help: put the comment on a line of its own
          Unsafe fix: delete the comment
            inventory.ini:4:27: "  # the default" -> ""
        "#);
    }

    #[test]
    fn literals_quotes_and_hashes_in_words_are_fine() {
        let fine = "[kube_node]\nn1\n[kube_node:vars]\na=1 # one\nb='x' # quoted\nc=\"a # b\"\nd=a#b\n# e\ne=f\n";
        assert_eq!(Fixture::kubespray().inventory(fine).check(&RULE), "");
    }
}
