//! Our reading of inventories against Ansible's own.

mod corpus;
mod export;
mod properties;
