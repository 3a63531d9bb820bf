//! `export`: copies for other programs.

use clap::Args;
use indexmap::IndexMap;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::{Failure, planning, terminal};
use crate::cluster::Layout;
use crate::inventory::render::{Format, Surroundings, render};
use crate::network::address::{Family, Network};
use crate::plan::PlannedHost;
use crate::safe::HostName;

/// Print the inventory in another form: a copy of how things are now
///
/// Variables whose name says that they are a secret are left out, and a comment says so.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    /// The form
    #[arg(long, value_name = "FORMAT")]
    format: Format,
}

pub(super) fn run(session: &Session, arguments: &Arguments) -> Result<Answer, Failure> {
    let inventory = session.assemble()?.inventory;
    let roles = session.cluster.role_groups();
    let domain = session.cluster.network.dns_domain.as_deref();
    let domain = domain.unwrap_or(session.cluster.layout.domain_of_machines());
    let directory = session.file.as_ref().map(|_| session.directory.as_path());
    let shares = shares(session, arguments.format)?;
    let surroundings = Surroundings { directory, roles: &roles, domain, shares: &shares };
    let text = render(arguments.format, &inventory, surroundings)
        .map_err(|error| Failure::new(error.to_string(), error.remedy()))?;
    Ok(Answer::yes(terminal::document(text)))
}

/// Each worker's part of the pod network, for the one form that has it.
fn shares(session: &Session, format: Format) -> Result<IndexMap<HostName, Network>, Failure> {
    if format != Format::MachinesTxt || session.cluster.layout != Layout::HardWay {
        return Ok(IndexMap::new());
    }
    let plan = planning::of(session, None, &[])?.plan;
    let of_ipv4 = |host: PlannedHost| {
        let share = host.pod_cidrs.into_iter().find(|share| share.value.family() == Family::Ipv4)?;
        Some((host.name, share.value))
    };
    Ok(plan.hosts.into_iter().filter_map(of_ipv4).collect())
}
