//! The MTU chain: what fits through nested overlays, and where packets would vanish.
//!
//! A level has two numbers. Its *link* MTU is what the next level's machines see on their NIC and what that level's CNI
//! detects; its *path* MTU is what really gets from one machine to another. Where a CNI keeps its deduction to its routes
//! (Cilium) or makes none (kube-router), they differ, and the next level believes the wrong one.

mod chain;
mod finding;
mod nesting;
mod outcome;
mod rule;
mod sum;

use std::fmt;
use std::num::NonZeroU16;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use chain::{Chain, Level, NoRoom, PodMtu, Setting, chain};
pub use finding::{Finding, Guessed, Problem, Severity};
pub use sum::{Sum, Term, Why};

use super::address::Family;

/// The largest IP packet a link or a path takes, in bytes: 68 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "i64", into = "u16")]
#[schemars(with = "u16")]
pub struct Mtu(NonZeroU16);

/// A number that no MTU can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no MTU: an IPv4 link carries 68 bytes at least, and a packet has 65535 at most")]
pub struct MtuError(pub i64);

impl Mtu {
    /// The least of IPv4 (RFC 791), and the least that DHCP may announce (RFC 2132, option 26).
    pub const LEAST: u16 = 68;
    /// The least of IPv6 (RFC 8200, section 5). Linux takes IPv6 off an interface below it.
    pub const LEAST_IPV6: u16 = 1280;
    /// What every IPv4 host puts together from fragments (RFC 791). Below it, little works.
    pub const LEAST_REASSEMBLED: u16 = 576;

    /// An MTU of so many bytes.
    pub fn new(bytes: i64) -> Result<Self, MtuError> {
        u16::try_from(bytes)
            .ok()
            .filter(|bytes| *bytes >= Self::LEAST)
            .and_then(NonZeroU16::new)
            .map(Self)
            .ok_or(MtuError(bytes))
    }

    /// The bytes.
    pub const fn bytes(self) -> u16 {
        self.0.get()
    }

    /// The TCP segment that fits, without options; `None` where the headers leave nothing.
    pub fn mss(self, family: Family) -> Option<u16> {
        self.bytes().checked_sub(match family {
            Family::Ipv4 => 40,
            Family::Ipv6 => 60,
        })
    }
}

impl fmt::Display for Mtu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<i64> for Mtu {
    type Error = MtuError;

    fn try_from(bytes: i64) -> Result<Self, MtuError> {
        Self::new(bytes)
    }
}

impl From<Mtu> for u16 {
    fn from(mtu: Mtu) -> Self {
        mtu.bytes()
    }
}

impl From<Mtu> for i32 {
    fn from(mtu: Mtu) -> Self {
        Self::from(mtu.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mtu_is_at_least_what_ipv4_needs_and_at_most_a_packet() {
        assert_eq!(Mtu::new(68).unwrap().bytes(), 68);
        assert_eq!(Mtu::new(65535).unwrap().to_string(), "65535");
        for bytes in [-1, 0, 67, 65536, i64::MAX] {
            assert_eq!(Mtu::new(bytes), Err(MtuError(bytes)));
        }
        assert_eq!(Mtu::new(1400).unwrap().mss(Family::Ipv4), Some(1360));
        assert_eq!(Mtu::new(1400).unwrap().mss(Family::Ipv6), Some(1340));
    }
}
