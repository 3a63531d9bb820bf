//! What the files of variables promise: they are found as Ansible finds them, and changed only where they must be.

#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod corpus;
mod directory;
mod finding;
mod merging;
mod properties;
mod reading;
