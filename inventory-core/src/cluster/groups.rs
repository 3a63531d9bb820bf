//! `groups`: which members are in which group.

use std::fmt;
use std::ops::RangeInclusive;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{NameGlob, VarsTemplates};
use crate::inventory::{Variables, written_variables};
use crate::safe::{GroupName, HostName};

/// The groups, by name, in the order written, and the groups taken from a tag.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Groups {
    /// Each name replaces the layout's group of that name only.
    pub by_name: IndexMap<GroupName, Selector>,
    /// Groups that a tag of each machine names.
    pub from_tag: Option<FromTag>,
}

/// Groups that a tag of each machine names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FromTag {
    /// The tag.
    pub key: String,
    /// What separates the names in it. Default: a comma.
    #[serde(default = "comma")]
    pub split: String,
    /// The only names accepted: a tag is its tenant's, and a group may be a role.
    pub allow: Vec<GroupName>,
}

fn comma() -> String {
    ",".to_owned()
}

/// Who is in a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    /// Every member.
    All,
    /// Nobody.
    None,
    /// Those who pass the filters, and what the group has besides.
    Some(Box<GroupSpec>),
}

/// Filters, and what a group has besides its hosts.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GroupSpec {
    /// Members whose machines have one of these names (globs).
    pub names: Option<Vec<NameGlob>>,
    /// Members with these tags.
    pub tags: Option<IndexMap<String, TagWish>>,
    /// Members with these numbers in their names: "1-3" is a range, [1, 3] are two numbers.
    pub numbers: Option<Numbers>,
    /// Members of these places.
    pub places: Option<Vec<String>>,
    /// Members of these namespaces.
    pub namespaces: Option<Vec<String>>,
    /// But not these. Filters only.
    pub except: Option<Selector>,
    /// Of those, the first so many in the members' order.
    pub first: Option<usize>,
    /// Of those, the last so many in the members' order.
    pub last: Option<usize>,
    /// Groups inside this one.
    pub children: Vec<GroupName>,
    /// Variables of the group.
    #[serde(deserialize_with = "written_variables")]
    pub vars: Variables,
    /// Variables of each member in the group; placeholders as in hosts.vars.
    pub host_vars: VarsTemplates,
    /// Hosts that no source knows, with their variables.
    pub hosts: IndexMap<HostName, OtherHost>,
}

/// The variables of a host no source knows; nothing at all is fine too.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub struct OtherHost(#[schemars(with = "Option<Variables>")] pub Variables);

impl GroupSpec {
    /// Whether there is a filter or a count at all; a map without one selects nobody.
    pub fn selects(&self) -> bool {
        self.names.is_some()
            || self.tags.is_some()
            || self.numbers.is_some()
            || self.places.is_some()
            || self.namespaces.is_some()
            || self.except.is_some()
            || self.first.is_some()
            || self.last.is_some()
    }

    fn has_more_than_filters(&self) -> bool {
        !(self.children.is_empty() && self.vars.is_empty() && self.host_vars.0.is_empty() && self.hosts.is_empty())
    }
}

/// What a tag must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagWish {
    /// It is there, whatever it says.
    Present,
    /// It says one of these.
    AnyOf(Vec<String>),
    /// It is absent or says none of these.
    NoneOf(Vec<String>),
}

impl TagWish {
    /// Whether a machine's tag is as wished; `None` is a machine without it.
    pub fn holds(&self, tag: Option<&str>) -> bool {
        let among = |values: &[String]| tag.is_some_and(|tag| values.iter().any(|value| value == tag));
        match self {
            Self::Present => tag.is_some(),
            Self::AnyOf(values) => among(values),
            Self::NoneOf(values) => !among(values),
        }
    }
}

/// Numbers and ranges of numbers, both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers(pub Vec<RangeInclusive<u64>>);

impl Numbers {
    /// Whether the number is one of them.
    pub fn contains(&self, number: u64) -> bool {
        self.0.iter().any(|range| range.contains(&number))
    }
}

impl<'de> Deserialize<'de> for Groups {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct GroupsVisitor;
        impl<'de> Visitor<'de> for GroupsVisitor {
            type Value = Groups;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of group names to selectors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Groups, A::Error> {
                let mut groups = Groups::default();
                while let Some(key) = map.next_key::<Key>()? {
                    match key {
                        Key::FromTag => groups.from_tag = Some(map.next_value()?),
                        Key::Group(name) => {
                            groups.by_name.insert(name, map.next_value()?);
                        }
                    }
                }
                Ok(groups)
            }
        }
        /// `from_tag` beside the names of groups.
        enum Key {
            FromTag,
            Group(GroupName),
        }
        impl<'de> Deserialize<'de> for Key {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = String::deserialize(deserializer)?;
                if name == "from_tag" {
                    return Ok(Self::FromTag);
                }
                GroupName::parse(&name).map(Self::Group).map_err(de::Error::custom)
            }
        }
        deserializer.deserialize_map(GroupsVisitor)
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SelectorVisitor;
        impl<'de> Visitor<'de> for SelectorVisitor {
            type Value = Selector;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`all`, `none`, or a map of filters such as {first: 3}, {names: [\"cp*\"]}, {numbers: 1-3}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Selector, E> {
                match text {
                    "all" => Ok(Selector::All),
                    "none" => Ok(Selector::None),
                    _ => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Selector, A::Error> {
                let spec = GroupSpec::deserialize(de::value::MapAccessDeserializer::new(map))?;
                if let Some(Selector::Some(except)) = &spec.except
                    && except.has_more_than_filters()
                {
                    return Err(de::Error::custom(
                        "`except` takes filters only, no children, vars, host_vars or hosts",
                    ));
                }
                Ok(Selector::Some(Box::new(spec)))
            }
        }
        deserializer.deserialize_any(SelectorVisitor)
    }
}

impl<'de> Deserialize<'de> for OtherHost {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(transparent)]
        struct Written(#[serde(deserialize_with = "written_variables")] Variables);
        Ok(Self(Option::<Written>::deserialize(deserializer)?.map_or_else(Variables::new, |Written(vars)| vars)))
    }
}

