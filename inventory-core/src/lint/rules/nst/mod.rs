//! `NST`: what a cluster inside another one must leave to it.

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[];
