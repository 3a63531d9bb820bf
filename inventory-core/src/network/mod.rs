//! The network plan's arithmetic: what is where, what collides, what is free, what fits through.
//!
//! Pure functions over values: nothing here opens a file, asks a source or knows Ansible.

pub mod address;
pub mod allocate;
pub mod overlap;
pub mod relations;
pub mod space;
