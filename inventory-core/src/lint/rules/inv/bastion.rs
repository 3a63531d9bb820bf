use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the group `bastion` has a host called `bastion`, with an address and a user.
    ///
    /// ## Why is this bad?
    /// kubespray asks for the *host* of that name: only if there is a `bastion` among all hosts does it let SSH jump
    /// over it, with the `ansible_host` and `ansible_user` of `hostvars['bastion']`. A jump host of another name is
    /// passed over without a word, and then the nodes cannot be reached.
    ///
    /// ## Example
    /// ```ini
    /// [bastion]
    /// jump ansible_host=203.0.113.5
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [bastion]
    /// bastion ansible_host=203.0.113.5 ansible_user=debian
    /// ```
    "INV014" "incomplete-bastion" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let members = view.groups.hosts_of("bastion");
    if view.groups.host("bastion").is_none() {
        let Some(place) = members.first().and_then(|first| view.member_place("bastion", first)) else { return };
        let finding = Finding::new(
            &RULE,
            format!(
                "the group `bastion` has {} and no host called `bastion`, which is the one that kubespray jumps over",
                words::code(&members)
            ),
            Label::new(place, "not called `bastion`"),
        );
        report.find(finding.help("call the host `bastion`"));
        return;
    }
    let Some(place) = view.host_place("bastion") else { return };
    let scope = view.variables.of_host("bastion");
    let is_missing = |name: &&str| !scope.is_set(name) && !scope.is_set(&name.replace("ansible_", "ansible_ssh_"));
    let missing: Vec<&str> = ["ansible_host", "ansible_user"].into_iter().filter(is_missing).collect();
    if !missing.is_empty() {
        let finding = Finding::new(
            &RULE,
            format!(
                "the host `bastion` has no {}, and kubespray makes its jump from `ansible_host` and `ansible_user`",
                words::code(&missing)
            ),
            Label::new(place, format!("without {}", words::list(&missing))),
        );
        report.find(finding.help(format!("write {} of the bastion", words::code(&missing))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const CLUSTER: &str = "[kube_control_plane]\nn1\n[etcd]\nn1\n[kube_node]\nn1\n[bastion]\n";

    #[test]
    fn the_host_must_be_called_like_its_group_and_be_whole() {
        let with = |host: &str| Fixture::kubespray().inventory(&format!("{CLUSTER}{host}\n")).check(&RULE);
        insta::assert_snapshot!(with("jump ansible_host=203.0.113.5"), @"
        inventory.ini:8:1: warning[INV014] the group `bastion` has `jump` and no host called `bastion`, which is the one that kubespray jumps over
          `jump` not called `bastion`
          help: call the host `bastion`
        ");
        insta::assert_snapshot!(with("bastion ansible_host=203.0.113.5"), @"
        inventory.ini:8:1: warning[INV014] the host `bastion` has no `ansible_user`, and kubespray makes its jump from `ansible_host` and `ansible_user`
          `bastion` without ansible_user
          help: write `ansible_user` of the bastion
        ");
    }

    #[test]
    fn a_whole_one_is_fine_wherever_its_user_is_written() {
        let bastion = format!("{CLUSTER}bastion ansible_ssh_host=203.0.113.5\n");
        let fine = Fixture::kubespray().inventory(&bastion).file("group_vars/all.yml", "ansible_user: debian\n");
        assert_eq!(fine.check(&RULE), "");
        assert_eq!(Fixture::kubespray().inventory(CLUSTER).check(&RULE), "");
    }
}
