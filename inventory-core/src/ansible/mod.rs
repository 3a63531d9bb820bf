//! Inventories as Ansible itself reads them.
//!
//! INI, YAML and the JSON that inventory scripts print become one [`Inventory`]: groups, hosts and variables in
//! Ansible's own order, each with the place it was written at. What Ansible refuses is refused here, with a
//! sentence. The rules are those of ansible-core 2.19; a test compares them with Ansible's own answers.
//!
//! Nothing is evaluated: a template is text, and a vault is its cipher text.

mod builder;
pub(crate) mod config;
mod error;
mod format;
mod groups;
pub mod host_pattern;
pub mod host_range;
mod ini;
mod json;
pub mod literal;
mod python;
pub mod shlex;
mod tree;
pub(crate) mod variables;
mod yaml;

use indexmap::IndexMap;

pub use error::{Error, Problem};
pub(crate) use format::read_with_document;
pub use format::{Format, read};
pub use ini::read_ini;
pub use json::read_json_list;
pub use yaml::read_yaml;

use crate::inventory::Value;
use crate::yaml::Span;

/// An inventory file as Ansible understands it.
#[derive(Debug, Clone, PartialEq)]
pub struct Inventory {
    /// How the file is written.
    pub format: Format,
    /// Groups by name, in the order in which Ansible first meets them; `all` and `ungrouped` always come first.
    pub groups: IndexMap<String, Group>,
    /// Hosts by name, in the order in which Ansible first meets them.
    pub hosts: IndexMap<String, Host>,
    /// What Ansible passes over with a warning, if at all.
    pub skipped: Vec<Skipped>,
}

/// Members of a group by name, each with the place that says so.
///
/// `None` where nobody wrote it: every group without a parent is a child of `all`, every host without a group a
/// member of `ungrouped`.
pub type Members = IndexMap<String, Option<Span>>;

/// A group of an inventory.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Where the group is first written; `None` for an `all` or `ungrouped` that the file does not mention.
    pub declared: Option<Span>,
    /// Its variables, without those of its parents.
    pub vars: IndexMap<String, Variable>,
    /// Its child groups.
    pub children: Members,
    /// The hosts written into this group itself. Those of `ungrouped` are only the ones in no other group.
    pub hosts: Members,
    /// `ansible_group_priority`, which Ansible keeps apart from the variables: 1 unless written.
    pub priority: i128,
}

/// A host of an inventory.
#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    /// Where the host is first written; for a host of a range, the range.
    pub declared: Span,
    /// Its own variables, without those of its groups. A port in the host's pattern is `ansible_port`.
    pub vars: IndexMap<String, Variable>,
}

/// A variable of a host or a group. Of several assignments the last counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its value. Text is the user's own, `!unsafe` text is from outside, `!vault` text is a vault.
    pub value: Value,
    /// Where its name is written.
    pub key: Span,
    /// Where its value is written, quotes included.
    pub place: Span,
}

/// A part of an inventory that has no effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The part.
    pub at: Span,
    /// Why, in a sentence.
    pub why: String,
}
