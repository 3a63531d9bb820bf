//! Addresses, networks and ranges as people write them, read strictly.
//!
//! `ipnet` takes `010.0.0.0/8` for 10.0.0.0/8 where C reads the octet as 8; so addresses are read by `std`, which
//! refuses it, and a network is only then made of them. What Ansible takes for a network (a netmask or a wildcard
//! mask for a prefix length, blanks after it) is a network here too.

mod error;
mod network;
mod range;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use error::AddressError;
pub use network::{InterfaceAddress, Network};
pub use range::AddressRange;

/// An address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// 32 bits.
    Ipv4,
    /// 128 bits.
    Ipv6,
}

impl Family {
    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::Ipv4 } else { Self::Ipv6 }
    }

    /// How long its addresses are, in bits, which is also the longest prefix length.
    pub fn bits(self) -> u8 {
        match self {
            Self::Ipv4 => 32,
            Self::Ipv6 => 128,
        }
    }

    /// The last address, as a number.
    fn greatest(self) -> u128 {
        u128::MAX >> (128 - u32::from(self.bits()))
    }

    /// The bits that a prefix of this length leaves to hosts, all set.
    fn host_mask(self, prefix_len: u8) -> u128 {
        self.greatest().checked_shr(u32::from(prefix_len)).unwrap_or(0)
    }

    /// The address with this number, which is none of another family's.
    fn address(self, number: u128) -> IpAddr {
        match (self, u32::try_from(number)) {
            (Self::Ipv4, Ok(bits)) => Ipv4Addr::from_bits(bits).into(),
            _ => Ipv6Addr::from_bits(number).into(),
        }
    }
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ipv4 => "IPv4",
            Self::Ipv6 => "IPv6",
        })
    }
}

/// An address as a number.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Reads an address, and says of the usual mistakes which one it is. `whole` is what the person wrote.
fn parse_address(text: &str, whole: &str) -> Result<IpAddr, AddressError> {
    text.parse().map_err(|_| {
        let octets: Vec<_> = text.split('.').collect();
        let digits = |octet: &&str| !octet.is_empty() && octet.bytes().all(|b| b.is_ascii_digit());
        if octets.len() == 4
            && octets.iter().all(digits)
            && let Some(octet) = octets.iter().find(|octet| octet.len() > 1 && octet.starts_with('0'))
        {
            return AddressError::LeadingZero { text: whole.to_owned(), octet: (*octet).to_owned() };
        }
        AddressError::NoAddress { text: whole.to_owned() }
    })
}
