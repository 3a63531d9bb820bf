//! The stories of people who run `inv-vagrant`, told through the binary and recorded answers.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod replayed;
