//! What the address plan promises, held against Ansible's own reading, slow oracles and the table of relations.

#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod addresses;
mod allocate;
mod facts;
mod incidents;
mod overlap;
mod relations;
