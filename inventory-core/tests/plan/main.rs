//! The network plan, from a cluster file's text to what is said about it.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod situation;

mod always;
mod around;
mod bump;
mod families;
mod files;
mod kept;
mod mtu;
mod nesting;
mod ranges;
mod render;
mod seeds;
mod sizes;
