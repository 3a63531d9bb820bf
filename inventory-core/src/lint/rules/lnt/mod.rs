//! `LNT`: the linter's own comments in files.

mod ignore_without_reason;
mod invalid_ignore;
mod unused_ignore;

use crate::lint::report::Report;
use crate::lint::rule::Rule;
use crate::lint::view::View;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[UNUSED, WITHOUT_REASON, INVALID];

/// A comment that excuses nothing.
pub(in crate::lint) const UNUSED: &Rule = &unused_ignore::RULE;
/// A comment that does not say why.
pub(in crate::lint) const WITHOUT_REASON: &Rule = &ignore_without_reason::RULE;
/// A comment that is not understood.
pub(in crate::lint) const INVALID: &Rule = &invalid_ignore::RULE;

/// Comments are looked at when everything else is known: see [`crate::lint::ignore`].
fn check(_: &View<'_>, _: &mut Report) {}
