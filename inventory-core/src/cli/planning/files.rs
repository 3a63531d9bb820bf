//! What is to be said about the files of variables themselves.

use crate::inventory::Inventory;
use crate::plan::{Finding, Severity};
use crate::safe::{GroupName, HostName};
use crate::vars::tree::{Owner, VarsTree};

/// Files that cannot be read, that Ansible passes over, or that belong to nobody.
pub(super) fn remarks(tree: &VarsTree, inventory: &Inventory) -> Vec<Finding> {
    let finding = |severity, code, what, remedy: &str| Finding { severity, code, what, remedy: remedy.to_owned() };
    let unreadable = tree.unreadable().map(|(owner, file)| {
        if file.is_encrypted {
            let what = format!("{}, and not looked at", file.to_string().split(';').next().unwrap_or_default());
            return finding(Severity::Info, "not-read", what, "keep ranges in files that are not");
        }
        // Ansible stops at it, unless it belongs to nobody.
        let severity = if exists(owner, inventory) { Severity::Error } else { Severity::Warning };
        finding(severity, "not-read", file.to_string(), "")
    });
    let passed_over = tree
        .passed_over()
        .iter()
        .map(|passed| finding(Severity::Warning, "not-read", format!("{}: {}", passed.path.display(), passed.why), ""));
    let homeless = tree.owners().filter(|owner| !exists(owner, inventory)).map(|owner| {
        let what = match owner {
            Owner::Group(name) => format!("group_vars/{name} counts for nobody: the inventory has no such group"),
            Owner::Host(name) => format!("host_vars/{name} counts for nobody: the inventory has no such host"),
        };
        // A group's name that kubespray has given up is the usual reason.
        let old = matches!(owner, Owner::Group(name) if name.contains('-'));
        let severity = if old { Severity::Warning } else { Severity::Info };
        finding(severity, "no-owner", what, if old { "rename it as this version names the group" } else { "" })
    });
    unreadable.chain(passed_over).chain(homeless).collect()
}

/// Whether the inventory has the group or host that a file is for.
pub(super) fn exists(owner: &Owner, inventory: &Inventory) -> bool {
    match owner {
        Owner::Group(name) => {
            matches!(name.as_str(), "all" | "ungrouped")
                || GroupName::parse(name).is_ok_and(|name| inventory.groups().contains_key(&name))
        }
        // The controller itself is a host of every inventory.
        Owner::Host(name) => {
            name == "localhost" || HostName::written(name).is_ok_and(|name| inventory.hosts().contains_key(&name))
        }
    }
}
