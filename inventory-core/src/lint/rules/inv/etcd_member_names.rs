use indexmap::IndexMap;

use super::etcd_members;
use crate::lint::finding::{Finding, Label, Place, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the members of etcd have names of their own: `etcd_member_name` on all or on none, and no name twice.
    ///
    /// ## Why is this bad?
    /// A member without a name is called after its position: `etcd1` is whoever comes first. Where others have names,
    /// two members can get the same one, and etcd does not start; and when a member leaves, those behind it are
    /// renamed. Recovering a broken control plane needs the names in the inventory (`recover_control_plane`).
    ///
    /// ## Example
    /// ```ini
    /// [etcd]
    /// node1
    /// node2 etcd_member_name=etcd1
    /// node3 etcd_member_name=etcd3
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [etcd]
    /// node1 etcd_member_name=etcd1
    /// node2 etcd_member_name=etcd2
    /// node3 etcd_member_name=etcd3
    /// ```
    "INV015" "etcd-member-names" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let members = etcd_members(view);
    let (mut names, mut unnamed) = (IndexMap::<String, Vec<(&str, Option<Place>)>>::new(), Vec::new());
    for (position, host) in members.iter().enumerate() {
        let scope = view.variables.of_host(host);
        let (name, place) = match view.text(&scope, &["etcd_member_name"]) {
            Some((name, told)) => (name, Some(told.place())),
            // A name that cannot be known is counted as such.
            None if scope.find(&["etcd_member_name"]).is_some_and(|told| told.value.is_err()) => continue,
            None => {
                unnamed.push(*host);
                (format!("etcd{}", position + 1), None)
            }
        };
        names.entry(name).or_default().push((host, place));
    }
    let mut is_found = false;
    for (name, members) in names.iter().filter(|(_, members)| members.len() > 1) {
        let Some(place) = members.iter().rev().find_map(|(_, place)| place.clone()) else { continue };
        let hosts: Vec<&str> = members.iter().map(|(host, _)| *host).collect();
        let mut finding = Finding::new(
            &RULE,
            format!("{} are the etcd member `{name}`", words::list(&hosts)),
            Label::new(place.clone(), "the name is taken"),
        );
        finding.severity = Severity::Error;
        for (host, other) in members.iter().filter(|(_, other)| other.as_ref() != Some(&place)) {
            finding = match other {
                Some(other) => finding.related(Label::new(other.clone(), format!("of {host}"))),
                None => {
                    finding.note(format!("{host} has no `etcd_member_name`, so it is called {name} after its position"))
                }
            };
        }
        report.find(finding.help("give every member of etcd a name of its own"));
        is_found = true;
    }
    let (Some(first), false) = (unnamed.first(), unnamed.len() == members.len() || is_found) else { return };
    let Some(place) = view.host_place(first) else { return };
    let have = if unnamed.len() == 1 { "has" } else { "have" };
    let finding = Finding::new(
        &RULE,
        format!(
            "{} {have} no `etcd_member_name` among members of etcd that have one, and would be renamed when another member leaves",
            words::list(&unnamed)
        ),
        Label::new(place, "without `etcd_member_name`"),
    );
    report.find(finding.help("give every member of etcd a name of its own"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(etcd: &str) -> String {
        let inventory = format!("[kube_control_plane]\nn1\n[kube_node]\nn1\n[etcd]\n{etcd}");
        Fixture::kubespray().inventory(&inventory).check(&RULE)
    }

    #[test]
    fn a_name_twice_is_an_error_also_where_a_position_makes_it() {
        insta::assert_snapshot!(with("n1 etcd_member_name=a\nn2 etcd_member_name=a\nn3 etcd_member_name=c\n"), @"
        inventory.ini:7:21: error[INV015] n1 and n2 are the etcd member `a`
          `a` the name is taken
          inventory.ini:6:21: `a` of n1
          help: give every member of etcd a name of its own
        ");
        insta::assert_snapshot!(with("n1\nn2 etcd_member_name=etcd1\nn3 etcd_member_name=etcd3\n"), @"
        inventory.ini:7:21: error[INV015] n1 and n2 are the etcd member `etcd1`
          `etcd1` the name is taken
          note: n1 has no `etcd_member_name`, so it is called etcd1 after its position
          help: give every member of etcd a name of its own
        ");
    }

    #[test]
    fn a_missing_name_among_others_is_found() {
        insta::assert_snapshot!(with("n1 etcd_member_name=a\nn2\nn3 etcd_member_name=\"''\"\n"), @"
        inventory.ini:7:1: warning[INV015] n2 and n3 have no `etcd_member_name` among members of etcd that have one, and would be renamed when another member leaves
          `n2` without `etcd_member_name`
          help: give every member of etcd a name of its own
        ");
    }

    #[test]
    fn all_or_none_is_fine() {
        assert_eq!(with("n1\nn2\nn3\n"), "");
        assert_eq!(with("n1 etcd_member_name=a\nn2 etcd_member_name=b\nn3 etcd_member_name=c\n"), "");
        assert_eq!(with("n1\nn2\nn3\n[all:vars]\netcd_member_name={{ inventory_hostname }}\n"), "");
    }
}
