//! What is never allowed, each with a test on the real binary and, where Ansible has a part, on real Ansible.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod bench;
mod files_of_a_person;
mod fixed_values;
mod hostile_files;
mod never_half_an_inventory;
mod never_noise;
mod no_code_from_outside;
mod no_code_in_variables;
mod plans_end;
