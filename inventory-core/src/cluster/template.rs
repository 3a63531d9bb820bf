//! `{placeholders}` in names and variables.
//!
//! Jinja is Ansible's; these are ours, and the two do not meet: whatever stands inside `{{ }}`, `{% %}` or `{# #}`
//! is passed on as it is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::safe::HostAddress;

/// Something a template can be filled with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placeholder {
    /// `{name}`: the machine's name.
    Name,
    /// `{cluster}`: the cluster's name.
    Cluster,
    /// `{number}`: the digits that end the first label of the name, padded with zeros to the width.
    Number(usize),
    /// `{index}`: the position among the members, from 1, padded with zeros to the width.
    Index(usize),
    /// `{namespace}`.
    Namespace,
    /// `{place}`.
    Place,
    /// `{tag:KEY}`.
    Tag(String),
    /// `{*}`: what the glob in `machines.names` matched.
    Star,
    /// `{address}`: how the controller reaches the host.
    Address,
    /// `{ip}`: the address on the guest's own interface.
    Ip,
}

impl Placeholder {
    /// Whether somebody else decides what it is filled with.
    fn is_from_outside(&self) -> bool {
        matches!(self, Self::Name | Self::Namespace | Self::Place | Self::Tag(_) | Self::Star)
    }

    fn parse(word: &str) -> Result<Self, TemplateError> {
        let unknown = || TemplateError::Unknown(word.to_owned());
        let (name, argument) = match word.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (word, None),
        };
        let width = || match argument {
            None => Ok(0),
            Some(digits) => digits.parse::<usize>().ok().filter(|width| *width <= 20).ok_or_else(unknown),
        };
        match (name, argument) {
            ("name", None) => Ok(Self::Name),
            ("cluster", None) => Ok(Self::Cluster),
            ("number", _) => Ok(Self::Number(width()?)),
            ("index", _) => Ok(Self::Index(width()?)),
            ("namespace", None) => Ok(Self::Namespace),
            ("place", None) => Ok(Self::Place),
            ("tag", Some(key)) if !key.is_empty() => Ok(Self::Tag(key.to_owned())),
            ("*", None) => Ok(Self::Star),
            ("address", None) => Ok(Self::Address),
            ("ip", None) => Ok(Self::Ip),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Name => "name",
            Self::Cluster => "cluster",
            Self::Number(_) => "number",
            Self::Index(_) => "index",
            Self::Namespace => "namespace",
            Self::Place => "place",
            Self::Tag(key) => return write!(f, "{{tag:{key}}}"),
            Self::Star => "*",
            Self::Address => "address",
            Self::Ip => "ip",
        };
        write!(f, "{{{word}}}")
    }
}

/// Why a text is no template of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A `{word}` that means nothing.
    #[error(
        "unknown placeholder {{{0}}}; there are {{name}} {{cluster}} {{number}} {{number:02}} {{index}} {{namespace}} \
         {{place}} {{tag:KEY}} {{*}}, in variables also {{address}} {{ip}}"
    )]
    Unknown(String),
    /// A placeholder that is not known yet when a host gets its name.
    #[error("{0} is not known yet when a host gets its name; it can stand in variables")]
    NotInNames(Placeholder),
    /// Outside text inside something that Ansible would evaluate.
    #[error(
        "{0} is filled in from outside and may not stand in a text that Ansible evaluates; give it a variable of its \
         own and use that in the template"
    )]
    OutsideInTemplate(Placeholder),
    /// Outside text in a variable that steers Ansible.
    #[error("{0} is filled in from outside and may not stand in an `ansible_*` variable")]
    OutsideInAnsibleVariable(Placeholder),
}

/// What a machine has to fill a template with.
#[derive(Debug, Clone, Copy)]
pub struct Filling<'a> {
    /// The machine's name.
    pub name: &'a str,
    /// The cluster's name.
    pub cluster: &'a str,
    /// The position among the members, from 1.
    pub index: usize,
    /// The namespace.
    pub namespace: Option<&'a str>,
    /// The place.
    pub place: Option<&'a str>,
    /// The tags.
    pub tags: &'a BTreeMap<String, String>,
    /// What the glob matched.
    pub star: Option<&'a str>,
    /// How the controller reaches it.
    pub address: Option<&'a HostAddress>,
    /// The guest's own address.
    pub ip: Option<IpAddr>,
}

