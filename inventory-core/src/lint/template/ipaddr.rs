//! `ansible.utils.ipaddr` and its relatives, on our own addresses.
//!
//! They answer in three ways: with a value, with `None` where the question does not fit the address, and with `False`
//! where there is no address. `ansible_collections/ansible/utils/plugins/plugin_utils/base/ipaddr_utils.py` is the
//! source, and a test compares every answer of the real filter that we have.

use std::net::IpAddr;

use super::NotChecked;
use super::data::Data;
use super::evaluation::Evaluation;
use crate::network::address::{AddressError, AddressRange, Family, InterfaceAddress, Network};

/// Which addresses count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    Any,
    Four,
    Six,
}

/// An address as the filters see it.
struct Subject {
    address: IpAddr,
    network: Network,
    /// Whether a prefix length was written.
    is_network: bool,
    /// What a filter that only lets something through gives.
    itself: String,
}

/// What `ipaddr(query)` gives, for each item of a list what is not false.
pub(super) fn filtered(
    evaluation: &mut Evaluation<'_, '_>,
    value: &Data,
    query: &Data,
    version: Version,
) -> Result<Data, NotChecked> {
    if let Data::List(_) | Data::Tuple(_) | Data::View(_) = value {
        let mut kept = Vec::new();
        for item in evaluation.items(value)? {
            if let Data::List(_) | Data::Map(_) = item {
                return Err(NotChecked::new("`ipaddr` of a list inside a list is not known here"));
            }
            let answer = filtered(evaluation, &item, query, version)?;
            if answer.is_true()? {
                kept.push(answer);
            }
        }
        return Ok(Data::List(kept.into()));
    }
    let Some(subject) = Subject::of(value)? else { return Ok(Data::Bool(false)) };
    let question = Question::of(query)?;
    let fits = match version {
        Version::Any => true,
        Version::Four => subject.family() == Family::Ipv4,
        Version::Six => subject.family() == Family::Ipv6,
    };
    if fits { subject.answer(question) } else { Ok(Data::Bool(false)) }
}

/// What `ipwrap` gives: an IPv6 address in brackets, and everything else as it is.
pub(super) fn wrapped(evaluation: &mut Evaluation<'_, '_>, value: &Data) -> Result<Data, NotChecked> {
    if let Data::List(_) = value {
        let items = evaluation.items(value)?;
        let items = items.iter().map(|item| match item {
            Data::List(_) | Data::Map(_) => Err(NotChecked::new("`ipwrap` of a list inside a list is not known here")),
            item => wrapped(evaluation, item),
        });
        return Ok(Data::List(items.collect::<Result<_, _>>()?));
    }
    let Some(subject) = Subject::of(value)? else { return Ok(value.clone()) };
    let address = written(subject.address)?;
    Ok(Data::text(match (subject.family(), subject.is_network) {
        (Family::Ipv4, false) => address,
        (Family::Ipv4, true) => format!("{address}/{}", subject.network.prefix_len()),
        (Family::Ipv6, false) => format!("[{address}]"),
        (Family::Ipv6, true) => format!("[{address}]/{}", subject.network.prefix_len()),
    }))
}

/// What is asked of an address.
#[derive(Clone, Copy)]
enum Question {
    Plain,
    Nth(i128),
    Word(Word),
    Inside(Network),
}

#[derive(Clone, Copy)]
enum Word {
    Address,
    Bool,
    Broadcast,
    Host,
    Hostmask,
    Net,
    Netmask,
    Network,
    Prefix,
    Size,
    Subnet,
    Type,
    Version,
}

