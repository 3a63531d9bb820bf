//! Why a file is no inventory.

use super::host_range::Unusable;
use super::literal::Refusal;
use crate::yaml::{self, Location, Source, Span};

/// Why a file is no inventory, and where. `Display` is one sentence without the place.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct Error {
    location: Location,
    problem: Box<Problem>,
}

/// What is wrong with an inventory.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file cannot be read as text or as YAML.
    #[error(transparent)]
    Yaml(yaml::Error),
    /// A byte order mark before INI: to Ansible it is part of the first name.
    #[error("the file starts with a byte order mark, which Ansible takes for a part of the first line")]
    ByteOrderMark,
    /// An inventory that is encrypted as a whole.
    #[error("the file is encrypted by ansible-vault, and only Ansible can read it")]
    Encrypted,
    /// TOML.
    #[error("inventories in TOML are not read")]
    Toml,
    /// Nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// YAML that is no map.
    #[error("an inventory is a map of groups, and this is {0}")]
    NoMap(String),
    /// A file of variables that is no map.
    #[error("a file of variables is a map, and this is {0}")]
    NoVariables(String),
    /// A file with a `plugin` key.
    #[error("`plugin` makes this the configuration of an inventory plugin, not an inventory")]
    PluginConfiguration,
    /// A tag that Ansible does not know.
    #[error("Ansible knows no tag `{0}`")]
    Tag(String),
    /// `!vault` before something that is no text.
    #[error("`!vault` stands before the text that ansible-vault made, and this is none")]
    VaultOfNoText,
    /// `__ansible_unsafe` or `__ansible_vault` with something that is no text.
    #[error("`__ansible_unsafe` and `__ansible_vault` mark text, and this is none")]
    MarkOfNoText,
    /// A value that Ansible cannot load.
    #[error("Ansible cannot load this value: {0}")]
    Refused(String),
    /// `hosts`, `vars` or `children` of another kind.
    #[error("`{section}` of a group cannot be {found}")]
    Part {
        /// Which.
        section: &'static str,
        /// What it is, in words.
        found: String,
    },
    /// A child of a group that is neither a group nor a host.
    #[error("`{child}` cannot be a child of `{parent}`: a group is a map of `hosts`, `vars` and `children`")]
    NoGroup {
        /// The group.
        parent: String,
        /// The child.
        child: String,
    },
    /// A name of a group that YAML does not read as text.
    #[error("the name of a group is text, and this is {0}")]
    GroupOfNoText(String),
    /// A name of a host that YAML does not read as text.
    #[error("the name of a host is text, and this is {0}")]
    HostOfNoText(String),
    /// Something after a host that is no map of variables.
    #[error("a host's variables are a map, and this is {0}")]
    HostVariables(String),
    /// `hosts` or `children` that is no list, where a script must give one.
    #[error("the {part} of `{group}` are a list in this format, and this is {found}")]
    NoList {
        /// The group.
        group: String,
        /// Which.
        part: &'static str,
        /// What it is, in words.
        found: String,
    },
    /// A `_meta` of another kind.
    #[error("{part} is a map, and this is {found}")]
    Meta {
        /// Which part of it.
        part: &'static str,
        /// What it is, in words.
        found: String,
    },
    /// `_meta` without `hostvars`.
    #[error("`_meta` has no `hostvars`, and ansible-core 2.19 then refuses the whole inventory")]
    NoHostVariables,
    /// `_meta.profile` other than the one that is known.
    #[error("`_meta.profile` is `inventory_legacy` or absent, and this is {0}")]
    Profile(String),
    /// A line in brackets that is no section.
    #[error("`{0}` is no section: a group's name has no blanks, colons or brackets")]
    Section(String),
    /// `[group:kind]` with a kind other than `vars`, `children` and `hosts`.
    #[error("`[{group}:{kind}]` is no section that Ansible knows")]
    SectionKind {
        /// The group.
        group: String,
        /// What follows its colon.
        kind: String,
    },
    /// `[group:vars]` of a group that is defined nowhere.
    #[error("`[{0}:vars]` sets variables of a group that is defined nowhere")]
    VariablesOfUndefinedGroup(String),
    /// A child group that is defined nowhere.
    #[error("`{child}`, a child of `{parent}`, is defined nowhere")]
    UndefinedChild {
        /// The group that names it.
        parent: String,
        /// The name.
        child: String,
    },
    /// A line in `[group:children]` that is no name of a group.
    #[error("expected the name of a group, found `{0}`")]
    GroupName(String),
    /// A line in `[group:vars]` without `=`.
    #[error("expected `name=value`, found `{0}`")]
    NoAssignment(String),
    /// A word after a host without `=`.
    #[error("`{0}` after a host is no variable: expected `name=value`")]
    NoHostAssignment(String),
    /// A quote without an end.
    #[error("a quote is opened here and never closed")]
    OpenQuote,
    /// A backslash at the end of a line.
    #[error("a backslash at the end of the line has nothing to escape")]
    OpenEscape,
    /// A host that ends with a colon.
    #[error("`{0}` ends with a colon but has no port")]
    MissingPort(String),
    /// A port beyond every number.
    #[error("`{0}` is no port")]
    Port(String),
    /// `---` where a host is expected.
    #[error("`---` begins a YAML file, but this is not one")]
    YamlMarker,
    /// A host with brackets that cannot be expanded.
    #[error("`{pattern}` names no hosts: {reason}")]
    Range {
        /// The host as written.
        pattern: String,
        /// What is wrong with it.
        reason: Unusable,
    },
    /// A host without a name.
    #[error("a host has no name")]
    EmptyHostName,
    /// A group without a name.
    #[error("a group has no name")]
    EmptyGroupName,
    /// A value that Ansible fails on, or that has no place in an inventory.
    #[error("`{name}` cannot have this value: {reason}")]
    Value {
        /// The variable.
        name: String,
        /// What is wrong with it.
        reason: Refusal,
    },
    /// `ansible_group_priority` that is no number.
    #[error("`ansible_group_priority` is a whole number")]
    Priority,
    /// A group that is its own child, or that of one of its children.
    #[error("the groups form a loop: `{child}` cannot be a child of `{parent}`")]
    Loop {
        /// The parent as written.
        parent: String,
        /// The child as written.
        child: String,
    },
}

