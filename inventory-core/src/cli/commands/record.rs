//! `record`: a snapshot of what the source says now.

use clap::Args;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::{Failure, terminal};

/// Print a snapshot of what the source says, to replay elsewhere with --replay
///
/// It holds no secrets: no passwords, tokens, keys, volumes or cloud-init.
#[derive(Args)]
pub(in crate::cli) struct Arguments {}

pub(super) fn run(session: &Session, _: &Arguments) -> Result<Answer, Failure> {
    let text = serde_json::to_string_pretty(&session.record()?)
        .map_err(|error| Failure::new(error.to_string(), "correct the value in the cluster file"))?;
    Ok(Answer::yes(terminal::document(text + "\n")))
}
