//! Ansible's YAML inventory: groups with `hosts`, `vars` and `children`.

use indexmap::IndexMap;

use super::builder::Builder;
use super::error::{Error, Fault, Problem};
use super::tree::{self, Shape, Tree, place};
use super::{Format, Inventory};
use crate::inventory::Author;
use crate::yaml::{self, Document, Node, Resolved, Source, Span};

/// Reads a YAML inventory.
///
/// # Errors
///
/// Where Ansible refuses the file; also for values that cannot be represented (`!!binary`, numbers beyond 128 bits),
/// and for more hosts than [`super::host_range::Budget`] allows.
pub fn read_yaml(source: &Source) -> Result<Inventory, Error> {
    read(source).map_err(|fault| fault.in_source(source))
}

pub(super) fn read(source: &Source) -> Result<Inventory, Fault> {
    let document = yaml::parse_one(source).map_err(|error| Fault::new(Span::default(), Problem::Yaml(error)))?;
    read_document(source, &document)
}

/// The inventory in a document of a source.
pub(super) fn read_document(source: &Source, document: &Document) -> Result<Inventory, Fault> {
    let Some(root) = &document.root else { return Err(Fault::new(Span::default(), Problem::Empty)) };
    let tree = Tree { source, is_json: tree::is_json(source) };
    tree.check(root)?;
    if tree::is_falsy(root) {
        return Err(Fault::new(root.span, Problem::Empty));
    }
    let Shape::Map(groups) = tree.shape(root)? else {
        return Err(Fault::new(root.span, Problem::NoMap(root.describe())));
    };
    let plugin = groups.iter().find(|(key, _)| is_key(key, "plugin"));
    if let Some((key, _)) = plugin.filter(|(_, value)| !tree::is_falsy(value)) {
        return Err(Fault::new(key.span, Problem::PluginConfiguration));
    }
    let mut reader = Reader { builder: Builder::new(Format::Yaml), tree };
    for (name, data) in groups {
        reader.group(name, Some(data))?;
    }
    reader.builder.finish()
}

struct Reader<'a> {
    builder: Builder,
    tree: Tree<'a>,
}

/// The parts of a group.
#[derive(Clone, Copy)]
enum Part {
    Vars,
    Children,
    Hosts,
}

impl Part {
    const ALL: [(Self, &'static str); 3] = [(Self::Vars, "vars"), (Self::Children, "children"), (Self::Hosts, "hosts")];
}

impl<'a> Reader<'a> {
    /// Reads a group and returns its name; `None` where Ansible passes over both.
    fn group(&mut self, key: &'a Node, data: Option<&'a Node>) -> Result<Option<&'a str>, Fault> {
        let name = tree::text(key);
        let entries = match data.map(|data| Ok((data, self.tree.shape(data)?))).transpose()? {
            None | Some((_, Shape::Null)) => Vec::new(),
            Some((_, Shape::Map(entries))) => entries,
            Some((data, _)) => {
                let found = data.describe();
                self.builder
                    .skip(place(data), format!("a group is a map of `hosts`, `vars` and `children`, not {found}"));
                return Ok(name);
            }
        };
        let Some(name) = name else {
            let is_empty = tree::is_falsy(key);
            let problem = if is_empty { Problem::EmptyGroupName } else { Problem::GroupOfNoText(key.describe()) };
            return Err(Fault::new(place(key), problem));
        };
        self.builder.add_group(name, place(key))?;
        // All three are looked at before the first is read.
        for (_, section) in Part::ALL {
            let Some((_, part)) = entries.iter().find(|(key, _)| is_key(key, section)) else { continue };
            if tree::text(part).is_none() && !matches!(part.resolve(), Resolved::Map | Resolved::Null) {
                return Err(Fault::new(place(part), Problem::Part { section, found: part.describe() }));
            }
        }
        for (key, node) in entries {
            let part = Part::ALL.into_iter().find(|(_, section)| is_key(key, section));
            match (part, self.tree.shape(node)?) {
                (Some(_), Shape::Null) => {}
                (Some((part, _)), Shape::Map(entries)) => {
                    self.part(name, part, entries.into_iter().map(|(key, value)| (key, Some(value))).collect())?;
                }
                // A text in place of a map is its only key.
                (Some((part, _)), Shape::Text(_)) => self.part(name, part, vec![(node, None)])?,
                _ => {
                    let key = self.tree.key(key)?;
                    let why = format!("a group has `hosts`, `vars` and `children`, and Ansible ignores `{key}`");
                    self.builder.skip(place(node), why);
                }
            }
        }
        Ok(Some(name))
    }

    fn part(&mut self, group: &str, part: Part, entries: Vec<(&'a Node, Option<&'a Node>)>) -> Result<(), Fault> {
        match part {
            Part::Vars => {
                for (key, node) in entries {
                    let variable = self.tree.variable(key, node, Author::User)?;
                    self.builder.set_group_variable(group, &self.tree.key(key)?, variable)?;
                }
            }
            Part::Children => {
                for (key, data) in entries {
                    let child = self.group(key, data)?;
                    if !child.is_some_and(|child| self.builder.add_child(group, child, Some(place(key)))) {
                        let problem = Problem::NoGroup { parent: group.to_owned(), child: self.tree.key(key)? };
                        return Err(Fault::new(place(key), problem));
                    }
                }
            }
            Part::Hosts => {
                for (key, data) in entries {
                    self.host(group, key, data)?;
                }
            }
        }
        Ok(())
    }

    fn host(&mut self, group: &str, key: &'a Node, data: Option<&'a Node>) -> Result<(), Fault> {
        let Some(pattern) = tree::text(key) else {
            return Err(Fault::new(place(key), Problem::HostOfNoText(key.describe())));
        };
        let variables = match data.map(|data| Ok((data, self.tree.shape(data)?))).transpose()? {
            None => IndexMap::new(),
            Some((_, Shape::Map(entries))) => self.tree.variables(&entries, Author::User)?,
            Some((data, _)) if tree::is_falsy(data) => IndexMap::new(),
            Some((data, _)) => return Err(Fault::new(place(data), Problem::HostVariables(data.describe()))),
        };
        let hosts = self.builder.host_pattern(pattern, place(key), tree::weight(&variables))?;
        self.builder.add_hosts(hosts, group, variables)
    }
}

fn is_key(key: &Node, name: &str) -> bool {
    tree::text(key) == Some(name)
}