impl Error {
    /// Where.
    pub fn location(&self) -> &Location {
        &self.location
    }

    /// What.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// The way out, a sentence; `None` where the error already says it or nobody can know.
    pub fn hint(&self) -> Option<String> {
        let hint = match &*self.problem {
            Problem::Yaml(error) => return error.hint(),
            Problem::ByteOrderMark => "save the file without a byte order mark",
            Problem::Encrypted => "name a file that is not, and keep secrets in encrypted variables under `group_vars`",
            Problem::Toml => "convert it with `ansible-inventory --list --yaml --export -i FILE`",
            Problem::Empty => "write a group with hosts, or remove the file",
            Problem::NoMap(_) | Problem::NoGroup { .. } => "write `all:`, below it `hosts:`, and below that the hosts",
            Problem::NoVariables(_) => "write `name: value`, a variable a line",
            Problem::PluginConfiguration => "run it with Ansible, and name an inventory here",
            Problem::Tag(_) => "Ansible has `!vault` and `!unsafe`",
            Problem::VaultOfNoText => {
                "write `!vault |` and below it, indented, what `ansible-vault encrypt_string` printed"
            }
            Problem::MarkOfNoText => "put the value into quotes, or remove the mark",
            Problem::Refused(_) => "put quotes around it if it is meant to be text",
            Problem::Part { .. } => "write a map: a name with a colon on each line",
            Problem::GroupOfNoText(_) | Problem::HostOfNoText(_) => "put quotes around it",
            Problem::HostVariables(_) => "write `name: value` on lines of their own, indented below the host",
            Problem::NoList { .. } => "write the names as a list: `[\"node1\", \"node2\"]`",
            Problem::Meta { .. } | Problem::NoHostVariables => "write `\"_meta\": {\"hostvars\": {}}`",
            Problem::Profile(_) => "remove it",
            Problem::Section(_) => "write `[name]`, `[name:vars]` or `[name:children]`",
            Problem::SectionKind { .. } => "use `:vars` or `:children`",
            Problem::VariablesOfUndefinedGroup(group) | Problem::UndefinedChild { child: group, .. } => {
                return Some(format!("add a section `[{group}]`, which may be empty"));
            }
            Problem::GroupName(_) => "write one name a line; a variable belongs into a `:vars` section",
            Problem::NoAssignment(_) => "separate the name from its value with `=`",
            Problem::NoHostAssignment(_) => "put quotes around a value with blanks, and no blanks around `=`",
            Problem::OpenQuote => "close it on the same line, or put the value between quotes of the other kind",
            Problem::OpenEscape => "remove it: a line cannot be continued",
            Problem::MissingPort(_) => "remove the colon, or write the port behind it",
            Problem::Port(_) => "write a number from 1 to 65535",
            Problem::YamlMarker => "remove the line, or give the file the extension `.yml`",
            Problem::Range { reason: Unusable::TooLarge, .. } => "split the inventory, or correct the range",
            Problem::Range { .. } => "write `name[1:3]`, or an address with a port as `[2001:db8::1]:22`",
            Problem::EmptyHostName | Problem::EmptyGroupName => "write a name",
            Problem::Value { reason: Refusal::Unhashable, .. } => {
                "put the whole value between quotes: `\"{{ 'x' }}\"` under `:vars`, `\"'{{ \\\"x\\\" }}'\"` on a host's line"
            }
            Problem::Value { reason: Refusal::TooLarge, .. } => "put quotes around it, so that it is text",
            Problem::Value { reason: Refusal::NamedCharacter, .. } => "write the character itself",
            Problem::Value { .. } => "write it as text, or move the variable to a file under `group_vars`",
            Problem::Priority => "write a number, such as 10",
            Problem::Loop { .. } => "remove one of the groups from the other's children",
        };
        Some(hint.to_owned())
    }
}

/// A problem at a span: an error before the source gives it line and column.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: Span,
    pub(super) problem: Problem,
}

impl Fault {
    pub(super) fn new(at: Span, problem: Problem) -> Self {
        Self { at, problem }
    }

    pub(super) fn in_source(self, source: &Source) -> Error {
        let location = match &self.problem {
            Problem::Yaml(error) => error.location().clone(),
            _ => source.location(self.at.start),
        };
        Error { location, problem: Box::new(self.problem) }
    }
}
