//! How the controller reaches a host.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

/// Why a text cannot be the address of a host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an IP address nor a host name")]
pub struct AddressError(String);

/// An IP address or an RFC 1123 name.
///
/// Ansible puts it on SSH's command line without `--` before it, so that `-oProxyCommand=…` would run there: a
/// value of this type never begins with a dash and holds nothing but an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HostAddress {
    /// IPv4 or IPv6, without a zone.
    Ip(IpAddr),
    /// A name that somebody can resolve.
    Name(String),
}

impl HostAddress {
    /// The IP address, where it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Ip(ip) => Some(*ip),
            Self::Name(_) => None,
        }
    }
}

impl FromStr for HostAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Ok(ip) = text.parse() {
            return Ok(Self::Ip(ip));
        }
        let is_label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        };
        // A name of digits only (`10.1.2`, `300.1.1.1`) is a mistyped address; inet_aton would even accept some.
        let has_a_letter = text.contains(|c: char| c.is_ascii_alphabetic());
        if text.len() <= 253 && has_a_letter && text.split('.').all(is_label) {
            return Ok(Self::Name(text.to_owned()));
        }
        Err(AddressError(text.to_owned()))
    }
}

impl From<IpAddr> for HostAddress {
    fn from(ip: IpAddr) -> Self {
        Self::Ip(ip)
    }
}

impl fmt::Display for HostAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(ip) => ip.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl Serialize for HostAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HostAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl schemars::JsonSchema for HostAddress {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "HostAddress".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "An IP address or a host name." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_never_an_option_or_a_template() {
        for text in
            ["-oProxyCommand=touch x", "{{ x }}", "a b", "a;b", "", ".", "10.1.2", "010.0.0.1", "300.1.1.1", "a..b"]
        {
            assert!(text.parse::<HostAddress>().is_err(), "{text:?}");
        }
        assert_eq!("10.0.0.1".parse(), Ok(HostAddress::Ip([10, 0, 0, 1].into())));
        assert!(matches!("fd00::1".parse(), Ok(HostAddress::Ip(_))));
        assert!(matches!("vm-1.lan".parse(), Ok(HostAddress::Name(_))));
    }
}
