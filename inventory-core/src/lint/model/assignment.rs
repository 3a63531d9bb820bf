//! A value given to a variable somewhere.

use std::borrow::Cow;
use std::fmt;

use crate::ansible::variables;
use crate::inventory::Value;
use crate::lint::finding::Place;
use crate::network::space::Origin;
use crate::yaml::{Node, Source, Span};

/// Who is given a variable, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whose<'a> {
    /// A file of the host's in `host_vars`.
    HostFile(&'a str),
    /// The inventory, to the host itself.
    Host(&'a str),
    /// A file of the group's in `group_vars`.
    GroupFile(&'a str),
    /// The inventory, to the group.
    Group(&'a str),
}

impl<'a> Whose<'a> {
    /// The group that has the variable; `None`: it is a host's.
    pub fn group(self) -> Option<&'a str> {
        match self {
            Self::GroupFile(name) | Self::Group(name) => Some(name),
            Self::HostFile(_) | Self::Host(_) => None,
        }
    }

    /// Whether it is this host's own.
    pub fn is_of_host(self, host: &str) -> bool {
        matches!(self, Self::HostFile(name) | Self::Host(name) if name == host)
    }
}

impl fmt::Display for Whose<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HostFile(name) | Self::Host(name) => write!(f, "host {name}"),
            Self::GroupFile(name) | Self::Group(name) => write!(f, "group {name}"),
        }
    }
}

/// A value given to a variable, where it is written.
#[derive(Debug, Clone, Copy)]
pub struct Assignment<'a> {
    /// The variable.
    pub name: &'a str,
    /// Who gets it.
    pub whose: Whose<'a>,
    /// The file.
    pub source: &'a Source,
    /// Where the name is.
    pub key: Span,
    /// Where the value is, quotes included.
    pub at: Span,
    /// The value as it is written.
    pub(super) raw: Raw<'a>,
}

/// A value as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Raw<'a> {
    /// In an inventory.
    Inventory(&'a Value),
    /// In a file of variables.
    File(&'a Node),
}

impl<'a> Assignment<'a> {
    /// The value as Ansible's loader gives it, templates untouched. An error says why we cannot hold it.
    pub fn value(&self) -> Result<Cow<'a, Value>, String> {
        match self.raw {
            Raw::Inventory(value) => Ok(Cow::Borrowed(value)),
            Raw::File(node) => variables::value(self.source, node).map(Cow::Owned),
        }
    }

    /// The value as YAML has it; `None`: it stands in an inventory.
    pub fn node(&self) -> Option<&'a Node> {
        match self.raw {
            Raw::Inventory(_) => None,
            Raw::File(node) => Some(node),
        }
    }

    /// Where the value is written.
    pub fn place(&self) -> Place {
        Place::new(self.source, self.at)
    }

    /// Where name and value are written.
    pub fn whole(&self) -> Place {
        Place::new(self.source, Span { start: self.key.start.min(self.at.start), end: self.at.end })
    }

    /// Where it is, for whoever compares address spaces.
    pub fn origin(&self) -> Origin {
        (&self.source.location(self.at.start)).into()
    }
}
