//! `graph`: groups, hosts and addresses as a tree.

use clap::Args;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::{Failure, terminal};
use crate::inventory::render::graph;

/// Show groups, hosts and addresses as a tree
#[derive(Args)]
pub(in crate::cli) struct Arguments {}

pub(super) fn run(session: &Session, _: &Arguments) -> Result<Answer, Failure> {
    let text = graph::render(&session.assemble()?.inventory);
    Ok(Answer::yes(terminal::harmless(&text)))
}
