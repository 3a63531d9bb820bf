//! Hosts, groups and variables: what Ansible gets.

pub mod assemble;
mod model;
pub mod render;
mod value;
mod value_serde;

pub use model::{Group, Inconsistent, Inventory};
pub use value::{Author, Text, Value, Variables};
