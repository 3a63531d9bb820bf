//! Variables of the cluster's nodes, by name.

use std::fmt::Display;

use crate::environment::Sourced;
use crate::inventory::Value;
use crate::inventory::effective::Effective;
use crate::kubespray::Release;
use crate::network::space::Origin;
use crate::plan::Opaque;
use crate::safe::HostName;
use crate::vars::effective::Found;
use crate::vars::tree::{Owner, Reading, Unreadable, VarsTree};

/// How many variables a value may stand for one after the other: the samples have one.
const MAX_STEPS: usize = 8;

/// What a value is to be.
pub(super) enum Shape {
    Text,
    Number,
    Truth,
}

impl Shape {
    fn fits(&self, value: &Value) -> bool {
        match self {
            // Nobody quotes `10`, and Ansible takes it for text wherever it is printed.
            Self::Text | Self::Number => matches!(value, Value::Text(_) | Value::Int(_)),
            Self::Truth => matches!(value, Value::Text(_) | Value::Bool(_) | Value::Int(_)),
        }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Truth => "true or false",
        }
    }
}

/// The variables of the cluster's nodes, and what could not be read of them.
pub(super) struct Reader<'a> {
    /// The value that counts for the nodes, of a variable or of a key below one.
    lookup: Lookup<'a>,
    opaque: Vec<Opaque>,
}

/// Finds the value of a variable, or of a key below one.
type Lookup<'a> = Box<dyn Fn(&[&str]) -> Option<Found> + 'a>;

/// A node of an inventory.
pub(super) struct Node<'a> {
    pub(super) vars: Effective<'a>,
    pub(super) host: &'a HostName,
}

impl<'a> Reader<'a> {
    /// Reads a directory's variables; of the inventory what it gives a node, for what no file has.
    pub(super) fn new(tree: &'a VarsTree, release: Release, node: Option<Node<'a>>) -> Self {
        // The cluster's group, and `all`: the stronger first.
        let owners = [release.cluster_group(), "all"].map(|group| Owner::Group(group.to_owned()));
        // A file of secrets is in order: nobody keeps ranges there.
        let is_meant = |owner: &Owner, file: &Unreadable| owners.contains(owner) && !file.is_encrypted;
        let unreadable = tree.unreadable().filter(|(owner, file)| is_meant(owner, file)).map(|(_, file)| Opaque {
            variable: Opaque::FILE.to_owned(),
            origin: (&file.location).into(),
            why: file.reason.clone(),
            is_hidden: true,
        });
        let opaque = unreadable.collect();
        let lookup = move |path: &[&str]| {
            let keys: Vec<String> = path.iter().map(|&key| key.to_owned()).collect();
            let owner = owners.iter().find(|owner| tree.value(owner, &keys[..1]).is_some());
            match owner {
                Some(owner) => Found::at(tree, owner, &keys),
                None => node.as_ref()?.found(path),
            }
        };
        Self { lookup: Box::new(lookup), opaque }
    }

    /// Reads what somebody else looks up.
    pub(super) fn over(lookup: &'a dyn Fn(&[&str]) -> Option<Found>) -> Self {
        Self { lookup: Box::new(lookup), opaque: Vec::new() }
    }

    /// What could not be read.
    pub(super) fn finish(self) -> Vec<Opaque> {
        self.opaque
    }

    /// A value that is no such value.
    pub(super) fn opaque(&mut self, variable: impl Into<String>, origin: Origin, why: impl Into<String>) {
        self.put(Opaque { variable: variable.into(), origin, why: why.into(), is_hidden: false });
    }

    fn put(&mut self, opaque: Opaque) {
        if !self.opaque.contains(&opaque) {
            self.opaque.push(opaque);
        }
    }

    /// A value of this shape. A value that is another variable as a whole, `{{ kube_vip_address }}`, is that one's.
    pub(super) fn find(&mut self, path: &[&str], shape: &Shape) -> Option<Sourced<Value>> {
        let Found { mut reading, origin: place } = (self.lookup)(path)?;
        for _ in 0..MAX_STEPS {
            let (why, is_hidden) = match &reading {
                Reading::Plain(Value::Null) => return None,
                Reading::Plain(value) | Reading::Unsafe(value) if shape.fits(value) => {
                    return Some(Sourced::new(value.clone(), place));
                }
                Reading::Plain(value) | Reading::Unsafe(value) => {
                    (format!("`{}` is not {}", value.to_plain_text(), shape.name()), false)
                }
                Reading::Template(value) => match value.as_str().and_then(variable).map(str::to_owned) {
                    Some(name) => match (self.lookup)(&[&name]) {
                        Some(other) => {
                            reading = other.reading;
                            continue;
                        }
                        None => (format!("it is a template, and `{name}` is not there"), true),
                    },
                    None => ("it is a template".to_owned(), true),
                },
                Reading::Vault => ("it is encrypted by ansible-vault".to_owned(), true),
                Reading::Hidden(why) => (why.clone(), true),
                Reading::Unfit(why) => (why.clone(), false),
            };
            self.put(Opaque { variable: path.join("."), origin: place, why, is_hidden });
            return None;
        }
        let why = "it is a template that leads back to itself".to_owned();
        self.put(Opaque { variable: path.join("."), origin: place, why, is_hidden: true });
        None
    }

    /// A text; empty is none.
    pub(super) fn text(&mut self, name: &str) -> Option<Sourced<String>> {
        let text = self.find(&[name], &Shape::Text)?.map(|value| value.to_plain_text().trim().to_owned());
        (!text.value.is_empty()).then_some(text)
    }

    /// A number, quoted or not; empty is none.
    pub(super) fn number<T: TryFrom<i128>>(&mut self, name: &str) -> Option<Sourced<T>>
    where
        T::Error: Display,
    {
        let found = self.find(&[name], &Shape::Number)?;
        let text = found.value.to_plain_text().trim().to_owned();
        if text.is_empty() {
            return None;
        }
        let number = text.parse::<i128>().map_err(|_| format!("`{text}` is no whole number"));
        match number.and_then(|number| T::try_from(number).map_err(|error| format!("`{text}`: {error}"))) {
            Ok(number) => Some(Sourced::new(number, found.origin)),
            Err(why) => {
                self.opaque(name, found.origin, why);
                None
            }
        }
    }

    /// True or false, in any of the words that Ansible's filter `bool` takes.
    pub(super) fn truth(&mut self, name: &str) -> Option<Sourced<bool>> {
        let found = self.find(&[name], &Shape::Truth)?;
        let text = found.value.to_plain_text().trim().to_lowercase();
        match text.as_str() {
            "true" | "yes" | "on" | "1" => Some(found.map(|_| true)),
            "false" | "no" | "off" | "0" => Some(found.map(|_| false)),
            "" => None,
            _ => {
                self.opaque(name, found.origin, format!("`{text}` is neither true nor false"));
                None
            }
        }
    }
}

/// The variable that a template is as a whole.
fn variable(template: &str) -> Option<&str> {
    let name = template.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_name.then_some(name)
}

impl Node<'_> {
    fn found(&self, path: &[&str]) -> Option<Found> {
        let (name, keys) = path.split_first()?;
        let mut value = self.vars.get(self.host, name)?;
        for key in keys {
            let Value::Map(map) = value else { break };
            value = map.get(*key)?;
        }
        Some(Found::in_inventory(self.host, name, value))
    }
}