impl Question {
    fn of(query: &Data) -> Result<Self, NotChecked> {
        let text = match query {
            Data::Int(n) => return Ok(Self::Nth(*n)),
            Data::Text(text) => &**text,
            other => return Err(NotChecked::new(format!("`ipaddr` with {} is not known here", other.sort()))),
        };
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.len() < 30 && digits.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().map(Self::Nth).map_err(|_| NotChecked::new("a number is too large to follow"));
        }
        Ok(Self::Word(match text {
            "" => return Ok(Self::Plain),
            "address" | "ip" => Word::Address,
            "bool" => Word::Bool,
            "broadcast" => Word::Broadcast,
            "host" => Word::Host,
            "hostmask" | "wildcard" => Word::Hostmask,
            "net" => Word::Net,
            "netmask" => Word::Netmask,
            "network" | "network_id" => Word::Network,
            "prefix" => Word::Prefix,
            "size" => Word::Size,
            "subnet" | "network/prefix" => Word::Subnet,
            "type" => Word::Type,
            "version" => Word::Version,
            other => match Subject::of(&Data::text(other)) {
                Ok(Some(outer)) => return Ok(Self::Inside(outer.network)),
                _ if other.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-' | b'/')) => {
                    return Err(NotChecked::new(format!("the query `{other}` of `ipaddr` is not known here")));
                }
                _ => return Err(NotChecked::new("a query of `ipaddr` is not known here")),
            },
        }))
    }
}

impl Subject {
    /// The address in a value; none where the filters would say `False`.
    fn of(value: &Data) -> Result<Option<Self>, NotChecked> {
        match value {
            Data::Null | Data::Bool(_) | Data::Int(0) => Ok(None),
            Data::Int(number) => Self::numbered(&number.to_string()).map(Some),
            Data::Text(text) if text.is_empty() => Ok(None),
            Data::Text(text) if text.bytes().all(|b| b.is_ascii_digit()) => Self::numbered(text).map(Some),
            Data::Text(text) => Self::read(text),
            other => Err(NotChecked::new(format!("`ipaddr` of {} is not known here", other.sort()))),
        }
    }

    /// A number is the IPv4 address with that number.
    fn numbered(number: &str) -> Result<Self, NotChecked> {
        let number: u32 = number.parse().map_err(|_| NotChecked::new("`ipaddr` of such a number is not known here"))?;
        let address = IpAddr::V4(number.into());
        Ok(Self { address, network: Network::of_one(address), is_network: false, itself: format!("{address}/32") })
    }

