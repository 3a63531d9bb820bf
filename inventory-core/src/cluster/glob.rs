//! Globs on machine names.

use std::str::FromStr;

use glob::Pattern;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

/// A glob on machine names: `*`, `?`, `[abc]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameGlob {
    whole: Pattern,
    /// What stands before and after the first `*`, so that what it matched can be told.
    around_star: Option<(Pattern, Pattern)>,
}

impl NameGlob {
    /// Whether the name matches.
    pub fn matches(&self, name: &str) -> bool {
        self.whole.matches(name)
    }

    /// What the first `*` matched, as little as possible. `None` where the glob has none or does not match.
    pub fn star<'a>(&self, name: &'a str) -> Option<&'a str> {
        let (before, after) = self.around_star.as_ref()?;
        let cuts = || name.char_indices().map(|(at, _)| at).chain([name.len()]);
        let start = cuts().find(|&at| before.matches(&name[..at]))?;
        cuts().filter(|&end| end >= start).find(|&end| after.matches(&name[end..])).map(|end| &name[start..end])
    }

    /// The name, where it is one and no pattern.
    pub fn name(&self) -> Option<&str> {
        Some(self.as_str()).filter(|text| !text.contains(['*', '?', '[', ']']))
    }

    /// The glob as it was written.
    pub fn as_str(&self) -> &str {
        self.whole.as_str()
    }
}

impl FromStr for NameGlob {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pattern = |text: &str| Pattern::new(text).map_err(|error| format!("{text:?} is no glob: {error}"));
        let whole = pattern(text)?;
        let around_star = match text.split_once('*') {
            Some((before, after)) => Some((pattern(before)?, pattern(after)?)),
            None => None,
        };
        Ok(Self { whole, around_star })
    }
}

impl<'de> Deserialize<'de> for NameGlob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for NameGlob {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NameGlob".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "A glob on machine names: *, ?, [abc]." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_star_is_what_it_matched() {
        let star = |glob: &str, name| glob.parse::<NameGlob>().unwrap().star(name).map(str::to_owned);
        assert_eq!(star("ci-kube-*", "ci-kube-12").as_deref(), Some("12"));
        assert_eq!(star("*-node-*", "a-node-b-node-c").as_deref(), Some("a"));
        assert_eq!(star("work??", "work11"), None);
        assert_eq!(star("*", "x").as_deref(), Some("x"));
    }
}
