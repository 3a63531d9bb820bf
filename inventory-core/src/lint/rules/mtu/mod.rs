//! `MTU`: sizes of packets.

mod quoted;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[&quoted::RULE];
