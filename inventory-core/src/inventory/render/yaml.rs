//! A static YAML inventory, as `ansible-inventory --yaml` nests it, but with the marks of outside and vault text.
//!
//! A group is written out under the first group it is a child of, and as `{}` under the others: written under `all`
//! as well it would become a child of `all`, which it is not in the JSON.

use std::collections::HashSet;

use super::RenderError;
use crate::inventory::secrets::LeftOut;
use crate::inventory::{Author, Group, Inventory, Text, Value, Variables};
use crate::safe::{GroupName, OutsideKey, harmless};
use crate::yaml::{Entry, Plain, emit};

/// How deep groups may lie in each other. Every level is two of YAML's, and readers stop at some hundreds of those.
const MAX_DEPTH: usize = 32;

/// The inventory as a document for Ansible's `yaml` plugin.
pub fn render(inventory: &Inventory) -> Result<String, RenderError> {
    let mut document = Document { inventory, left_out: LeftOut::default(), written: HashSet::new() };
    let hosts = inventory.hosts().iter().map(|(host, vars)| Entry::new(host.as_str(), document.vars(vars))).collect();
    let mut all = vec![Entry::new("hosts", Plain::Map(hosts))];
    if !inventory.vars().is_empty() {
        all.push(Entry::new("vars", document.vars(inventory.vars())));
    }
    let inner: HashSet<&GroupName> = inventory.groups().values().flat_map(|group| &group.children).collect();
    let roots = inventory.groups().keys().filter(|name| !inner.contains(name));
    let children = roots.map(|name| document.group(name, 1)).collect::<Result<_, _>>()?;
    all.push(Entry::new("children", Plain::Map(children)));
    let mut all = Entry::new("all", Plain::Map(all));
    if let Some(comment) = document.left_out.comment() {
        all = all.with_comment(comment);
    }
    Ok(emit(&Plain::Map(vec![all])))
}

struct Document<'a> {
    inventory: &'a Inventory,
    left_out: LeftOut,
    written: HashSet<&'a GroupName>,
}

impl<'a> Document<'a> {
    fn group(&mut self, name: &'a GroupName, depth: usize) -> Result<Entry<'static>, RenderError> {
        if depth > MAX_DEPTH {
            return Err(RenderError::DepthInYaml { group: name.clone(), limit: MAX_DEPTH });
        }
        let mut body = Vec::new();
        if let Some(group) = self.inventory.groups().get(name).filter(|_| self.written.insert(name)) {
            let Group { hosts, children, vars } = group;
            if !hosts.is_empty() {
                let hosts = hosts.iter().map(|host| Entry::new(host.to_string(), Plain::Map(Vec::new())));
                body.push(Entry::new("hosts", Plain::Map(hosts.collect())));
            }
            if !children.is_empty() {
                let children = children.iter().map(|child| self.group(child, depth + 1)).collect::<Result<_, _>>()?;
                body.push(Entry::new("children", Plain::Map(children)));
            }
            if !vars.is_empty() {
                body.push(Entry::new("vars", self.vars(vars)));
            }
        }
        Ok(Entry::new(name.to_string(), Plain::Map(body)))
    }

    fn vars(&mut self, vars: &Variables) -> Plain<'static> {
        let kept = self.left_out.without_secrets(vars);
        Plain::Map(kept.into_iter().map(|(name, value)| Entry::new(name, plain(value))).collect())
    }
}

/// A value with the marks that its texts need.
pub(crate) fn plain(value: Value) -> Plain<'static> {
    match value {
        Value::Null => Plain::Null,
        Value::Bool(value) => Plain::Bool(value),
        Value::Int(value) => Plain::Int(value),
        Value::Float(value) => Plain::Float(value),
        Value::Text(Text { content, author }) => match author {
            Author::Outside if !harmless(&content) && !is_lost_when_marked(&content) => {
                Plain::Tagged { tag: "!unsafe", text: content.into() }
            }
            Author::Vault => Plain::Tagged { tag: "!vault", text: content.into() },
            Author::User | Author::Outside => Plain::text(content),
        },
        Value::List(items) => Plain::List(items.into_iter().map(plain).collect()),
        Value::Map(map) => {
            // The same keys as in the JSON, where one of Ansible's own marks as a key would replace the map.
            let entry = |(key, value): (String, Value)| Entry::new(OutsideKey(&key).to_string(), plain(value));
            Plain::Map(map.into_iter().map(entry).collect())
        }
    }
}

/// Whether `!unsafe` would make another value of the text.
///
/// ansible-core 2.19 resolves what is marked even in quotes, and overlooks a line break at its end: there `!unsafe "~"`
/// is null, `!unsafe "*"` an error and `!unsafe "1\n"` a number. None of these texts means anything to Jinja.
fn is_lost_when_marked(text: &str) -> bool {
    let line = text.strip_suffix('\n').unwrap_or(text);
    matches!(line, "~" | "<<" | "!" | "&" | "*") || harmless(line)
}
