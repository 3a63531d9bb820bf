//! Every rule, a file each, in a directory for each family.

mod ans;
mod documents;
mod hrd;
mod inv;
mod ksp;
pub(in crate::lint) mod lnt;
mod mtu;
mod net;
mod nst;
mod words;

use super::rule::Rule;

/// The families, in the order of the table.
const FAMILIES: [&[&Rule]; 8] =
    [net::RULES, mtu::RULES, nst::RULES, inv::RULES, ksp::RULES, hrd::RULES, ans::RULES, lnt::RULES];

/// Every rule, family by family.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.into_iter().flatten().copied()
}