    fn read(text: &str) -> Result<Option<Self>, NotChecked> {
        let unusual = || NotChecked::new("`ipaddr` of an address in an unusual form is not known here");
        if !text.is_ascii() || text.contains('%') || text.contains(|c: char| c.is_ascii_control()) {
            return Err(unusual());
        }
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            // Only a prefix length may have blanks behind it.
            None if text.trim_end() != text => return Err(unusual()),
            None => (text, None),
        };
        let octets = address.split('.').filter(|octet| !octet.is_empty() && octet.bytes().all(|b| b.is_ascii_digit()));
        if prefix.is_some() && !address.contains(':') && octets.count() == address.split('.').count() {
            // `10/8` and `10.1/16` are networks to some versions of the library below, and so is `/08` to all.
            let is_short = address.split('.').count() < 4;
            if is_short {
                return Err(unusual());
            }
        }
        let (interface, is_network) = match text.parse::<InterfaceAddress>() {
            Ok(interface) => (interface, true),
            Err(AddressError::NoPrefix { .. }) => {
                let Ok(address) = text.parse::<IpAddr>() else { return Err(unusual()) };
                (Network::of_one(address).into(), false)
            }
            Err(AddressError::PrefixLength { .. }) if prefix.is_some_and(is_unusual_number) => return Err(unusual()),
            Err(_) => return Ok(None),
        };
        let (address, network) = (interface.address(), interface.network());
        Ok(Some(Self { address, network, is_network, itself: text.to_owned() }))
    }

    fn family(&self) -> Family {
        self.network.family()
    }

    /// Whether it is more than one address, and the first of them.
    fn is_first_of_many(&self) -> bool {
        !self.is_one() && self.address == self.network.first()
    }

    fn is_one(&self) -> bool {
        self.network.host_len() == 0
    }

    /// The address with its prefix length.
    fn with_prefix(&self, address: IpAddr) -> Result<Data, NotChecked> {
        Ok(Data::text(format!("{}/{}", written(address)?, self.network.prefix_len())))
    }

    fn answer(&self, question: Question) -> Result<Data, NotChecked> {
        match question {
            Question::Plain if self.is_network => self.with_prefix(self.address),
            Question::Plain => written(self.address).map(Data::text),
            Question::Nth(_) if self.is_one() && self.is_network => self.with_prefix(self.address),
            Question::Nth(_) if self.is_one() => written(self.address).map(Data::text),
            Question::Nth(n) => match self.nth(n) {
                Some(address) => self.with_prefix(address),
                None => Ok(Data::Bool(false)),
            },
            Question::Inside(outer) => {
                let is_inside = AddressRange::from(outer).contains(self.network.range());
                Ok(if is_inside { Data::text(&self.itself) } else { Data::Null })
            }
            Question::Word(word) => self.word(word),
        }
    }

    /// The address so many behind the first, or from the last one when the number is negative.
    fn nth(&self, n: i128) -> Option<IpAddr> {
        if let Ok(n) = u128::try_from(n) {
            return self.network.nth(n);
        }
        let last = u128::MAX >> (128 - u32::from(self.network.host_len()));
        self.network.nth(last.checked_sub(n.unsigned_abs() - 1)?)
    }

    fn word(&self, word: Word) -> Result<Data, NotChecked> {
        let family = self.family();
        let first = self.network.first();
        Ok(match word {
            // The first address of an IPv4 network is none that a host could have, but for one of two addresses.
            Word::Address if family == Family::Ipv4 && self.is_first_of_many() && self.network.host_len() > 1 => {
                Data::Null
            }
            Word::Address => Data::text(written(self.address)?),
            Word::Bool => Data::Bool(true),
            Word::Broadcast if self.network.host_len() < 2 => Data::Null,
            Word::Broadcast if family == Family::Ipv4 => Data::text(written(self.network.range().last())?),
            Word::Host if self.is_one() => return self.with_prefix(self.address),
            Word::Host if self.is_first_of_many() && family == Family::Ipv4 && self.network.host_len() > 1 => {
                Data::Null
            }
            Word::Host if !self.is_first_of_many() => return self.with_prefix(self.address),
            Word::Broadcast | Word::Host => {
                return Err(NotChecked::new("the collection's versions differ about this query of `ipaddr`"));
            }
            Word::Net if self.is_first_of_many() => return self.with_prefix(first),
            Word::Net => Data::Null,
            Word::Netmask => Data::text(written(self.mask(true))?),
            Word::Hostmask => Data::text(written(self.mask(false))?),
            Word::Network => Data::text(written(first)?),
            Word::Prefix => Data::Int(self.network.prefix_len().into()),
            Word::Size => {
                let size = 1_i128.checked_shl(self.network.host_len().into()).filter(|size| *size > 0);
                Data::Int(size.ok_or_else(|| NotChecked::new("a number is too large to follow"))?)
            }
            Word::Subnet => return self.with_prefix(first),
            Word::Type => Data::text(if self.is_first_of_many() { "network" } else { "address" }),
            Word::Version => Data::Int(if family == Family::Ipv4 { 4 } else { 6 }),
        })
    }

    /// The netmask, or the wildcard mask that has all other bits.
    fn mask(&self, of_network: bool) -> IpAddr {
        let host_len = u32::from(self.network.host_len());
        match self.address {
            IpAddr::V4(_) => {
                let hosts = u32::MAX.checked_shr(32 - host_len).unwrap_or(0);
                IpAddr::V4(if of_network { !hosts } else { hosts }.into())
            }
            IpAddr::V6(_) => {
                let hosts = u128::MAX.checked_shr(128 - host_len).unwrap_or(0);
                IpAddr::V6(if of_network { !hosts } else { hosts }.into())
            }
        }
    }
}

/// An address as the filters write it. They write those of `::/96` in a way of their own.
fn written(address: IpAddr) -> Result<String, NotChecked> {
    match address {
        IpAddr::V6(v6) if v6.to_bits() >> 32 == 0 && v6.to_bits() > 0xffff => {
            Err(NotChecked::new("`ipaddr` of an IPv6 address in ::/96 is not known here"))
        }
        address => Ok(address.to_string()),
    }
}

/// Whether Python may read a number where we read none.
fn is_unusual_number(text: &str) -> bool {
    let text = text.trim_end_matches([' ', '\t']);
    text.starts_with(['0', '+', '-', ' ']) && text.len() > 1 || text.contains('_') || text.contains(' ')
}
