//! What the YAML reader promises, held against the real `PyYAML` where Ansible's reading is the promise.

#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod corners;
mod corpus;
mod documents;
mod edit;
mod emit;
mod generator;
mod hostile;
mod python;
mod scalars;
mod set_path;
mod types;
