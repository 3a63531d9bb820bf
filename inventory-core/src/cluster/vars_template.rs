//! Variables with `{placeholders}` at their leaves.

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::template::{Filling, Part, Placeholder, Template, TemplateError, Unfilled};
use crate::inventory::{Author, Text, Value};
use crate::safe::{VariableName, looks_like_template};

/// A variable's value, placeholders at its leaves.
#[derive(Debug, Clone, PartialEq)]
pub enum VarsTemplate {
    /// Nothing to fill: it goes out as it is.
    Constant(Value),
    /// A text with a placeholder.
    Text(Template),
    /// A list with a placeholder somewhere in it.
    List(Vec<VarsTemplate>),
    /// A map with a placeholder somewhere in it.
    Map(IndexMap<String, VarsTemplate>),
}

impl VarsTemplate {
    /// Reads the placeholders in a value of the user's.
    pub fn parse(value: Value) -> Result<Self, TemplateError> {
        let template = match value {
            Value::Text(Text { content, author: Author::User }) => {
                let template: Template = content.parse()?;
                if template.placeholders().next().is_none() {
                    return Ok(Self::Constant(Value::user(content)));
                }
                if let Some(outside) = template.outside_placeholder()
                    && looks_like_template(&content)
                {
                    return Err(TemplateError::OutsideInTemplate(outside.clone()));
                }
                Self::Text(template)
            }
            Value::List(items) => {
                let items = items.into_iter().map(Self::parse).collect::<Result<Vec<_>, _>>()?;
                if items.iter().all(|item| item.constant().is_some()) {
                    return Ok(Self::Constant(Value::List(
                        items.into_iter().filter_map(Self::into_constant).collect(),
                    )));
                }
                Self::List(items)
            }
            Value::Map(map) => {
                let map = map
                    .into_iter()
                    .map(|(key, value)| Ok((key, Self::parse(value)?)))
                    .collect::<Result<IndexMap<_, _>, _>>()?;
                if map.values().all(|value| value.constant().is_some()) {
                    return Ok(Self::Constant(Value::Map(
                        map.into_iter().filter_map(|(key, value)| Some((key, value.into_constant()?))).collect(),
                    )));
                }
                Self::Map(map)
            }
            constant => Self::Constant(constant),
        };
        Ok(template)
    }

    /// The value, where no machine has a say in it: then it is a variable of the group.
    pub fn constant(&self) -> Option<&Value> {
        match self {
            Self::Constant(value) => Some(value),
            _ => None,
        }
    }

    fn into_constant(self) -> Option<Value> {
        match self {
            Self::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The first placeholder that somebody else decides about.
    pub fn outside_placeholder(&self) -> Option<&Placeholder> {
        match self {
            Self::Constant(_) => None,
            Self::Text(template) => template.outside_placeholder(),
            Self::List(items) => items.iter().find_map(Self::outside_placeholder),
            Self::Map(map) => map.values().find_map(Self::outside_placeholder),
        }
    }

    /// The value for one machine. Text that was filled from outside is nobody's template any more.
    pub fn fill(&self, filling: &Filling<'_>) -> Result<Value, Unfilled> {
        Ok(match self {
            Self::Constant(value) => value.clone(),
            Self::Text(template) => {
                let text = template.fill(filling)?;
                let is_one_placeholder = matches!(template.parts.as_slice(), [Part::Placeholder(_)]);
                match whole_number(&text).filter(|_| is_one_placeholder) {
                    Some(number) => Value::Int(number),
                    None if template.outside_placeholder().is_some() => Value::outside(text),
                    None => Value::user(text),
                }
            }
            Self::List(items) => Value::List(items.iter().map(|item| item.fill(filling)).collect::<Result<_, _>>()?),
            Self::Map(map) => Value::Map(
                map.iter().map(|(key, value)| Ok((key.clone(), value.fill(filling)?))).collect::<Result<_, _>>()?,
            ),
        })
    }
}

/// A number written the way it would be printed: `07` was padded on purpose and stays text.
fn whole_number(text: &str) -> Option<i128> {
    let number: i128 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Variables by name: what `hosts.vars` and `groups.G.host_vars` hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VarsTemplates(pub IndexMap<VariableName, VarsTemplate>);

impl<'de> Deserialize<'de> for VarsTemplates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct VarsVisitor;
        impl<'de> Visitor<'de> for VarsVisitor {
            type Value = VarsTemplates;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a map of variables")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<VarsTemplates, A::Error> {
                let mut vars = IndexMap::new();
                while let Some(name) = map.next_key::<VariableName>()? {
                    let value = map.next_value_seed(ValueOf(&name))?;
                    vars.insert(name, value);
                }
                Ok(VarsTemplates(vars))
            }
        }
        /// The value of that variable: its name decides what may be filled in.
        struct ValueOf<'a>(&'a VariableName);
        impl<'de> de::DeserializeSeed<'de> for ValueOf<'_> {
            type Value = VarsTemplate;

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<VarsTemplate, D::Error> {
                let template = VarsTemplate::parse(Value::deserialize(deserializer)?).map_err(de::Error::custom)?;
                match template.outside_placeholder() {
                    Some(outside) if self.0.steers_ansible() => {
                        Err(de::Error::custom(TemplateError::OutsideInAnsibleVariable(outside.clone())))
                    }
                    _ => Ok(template),
                }
            }
        }
        deserializer.deserialize_map(VarsVisitor)
    }
}

impl JsonSchema for VarsTemplates {
    fn schema_name() -> Cow<'static, str> {
        "VarsTemplates".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "Any values. In texts: {name} {cluster} {number} {number:02} {index} {namespace} {place} {tag:KEY} {*} {address} {ip}",
            "propertyNames": { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" }
        })
    }
}
