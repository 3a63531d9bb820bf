//! The variables of one host, resolved as far as they can be known.

use std::borrow::Cow;

use super::assignment::{Assignment, Raw};
use super::defaults;
use super::variables::Layer;
use crate::inventory::Value;
use crate::kubespray::Release;
use crate::lint::finding::Place;
use crate::lint::template::{Lookup, NotChecked, Resolver};
use crate::yaml::{Resolved, Span};

/// What counts for one host, or for all nodes of a cluster alike.
#[derive(Debug, Clone)]
pub struct Scope<'s, 'a> {
    /// The strongest first.
    layers: Vec<&'s Layer<'a>>,
    /// Whose defaults count where nobody writes anything.
    release: Release,
    /// The host, where it is one.
    host: Option<&'a str>,
}

/// A variable, or a key below one, as it counts for a host.
#[derive(Debug, Clone)]
pub struct Told<'a> {
    /// Where the variable is assigned.
    pub assignment: Assignment<'a>,
    /// Where the value is: that of the key below it, where a path was asked for.
    pub at: Span,
    /// The value, templates resolved. `Err`: what cannot be known without running Ansible, and why.
    pub value: Result<Value, String>,
}

impl Told<'_> {
    /// Where the value is written.
    pub fn place(&self) -> Place {
        Place::new(self.assignment.source, self.at)
    }

    /// Whether the value itself stands there, and no template that leads to it.
    pub fn is_literal(&self) -> bool {
        !self.assignment.value().is_ok_and(|value| value.is_template())
    }
}

impl<'s, 'a> Scope<'s, 'a> {
    pub(super) fn new(layers: Vec<&'s Layer<'a>>, release: Release, host: Option<&'a str>) -> Self {
        Self { layers, release, host }
    }

    /// The assignment that counts. What is null counts, too: it hides weaker ones.
    pub fn get(&self, name: &str) -> Option<&'s Assignment<'a>> {
        self.layers.iter().find_map(|layer| layer.get(name))
    }

    /// Every assignment of a variable, the one that counts first.
    pub fn every(&self, name: &str) -> impl Iterator<Item = &'s Assignment<'a>> {
        self.layers.iter().filter_map(move |layer| layer.get(name))
    }

    /// The names of all variables, in no order.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.layers.iter().flat_map(|layer| layer.keys().copied())
    }

    /// Whether the variable is there and not null.
    pub fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some_and(|assignment| !assignment.value().is_ok_and(|value| *value == Value::Null))
    }

    /// A variable, or a key below one, templates resolved. `None`: it is not there, or null.
    pub fn find(&self, path: &[&str]) -> Option<Told<'a>> {
        let (name, keys) = path.split_first()?;
        let assignment = *self.get(name)?;
        let told = |at, value| Some(Told { assignment, at, value });
        let mut at = assignment.at;
        let mut raw = assignment.raw;
        for (depth, key) in keys.iter().enumerate() {
            let below = match raw {
                Raw::File(node) if matches!(node.resolve(), Resolved::Map) => {
                    node.get(key, assignment.source).map(|node| (node.alias.unwrap_or(node.span), Raw::File(node)))
                }
                Raw::Inventory(Value::Map(map)) => map.get(*key).map(|value| (at, Raw::Inventory(value))),
                // What is no map as it stands may be a template of one.
                _ => {
                    let whole = self.resolve(&Assignment { at, raw, ..assignment });
                    let found = whole.and_then(|whole| below(whole, &keys[depth..])).transpose()?;
                    return told(at, found);
                }
            };
            (at, raw) = below?;
        }
        match self.resolve(&Assignment { at, raw, ..assignment }) {
            Ok(Value::Null) => None,
            value => told(at, value),
        }
    }

    /// The value of an assignment, templates resolved with the variables of this host.
    pub fn resolve(&self, assignment: &Assignment<'_>) -> Result<Value, String> {
        let value: Cow<'_, Value> = assignment.value()?;
        self.evaluate(&value)
    }
}

impl Scope<'_, '_> {
    /// A value as far as it can be known without running Ansible.
    fn evaluate(&self, value: &Value) -> Result<Value, String> {
        let lookup = |name: &str| match self.get(name) {
            Some(assignment) => match assignment.value() {
                Ok(value) => Lookup::Raw(Cow::Owned(value.into_owned())),
                Err(why) => Lookup::Unknown(why),
            },
            None => match defaults::of(name, self.release) {
                Some(value) => Lookup::Raw(Cow::Owned(value)),
                None if name == "inventory_hostname" && self.host.is_some() => {
                    Lookup::Raw(Cow::Owned(Value::outside(self.host.unwrap_or_default())))
                }
                None if defaults::is_without(name) || is_ansibles_own(name) => Lookup::Absent,
                None => Lookup::Unknown(format!("`{name}` is written nowhere here, and a role may define it")),
            },
        };
        let resolved = Resolver::new(&lookup).resolve(value).map(Cow::into_owned);
        resolved.map_err(|NotChecked { why }| why)
    }
}

/// Whether Ansible itself defines a variable when it runs: the resolver knows what to say of it.
fn is_ansibles_own(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "groups",
        "group_names",
        "hostvars",
        "inventory_dir",
        "inventory_file",
        "inventory_hostname",
        "inventory_hostname_short",
        "omit",
        "playbook_dir",
    ];
    name.starts_with("ansible_") || NAMES.contains(&name)
}

/// A value below another, by keys; `None`: it is not there.
fn below(value: Value, keys: &[&str]) -> Result<Option<Value>, String> {
    let mut value = value;
    for key in keys {
        value = match value {
            Value::Map(mut map) => match map.shift_remove(*key) {
                Some(value) => value,
                None => return Ok(None),
            },
            Value::Null => return Ok(None),
            _ => return Err(format!("it is no map, and has no `{key}`")),
        };
    }
    Ok((value != Value::Null).then_some(value))
}
