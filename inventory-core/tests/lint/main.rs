//! What the linter promises about whole trees of files.

#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod incidents;
mod metamorphic;
mod no_noise;
mod precedence;
mod releases;
mod tree;
mod upgrade;
