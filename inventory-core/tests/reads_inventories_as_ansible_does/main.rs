//! Our reading of inventories against Ansible's own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod corpus;
mod export;
mod hostile;
mod properties;
mod reading;
mod texts;
