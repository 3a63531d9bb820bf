//! A size with its reasons: `1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400`.

use std::fmt;

use super::Mtu;
use crate::network::encapsulation::{Encapsulation, Encryption};

/// Where bytes went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A tunnel's headers.
    Encapsulation(Encapsulation),
    /// Encryption's headers, padding and check value.
    Encryption(Encryption),
    /// The headers of an encapsulation that is not known: the most that is plausible.
    UnknownEncapsulation,
    /// Room the level does not use, because a smaller MTU was written for it.
    Written(Mtu),
    /// Room the level's CNI leaves free by itself.
    LeftFree,
    /// The machines' NIC shows less than the level outside could give.
    MachineMtu,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encapsulation(encapsulation) => encapsulation.fmt(f),
            Self::Encryption(encryption) => encryption.fmt(f),
            Self::UnknownEncapsulation => f.write_str("encapsulation not known"),
            Self::Written(mtu) => write!(f, "mtu {mtu} written"),
            Self::LeftFree => f.write_str("left free"),
            Self::MachineMtu => f.write_str("shown by the machines"),
        }
    }
}

/// One deduction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// How many bytes; never 0.
    pub bytes: u16,
    /// What for.
    pub why: Why,
    /// The level that takes them.
    pub level: String,
}

/// A size, as what it started from and what was taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The underlay's name.
    pub from: String,
    /// The underlay's path MTU.
    pub start: Mtu,
    /// What was taken away, outermost first.
    pub terms: Vec<Term>,
}

impl Sum {
    /// What is left, in bytes. It may be nothing.
    pub fn total(&self) -> i32 {
        i32::from(self.start) - self.terms.iter().map(|term| i32::from(term.bytes)).sum::<i32>()
    }

    /// Takes away what is more than `bytes`, if there is more.
    pub(super) fn take_down_to(&mut self, bytes: i32, why: Why, level: &str) {
        if let Ok(bytes @ 1..) = u16::try_from(self.total() - bytes) {
            self.terms.push(Term { bytes, why, level: level.to_owned() });
        }
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.start, self.from)?;
        for Term { bytes, why, level } in &self.terms {
            write!(f, " − {bytes} ({why}, {level})")?;
        }
        if self.terms.is_empty() { Ok(()) } else { write!(f, " = {}", self.total()) }
    }
}
