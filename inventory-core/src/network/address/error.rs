//! Why a text is no address, network or range.

use super::{Family, Network};

/// Why a text is no address, network or range. Every sentence quotes the whole text and says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an address of either family.
    #[error(
        "{text:?} is no address, network or range; they are written 10.0.0.1, 10.0.0.0/8, fd00::/8, 10.0.0.1-10.0.0.9"
    )]
    NoAddress {
        /// What was written.
        text: String,
    },
    /// An octet with a zero in front.
    #[error("{text:?}: some programs read {octet} as octal, so it is refused; write the octet without its zero")]
    LeadingZero {
        /// What was written.
        text: String,
        /// The octet: `010`.
        octet: String,
    },
    /// An address where a network is wanted.
    #[error("{text:?} has no prefix length; a network is written {text}/{example}")]
    NoPrefix {
        /// What was written.
        text: String,
        /// A length that a network of this family often has.
        example: u8,
    },
    /// A prefix length that is no number, or longer than an address.
    #[error("{text:?}: {family} has prefix lengths from 0 to {} and netmasks like {}", family.bits(), example_mask(*family))]
    PrefixLength {
        /// What was written.
        text: String,
        /// The family of its address.
        family: Family,
    },
    /// A netmask with holes in it.
    #[error("{text:?}: {mask} is no netmask, since its ones are not all in front of its zeros")]
    NoMask {
        /// What was written.
        text: String,
        /// The part behind the slash.
        mask: String,
    },
    /// An address inside a network, where the network itself is wanted.
    #[error("{text:?} is an address inside {network}; write the network")]
    HostBits {
        /// What was written.
        text: String,
        /// The network it is in.
        network: Network,
    },
    /// A range whose ends are of two families.
    #[error("{text:?}: a range begins and ends in one address family")]
    TwoFamilies {
        /// What was written.
        text: String,
    },
    /// A range that ends before it begins.
    #[error("{text:?} ends before it begins; write the lower address first")]
    Backwards {
        /// What was written.
        text: String,
    },
    /// A range with the end cut short, as some programs allow.
    #[error("{text:?}: write the last address of the range in full")]
    ShortEnd {
        /// What was written.
        text: String,
    },
}

fn example_mask(family: Family) -> &'static str {
    match family {
        Family::Ipv4 => "255.255.192.0",
        Family::Ipv6 => "ffff:ffff::",
    }
}
