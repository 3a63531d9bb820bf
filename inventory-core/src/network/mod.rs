//! The networks of nested clusters: pure functions on addresses and sizes.
//!
//! Nothing in here reads a file, knows Ansible or prints. What is said carries its reasons as data, so that the planner
//! and the linter tell the same story.

pub mod encapsulation;
pub mod layer;
pub mod mtu;
