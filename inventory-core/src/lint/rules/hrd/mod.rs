//! `HRD`: clusters made the hard way.

mod api_address_not_in_certificate;
mod pod_share_outside;
mod pod_share_twice;
mod route_astray;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] =
    &[&pod_share_outside::RULE, &pod_share_twice::RULE, &route_astray::RULE, &api_address_not_in_certificate::RULE];
