//! Overlaps that are meant.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::environment::Sourced;
use crate::lint::finding::{Finding, NamedRange};
use crate::network::address::AddressRange;

/// An overlap that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// The rule that would report it: its code or its name.
    pub rule: Sourced<String>,
    /// What may overlap: two ranges, or one that may overlap anything. A range is a CIDR, a range a-b, or the name of
    /// a variable or of a network of `avoid`; a CIDR stands for everything inside of it.
    pub between: Between,
    /// Why.
    pub reason: Reason,
}

impl Allow {
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        let rule = self.rule.value.as_str();
        if rule != finding.rule.code && rule != finding.rule.name {
            return false;
        }
        let [first, others @ ..] = finding.ranges.as_slice() else { return false };
        // What is allowed for one node is not for all.
        let covers_all = |side: &Side| !others.is_empty() && others.iter().all(|range| side.covers(range));
        match self.between.0.as_slice() {
            [side] => side.covers(first) || covers_all(side),
            [one, other] => one.covers(first) && covers_all(other) || other.covers(first) && covers_all(one),
            _ => false,
        }
    }
}

/// One range or two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Between(Vec<Side>);

impl fmt::Display for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [one, other] => write!(f, "{one} and {other}"),
            [one] => write!(f, "{one} and any other range"),
            _ => Ok(()),
        }
    }
}

/// A range that may overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// These addresses, and any of them.
    Range(AddressRange),
    /// Whatever is called so.
    Name(String),
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(range) => range.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl Side {
    fn covers(&self, range: &NamedRange) -> bool {
        match self {
            Self::Range(all) => all.family() == range.range.family() && all.contains(range.range),
            Self::Name(name) => *name == range.name,
        }
    }
}

impl<'de> Deserialize<'de> for Side {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.parse() {
            Ok(range) => Ok(Self::Range(range)),
            // Names have none of these, and every address has one.
            Err(error) if text.contains(['.', ':', '/']) => Err(de::Error::custom(error)),
            Err(_) if text.trim().is_empty() => Err(de::Error::custom("a range is a CIDR, a-b, or the name of one")),
            Err(_) => Ok(Self::Name(text)),
        }
    }
}

impl<'de> Deserialize<'de> for Between {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let sides = Vec::deserialize(deserializer)?;
        if (1..=2).contains(&sides.len()) {
            return Ok(Self(sides));
        }
        Err(de::Error::custom(format!("two ranges overlap, or one and any other; here are {}", sides.len())))
    }
}

impl JsonSchema for Between {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Between".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 2 })
    }
}

/// Why something is as it is; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.trim().is_empty() {
            return Err(de::Error::custom("a reason says why; whoever reads it next must know whether it still holds"));
        }
        Ok(Self(text))
    }
}

impl JsonSchema for Reason {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Reason".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "\\S" })
    }
}

/// What allows a finding, to be put at the end of `inv-lint.toml`; `None` where it is about no overlap of two ranges.
pub fn allow_line(finding: &Finding) -> Option<String> {
    let between = match finding.ranges.as_slice() {
        [] | [_] => return None,
        [one, other] => format!("\"{}\", \"{}\"", one.range, other.range),
        [one, ..] => format!("\"{}\"", one.range),
    };
    let code = finding.rule.code;
    Some(format!("[[allow]]\nrule = \"{code}\"\nbetween = [{between}]\nreason = \"why it is meant\"\n"))
}
