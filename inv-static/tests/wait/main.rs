//! `wait`, against ports that answer late or never, a real `sshd`, and machines that appear while one waits.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod cluster;
mod source;
mod sshd;
mod tcp;
