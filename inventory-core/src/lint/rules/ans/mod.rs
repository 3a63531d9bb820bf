//! `ANS`: what Ansible does with the files.

mod colon_in_host_name;
mod comment_in_ini_value;
mod duplicate_key;
mod host_named_like_group;
mod lenient_config;
mod missing_plugin;
mod odd_group_name;
mod passed_over_file;
mod scalar_members;
mod several_inventories;
mod skipped_part;
mod two_cluster_files;
mod unstartable_cluster_file;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[
    &missing_plugin::RULE,
    &lenient_config::RULE,
    &unstartable_cluster_file::RULE,
    &two_cluster_files::RULE,
    &several_inventories::RULE,
    &passed_over_file::RULE,
    &host_named_like_group::RULE,
    &colon_in_host_name::RULE,
    &odd_group_name::RULE,
    &comment_in_ini_value::RULE,
    &scalar_members::RULE,
    &skipped_part::RULE,
    &duplicate_key::RULE,
];
