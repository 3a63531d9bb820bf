//! Inventories in the forms people use, one file each.
//!
//! [`ansible_json`] is what Ansible gets from a binary, [`graph`] what a person reads. The [`export`]s are copies for
//! other programs: they say how the cluster is today, and a variable that is a secret never leaves in one.

pub mod ansible_json;
mod error;
pub mod export;
pub mod graph;
pub mod hosts;
pub mod ini;
mod literal;
pub mod machines_txt;
pub mod ssh_config;
pub mod yaml;

pub use error::{Holder, RenderError};
pub use export::{Format, Surroundings, render};
