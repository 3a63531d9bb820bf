//! A value that was decided, and why it is that.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::network::address::Network;
use crate::network::layer::Cni;
use crate::network::mtu::{Mtu, Sum};
use crate::network::space::{AddressSpace, Origin};

/// A value that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice<T> {
    /// The value.
    pub value: T,
    /// Why it is that.
    pub why: Why,
    /// Whether it can be changed later.
    pub fixity: Fixity,
    /// Whether it must stand in the variables: it is not what happens anyway, or somebody asked for it.
    pub is_written: bool,
}

impl<T> Choice<T> {
    /// A value that is what happens anyway.
    pub const fn by_default(value: T, whose: String, fixity: Fixity) -> Self {
        Self { value, why: Why::Default(whose), fixity, is_written: false }
    }

    /// A value that must stand in the variables.
    pub const fn written(value: T, why: Why, fixity: Fixity) -> Self {
        Self { value, why, fixity, is_written: true }
    }

    /// A value that the variables have already; one that is the default need not stand there.
    pub fn kept(value: T, origin: Origin, default: &T, fixity: Fixity) -> Self
    where
        T: PartialEq,
    {
        let is_written = value != *default;
        Self { value, why: Why::Kept(origin), fixity, is_written }
    }

    /// The same decision about another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Choice<U> {
        Choice { value: change(self.value), why: self.why, fixity: self.fixity, is_written: self.is_written }
    }
}

/// Whether a value can be changed once the cluster runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fixity {
    /// At any time.
    Changeable,
    /// With care: certificates name it.
    WithCare,
    /// Never: the cluster would have to be built again.
    Fixed,
}

impl fmt::Display for Fixity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changeable => "changeable",
            Self::WithCare => "with care",
            Self::Fixed => "fixed",
        })
    }
}

/// Why a value is what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The cluster file, or the site's, says so.
    Written(Origin),
    /// The cluster's variables have it already, and it does not move by itself.
    Kept(Origin),
    /// It was in effect when the variables were last written, without standing there.
    WasInEffect(String),
    /// It is what happens anyway: whose default it is.
    Default(String),
    /// It was the first one free.
    Free {
        /// What would have been taken first.
        instead_of: Network,
        /// What is in the way of that.
        in_the_way: Vec<AddressSpace>,
    },
    /// It is what fits.
    Fits(Sum),
    /// It is the nodes' MTU, with which the CNI leaves pods no more than fits.
    Leaves {
        /// The CNI, which deducts from it.
        cni: Cni,
        /// What pods get.
        pods: Mtu,
        /// What fits.
        sum: Sum,
    },
    /// Something else, as half a sentence.
    Because(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(origin) => write!(f, "written in {origin}"),
            Self::Kept(origin) => write!(f, "kept, as {origin} has it"),
            Self::WasInEffect(whose) => write!(f, "kept: {whose}, when the variables were last written"),
            Self::Default(whose) => write!(f, "default of {whose}"),
            Self::Free { instead_of, in_the_way } => {
                let Some(first) = in_the_way.first() else { return write!(f, "the next free one after {instead_of}") };
                write!(f, "instead of {instead_of}, which meets {first}")?;
                match in_the_way.len() {
                    1 => Ok(()),
                    more => write!(f, " and {} more", more - 1),
                }
            }
            Self::Fits(sum) => sum.fmt(f),
            Self::Leaves { cni, pods, sum } => {
                write!(f, "the nodes' MTU, from which {cni} deducts; pods get ")?;
                if sum.total() == i32::from(*pods) { sum.fmt(f) } else { write!(f, "{pods}, and what fits is {sum}") }
            }
            Self::Because(reason) => f.write_str(reason),
        }
    }
}
