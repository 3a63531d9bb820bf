//! An inventory that grows as a file is read, by the rules that all of Ansible's readers share.

use indexmap::IndexMap;
use indexmap::map::Entry;

use super::error::{Fault, Problem};
use super::host_range::{self, Budget};
use super::{Format, Group, Host, Inventory, Members, Skipped, Variable, groups, host_pattern, python};
use crate::inventory::Value;
use crate::yaml::Span;

pub(super) const ALL: &str = "all";
pub(super) const UNGROUPED: &str = "ungrouped";

/// A host as written: the names it stands for and the port they share.
pub(super) struct HostPattern {
    pub(super) names: Vec<String>,
    pub(super) port: Option<i128>,
    pub(super) at: Span,
}

pub(super) struct Builder {
    inventory: Inventory,
    budget: Budget,
}

impl Builder {
    pub(super) fn new(format: Format) -> Self {
        let inventory = Inventory { format, groups: IndexMap::new(), hosts: IndexMap::new(), skipped: Vec::new() };
        let mut builder = Self { inventory, budget: Budget::new() };
        builder.inventory.groups.insert(ALL.into(), Group::new(None));
        builder.inventory.groups.insert(UNGROUPED.into(), Group::new(None));
        builder.inventory.groups[ALL].children.insert(UNGROUPED.into(), None);
        builder
    }

    pub(super) fn has_group(&self, name: &str) -> bool {
        self.inventory.groups.contains_key(name)
    }

    pub(super) fn skip(&mut self, at: Span, why: String) {
        self.inventory.skipped.push(Skipped { at, why });
    }

    /// Adds a group unless it is there.
    pub(super) fn add_group(&mut self, name: &str, at: Span) -> Result<(), Fault> {
        if name.is_empty() {
            return Err(Fault::new(at, Problem::EmptyGroupName));
        }
        match self.inventory.groups.get_mut(name) {
            Some(group) => {
                group.declared.get_or_insert(at);
            }
            None => {
                self.inventory.groups.insert(name.to_owned(), Group::new(Some(at)));
            }
        }
        Ok(())
    }

    /// Reads a host as INI and YAML write it. `weight` is the number of bytes that each of its hosts will hold.
    pub(super) fn host_pattern(&mut self, pattern: &str, at: Span, weight: usize) -> Result<HostPattern, Fault> {
        let (name, port) = host_pattern::split_port(pattern);
        let names = host_range::expand(name, weight, &mut self.budget)
            .map_err(|reason| Fault::new(at, Problem::Range { pattern: pattern.to_owned(), reason }))?;
        let port = port
            .map(|digits| digits.parse().map_err(|_| Fault::new(at, Problem::Port(digits.to_owned()))))
            .transpose()?;
        Ok(HostPattern { names, port, at })
    }

    /// Adds hosts to a group, each with its own copy of the variables.
    pub(super) fn add_hosts(
        &mut self,
        hosts: HostPattern,
        group: &str,
        variables: IndexMap<String, Variable>,
    ) -> Result<(), Fault> {
        let HostPattern { mut names, port, at } = hosts;
        // The last one takes the variables themselves: mostly it is the only one.
        let last = names.pop();
        for name in names {
            self.add_host(&name, group, port, at)?;
            self.set_variables(&name, variables.clone())?;
        }
        let Some(last) = last else { return Ok(()) };
        self.add_host(&last, group, port, at)?;
        self.set_variables(&last, variables)
    }

    /// Adds a host to a group that is there. A port counts only where the host is first met.
    pub(super) fn add_host(&mut self, name: &str, group: &str, port: Option<i128>, at: Span) -> Result<(), Fault> {
        if name.is_empty() {
            return Err(Fault::new(at, Problem::EmptyHostName));
        }
        if !self.inventory.hosts.contains_key(name) {
            let mut host = Host { declared: at, vars: IndexMap::new() };
            if let Some(port) = port.filter(|port| *port != 0) {
                let port = Variable { value: Value::Int(port), key: at, place: at };
                host.vars.insert("ansible_port".into(), port);
            }
            self.inventory.hosts.insert(name.to_owned(), host);
        }
        if let Some(group) = self.inventory.groups.get_mut(group) {
            add_member(&mut group.hosts, name, Some(at));
        }
        Ok(())
    }

    /// Sets variables of what has this name. A group goes before a host: variables of a host that is called like a
    /// group become the group's, in Ansible too.
    pub(super) fn set_variables(&mut self, name: &str, variables: IndexMap<String, Variable>) -> Result<(), Fault> {
        if self.inventory.groups.contains_key(name) {
            for (key, variable) in variables {
                self.set_group_variable(name, &key, variable)?;
            }
        } else if let Some(host) = self.inventory.hosts.get_mut(name) {
            if host.vars.is_empty() {
                host.vars = variables;
            } else {
                host.vars.extend(variables);
            }
        }
        Ok(())
    }

    pub(super) fn set_group_variable(&mut self, group: &str, key: &str, variable: Variable) -> Result<(), Fault> {
        let Some(group) = self.inventory.groups.get_mut(group) else { return Ok(()) };
        if key == "ansible_group_priority" {
            let priority = whole_number(&variable.value);
            group.priority = priority.ok_or_else(|| Fault::new(variable.place, Problem::Priority))?;
        } else {
            group.vars.insert(key.to_owned(), variable);
        }
        Ok(())
    }

    /// Makes a group, or else a host, of this name a member of a group; says whether there is one.
    pub(super) fn add_child(&mut self, parent: &str, child: &str, at: Option<Span>) -> bool {
        let is_group = self.inventory.groups.contains_key(child);
        let is_host = self.inventory.hosts.contains_key(child);
        let Some(parent) = self.inventory.groups.get_mut(parent) else { return false };
        if is_group {
            add_member(&mut parent.children, child, at);
        } else if is_host {
            add_member(&mut parent.hosts, child, at);
        }
        is_group || is_host
    }

    /// Puts every group under `all` and every host into a group, and refuses loops.
    pub(super) fn finish(mut self) -> Result<Inventory, Fault> {
        groups::adopt_orphans(&mut self.inventory);
        for host in groups::reconcile_ungrouped(&mut self.inventory) {
            self.add_child(UNGROUPED, &host, None);
        }
        groups::refuse_loops(&self.inventory)?;
        Ok(self.inventory)
    }
}

impl Group {
    fn new(declared: Option<Span>) -> Self {
        Self { declared, vars: IndexMap::new(), children: IndexMap::new(), hosts: IndexMap::new(), priority: 1 }
    }
}

fn add_member(members: &mut Members, name: &str, at: Option<Span>) {
    if let Some(place) = members.get_mut(name) {
        *place = place.or(at);
    } else if let Entry::Vacant(entry) = members.entry(name.to_owned()) {
        entry.insert(at);
    }
}

/// Python's `int(value)`.
#[expect(clippy::cast_possible_truncation, reason = "Python truncates too")]
fn whole_number(value: &Value) -> Option<i128> {
    match value {
        Value::Int(number) => Some(*number),
        Value::Bool(yes) => Some(i128::from(*yes)),
        Value::Float(number) if number.is_finite() => Some(*number as i128),
        Value::Text(_) => python::int(value.as_str()?),
        _ => None,
    }
}
