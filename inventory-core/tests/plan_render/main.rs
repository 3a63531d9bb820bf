//! What people and programs are shown of a plan.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod samples;
mod table;