impl Filling<'_> {
    /// The digits that end the first DNS label of a name.
    pub fn number_of(name: &str) -> Option<u64> {
        let label = name.split('.').next().unwrap_or(name);
        let digits = label.len() - label.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        label[label.len() - digits..].parse().ok()
    }

    fn get(&self, placeholder: &Placeholder) -> Option<Cow<'_, str>> {
        let borrowed = |text: Option<&'_ str>| text.map(|text| Cow::Owned(text.to_owned()));
        match placeholder {
            Placeholder::Name => borrowed(Some(self.name)),
            Placeholder::Cluster => borrowed(Some(self.cluster)),
            Placeholder::Number(width) => Self::number_of(self.name).map(|n| format!("{n:0width$}").into()),
            Placeholder::Index(width) => Some(format!("{:0width$}", self.index).into()),
            Placeholder::Namespace => borrowed(self.namespace),
            Placeholder::Place => borrowed(self.place),
            Placeholder::Tag(key) => borrowed(self.tags.get(key).map(String::as_str)),
            Placeholder::Star => borrowed(self.star),
            Placeholder::Address => self.address.map(|address| address.to_string().into()),
            Placeholder::Ip => self.ip.map(|ip| ip.to_string().into()),
        }
    }
}

/// A placeholder that a machine has nothing for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{machine:?} has nothing for {placeholder}{}", match .placeholder {
    Placeholder::Number(_) => ": its name does not end in digits",
    Placeholder::Star => ": none of the globs in `machines.names` has a `*` that matched",
    Placeholder::Ip => ": its own address is not known (`explain` says why)",
    _ => "",
})]
pub struct Unfilled {
    /// The machine.
    pub machine: String,
    /// The placeholder.
    pub placeholder: Placeholder,
}

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub(super) parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Placeholder(Placeholder),
}

impl Template {
    /// The placeholders in it.
    pub fn placeholders(&self) -> impl Iterator<Item = &Placeholder> {
        self.parts.iter().filter_map(|part| match part {
            Part::Placeholder(placeholder) => Some(placeholder),
            Part::Literal(_) => None,
        })
    }

    /// The text for one machine.
    pub fn fill(&self, filling: &Filling<'_>) -> Result<String, Unfilled> {
        let fill = |part: &Part| match part {
            Part::Literal(literal) => Ok(literal.clone()),
            Part::Placeholder(placeholder) => filling
                .get(placeholder)
                .map(Cow::into_owned)
                .ok_or_else(|| Unfilled { machine: filling.name.to_owned(), placeholder: placeholder.clone() }),
        };
        self.parts.iter().map(fill).collect()
    }

    pub(super) fn outside_placeholder(&self) -> Option<&Placeholder> {
        self.placeholders().find(|placeholder| placeholder.is_from_outside())
    }
}

impl FromStr for Template {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        const JINJA: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(brace) = rest.find('{') {
            literal.push_str(&rest[..brace]);
            rest = &rest[brace..];
            if let Some((_, close)) = JINJA.iter().find(|(open, _)| rest.starts_with(open)) {
                let end = rest[2..].find(close).map_or(rest.len(), |at| at + 2 + close.len());
                literal.push_str(&rest[..end]);
                rest = &rest[end..];
            } else if let Some(word) = word_in_braces(rest) {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(Part::Placeholder(Placeholder::parse(word)?));
                rest = &rest[word.len() + 2..];
            } else {
                literal.push('{');
                rest = &rest[1..];
            }
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Self { parts })
    }
}

/// The word in `{word}` at the start of a text: braces around anything else, JSON for example, are just text.
fn word_in_braces(text: &str) -> Option<&str> {
    let word = &text[1..text.find('}')?];
    let first_fits = word.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '*'));
    let fits = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '*' | ':' | '.' | '/' | '-'));
    (first_fits && fits).then_some(word)
}

/// The template of a host's name: neither `{address}` nor `{ip}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate(pub Template);

impl FromStr for NameTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        let template: Template = text.parse()?;
        let early = template.placeholders().find(|p| matches!(p, Placeholder::Address | Placeholder::Ip)).cloned();
        early.map_or(Ok(Self(template)), |placeholder| Err(TemplateError::NotInNames(placeholder)))
    }
}

impl<'de> Deserialize<'de> for NameTemplate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for NameTemplate {
    fn schema_name() -> Cow<'static, str> {
        "NameTemplate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "{name} {cluster} {number} {number:02} {index} {namespace} {place} {tag:KEY} {*}"
        })
    }
}
