//! What rules about variables that went have in common.

use crate::kubespray::history::{self, Change, Replacement, Standing, Variable};
use crate::lint::edits;
use crate::lint::effective;
use crate::lint::finding::{Applicability, Fix};
use crate::lint::model::Assignment;
use crate::lint::view::View;

/// A variable that is assigned, and that the release takes otherwise than earlier ones did.
pub(super) struct Gone<'v, 'a> {
    pub(super) assignment: &'v Assignment<'a>,
    pub(super) change: &'static Change,
}

/// Every assignment for the cluster that the release takes like this, by file and place.
pub(super) fn gone<'v, 'a>(view: &'v View<'a>, standing: Standing) -> Vec<Gone<'v, 'a>> {
    let found = view.variables.all().filter_map(|assignment| {
        let change = view.release.fate_of(assignment.name).filter(|change| change.standing == standing)?;
        Some(Gone { assignment, change }).filter(|_| is_of_cluster(view, assignment))
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|gone| (gone.assignment.source.name().to_owned(), gone.assignment.key.start));
    found
}

/// Whether an assignment is for hosts of the cluster, or may be: a file for the group of an older release is, whoever
/// reads it today.
pub(super) fn is_of_cluster(view: &View<'_>, assignment: &Assignment<'_>) -> bool {
    const GROUPS: [&str; 9] = [
        "k8s_cluster",
        "kube_control_plane",
        "kube_node",
        "etcd",
        "calico_rr",
        "k8s-cluster",
        "kube-master",
        "kube-node",
        "calico-rr",
    ];
    let of_cluster = || GROUPS.iter().flat_map(|name| view.groups.hosts_of(name));
    match (assignment.whose.group(), assignment.whose) {
        _ if !view.groups.is_known() => true,
        (Some(group), _) if group == "all" || GROUPS.contains(&group) => true,
        (Some(group), _) => {
            let own = view.groups.hosts_of(group);
            of_cluster().any(|host| own.contains(&host))
        }
        (None, whose) => of_cluster().any(|host| whose.is_of_host(host)),
    }
}

impl Gone<'_, '_> {
    /// The variable, where it is known by its own name and not only by the family that its name begins with.
    pub(super) fn variable(&self) -> Option<&'static Variable> {
        history::variable(self.assignment.name).filter(|variable| !variable.changes.is_empty())
    }

    /// Whether it says no, in any of Ansible's words.
    pub(super) fn is_off(&self) -> bool {
        self.assignment.value().is_ok_and(|value| effective::truth(&value) == Some(false))
    }

    /// Whether it says no, and so does the release that reads it where nobody writes it.
    pub(super) fn is_needless(&self) -> bool {
        self.is_off() && self.variable().is_some_and(|variable| variable.is_off_unless_written)
    }

    /// What to do about it, as a sentence without its full stop.
    pub(super) fn advice(&self) -> String {
        if self.is_needless() {
            "remove it: it is off, and so it is without the line".into()
        } else {
            self.change.instead.advice()
        }
    }

    /// The fix that deletes one that is not needed, for what it is the same without it.
    pub(super) fn removed(&self, view: &View<'_>) -> Option<Fix> {
        if self.is_needless() { edits::delete(self.assignment, view.root) } else { None }
    }

    /// The fix that gives it the name of the variable that takes the same value, where nobody has set that.
    pub(super) fn renamed(&self, view: &View<'_>) -> Option<Fix> {
        let Replacement::Variable(name) = self.change.instead else { return None };
        let is_free = !view.variables.all().any(|other| other.name == name);
        let edit = edits::rename(self.assignment, name).filter(|_| is_free)?;
        let title = format!("call it `{name}`");
        Some(Fix { title, applicability: Applicability::Unsafe, edits: vec![edit] })
    }
}
