//! `MTU`: sizes of packets.

mod differ;
mod exceeds_path;
mod needlessly_low;
mod no_such_variable;
mod other_cni;
mod out_of_bounds;
mod path_below_ipv6;
mod quoted;
mod relies_on_path_discovery;
mod veth_alone;
mod written_for_pods;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[
    &exceeds_path::RULE,
    &veth_alone::RULE,
    &quoted::RULE,
    &differ::RULE,
    &out_of_bounds::RULE,
    &other_cni::RULE,
    &no_such_variable::RULE,
    &path_below_ipv6::RULE,
    &relies_on_path_discovery::RULE,
    &needlessly_low::RULE,
    &written_for_pods::RULE,
];
