//! Hosts, groups and variables: what Ansible gets.

pub mod assemble;
pub(crate) mod effective;
mod model;
pub(crate) mod reach;
pub mod render;
pub(crate) mod secrets;
pub(crate) mod ssh_words;
mod value;
mod value_serde;

pub use model::{Group, Inconsistent, Inventory};
pub use value::{Author, Text, Value, Variables};
pub use value_serde::written_variables;
