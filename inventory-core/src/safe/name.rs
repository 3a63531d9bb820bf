//! Names of hosts, groups and variables: a value of these types is fit for Ansible.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// Names that mean something else to Ansible, so that no host may have them.
const RESERVED_HOSTS: [&str; 3] = ["all", "ungrouped", "_meta"];

/// Names Ansible takes for the controller itself.
const LOCAL_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// How Ansible's JSON begins the keys that replace the map they stand in: a host called `__ansible_vault` would turn
/// all variables of all hosts into one cipher text.
const MARK: &str = "__ansible_";

/// The longest name DNS, and so kubespray's `hostname` task, can carry.
const LONGEST_HOST: usize = 253;

/// Why a name may not reach Ansible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is left to call the host.
    #[error("a host name is empty")]
    EmptyHost,
    /// Longer than 253 characters.
    #[error("the host name {0:.40?}… is longer than 253 characters")]
    LongHost(String),
    /// A character that a host pattern, a file name or an SSH argument would misread.
    #[error(
        "{0:?} cannot be a host name: only letters, digits, `.`, `_` and `-` may stand in it, and `.` or `-` not first"
    )]
    HostCharacters(String),
    /// `all`, `ungrouped`, `_meta`.
    #[error("{0:?} cannot be a host name: Ansible uses it for itself")]
    ReservedHost(String),
    /// `__ansible_vault`, `__ansible_unsafe` and their kin.
    #[error("{0:?} cannot be a name: what begins with `__ansible_` is a mark of Ansible's own")]
    Mark(String),
    /// A machine somebody else named like the controller.
    #[error("a discovered machine cannot be called {0:?}: Ansible takes that for the controller")]
    LocalHost(String),
    /// A group name outside `[A-Za-z_][A-Za-z0-9_-]*`.
    #[error(
        "{0:?} cannot be a group name: it begins with a letter or `_` and goes on with letters, digits, `_` and `-`"
    )]
    Group(String),
    /// A group Ansible makes by itself.
    #[error("{0:?} cannot be a group of ours: Ansible makes it by itself")]
    ReservedGroup(String),
    /// A word that means a value: YAML reads `on`, `yes` and `~` as keys like that, and Jinja reads it back as one.
    #[error(
        "{0} cannot be a variable: it is a value; YAML reads on, yes, off, no and ~ as true, false and null, unless they are in quotes"
    )]
    Value(String),
    /// A variable name outside `[A-Za-z_][A-Za-z0-9_]*`, which Jinja could not use.
    #[error("{0:?} cannot be a variable: it begins with a letter or `_` and goes on with letters, digits and `_`")]
    Variable(String),
}

/// Whether a key is one of Ansible's marks, which it reads instead of the map around it.
pub fn is_mark(key: &str) -> bool {
    key.starts_with(MARK)
}

fn refuse_mark(name: &str) -> Result<(), NameError> {
    if is_mark(name) { Err(NameError::Mark(name.to_owned())) } else { Ok(()) }
}

/// The name of a host, as Ansible and SSH will see it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostName(String);

impl HostName {
    /// A name the user wrote: `localhost` is theirs to use.
    pub fn written(name: &str) -> Result<Self, NameError> {
        if name.is_empty() {
            return Err(NameError::EmptyHost);
        }
        if name.len() > LONGEST_HOST {
            return Err(NameError::LongHost(name.to_owned()));
        }
        let first_fits = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if !first_fits || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')) {
            return Err(NameError::HostCharacters(name.to_owned()));
        }
        if RESERVED_HOSTS.contains(&name) {
            return Err(NameError::ReservedHost(name.to_owned()));
        }
        refuse_mark(name)?;
        Ok(Self(name.to_owned()))
    }

    /// A name that stands in this program: no input can make it wrong.
    pub(crate) fn known(name: &'static str) -> Self {
        debug_assert!(Self::written(name).is_ok(), "{name}");
        Self(name.to_owned())
    }

    /// A name somebody else chose: it may not stand for the controller either.
    pub fn discovered(name: &str) -> Result<Self, NameError> {
        if LOCAL_HOSTS.iter().any(|local| local.eq_ignore_ascii_case(name)) {
            return Err(NameError::LocalHost(name.to_owned()));
        }
        Self::written(name)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether kubespray's `hostname` check accepts it: RFC 1123, lower case.
    pub fn suits_kubespray(&self) -> bool {
        self.0.split('.').all(|label| {
            let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
            edge(label.chars().next())
                && edge(label.chars().next_back())
                && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        })
    }
}

/// The name of a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupName(String);

