//! Values as Ansible's JSON, out and in.
//!
//! Text from outside goes out as `{"__ansible_unsafe": …}`, which Ansible 2.9 to 2.22 honours on strings and on
//! nothing else; vault text as `{"__ansible_vault": …}`.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::ser::{self, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Author, Text, Value, Variables};
use crate::safe::{OutsideKey, VariableName, harmless};

const UNSAFE: &str = "__ansible_unsafe";
const VAULT: &str = "__ansible_vault";

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mark = match self.author {
            Author::User => return serializer.serialize_str(&self.content),
            Author::Outside if harmless(&self.content) => return serializer.serialize_str(&self.content),
            Author::Outside => UNSAFE,
            Author::Vault => VAULT,
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(mark, &self.content)?;
        map.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(value) => match i64::try_from(*value) {
                Ok(value) => serializer.serialize_i64(value),
                Err(_) => serializer.serialize_i128(*value),
            },
            // JSON has no word for them, and serde_json would write null, which Ansible takes for "undefined".
            Self::Float(value) if !value.is_finite() => {
                Err(ser::Error::custom(format!("the number {value} has no form in JSON; write it as a text")))
            }
            Self::Float(value) => serializer.serialize_f64(*value),
            Self::Text(text) => text.serialize(serializer),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(map) => {
                let mut out = serializer.serialize_map(Some(map.len()))?;
                for (key, value) in map {
                    out.serialize_entry(&format_args!("{}", OutsideKey(key)), value)?;
                }
                out.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Int(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        if !value.is_finite() {
            return Err(E::custom(format!("the number {value} cannot reach Ansible; write it in quotes")));
        }
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::user(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::user(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut values = Variables::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            values.insert(key, value);
        }
        Ok(marked(&values).unwrap_or(Value::Map(values)))
    }

    /// A YAML tag: `!unsafe` and `!vault` are Ansible's, everything else is unknown to it as well.
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        let (tag, content): (String, _) = data.variant()?;
        match tag.as_str() {
            "!unsafe" => Ok(from_outside(content.newtype_variant()?)),
            "!vault" | "!vault-encrypted" => {
                Ok(Value::Text(Text { content: content.newtype_variant()?, author: Author::Vault }))
            }
            _ => Err(de::Error::custom(format!("Ansible knows no tag {tag}; there are !unsafe and !vault"))),
        }
    }
}

/// Variables that a person writes into a cluster file: a name that no template could use is an error at its place.
pub fn written_variables<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Variables, D::Error> {
    let named = IndexMap::<VariableName, Value>::deserialize(deserializer)?;
    Ok(named.into_iter().map(|(name, value)| (name.as_str().to_owned(), value)).collect())
}

/// A map that stands for a marked text, as Ansible's own JSON has it.
fn marked(map: &Variables) -> Option<Value> {
    let mark = |key, author| match map.get(key)? {
        Value::Text(text) => Some(Value::Text(Text { content: text.content.clone(), author })),
        _ => None,
    };
    if map.len() != 1 {
        return None;
    }
    mark(UNSAFE, Author::Outside).or_else(|| mark(VAULT, Author::Vault))
}

/// The value with every text of the user's in it marked, as `!unsafe` before a list or a map means it.
fn from_outside(value: Value) -> Value {
    value.with_texts(&|text| match text.author {
        Author::User => Text { author: Author::Outside, ..text },
        Author::Outside | Author::Vault => text,
    })
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "Any value." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &Value) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn what_the_user_wrote_stays_a_template_and_nothing_else_becomes_one() {
        assert_eq!(json(&Value::user("{{ vault_pw }}")), r#""{{ vault_pw }}""#);
        assert_eq!(json(&Value::outside("{{ x }}")), r#"{"__ansible_unsafe":"{{ x }}"}"#);
        assert_eq!(json(&Value::outside("Fedora 40")), r#""Fedora 40""#);
    }

    #[test]
    fn a_map_cannot_pass_itself_off_as_one_of_ansibles_marks() {
        let map =
            Variables::from_iter([("__ansible_vault".to_owned(), Value::Int(5)), ("a".to_owned(), Value::Int(1))]);
        assert_eq!(json(&Value::Map(map)), r#"{"inv__ansible_vault":5,"a":1}"#);
    }

    #[test]
    fn values_read_back_as_they_were_written() {
        let value = Value::Map(Variables::from_iter([
            ("big".to_owned(), Value::Int(170_141_183_460_469_231_731)),
            ("text".to_owned(), Value::outside("{{ x }}")),
            ("secret".to_owned(), Value::Text(Text { content: "$ANSIBLE_VAULT;1.1".into(), author: Author::Vault })),
            ("list".to_owned(), Value::List(vec![Value::Null, Value::Bool(true), Value::Float(1.5)])),
        ]));
        let big_fits = serde_json::from_str::<Value>(&json(&value));
        // serde_json reads whole numbers beyond 64 bits as floats; everything else comes back exactly.
        let Ok(Value::Map(read)) = big_fits else { panic!("a map") };
        let Value::Map(wrote) = value else { panic!("a map") };
        for key in ["text", "secret", "list"] {
            assert_eq!(read[key], wrote[key]);
        }
    }
}
