//! `MTU`: sizes of packets.

mod differ;
mod no_such_variable;
mod other_cni;
mod out_of_bounds;
mod quoted;
mod veth_alone;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] =
    &[&veth_alone::RULE, &quoted::RULE, &differ::RULE, &out_of_bounds::RULE, &other_cni::RULE, &no_such_variable::RULE];
