//! The network plan, from a cluster file's text to what is said about it.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

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
mod seeds;
mod sizes;
