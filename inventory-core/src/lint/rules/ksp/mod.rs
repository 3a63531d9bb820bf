//! `KSP`: kubespray's variables.

mod cloud_provider;
mod kube_version;
mod text_for_boolean;
mod unsupported_choice;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] =
    &[&text_for_boolean::RULE, &kube_version::RULE, &cloud_provider::RULE, &unsupported_choice::RULE];
