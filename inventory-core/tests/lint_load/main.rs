//! What loading promises: every root once, whatever is an inventory and nothing else, and a reason for what is unread.

#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod clusters;
mod corpus;
mod directory;
mod finding;
mod recognising;
mod unread;
mod unsaved;