impl GroupName {
    /// A group of the inventory; `all` and `ungrouped` are Ansible's own.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        let first_fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !first_fits || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
            return Err(NameError::Group(name.to_owned()));
        }
        if RESERVED_HOSTS.contains(&name) {
            return Err(NameError::ReservedGroup(name.to_owned()));
        }
        refuse_mark(name)?;
        Ok(Self(name.to_owned()))
    }

    /// A name that stands in this program: no input can make it wrong.
    pub(crate) fn known(name: &'static str) -> Self {
        debug_assert!(Self::parse(name).is_ok(), "{name}");
        Self(name.to_owned())
    }

    /// The group for a cluster, a place or a binary: what does not fit becomes `_`, as Ansible itself does it.
    pub fn from_words(words: &str) -> Self {
        let mut name: String =
            words.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            name.insert(0, '_');
        }
        if RESERVED_HOSTS.contains(&name.as_str()) {
            name.push('_');
        }
        Self(name)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a variable a template can use.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VariableName(String);

impl VariableName {
    /// A variable of the user's.
    pub fn parse(name: &str) -> Result<Self, NameError> {
        let first_fits = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if !first_fits || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(NameError::Variable(name.to_owned()));
        }
        if ["true", "false", "none", "null"].iter().any(|value| value.eq_ignore_ascii_case(name)) {
            return Err(NameError::Value(name.to_owned()));
        }
        refuse_mark(name)?;
        Ok(Self(name.to_owned()))
    }

    /// A name that stands in this program: no input can make it wrong.
    pub(crate) fn known(name: &'static str) -> Self {
        debug_assert!(Self::parse(name).is_ok(), "{name}");
        Self(name.to_owned())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it steers how Ansible connects or becomes root: never to be filled from outside.
    pub fn steers_ansible(&self) -> bool {
        self.0.starts_with("ansible_")
    }
}

macro_rules! name_traits {
    ($type:ident, $parse:expr, $what:literal, $pattern:literal) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                $parse(&name).map_err(de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $what, "pattern": $pattern })
            }
        }
    };
}

name_traits!(HostName, HostName::written, "The name of a host.", "^[A-Za-z0-9_][A-Za-z0-9._-]*$");
name_traits!(GroupName, GroupName::parse, "The name of a group.", "^[A-Za-z_][A-Za-z0-9_-]*$");
name_traits!(VariableName, VariableName::parse, "The name of a variable.", "^[A-Za-z_][A-Za-z0-9_]*$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_name_is_never_an_option_a_pattern_or_a_template() {
        for name in
            ["-oProxyCommand=x", "{{ x }}", "a,b", "a b", "!not", "&and", "~re", "*", "../x", "a\nb", "日本", ""]
        {
            assert!(HostName::written(name).is_err(), "{name:?}");
        }
        assert!(HostName::written(&"a".repeat(254)).is_err());
        for name in ["node-1", "ci_kube.1", "10.0.0.1", "1st"] {
            assert!(HostName::discovered(name).is_ok(), "{name:?}");
        }
    }

    #[test]
    fn only_the_user_may_speak_of_the_controller() {
        assert!(HostName::written("localhost").is_ok());
        assert!(matches!(HostName::discovered("LocalHost"), Err(NameError::LocalHost(_))));
        assert!(matches!(HostName::discovered("all"), Err(NameError::ReservedHost(_))));
    }

    #[test]
    fn nothing_is_called_like_a_mark_of_ansibles() {
        for name in ["__ansible_vault", "__ansible_unsafe", "__ansible_type"] {
            assert!(matches!(HostName::written(name), Err(NameError::Mark(_))));
            assert!(matches!(GroupName::parse(name), Err(NameError::Mark(_))));
            assert!(matches!(VariableName::parse(name), Err(NameError::Mark(_))));
        }
    }

    #[test]
    fn kubespray_refuses_capitals_and_underscores() {
        let suits = |name: &str| HostName::written(name).unwrap().suits_kubespray();
        assert!(suits("node-1.lan"));
        for name in ["Node1", "node_1", "node-", "a..b"] {
            assert!(!suits(name), "{name}");
        }
    }

    #[test]
    fn a_group_made_from_words_is_always_a_group_name() {
        for (words, name) in
            [("ci-kube", "ci_kube"), ("1st", "_1st"), ("", "_"), ("all", "all_"), ("hv1.lan", "hv1_lan")]
        {
            assert_eq!(GroupName::from_words(words).as_str(), name);
            assert!(GroupName::parse(name).is_ok());
        }
    }
}
