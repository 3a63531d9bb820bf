//! Hosts, groups and variables: what Ansible gets.

mod value;

pub use value::{Author, Text, Value, Variables};
