//! The stories of people who run `inv-static`, told through the binary: what they write, and what they get.
//!
//! Error paragraphs are snapshots, since reading them is the test.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod adopt;
mod commands;
mod groups;
mod guests;
mod help;
mod hosts;
mod init;
mod lab;
mod lint;
mod membership;
mod network;
mod places;
mod selection;
mod sources;
