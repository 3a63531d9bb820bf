//! `inv-lint` as people and hooks run it.

mod check;
mod help;
mod hooks;
mod lab;
mod package;
