//! Which release of a CNI a level runs.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The release of a CNI: `v3.17.0`, `1.6`. What comes after the third number (`-rc.1`, `+k3s1`) does not change a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct CniVersion {
    major: u16,
    minor: u16,
    patch: u16,
}

/// A text that is no release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no version of a CNI: write it like `v3.29.1`, or leave it out when it is not known")]
pub struct VersionError(pub String);

impl CniVersion {
    /// The release `major.minor.0`.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self::exactly(major, minor, 0)
    }

    /// The release `major.minor.patch`.
    pub const fn exactly(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// Its numbers, `3.29.1`, without the `v` that releases are called with.
    pub fn numbers(self) -> String {
        format!("{}.{}.{}", self.major, self.minor, self.patch)
    }

    /// The first release of the minor version that many after this one's.
    #[must_use]
    pub const fn minors_later(self, minors: u16) -> Self {
        Self::new(self.major, self.minor + minors)
    }
}

impl TryFrom<String> for CniVersion {
    type Error = VersionError;

    fn try_from(text: String) -> Result<Self, VersionError> {
        text.parse()
    }
}

impl From<CniVersion> for String {
    fn from(version: CniVersion) -> Self {
        version.to_string()
    }
}

impl FromStr for CniVersion {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let refused = || VersionError(text.to_owned());
        let numbers = text.strip_prefix('v').unwrap_or(text);
        let numbers = numbers.split(['-', '+']).next().unwrap_or_default();
        let mut parts = numbers.split('.').map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            part.parse::<u16>().ok().filter(|_| digits).ok_or_else(refused)
        });
        let (Some(major), Some(minor)) = (parts.next(), parts.next()) else { return Err(refused()) };
        let patch = parts.next().unwrap_or(Ok(0))?;
        if parts.next().is_some() {
            return Err(refused());
        }
        Ok(Self { major: major?, minor: minor?, patch })
    }
}

impl fmt::Display for CniVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.numbers())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_the_way_people_write_it() {
        for (text, shown) in
            [("v3.1.3", "v3.1.3"), ("1.6", "v1.6.0"), ("1.20.0-rc.1", "v1.20.0"), ("v1.31.2+k3s1", "v1.31.2")]
        {
            assert_eq!(text.parse::<CniVersion>().unwrap().to_string(), shown);
        }
        assert!(CniVersion::new(3, 9) < CniVersion::new(3, 17), "numbers, not texts");
        for text in ["", "latest", "3", "v", "3.x", "3.1.2.4", "+3.1", "3.-1", "99999.1"] {
            assert!(text.parse::<CniVersion>().is_err(), "{text}");
        }
    }
}
