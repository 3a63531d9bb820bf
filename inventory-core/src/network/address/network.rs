//! Networks, and addresses that say which network they are in.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{AddressError, AddressRange, Family, number, parse_address};

/// A network: its first address and a prefix length. It never has host bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network(IpNet);

impl Network {
    /// The network of this prefix length that an address is in; none when the length is longer than the address.
    pub fn containing(address: IpAddr, prefix_len: u8) -> Option<Self> {
        IpNet::new(address, prefix_len).ok().map(|net| Self(net.trunc()))
    }

    /// The network of one address.
    pub fn of_one(address: IpAddr) -> Self {
        Self(address.into())
    }

    /// Its first address.
    pub fn first(self) -> IpAddr {
        self.0.network()
    }

    /// The prefix length, in bits.
    pub fn prefix_len(self) -> u8 {
        self.0.prefix_len()
    }

    /// How many bits the prefix leaves to hosts.
    pub fn host_len(self) -> u8 {
        self.family().bits() - self.prefix_len()
    }

    /// Its address family.
    pub fn family(self) -> Family {
        Family::of(self.first())
    }

    /// All its addresses.
    pub fn range(self) -> AddressRange {
        let (family, first) = (self.family(), number(self.first()));
        AddressRange::from_numbers(family, first, first | family.host_mask(self.prefix_len()))
    }

    /// The address so many behind the first, where it is still inside. The API server's Service has 1, kubespray's
    /// DNS 3.
    pub fn nth(self, n: u128) -> Option<IpAddr> {
        let family = self.family();
        (n <= family.host_mask(self.prefix_len())).then(|| family.address(number(self.first()) + n))
    }

    /// Whether an address lies in it.
    pub fn contains(self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl FromStr for Network {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let written: InterfaceAddress = text.parse()?;
        if written.has_host_bits() {
            return Err(AddressError::HostBits { text: text.to_owned(), network: written.network() });
        }
        Ok(written.network())
    }
}

impl From<Network> for IpNet {
    fn from(network: Network) -> Self {
        network.0
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An address with the length of its network's prefix, as an interface has it: docker's `bip`, and whatever stands
/// where a network is meant. Its network is known whether or not it has host bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceAddress(IpNet);

impl InterfaceAddress {
    /// The address as written.
    pub fn address(self) -> IpAddr {
        self.0.addr()
    }

    /// The network it is in.
    pub fn network(self) -> Network {
        Network(self.0.trunc())
    }

    /// Whether the address is another than its network's first, so that it is no network itself.
    pub fn has_host_bits(self) -> bool {
        self.0.addr() != self.0.network()
    }
}

impl FromStr for InterfaceAddress {
    type Err = AddressError;

    fn from_str(whole: &str) -> Result<Self, AddressError> {
        // Ansible takes blanks behind a network, though none before it or inside.
        let text = whole.trim_end_matches([' ', '\t']);
        let Some((address, prefix)) = text.split_once('/') else {
            let address = parse_address(text, whole)?;
            let example = if address.is_ipv4() { 24 } else { 64 };
            return Err(AddressError::NoPrefix { text: text.to_owned(), example });
        };
        let address = parse_address(address, whole)?;
        let prefix_len = parse_prefix_len(prefix, Family::of(address), whole)?;
        IpNet::new(address, prefix_len)
            .map(Self)
            .map_err(|_| AddressError::PrefixLength { text: whole.to_owned(), family: Family::of(address) })
    }
}

impl From<Network> for InterfaceAddress {
    fn from(network: Network) -> Self {
        Self(network.0)
    }
}

impl fmt::Display for InterfaceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for InterfaceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Reads `18`, the netmask `255.255.192.0` or the wildcard mask `0.0.63.255`, as Ansible does. A mask of zeros only
/// is a netmask.
fn parse_prefix_len(text: &str, family: Family, whole: &str) -> Result<u8, AddressError> {
    let error = || AddressError::PrefixLength { text: whole.to_owned(), family };
    if let Ok(mask) = text.parse::<IpAddr>() {
        if Family::of(mask) != family {
            return Err(error());
        }
        let mask = number(mask);
        return (0..=family.bits())
            .find(|&len| mask == family.greatest() ^ family.host_mask(len))
            .or_else(|| (0..=family.bits()).find(|&len| mask == family.host_mask(len)))
            .ok_or_else(|| AddressError::NoMask { text: whole.to_owned(), mask: text.to_owned() });
    }
    // `u8::from_str` takes `+8` and `08` as well.
    let is_number = text.bytes().all(|b| b.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    if !is_number {
        return Err(error());
    }
    text.parse().ok().filter(|&len| len <= family.bits()).ok_or_else(error)
}

macro_rules! as_text {
    ($type:ident, $description:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $description })
            }
        }
    };
}

as_text!(Network, "A network: 10.0.0.0/8 or fd00::/8.");
as_text!(InterfaceAddress, "An address with its network's prefix length: 10.0.0.1/8.");
as_text!(AddressRange, "An address, a network, or a range: 10.0.0.10-10.0.0.20.");
