//! Inventories of the user's own: groups and variables stay theirs.

use std::collections::HashSet;

use indexmap::IndexMap;
use inventory_core::ansible::{self, Variable};
use inventory_core::discovery::{Discovery, OwnGroup};
use inventory_core::inventory::{Value, Variables};
use inventory_core::machine::{Machine, NamedBy};
use inventory_core::safe::{GroupName, HostAddress, HostName};
use inventory_core::yaml::{Source, Span};

use crate::error::StaticError;

/// Several inventories as one: a host or a group of one name is one, and what is read later wins.
#[derive(Default)]
pub(crate) struct Merged {
    machines: IndexMap<String, Machine>,
    groups: IndexMap<GroupName, OwnGroup>,
    vars: Variables,
}

impl Merged {
    /// Reads one more.
    pub(crate) fn add(&mut self, source: &Source) -> Result<(), StaticError> {
        let inventory = ansible::read(source)?;
        let refused = |declared: Span, error| StaticError::Name { at: source.location(declared.start), error };
        for (name, host) in &inventory.hosts {
            HostName::written(name).map_err(|error| refused(host.declared, error))?;
            let origin = source.location(host.declared.start).to_string();
            let machine =
                self.machines.entry(name.clone()).or_insert_with(|| Machine::new(name, NamedBy::User, origin));
            machine.reach.as_inventory_says = true;
            machine.vars.extend(values(&host.vars));
            // Ansible itself would hand such an address to SSH as it is.
            if let Some(written) = host.vars.get("ansible_host").filter(|written| !written.value.is_template()) {
                let parsed = written.value.to_plain_text().parse::<HostAddress>();
                parsed.map_err(|error| StaticError::AnsibleHost {
                    at: source.location(written.place.start),
                    host: name.clone(),
                    error,
                })?;
            }
        }
        for (name, group) in &inventory.groups {
            match name.as_str() {
                "all" => self.vars.extend(values(&group.vars)),
                "ungrouped" => {}
                _ => {
                    let declared = group.declared.unwrap_or_default();
                    let parsed = GroupName::parse(name).map_err(|error| refused(declared, error))?;
                    self.add_group(parsed, group);
                }
            }
        }
        Ok(())
    }

    fn add_group(&mut self, name: GroupName, group: &ansible::Group) {
        let own = self.groups.entry(name).or_default();
        let mut there: HashSet<usize> = own.hosts.iter().copied().collect();
        let positions = group.hosts.keys().filter_map(|host| self.machines.get_index_of(host));
        own.hosts.extend(positions.filter(|position| there.insert(*position)));
        for child in group.children.keys() {
            // `read` has checked the names of all groups that are children.
            if let Ok(child) = GroupName::parse(child)
                && !own.children.contains(&child)
            {
                own.children.push(child);
            }
        }
        own.vars.extend(values(&group.vars));
        if group.priority != 1 {
            own.vars.insert("ansible_group_priority".to_owned(), Value::Int(group.priority));
        }
    }

    /// What was read.
    pub(crate) fn into_discovery(self) -> Discovery {
        Discovery {
            machines: self.machines.into_values().collect(),
            groups: self.groups,
            vars: self.vars,
            ..Discovery::default()
        }
    }
}

fn values(vars: &IndexMap<String, Variable>) -> impl Iterator<Item = (String, Value)> {
    vars.iter().map(|(name, variable)| (name.clone(), variable.value.clone()))
}
