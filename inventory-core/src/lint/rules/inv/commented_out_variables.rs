use std::collections::HashSet;

use crate::ansible::Format;
use crate::ansible::shlex;
use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Place};
use crate::lint::report::Report;
use crate::lint::root::Content;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;
use crate::yaml::Span;

declare_rule! {
    /// ## What it does
    /// Finds addresses and names behind a `#` on a host's line of an INI inventory, where they are a comment.
    ///
    /// ## Why is this bad?
    /// kubespray's sample has such lines: everything behind `ansible_host` is commented out there. Somebody filled in the
    /// sample and kept the `#`; etcd then listened on the wrong network card, and nothing on the line looked wrong
    /// (kubernetes-sigs/kubespray#11970).
    ///
    /// ## Example
    /// ```ini
    /// node1 ansible_host=203.0.113.11  # ip=10.3.0.1 etcd_member_name=etcd1
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// node1 ansible_host=203.0.113.11 ip=10.3.0.1 etcd_member_name=etcd1
    /// ```
    "INV008" "commented-out-variables" Warning Unsafe
}

/// What nobody writes down for a node but to have it count.
const VARIABLES: [&str; 6] = ["ip", "ip6", "access_ip", "access_ip6", "etcd_member_name", "ansible_host"];

/// A host's line with variables behind a `#`.
pub(super) struct Commented<'a> {
    /// The hosts of the line.
    pub(super) hosts: Vec<&'a str>,
    /// The variables, of those that matter.
    pub(super) names: Vec<&'a str>,
    /// The comment from its `#` on.
    span: Span,
    /// What becomes of it where nothing but assignments is in it.
    uncommented: Option<&'a str>,
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(inventory) = view.inventory.filter(|_| view.is_kubespray()) else { return };
    for line in commented(view) {
        let are = if line.names.len() == 1 { "is commented out: it stands" } else { "are commented out: they stand" };
        let place = Place::new(&inventory.source, line.span);
        let mut finding = Finding::new(
            &RULE,
            format!("{} of {} {are} behind a `#`", words::code(&line.names), words::list(&line.hosts)),
            Label::new(place.clone(), "a comment to Ansible"),
        )
        .help("take the `#` away, or the whole comment");
        if let Some(text) = line.uncommented {
            finding = finding.fix(Fix {
                title: "take the `#` away".to_owned(),
                applicability: Applicability::Unsafe,
                edits: vec![Edit::Replace { place, text: text.to_owned() }],
            });
        }
        report.find(finding);
    }
}

/// The lines of hosts with variables behind a `#` that the hosts have nowhere.
pub(super) fn commented<'a>(view: &View<'a>) -> Vec<Commented<'a>> {
    let Some(inventory) = view.inventory else { return Vec::new() };
    let source = &inventory.source;
    let is_ini = matches!(&inventory.content, Content::Ansible { inventory, .. } if inventory.format == Format::Ini);
    if !is_ini || !source.text().contains('#') {
        return Vec::new();
    }
    let (mut found, mut seen) = (Vec::<Commented<'a>>::new(), HashSet::new());
    let members = view.groups.iter().flat_map(|(_, group)| group.hosts.iter());
    let mut places: Vec<(&'a str, usize)> =
        members.filter_map(|(host, place)| Some((*host, place.as_ref()?.span.start))).collect();
    // A host above the first section is in no group by what is written there.
    places.extend(view.groups.hosts().filter_map(|(name, host)| Some((name, host.declared.as_ref()?.span.start))));
    places.sort_by_key(|(_, start)| *start);
    places.dedup();
    for (host, start) in places {
        if let Some(last) = found.last_mut().filter(|_| seen.contains(&start)) {
            if !last.hosts.contains(&host) && last.span.start > start {
                last.hosts.push(host);
            }
            continue;
        }
        seen.insert(start);
        let line = source.text()[start..].lines().next().unwrap_or_default();
        let Ok(words) = shlex::split(line) else { continue };
        let behind = words.last().map_or(0, |word| word.place.end);
        let Some(hash) = line[behind..].find('#').map(|at| behind + at) else { continue };
        let comment = line[hash..].trim_end();
        let text = comment.trim_start_matches(['#', ' ', '\t']);
        let assignments: Vec<(&str, &str)> =
            text.split_ascii_whitespace().map_while(|word| word.split_once('=')).collect();
        let scope = view.variables.of_host(host);
        let names: Vec<&str> = assignments
            .iter()
            .filter(|(name, value)| VARIABLES.contains(name) && !value.is_empty() && !scope.is_set(name))
            .map(|(name, _)| *name)
            .collect();
        if names.is_empty() {
            continue;
        }
        let is_whole = assignments.len() == text.split_ascii_whitespace().count();
        let span = Span { start: start + hash, end: start + hash + comment.len() };
        found.push(Commented { hosts: vec![host], names, span, uncommented: is_whole.then_some(text) });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn variables_behind_a_hash_are_found() {
        let kept = Fixture::kubespray().inventory(
            "[kube_control_plane]\nnode1 ansible_host=203.0.113.11  # ip=10.3.0.1 etcd_member_name=etcd1\nnode2 ansible_host=203.0.113.12 # ip=10.3.0.2, please\n[kube_node]\nnode1\n",
        );
        insta::assert_snapshot!(kept.check(&RULE), @r##"
        inventory.ini:2:34: warning[INV008] `ip` and `etcd_member_name` of node1 are commented out: they stand behind a `#`
          `# ip=10.3.0.1 etcd_member_name=etcd1` a comment to Ansible
          help: take the `#` away, or the whole comment
          Unsafe fix: take the `#` away
            inventory.ini:2:34: "# ip=10.3.0.1 etcd_member_name=etcd1" -> "ip=10.3.0.1 etcd_member_name=etcd1"
        inventory.ini:3:33: warning[INV008] `ip` of node2 is commented out: it stands behind a `#`
          `# ip=10.3.0.2, please` a comment to Ansible
          help: take the `#` away, or the whole comment
        "##);
    }

    #[test]
    fn a_host_above_the_first_section_is_looked_at() {
        let top = "n1 ansible_host=203.0.113.11 # ip=10.3.0.1\n[kube_control_plane]\nn1\n[kube_node]\nn1\n";
        insta::assert_snapshot!(Fixture::kubespray().inventory(top).check(&RULE), @r##"
        inventory.ini:1:30: warning[INV008] `ip` of n1 is commented out: it stands behind a `#`
          `# ip=10.3.0.1` a comment to Ansible
          help: take the `#` away, or the whole comment
          Unsafe fix: take the `#` away
            inventory.ini:1:30: "# ip=10.3.0.1" -> "ip=10.3.0.1"
        "##);
    }

    #[test]
    fn old_values_whole_comments_and_prose_are_fine() {
        for fine in [
            "n1 ip=10.3.0.1 # ip=10.3.0.9",
            "# n1 ansible_host=203.0.113.11  # ip=10.3.0.1 etcd_member_name=etcd1\nn1",
            "n1 # the one with ip=10.3.0.1",
            "n1 ansible_ssh_common_args='-o X=#ip=1'",
            "n1 # rack=3 ip=",
        ] {
            let inventory = format!("[kube_control_plane]\n{fine}\n[kube_node]\nn1\n");
            assert_eq!(Fixture::kubespray().inventory(&inventory).check(&RULE), "", "{fine}");
        }
    }
}
