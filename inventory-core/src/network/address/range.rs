//! Exact ranges of addresses.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::{AddressError, Family, InterfaceAddress, Network, number, parse_address};

/// All addresses from a first to a last one, of one family; never empty.
///
/// A range is never rounded to the networks around it: a load balancer's 192.168.1.5-192.168.1.37 has nothing to do
/// with the node 192.168.1.2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressRange {
    family: Family,
    first: u128,
    last: u128,
}

impl AddressRange {
    /// The range from a first to a last address.
    pub fn new(first: IpAddr, last: IpAddr) -> Result<Self, AddressError> {
        let text = || format!("{first}-{last}");
        let family = Family::of(first);
        if Family::of(last) != family {
            return Err(AddressError::TwoFamilies { text: text() });
        }
        if last < first {
            return Err(AddressError::Backwards { text: text() });
        }
        Ok(Self { family, first: number(first), last: number(last) })
    }

    /// The IPv4 network of a fixed address, whatever host bits it has.
    pub(in crate::network) const fn ipv4(address: [u8; 4], prefix_len: u8) -> Self {
        let mask = if prefix_len < 32 { u32::MAX >> prefix_len } else { 0 };
        let first = u32::from_be_bytes(address) & !mask;
        Self { family: Family::Ipv4, first: first as u128, last: (first | mask) as u128 }
    }

    /// The IPv6 network of a fixed address, whatever host bits it has.
    pub(in crate::network) const fn ipv6(address: std::net::Ipv6Addr, prefix_len: u8) -> Self {
        let mask = if prefix_len < 128 { u128::MAX >> prefix_len } else { 0 };
        let first = address.to_bits() & !mask;
        Self { family: Family::Ipv6, first, last: first | mask }
    }

    /// A range whose ends are known to be in order and in the family.
    pub(in crate::network) fn from_numbers(family: Family, first: u128, last: u128) -> Self {
        debug_assert!(first <= last && last <= family.greatest());
        Self { family, first, last }
    }

    /// Its ends, as numbers.
    pub(crate) fn numbers(self) -> (u128, u128) {
        (self.first, self.last)
    }

    /// Its address family.
    pub fn family(self) -> Family {
        self.family
    }

    /// The first address.
    pub fn first(self) -> IpAddr {
        self.family.address(self.first)
    }

    /// The last address, which belongs to it.
    pub fn last(self) -> IpAddr {
        self.family.address(self.last)
    }

    /// How many addresses it holds; of all of IPv6, one fewer than there are.
    pub fn size(self) -> u128 {
        (self.last - self.first).saturating_add(1)
    }

    /// Its last so many addresses; all of it where it has no more.
    #[must_use]
    pub fn last_part(self, size: u128) -> Self {
        let first = self.last.saturating_sub(size.saturating_sub(1)).max(self.first);
        Self { first, ..self }
    }

    /// Every address, in order.
    pub fn addresses(self) -> impl Iterator<Item = IpAddr> {
        (self.first..=self.last).map(move |number| self.family.address(number))
    }

    /// Whether all of another range lies in it.
    pub fn contains(self, other: Self) -> bool {
        self.family == other.family && self.first <= other.first && other.last <= self.last
    }

    /// Whether they share an address.
    pub fn overlaps(self, other: Self) -> bool {
        self.intersection(other).is_some()
    }

    /// The addresses they share.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let (first, last) = (self.first.max(other.first), self.last.min(other.last));
        (self.family == other.family && first <= last).then_some(Self { family: self.family, first, last })
    }

    /// The network that holds exactly these addresses, where there is one.
    pub fn network(self) -> Option<Network> {
        let span = self.last - self.first;
        // A network's span is all ones, and where the span has ones its first address has none.
        if span & span.wrapping_add(1) != 0 || self.first & span != 0 {
            return None;
        }
        let host_len = u8::try_from(128 - span.leading_zeros()).ok()?;
        Network::containing(self.first(), self.family.bits() - host_len)
    }

    /// The largest network inside it, the first of several.
    pub fn largest_network(self) -> Network {
        let fits = |len: u8| {
            let mask = self.family.host_mask(len);
            let first = self.first.checked_add(mask)? & !mask;
            (first.checked_add(mask)? <= self.last).then(|| Network::containing(self.family.address(first), len))?
        };
        (0..=self.family.bits()).find_map(fits).unwrap_or_else(|| Network::of_one(self.first()))
    }
}

impl From<Network> for AddressRange {
    fn from(network: Network) -> Self {
        network.range()
    }
}

impl From<IpAddr> for AddressRange {
    fn from(address: IpAddr) -> Self {
        Network::of_one(address).range()
    }
}

/// Reads an address, a network without host bits, or `first-last` with or without blanks around the dash.
impl FromStr for AddressRange {
    type Err = AddressError;

    fn from_str(whole: &str) -> Result<Self, AddressError> {
        let text = whole.trim_end_matches([' ', '\t']);
        let Some((first, last)) = text.split_once('-') else {
            return if text.contains('/') {
                whole.parse().map(Network::range)
            } else {
                parse_address(text, whole).map(Self::from)
            };
        };
        let (first, last) = (first.trim_end_matches([' ', '\t']), last.trim_start_matches([' ', '\t']));
        let first = parse_address(first, whole)?;
        if !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()) {
            return Err(AddressError::ShortEnd { text: whole.to_owned() });
        }
        let last = parse_address(last, whole)?;
        Self::new(first, last).map_err(|error| match error {
            AddressError::Backwards { .. } => AddressError::Backwards { text: whole.to_owned() },
            other => other,
        })
    }
}

/// As short as it can be written: an address, a network, or `first-last`.
impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return self.first().fmt(f);
        }
        match self.network() {
            Some(network) => network.fmt(f),
            None => write!(f, "{}-{}", self.first(), self.last()),
        }
    }
}

impl fmt::Debug for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<InterfaceAddress> for AddressRange {
    fn from(address: InterfaceAddress) -> Self {
        address.network().range()
    }
}
