//! Against two real hypervisors with booted guests, and real Ansible that plays them.
//!
//! `make e2e` starts the lab, runs these inside of it, where the guests' addresses are, and stops it.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod addresses;
mod agents;
mod ansible;
mod cluster;
mod daemon;
mod environment;
mod hypervisors;
mod lab;
#[path = "../run/mod.rs"]
mod run;
mod seed_001;
mod states;

use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
