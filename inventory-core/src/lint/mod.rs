//! The linter: inventories and their variables, checked before anything is played.
//!
//! Files become [`root::Root`]s: what Ansible would load together, with every place kept. Each is looked at as every
//! kubespray release it may be for: a rule's finding counts if it holds in all of them. Rules are files below `rules`;
//! findings are data, and how they look is [`output`]'s business.

pub mod finding;
pub mod fix;
pub mod outcome;
pub mod output;
pub mod report;
pub mod root;
pub mod rule;
pub mod rules;
pub mod view;
