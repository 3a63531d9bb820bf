//! What is known of kubespray by release, held against its tags and its samples.

#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

mod samples;
mod words_of_the_tags;
