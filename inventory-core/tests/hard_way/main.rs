//! The hard way: shares of the pod network, routes to them, and the variables that say so.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod ansible;
mod current;
mod lab;
mod names;
mod plans;
mod routes;
mod settings;
mod shares;
