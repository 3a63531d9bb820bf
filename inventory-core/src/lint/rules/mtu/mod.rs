//! `MTU`: sizes of packets.

mod exceeds_path;
mod needlessly_low;
mod path_below_ipv6;
mod quoted;
mod relies_on_path_discovery;
mod written_for_pods;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[
    &exceeds_path::RULE,
    &quoted::RULE,
    &path_below_ipv6::RULE,
    &relies_on_path_discovery::RULE,
    &needlessly_low::RULE,
    &written_for_pods::RULE,
];
