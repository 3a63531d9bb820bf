//! An inventory that Ansible can take as it is.

use std::collections::HashSet;

use indexmap::{IndexMap, IndexSet};

use super::{Value, Variables};
use crate::safe::{GroupName, HostName, is_mark};

/// The variable that is none: Ansible turns it into a number at once.
const PRIORITY: &str = "ansible_group_priority";

/// Hosts and groups, complete and consistent.
///
/// A value of this type has no group without a definition, no cycle, no host outside every group, and no host that
/// shares a group's name (Ansible would give its variables to the whole group).
#[derive(Debug, Clone, PartialEq)]
pub struct Inventory {
    top: GroupName,
    hosts: IndexMap<HostName, Variables>,
    groups: IndexMap<GroupName, Group>,
    vars: Variables,
}

/// A group: its hosts, the groups inside it, its variables.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// Its own hosts, in order.
    pub hosts: Vec<HostName>,
    /// The groups inside it, in order.
    pub children: Vec<GroupName>,
    /// Its variables.
    pub vars: Variables,
}

/// Why hosts and groups are no inventory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Inconsistent {
    /// Ansible would take the host's variables for the group's.
    #[error("{0} is the name of a host and of a group; Ansible would give the host's variables to the whole group")]
    HostLikeGroup(HostName),
    /// A child nobody defined.
    #[error("the group {parent} has a child {child} that is no group")]
    UnknownChild {
        /// Where it is a child.
        parent: GroupName,
        /// What it is called.
        child: GroupName,
    },
    /// A variable that would take everything around it along.
    #[error("{place} has the variable {name}: {why}")]
    Variable {
        /// The host or group, in words.
        place: String,
        /// The variable.
        name: String,
        /// What Ansible would make of it.
        why: &'static str,
    },
    /// A group inside itself.
    #[error("the group {0} contains itself, through its children")]
    Cycle(GroupName),
    /// A host no group holds, which Ansible would drop.
    #[error("the host {0} is in no group")]
    Homeless(HostName),
    /// A group holds a host nobody defined.
    #[error("the group {group} holds {host}, which is no host")]
    UnknownHost {
        /// The group.
        group: GroupName,
        /// The host.
        host: HostName,
    },
}

impl Inconsistent {
    /// What a person can do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::HostLikeGroup(_) => {
                "give the host another name with `hosts.name` or `hosts.names`, or rename the group"
            }
            Self::UnknownChild { .. } => {
                "write the child under `groups`, if need be as `{}`, or remove it from `children`"
            }
            Self::Variable { .. } => "rename or correct it where it is written",
            Self::Cycle(_) => "remove one of the `children` on the way round",
            Self::Homeless(_) | Self::UnknownHost { .. } => "this is a fault of this program: please report it",
        }
    }
}

impl Inventory {
    /// An inventory whose group `top` holds all members; `vars` are variables of `all`.
    pub fn new(
        top: GroupName,
        hosts: IndexMap<HostName, Variables>,
        groups: IndexMap<GroupName, Group>,
        vars: Variables,
    ) -> Result<Self, Inconsistent> {
        let mut at_home = HashSet::new();
        for (name, group) in &groups {
            for host in &group.hosts {
                if !hosts.contains_key(host) {
                    return Err(Inconsistent::UnknownHost { group: name.clone(), host: host.clone() });
                }
                at_home.insert(host);
            }
            if let Some(child) = group.children.iter().find(|child| !groups.contains_key(*child)) {
                return Err(Inconsistent::UnknownChild { parent: name.clone(), child: child.clone() });
            }
        }
        if let Some(host) = hosts.keys().find(|host| !at_home.contains(host)) {
            return Err(Inconsistent::Homeless(host.clone()));
        }
        // kubespray wants the host `bastion` in the group `bastion`: alone there, nobody else gets its variables.
        let clash = hosts.keys().find(|host| {
            GroupName::parse(host.as_str()).ok().and_then(|name| groups.get(&name)).is_some_and(|group| {
                group.hosts.as_slice() != std::slice::from_ref(*host) || !group.children.is_empty()
            })
        });
        if let Some(host) = clash {
            return Err(Inconsistent::HostLikeGroup(host.clone()));
        }
        for (host, vars) in &hosts {
            check_variables(vars, || format!("the host {host}"))?;
        }
        check_variables(&vars, || "the group all".to_owned())?;
        for (name, group) in &groups {
            check_variables(&group.vars, || format!("the group {name}"))?;
        }
        if let Some(group) = first_cycle(&groups) {
            return Err(Inconsistent::Cycle(group));
        }
        Ok(Self { top, hosts, groups, vars })
    }

    /// The group that holds all members.
    pub fn top(&self) -> &GroupName {
        &self.top
    }

    /// The hosts and their variables, in the members' order.
    pub fn hosts(&self) -> &IndexMap<HostName, Variables> {
        &self.hosts
    }

    /// The groups, the top group first.
    pub fn groups(&self) -> &IndexMap<GroupName, Group> {
        &self.groups
    }

    /// Variables of every host, the controller's `localhost` included.
    pub fn vars(&self) -> &Variables {
        &self.vars
    }

    /// The hosts of a group and of the groups inside it, in order, each once.
    pub fn hosts_within<'a>(&'a self, group: &'a GroupName) -> Vec<&'a HostName> {
        hosts_within(group, |name| self.groups.get(name)).into_iter().collect()
    }
}

