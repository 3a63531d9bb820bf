//! The networks of nested clusters: what is where, what collides, what is free, what fits through.
//!
//! Pure functions on addresses and sizes: nothing in here reads a file, asks a source, knows Ansible or prints. What is
//! said carries its reasons as data, so that the planner and the linter tell the same story.

pub mod address;
pub mod allocate;
pub mod encapsulation;
pub mod layer;
pub mod mtu;
pub mod overlap;
pub mod relations;
pub mod space;
