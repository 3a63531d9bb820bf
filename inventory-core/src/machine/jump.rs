//! A machine to jump through.

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::safe::{HostAddress, fits_ssh};

/// A machine in between: `[user@]host[:port]`, SSH's `ProxyJump`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jump {
    /// Who to log in as there.
    pub user: Option<String>,
    /// Where it is.
    pub host: HostAddress,
    /// Its SSH port, when it is not 22.
    pub port: Option<u16>,
}

/// Why a text is no jump.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no machine to jump through; it is written [user@]host[:port], an IPv6 address in brackets")]
pub struct JumpError(String);

impl FromStr for Jump {
    type Err = JumpError;

    fn from_str(text: &str) -> Result<Self, JumpError> {
        let error = || JumpError(text.to_owned());
        let (user, rest) = match text.rsplit_once('@') {
            Some((user, rest)) => (Some(user), rest),
            None => (None, text),
        };
        // It ends up on a command line: the same small set as for a host's name.
        if !user.is_none_or(fits_ssh) {
            return Err(error());
        }
        let (host, port) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, port)) => (host, Some(port.strip_prefix(':').ok_or_else(error)?)),
            None => match rest.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (rest, None),
            },
        };
        let port: Option<NonZeroU16> = port.map(str::parse).transpose().map_err(|_| error())?;
        let host = host.parse().map_err(|_| error())?;
        Ok(Self { user: user.map(str::to_owned), host, port: port.map(NonZeroU16::get) })
    }
}

impl fmt::Display for Jump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match &self.host {
            HostAddress::Ip(ip) if ip.is_ipv6() => write!(f, "[{ip}]")?,
            host => write!(f, "{host}")?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl Serialize for Jump {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Jump {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl schemars::JsonSchema for Jump {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Jump".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "[user@]host[:port], SSH's ProxyJump." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_reads_and_prints_the_same() {
        for text in ["hv1", "root@hv1.lan", "root@10.0.0.1:2222", "[fd00::1]:22", "[fd00::1]"] {
            assert_eq!(text.parse::<Jump>().unwrap().to_string(), text);
        }
        for text in ["", "@hv1", "-o@hv1", "a b@hv1", "hv1:x", "hv1:99999", "hv1:0", "[fd00::1]22", "-hv1"] {
            assert!(text.parse::<Jump>().is_err(), "{text:?}");
        }
    }
}
