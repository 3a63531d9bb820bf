//! kubespray's versions.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};

use crate::yaml::AS_WRITTEN;

/// A version of kubespray, `v2.31.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubesprayVersion {
    /// The first number.
    pub major: u16,
    /// The second number, which is what variables and group names change with.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

impl KubesprayVersion {
    /// Up to v2.15 its groups are `kube-master`, `kube-node`, `k8s-cluster`, `calico-rr`.
    pub fn names_groups_with_dashes(self) -> bool {
        (self.major, self.minor) <= (2, 15)
    }
}

impl FromStr for KubesprayVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let error = || refusal(text, "");
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.').map(str::parse::<u16>);
        let mut next = || numbers.next().and_then(Result::ok);
        let (Some(major), Some(minor), Some(patch)) = (next(), next(), next()) else { return Err(error()) };
        if numbers.next().is_some() {
            return Err(error());
        }
        Ok(Self { major, minor, patch })
    }
}

/// Why a text is no version, and what to write instead, behind the key that it is written for.
fn refusal(text: &str, key: &str) -> String {
    // A release is meant by its first two numbers often enough.
    let meant = text.strip_prefix('v').unwrap_or(text);
    match meant.split_once('.').map(|(major, minor)| (major.parse::<u16>(), minor.parse::<u16>())) {
        Some((Ok(major), Ok(minor))) => format!(
            "{text} is no whole version of kubespray; write `{key}v{major}.{minor}.0`, or which v{major}.{minor} it is"
        ),
        _ => format!("{text:?} is no version of kubespray; write one like `{key}v2.31.0`"),
    }
}

impl fmt::Display for KubesprayVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl<'de> Deserialize<'de> for KubesprayVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(AS_WRITTEN, VersionVisitor)
    }
}

/// Reads the cluster file's key.
struct VersionVisitor;

impl<'de> de::Visitor<'de> for VersionVisitor {
    type Value = KubesprayVersion;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a version of kubespray: v2.31.0")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<KubesprayVersion, E> {
        text.parse().map_err(|_| E::custom(refusal(text, "kubespray_version: ")))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<KubesprayVersion, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl JsonSchema for KubesprayVersion {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KubesprayVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A version of kubespray, with its three numbers.",
            "pattern": "^v?[0-9]+\\.[0-9]+\\.[0-9]+$"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_end_with_v2_15() {
        let dashes = |text: &str| text.parse::<KubesprayVersion>().unwrap().names_groups_with_dashes();
        assert!(dashes("v2.7.0") && dashes("v2.15.1"));
        assert!(!dashes("v2.16.0") && !dashes("2.31.0"));
        for text in ["2.31", "latest", "v2.31.0-rc1", "", "2.31.0.1"] {
            assert!(text.parse::<KubesprayVersion>().is_err(), "{text:?}");
        }
    }
}
