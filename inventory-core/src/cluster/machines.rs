//! `machines`: who belongs to the cluster, and who must be there.

use clap::{Args, ValueEnum};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{NameGlob, TagWish};
use crate::machine::State;

/// Which machines are members.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema, Args)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Which machines are members")]
pub struct Machines {
    /// Machines with one of these names (globs)
    #[arg(long, env = "INV_NAMES", value_name = "GLOB", value_delimiter = ',', global = true, hide_env_values = true)]
    pub names: Option<Vec<NameGlob>>,
    /// But not those with one of these names (globs)
    #[arg(long, env = "INV_EXCEPT", value_name = "GLOB", value_delimiter = ',', global = true, hide_env_values = true)]
    pub except: Option<Vec<NameGlob>>,
    /// Machines with these tags: a value, a list (any of them), nothing (the tag is there), or {not: ...}.
    #[arg(skip)]
    pub tags: IndexMap<String, TagWish>,
    /// Machines of these places only
    #[arg(
        long,
        env = "INV_PLACES",
        value_name = "PLACE",
        value_delimiter = ',',
        global = true,
        hide_env_values = true
    )]
    pub places: Option<Vec<String>>,
    /// Machines of these namespaces only
    #[arg(
        long,
        env = "INV_NAMESPACES",
        value_name = "NAME",
        value_delimiter = ',',
        global = true,
        hide_env_values = true
    )]
    pub namespaces: Option<Vec<String>>,
    /// States in which a member can be played [default: running]
    #[arg(
        long,
        env = "INV_STATES",
        value_name = "STATE",
        value_delimiter = ',',
        global = true,
        hide_env_values = true
    )]
    pub states: Option<Vec<State>>,
    /// The order of the members, where `members` does not say it [default: name]
    #[arg(long, env = "INV_ORDER", value_name = "ORDER", global = true, hide_env_values = true)]
    pub order: Option<Order>,
    /// How many members there must be: another number is an error; 0 allows none
    #[arg(long, env = "INV_EXPECT", value_name = "N", global = true, hide_env_values = true)]
    pub expect: Option<usize>,
    /// What becomes of a member without a usable address [default: error]
    #[arg(long, env = "INV_WITHOUT_ADDRESS", value_name = "WHAT", global = true, hide_env_values = true)]
    pub without_address: Option<WithoutAddress>,
}

impl Machines {
    /// These wishes, with flags and environment laid over them.
    #[must_use]
    pub fn overlaid(self, flags: Self) -> Self {
        Self {
            names: flags.names.or(self.names),
            except: flags.except.or(self.except),
            tags: self.tags,
            places: flags.places.or(self.places),
            namespaces: flags.namespaces.or(self.namespaces),
            states: flags.states.or(self.states),
            order: flags.order.or(self.order),
            expect: flags.expect.or(self.expect),
            without_address: flags.without_address.or(self.without_address),
        }
    }
}

/// The order of the members in every group, where nothing is pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// By name, numbers as numbers: 9 before 10.
    Name,
    /// By the time they were made.
    Created,
    /// As the source lists them.
    Listed,
}

/// What becomes of a member without a usable address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum WithoutAddress {
    /// The inventory fails and names it.
    Error,
    /// It is left out and recorded in `inv_skipped`.
    Skip,
}
