//! The JSON that `ansible-inventory --list` and inventory scripts print.

use super::builder::Builder;
use super::error::{Error, Fault, Problem};
use super::tree::{Shape, Tree, place};
use super::{Format, Inventory};
use crate::inventory::Author;
use crate::yaml::{self, Node, Source, Span};

/// Reads what an inventory script prints for `--list`.
///
/// Without `_meta.hostvars` Ansible would ask the script for each host's variables; here the hosts then have none.
///
/// # Errors
///
/// Where Ansible refuses the document, and for numbers beyond 128 bits.
pub fn read_json_list(source: &Source) -> Result<Inventory, Error> {
    read(source).map_err(|fault| fault.in_source(source))
}

/// Whether JSON has the shape that scripts print rather than that of a YAML inventory: lists of hosts or children,
/// or `_meta`.
pub(super) fn is_list(source: &Source) -> bool {
    let text = source.text().trim_start();
    if !text.starts_with('{') {
        return false;
    }
    let Ok(serde_json::Value::Object(groups)) = serde_json::from_str(text) else { return false };
    groups.iter().any(|(name, group)| {
        name == "_meta" || group.is_array() || ["hosts", "children"].iter().any(|part| group[*part].is_array())
    })
}

pub(super) fn read(source: &Source) -> Result<Inventory, Fault> {
    let document = yaml::parse_one(source).map_err(|error| Fault::new(Span::default(), Problem::Yaml(error)))?;
    let Some(root) = &document.root else { return Err(Fault::new(Span::default(), Problem::Empty)) };
    let tree = Tree { source, is_json: true };
    tree.check(root)?;
    let Shape::Map(groups) = tree.shape(root)? else {
        return Err(Fault::new(root.span, Problem::NoMap(root.describe())));
    };
    let mut reader = Reader { builder: Builder::new(Format::List), tree, hosts: Vec::new() };
    let mut hostvars = Vec::new();
    for (key, data) in groups {
        let name = tree.key(key)?;
        if name == "_meta" {
            hostvars = reader.meta(data)?;
        } else {
            reader.group(&name, place(key), data)?;
        }
    }
    reader.host_variables(&hostvars)?;
    reader.builder.finish()
}

struct Reader<'a> {
    builder: Builder,
    tree: Tree<'a>,
    hosts: Vec<String>,
}

impl<'a> Reader<'a> {
    /// The entries of `_meta.hostvars`.
    fn meta(&self, data: &'a Node) -> Result<Vec<(&'a Node, &'a Node)>, Fault> {
        let wrong = |part, node: &Node| Fault::new(place(node), Problem::Meta { part, found: node.describe() });
        let Shape::Map(entries) = self.tree.shape(data)? else { return Err(wrong("`_meta`", data)) };
        let part = |name| entries.iter().find(|(key, _)| key.raw() == Some(name)).map(|(_, node)| *node);
        if let Some(profile) = part("profile").filter(|profile| profile.raw() != Some("inventory_legacy")) {
            return Err(Fault::new(place(profile), Problem::Profile(profile.describe())));
        }
        let hostvars = part("hostvars").ok_or_else(|| Fault::new(place(data), Problem::NoHostVariables))?;
        match self.tree.shape(hostvars)? {
            Shape::Map(entries) => Ok(entries),
            _ => Err(wrong("`_meta.hostvars`", hostvars)),
        }
    }

    fn group(&mut self, name: &str, at: Span, data: &'a Node) -> Result<(), Fault> {
        self.builder.add_group(name, at)?;
        let Shape::Map(entries) = self.tree.shape(data)? else { return self.hosts(name, data) };
        let part = |name| entries.iter().find(|(key, _)| key.raw() == Some(name)).map(|(_, node)| *node);
        let (hosts, vars, children) = (part("hosts"), part("vars"), part("children"));
        if hosts.or(vars).or(children).is_none() {
            // An old short form: the group is its own only host, and Ansible does not trust what it says.
            self.host(name, name, at)?;
            let variables = self.tree.variables(&entries, Author::Outside)?;
            return self.builder.set_variables(name, variables);
        }
        if let Some(hosts) = hosts {
            self.hosts(name, hosts)?;
        }
        if let Some(vars) = vars {
            let Shape::Map(entries) = self.tree.shape(vars)? else {
                return Err(Fault::new(place(vars), Problem::Part { section: "vars", found: vars.describe() }));
            };
            for (key, variable) in self.tree.variables(&entries, Author::User)? {
                self.builder.set_group_variable(name, &key, variable)?;
            }
        }
        children.map_or(Ok(()), |children| self.children(name, children))
    }

    fn hosts(&mut self, group: &str, data: &'a Node) -> Result<(), Fault> {
        let Shape::List(items) = self.tree.shape(data)? else {
            return Err(Fault::new(
                place(data),
                Problem::NoList { group: group.to_owned(), part: "hosts", found: data.describe() },
            ));
        };
        for item in items {
            let Shape::Text(name) = self.tree.shape(item)? else {
                return Err(Fault::new(place(item), Problem::HostOfNoText(item.describe())));
            };
            self.host(name, group, place(item))?;
        }
        Ok(())
    }

    fn host(&mut self, name: &str, group: &str, at: Span) -> Result<(), Fault> {
        self.builder.add_host(name, group, None, at)?;
        self.hosts.push(name.to_owned());
        Ok(())
    }

    fn children(&mut self, group: &str, data: &'a Node) -> Result<(), Fault> {
        let names: Vec<(String, Span)> = match self.tree.shape(data)? {
            Shape::List(items) => {
                let name = |item| match self.tree.shape(item)? {
                    Shape::Text(name) => Ok((name.to_owned(), place(item))),
                    _ => Err(Fault::new(place(item), Problem::GroupOfNoText(item.describe()))),
                };
                items.iter().map(name).collect::<Result<_, _>>()?
            }
            Shape::Map(entries) => {
                entries.iter().map(|(key, _)| Ok((self.tree.key(key)?, place(key)))).collect::<Result<_, Fault>>()?
            }
            // Python walks over a text's characters, and so does Ansible here.
            Shape::Text(text) => text.chars().map(|c| (c.to_string(), place(data))).collect(),
            Shape::Null | Shape::Other => {
                let problem = Problem::NoList { group: group.to_owned(), part: "children", found: data.describe() };
                return Err(Fault::new(place(data), problem));
            }
        };
        for (child, at) in names {
            self.builder.add_group(&child, at)?;
            self.builder.add_child(group, &child, Some(at));
        }
        Ok(())
    }

    fn host_variables(&mut self, hostvars: &[(&'a Node, &'a Node)]) -> Result<(), Fault> {
        let mut by_name = std::collections::HashMap::with_capacity(hostvars.len());
        for (key, data) in hostvars {
            by_name.insert(self.tree.key(key)?, *data);
        }
        for host in std::mem::take(&mut self.hosts) {
            // Taken out, since a host that is listed in several groups gets its variables once.
            let Some(data) = by_name.remove(&host) else { continue };
            let Shape::Map(entries) = self.tree.shape(data)? else {
                return Err(Fault::new(place(data), Problem::HostVariables(data.describe())));
            };
            let variables = self.tree.variables(&entries, Author::User)?;
            self.builder.set_variables(&host, variables)?;
        }
        Ok(())
    }
}