/// The hosts of a group and of the groups inside it, in order, each once; `group_of` knows the groups.
pub(super) fn hosts_within<'a>(
    group: &'a GroupName,
    group_of: impl Fn(&GroupName) -> Option<&'a Group>,
) -> IndexSet<&'a HostName> {
    let mut hosts = IndexSet::new();
    let mut visited = HashSet::new();
    let mut waiting = vec![group];
    while let Some(name) = waiting.pop() {
        let Some(group) = group_of(name).filter(|_| visited.insert(name)) else { continue };
        hosts.extend(&group.hosts);
        waiting.extend(group.children.iter().rev());
    }
    hosts
}

/// Refuses the variables at which Ansible stops reading, and plays what it has read so far.
fn check_variables(vars: &Variables, place: impl Fn() -> String) -> Result<(), Inconsistent> {
    let refused = |name: &str, why| Err(Inconsistent::Variable { place: place(), name: name.to_owned(), why });
    if let Some(name) = vars.keys().find(|name| is_mark(name)) {
        return refused(name, "Ansible would replace all variables beside it by its value");
    }
    match vars.get(PRIORITY) {
        None | Some(Value::Int(_)) => Ok(()),
        Some(value) if value.as_str().is_some_and(|text| text.parse::<i64>().is_ok()) => Ok(()),
        Some(_) => refused(PRIORITY, "Ansible wants a whole number there and stops reading at anything else"),
    }
}

/// A group on a cycle, if there is one. Depth first, without recursion: the input may be hostile.
fn first_cycle(groups: &IndexMap<GroupName, Group>) -> Option<GroupName> {
    let mut done = HashSet::new();
    for start in groups.keys() {
        let mut path: Vec<(&GroupName, usize)> = vec![(start, 0)];
        let mut on_path = HashSet::from([start]);
        while let Some((name, next)) = path.pop() {
            if done.contains(name) {
                on_path.remove(name);
                continue;
            }
            match groups.get(name).and_then(|group| group.children.get(next)) {
                Some(child) if on_path.contains(child) => return Some(child.clone()),
                Some(child) => {
                    path.push((name, next + 1));
                    path.push((child, 0));
                    on_path.insert(child);
                }
                None => {
                    on_path.remove(name);
                    done.insert(name);
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(hosts: &[&str], children: &[&str]) -> Group {
        Group {
            hosts: hosts.iter().map(|name| HostName::written(name).unwrap()).collect(),
            children: children.iter().map(|name| GroupName::parse(name).unwrap()).collect(),
            vars: Variables::new(),
        }
    }

    fn inventory(hosts: &[&str], groups: &[(&str, Group)]) -> Result<Inventory, Inconsistent> {
        Inventory::new(
            GroupName::parse("top").unwrap(),
            hosts.iter().map(|name| (HostName::written(name).unwrap(), Variables::new())).collect(),
            groups.iter().map(|(name, group)| (GroupName::parse(name).unwrap(), group.clone())).collect(),
            Variables::new(),
        )
    }

    #[test]
    fn a_host_named_like_a_group_is_refused_unless_it_is_alone_there() {
        let clash = inventory(&["db", "x1"], &[("top", group(&["db", "x1"], &[])), ("db", group(&["db", "x1"], &[]))]);
        assert!(matches!(clash, Err(Inconsistent::HostLikeGroup(_))));
        let top = ("top", group(&["x1"], &[]));
        assert!(inventory(&["bastion", "x1"], &[top, ("bastion", group(&["bastion"], &[]))]).is_ok());
    }

    #[test]
    fn cycles_strangers_and_the_homeless_are_refused() {
        let cycle = [("a", group(&[], &["b"])), ("b", group(&[], &["c"])), ("c", group(&[], &["b"]))];
        assert!(matches!(inventory(&[], &cycle), Err(Inconsistent::Cycle(_))));
        assert!(matches!(inventory(&[], &[("a", group(&[], &["b"]))]), Err(Inconsistent::UnknownChild { .. })));
        assert!(matches!(inventory(&["x"], &[("a", group(&[], &[]))]), Err(Inconsistent::Homeless(_))));
        let diamond = [
            ("a", group(&[], &["b", "c"])),
            ("b", group(&[], &["d"])),
            ("c", group(&[], &["d"])),
            ("d", group(&[], &[])),
        ];
        assert!(inventory(&[], &diamond).is_ok());
    }

    #[test]
    fn a_variable_at_which_ansible_would_stop_reading_is_refused() {
        let with = |name: &str, value| {
            let vars = Variables::from_iter([(name.to_owned(), value)]);
            inventory(&["x1"], &[("top", Group { vars, ..group(&["x1"], &[]) })])
        };
        assert!(matches!(with("__ansible_vault", Value::user("x")), Err(Inconsistent::Variable { .. })));
        assert!(matches!(with(PRIORITY, Value::user("zz")), Err(Inconsistent::Variable { .. })));
        assert!(matches!(with(PRIORITY, Value::Null), Err(Inconsistent::Variable { .. })));
        assert!(with(PRIORITY, Value::Int(10)).is_ok() && with(PRIORITY, Value::user("10")).is_ok());
    }

    #[test]
    fn the_hosts_within_a_group_come_in_order_and_once() {
        let groups =
            [("top", group(&["x1", "x2"], &["a", "b"])), ("a", group(&["x3"], &["b"])), ("b", group(&["x1"], &[]))];
        let inventory = inventory(&["x1", "x2", "x3"], &groups).unwrap();
        let within: Vec<_> = inventory.hosts_within(inventory.top()).into_iter().map(HostName::as_str).collect();
        assert_eq!(within, ["x1", "x2", "x3"]);
    }
}
