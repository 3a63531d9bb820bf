//! `LNT`: what is said to the linter, in comments and in its configuration.

mod ignore_without_reason;
mod invalid_ignore;
mod unused_allow;
mod unused_ignore;

use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::view::View;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[UNUSED, WITHOUT_REASON, INVALID, UNUSED_ALLOW];

/// A comment that excuses nothing.
pub(in crate::lint) const UNUSED: &Rule = &unused_ignore::RULE;
/// A comment that does not say why.
pub(in crate::lint) const WITHOUT_REASON: &Rule = &ignore_without_reason::RULE;
/// A comment that is not understood.
pub(in crate::lint) const INVALID: &Rule = &invalid_ignore::RULE;

/// What the configuration allows and is nowhere.
pub(in crate::lint) const UNUSED_ALLOW: &Rule = &unused_allow::RULE;

/// Comments and what is allowed are looked at when everything else is known: see [`crate::lint::ignore`] and
/// [`crate::lint::config`].
fn check(_: &View<'_>, _: &mut Report) {}
