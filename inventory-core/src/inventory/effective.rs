//! The value of a variable for a host, by Ansible's precedence.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::inventory::{Group, Inventory, Value};
use crate::safe::{GroupName, HostName};

/// Looks variables up: a host's own, then those of its groups, the deepest first, then those of all.
pub(crate) struct Effective<'a> {
    inventory: &'a Inventory,
    /// The groups of each host, those of their parents included, the strongest first.
    groups_of: HashMap<&'a HostName, Vec<(&'a GroupName, &'a Group)>>,
}

impl<'a> Effective<'a> {
    pub(crate) fn of(inventory: &'a Inventory) -> Self {
        let depths = depths(inventory.groups());
        let mut groups: Vec<(&GroupName, &Group)> = inventory.groups().iter().collect();
        groups.sort_by_key(|(name, group)| (depths[*name], priority(group), *name));
        let mut groups_of: HashMap<_, Vec<_>> = HashMap::new();
        for (name, group) in groups.into_iter().rev() {
            for host in inventory.hosts_within(name) {
                groups_of.entry(host).or_default().push((name, group));
            }
        }
        Self { inventory, groups_of }
    }

    /// The groups of a host, those of their parents included, the strongest first.
    pub(crate) fn groups(&self, host: &HostName) -> impl Iterator<Item = &'a GroupName> {
        self.groups_of.get(host).into_iter().flatten().map(|(name, _)| *name)
    }

    /// The variable of that name.
    pub(crate) fn get(&self, host: &HostName, name: &str) -> Option<&'a Value> {
        let own = self.inventory.hosts().get(host).and_then(|vars| vars.get(name));
        let of_groups = || self.groups_of.get(host)?.iter().find_map(|(_, group)| group.vars.get(name));
        own.or_else(of_groups).or_else(|| self.inventory.vars().get(name))
    }
}

/// `ansible_group_priority`, which decides between groups of one depth.
fn priority(group: &Group) -> i128 {
    match group.vars.get("ansible_group_priority") {
        Some(Value::Int(priority)) => *priority,
        Some(other) => other.as_str().and_then(|text| text.trim().parse().ok()).unwrap_or(1),
        None => 1,
    }
}

/// How many groups lie above each one, on the longest way up. There are no cycles in an inventory.
fn depths(groups: &IndexMap<GroupName, Group>) -> HashMap<&GroupName, usize> {
    let mut parents: HashMap<&GroupName, usize> = groups.keys().map(|name| (name, 0)).collect();
    for child in groups.values().flat_map(|group| &group.children) {
        *parents.entry(child).or_default() += 1;
    }
    let mut depths: HashMap<&GroupName, usize> = groups.keys().map(|name| (name, 0)).collect();
    let mut ready: Vec<&GroupName> = groups.keys().filter(|name| parents[name] == 0).collect();
    while let Some(name) = ready.pop() {
        let below = depths[name] + 1;
        for child in &groups[name].children {
            let depth = depths.entry(child).or_default();
            *depth = below.max(*depth);
            let waiting = parents.entry(child).or_default();
            *waiting -= 1;
            if *waiting == 0 {
                ready.push(child);
            }
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Variables;

    fn vars(json: serde_json::Value) -> Variables {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_host_goes_before_the_deepest_group_and_that_before_all() {
        let [node, other] = ["node-1", "node-2"].map(|name| HostName::written(name).unwrap());
        let name = |name: &str| GroupName::parse(name).unwrap();
        let group = |hosts: &[&HostName], children: &[&str], json| Group {
            hosts: hosts.iter().map(|host| (*host).clone()).collect(),
            children: children.iter().map(|child| name(child)).collect(),
            vars: vars(json),
        };
        let groups = IndexMap::from([
            (name("zoo"), group(&[&node, &other], &[], serde_json::json!({"a": "zoo", "b": "zoo", "e": "zoo"}))),
            (name("top"), group(&[], &["low"], serde_json::json!({"b": "top", "c": "top"}))),
            (name("low"), group(&[&node], &[], serde_json::json!({"b": "low"}))),
            (name("abc"), group(&[&node], &[], serde_json::json!({"e": "abc", "ansible_group_priority": 2}))),
        ]);
        let hosts =
            IndexMap::from([(node.clone(), vars(serde_json::json!({"a": "host"}))), (other.clone(), Variables::new())]);
        let all = vars(serde_json::json!({"b": "all", "d": "all"}));
        let inventory = Inventory::new(name("zoo"), hosts, groups, all).unwrap();
        let effective = Effective::of(&inventory);
        let get = |host, name| effective.get(host, name).and_then(Value::as_str);
        assert_eq!(
            ["a", "b", "c", "d", "e"].map(|name| get(&node, name)),
            [Some("host"), Some("low"), Some("top"), Some("all"), Some("abc")]
        );
        assert_eq!(get(&other, "b"), Some("zoo"));
    }
}
