use crate::lint::finding::{Finding, Label, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds hosts that are called like a group, or `all`.
    ///
    /// ## Why is this bad?
    /// Ansible warns and goes on. What is written of the host becomes the group's: with a host `db` in an inventory that
    /// has a group `db`, every member of the group gets the host's `ansible_host`, and tasks for all of them run on one
    /// machine.
    ///
    /// A group whose only member is the host of its name, as kubespray wants it for `bastion`, does no harm.
    ///
    /// ## Example
    /// ```ini
    /// [etcd]
    /// etcd ansible_host=192.0.2.11
    /// node2
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [etcd]
    /// node1 ansible_host=192.0.2.11
    /// node2
    /// ```
    "ANS007" "host-named-like-group" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    for (host, written) in view.groups.hosts() {
        let Some(group) = view.groups.get(host) else { continue };
        let members = view.groups.hosts_of(host);
        if members == [host] && host != "all" {
            continue;
        }
        let Some(place) = view.host_place(host) else { continue };
        // What stands before the group is first written stays the host's.
        let is_captured = written.vars.is_empty() && !group.vars.is_empty();
        let what = if is_captured {
            "what is written of the host counts for all hosts of the group"
        } else {
            "whoever names it gets all hosts of the group"
        };
        let mut finding =
            Finding::new(&RULE, format!("`{host}` is a host and a group: {what}"), Label::new(place, "the host"));
        if !is_captured {
            finding.severity = Severity::Warning;
        }
        let finding = match &group.declared {
            Some(group) => finding.related(Label::new(group.clone(), "the group")),
            None => finding,
        };
        report.find(finding.help("call the host by another name"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_host_called_like_a_group_with_others_in_it_is_found() {
        let captured = Fixture::kubespray().inventory("[db]\ndb ansible_host=192.0.2.1\nx1\n\n[y]\nall\n");
        insta::assert_snapshot!(captured.check(&RULE), @"
        inventory.ini:2:1: error[ANS007] `db` is a host and a group: what is written of the host counts for all hosts of the group
          `db` the host
          inventory.ini:1:2: `db` the group
          help: call the host by another name
        inventory.ini:6:1: warning[ANS007] `all` is a host and a group: whoever names it gets all hosts of the group
          `all` the host
          help: call the host by another name
        ");
    }

    #[test]
    fn kubesprays_bastion_is_fine() {
        assert_eq!(Fixture::kubespray().inventory("[bastion]\nbastion ansible_host=192.0.2.1\n").check(&RULE), "");
    }
}
