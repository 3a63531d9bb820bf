//! The network plan, from a cluster file's text to what is said about it.

mod situation;

mod ranges;
mod render;
