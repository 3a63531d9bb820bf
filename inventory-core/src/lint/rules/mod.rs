//! Every rule, a file each.

use super::rule::Rule;

/// Every rule, family by family.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied()
}

static ALL: &[&Rule] = &[];
