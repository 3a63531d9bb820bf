//! The linter: inventories and their variables, checked before anything is played.
//!
//! Files become [`root::Root`]s: what Ansible would load together, with every place kept. Each is looked at as every
//! kubespray release it may be for: a rule's finding counts if it holds in all of them. Rules are files below `rules`;
//! findings are data, and how they look is [`output`]'s business.

mod above;
pub mod baseline;
pub mod config;
mod edits;
pub mod effective;
pub mod finding;
pub mod fix;
pub mod ignore;
pub mod load;
pub mod model;
pub mod network;
pub mod outcome;
pub mod output;
pub(crate) mod parallel;
pub mod paths;
pub mod repetition;
pub mod report;
pub mod repository;
pub mod root;
pub mod rule;
pub mod rules;
mod run;
#[cfg(test)]
mod samples;
pub mod select;
mod surroundings;
pub mod template;
#[cfg(test)]
mod testing;
pub mod version;
pub mod view;

pub use run::{Checked, Checks, check};
pub use surroundings::Surroundings;