impl<'de> Deserialize<'de> for TagWish {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WishVisitor;
        impl<'de> Visitor<'de> for WishVisitor {
            type Value = TagWish;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a list of texts, nothing (the tag is there), or {not: …}")
            }

            fn visit_unit<E>(self) -> Result<TagWish, E> {
                Ok(TagWish::Present)
            }

            fn visit_none<E>(self) -> Result<TagWish, E> {
                Ok(TagWish::Present)
            }

            fn visit_str<E>(self, text: &str) -> Result<TagWish, E> {
                Ok(TagWish::AnyOf(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<TagWish, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element()? {
                    values.push(value);
                }
                Ok(TagWish::AnyOf(values))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TagWish, A::Error> {
                let mut wish = None;
                while let Some(key) = map.next_key::<String>()? {
                    if key != "not" {
                        return Err(de::Error::unknown_field(&key, &["not"]));
                    }
                    wish = Some(match map.next_value()? {
                        TagWish::AnyOf(values) => TagWish::NoneOf(values),
                        _ => return Err(de::Error::custom("`not` takes a text or a list of texts")),
                    });
                }
                wish.ok_or_else(|| de::Error::missing_field("not"))
            }
        }
        deserializer.deserialize_any(WishVisitor)
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumbersVisitor;
        impl<'de> Visitor<'de> for NumbersVisitor {
            type Value = Numbers;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a range such as 1-3, or a list of them")
            }

            fn visit_u64<E>(self, number: u64) -> Result<Numbers, E> {
                Ok(Numbers(vec![number..=number]))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Numbers, E> {
                let number =
                    u64::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))?;
                self.visit_u64(number)
            }

            fn visit_i128<E: de::Error>(self, number: i128) -> Result<Numbers, E> {
                let number = u64::try_from(number).map_err(|_| E::custom("a number in a name is below 2^64"))?;
                self.visit_u64(number)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Numbers, E> {
                let number = |digits: &str| {
                    digits.trim().parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &NumbersVisitor))
                };
                let (first, last): (u64, u64) = match text.split_once('-') {
                    None => (number(text)?, number(text)?),
                    Some((first, last)) => (number(first)?, number(last)?),
                };
                if first > last {
                    return Err(E::custom(format!("the range {text} runs backwards")));
                }
                Ok(Numbers(vec![first..=last]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Numbers, A::Error> {
                let mut ranges = Vec::new();
                while let Some(Numbers(more)) = seq.next_element()? {
                    ranges.extend(more);
                }
                Ok(Numbers(ranges))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Numbers, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Err(de::Error::invalid_type(de::Unexpected::Map, &self))
            }
        }
        deserializer.deserialize_any(NumbersVisitor)
    }
}

mod schema {
    //! The shapes that serde's derive cannot tell.

    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{FromTag, GroupSpec, Groups, Numbers, Selector, TagWish};

    impl JsonSchema for Groups {
        fn schema_name() -> Cow<'static, str> {
            "Groups".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "type": "object",
                "properties": { "from_tag": generator.subschema_for::<FromTag>() },
                "patternProperties": { "^(?!from_tag$)[A-Za-z_][A-Za-z0-9_-]*$": generator.subschema_for::<Selector>() },
                "additionalProperties": false
            })
        }
    }

    impl JsonSchema for Selector {
        fn schema_name() -> Cow<'static, str> {
            "Selector".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            json_schema!({ "anyOf": [{ "enum": ["all", "none"] }, generator.subschema_for::<GroupSpec>()] })
        }
    }

    impl JsonSchema for TagWish {
        fn schema_name() -> Cow<'static, str> {
            "TagWish".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let texts = json_schema!({ "type": ["string", "array"], "items": { "type": "string" } });
            json_schema!({
                "anyOf": [
                    { "type": ["string", "array", "null"], "items": { "type": "string" } },
                    { "type": "object", "properties": { "not": texts }, "required": ["not"], "additionalProperties": false }
                ]
            })
        }
    }

    impl JsonSchema for Numbers {
        fn schema_name() -> Cow<'static, str> {
            "Numbers".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "type": ["integer", "string", "array"],
                "items": { "type": ["integer", "string"] },
                "description": "A number, a range such as 1-3, or a list of them."
            })
        }
    }
}
