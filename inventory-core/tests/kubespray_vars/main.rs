//! kubespray's variables: from a cluster file's plan to the files of every release, and back.

#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

#[path = "../plan/situation.rs"]
#[allow(dead_code, reason = "the plan's tests use the rest")]
mod situation;

mod read_back;
mod refusals;
mod releases;
mod round_trip;
mod samples;
mod support;
