//! Exports, read back by the programs they are for.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod injection;
mod inventories;
mod nasty;
mod referee;
mod same;
mod shapes;
mod ssh;
