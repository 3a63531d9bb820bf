//! What can be wrong with a description.

use std::net::IpAddr;
use std::str::FromStr;

use super::sieve::XmlError;

/// Why a description cannot be used. Half a sentence about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    /// Its XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// It says no name.
    #[error("it has no <name>")]
    Nameless,
    /// A tag says no name.
    #[error("a <tag> in its metadata has no `name`")]
    NamelessTag,
    /// An address is said of a card that is not there.
    #[error("an <address> in its metadata is for {card}, and it has no such card")]
    NoSuchCard {
        /// The card, as the metadata says it.
        card: String,
    },
    /// It has something else where an address belongs.
    #[error("its {place} says {text:?}, which is no IP address")]
    NoAddress {
        /// Where.
        place: &'static str,
        /// What.
        text: String,
    },
    /// It has something else where a number belongs.
    #[error("its {place} says {text:?}, which is no such number")]
    NoNumber {
        /// Where.
        place: &'static str,
        /// What.
        text: String,
    },
    /// Addresses that make no network or no range.
    #[error("its {place} is no network or range: {why}")]
    NoNetwork {
        /// Where.
        place: &'static str,
        /// Why.
        why: String,
    },
}

impl Wrong {
    /// Reads an address.
    pub(super) fn address(place: &'static str, text: &str) -> Result<IpAddr, Self> {
        text.parse().map_err(|_| Self::NoAddress { place, text: text.to_owned() })
    }

    /// Reads a number.
    pub(super) fn number<N: FromStr>(place: &'static str, text: &str) -> Result<N, Self> {
        text.parse().map_err(|_| Self::NoNumber { place, text: text.to_owned() })
    }
}
