//! `inv-lint` as people and hooks run it.

#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod check;
mod help;
mod hooks;
mod lab;
mod package;
mod repetition;
mod rules;
