//! Checks inventories before any SSH. Whatever a check needs to know is either known or *not checked*, with the reason,
//! and never guessed.

pub mod template;
