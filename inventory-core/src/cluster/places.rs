//! Places that a source looks at: contexts, URIs, directories, files.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// One place, a list of them, or a map that names each. On the command line: separated by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Places {
    /// As the source calls them, in the order written.
    Unnamed(Vec<String>),
    /// Name to place, in the order written.
    Named(IndexMap<String, String>),
}

impl FromStr for Places {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::Unnamed(text.split(',').map(|place| place.trim().to_owned()).collect()))
    }
}

impl Serialize for Places {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unnamed(places) => places.serialize(serializer),
            Self::Named(places) => places.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Places {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PlacesVisitor;
        impl<'de> Visitor<'de> for PlacesVisitor {
            type Value = Places;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a list of them, or a map of names to them")
            }

            fn visit_str<E: Error>(self, place: &str) -> Result<Places, E> {
                Ok(Places::Unnamed(vec![place.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, places: A) -> Result<Places, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(places)).map(Places::Unnamed)
            }

            fn visit_map<A: MapAccess<'de>>(self, places: A) -> Result<Places, A::Error> {
                IndexMap::deserialize(MapAccessDeserializer::new(places)).map(Places::Named)
            }
        }
        deserializer.deserialize_any(PlacesVisitor)
    }
}

impl JsonSchema for Places {
    fn schema_name() -> Cow<'static, str> {
        "Places".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One, a list of them, or a map that names each.",
            "type": ["string", "array", "object"],
            "items": { "type": "string" },
            "additionalProperties": { "type": "string" }
        })
    }
}
