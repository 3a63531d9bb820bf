//! Which range is free, and why none is.

pub mod headroom;
