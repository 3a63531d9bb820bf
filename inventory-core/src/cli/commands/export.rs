//! `export`: copies for other programs.

use clap::Args;
use indexmap::IndexMap;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::{Failure, terminal};
use crate::inventory::render::{Format, Surroundings, render};

/// Print the inventory in another form: a copy of how things are now
///
/// Variables whose name says that they are a secret are left out, and a comment says so.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    /// The form
    #[arg(long, value_name = "FORMAT")]
    format: Format,
}

pub(super) fn run(session: &Session<'_>, arguments: &Arguments) -> Result<Answer, Failure> {
    let inventory = session.assemble()?.inventory;
    let roles = session.cluster.role_groups();
    let domain = session.cluster.network.dns_domain.as_deref();
    let domain = domain.unwrap_or(session.cluster.layout.domain_of_machines());
    let directory = session.file.as_ref().map(|_| session.directory.as_path());
    let surroundings = Surroundings { directory, roles: &roles, domain, shares: &IndexMap::new() };
    let text = render(arguments.format, &inventory, surroundings)
        .map_err(|error| Failure::new(error.to_string(), error.remedy()))?;
    Ok(Answer::yes(terminal::document(text)))
}
