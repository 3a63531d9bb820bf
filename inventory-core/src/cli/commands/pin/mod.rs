//! `pin`: writes down who is who.

mod text;

use std::fmt::Write as _;

use clap::Args;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::{Failure, files, terminal};
use crate::cluster::{Cluster, Member};
use crate::discovery::Discovery;
use crate::inventory::assemble::{AssembleError, Assembly, HostReport, assemble};
use crate::yaml;

pub(super) use text::{flow_text, render};

/// Write `members` into the cluster file: who is who, in the order kubespray is to see
///
/// Without an option the list must not be there yet. Comments and everything else in the file stay as they are.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    /// Append machines that belong and are not listed yet
    #[arg(long, conflicts_with = "existing")]
    add: bool,

    /// Renew the id and address of those who are listed, after a change that was meant
    #[arg(long)]
    existing: bool,
}

pub(super) fn run(session: &Session, arguments: &Arguments) -> Result<Answer, Failure> {
    let file = session.needs_file("pin")?;
    let discovery = session.discover()?;
    let mut new = String::new();
    let members = match (&session.cluster.members, arguments.add, arguments.existing) {
        // What `partial` accepts later, it cannot accept before anybody is pinned.
        (None, false, false) => {
            of_assembly(&assemble(&Cluster { partial: false, ..session.cluster.clone() }, &discovery)?)
        }
        (None, ..) => return Err(Failure::usage("nothing is pinned yet", "run `pin` without an option first")),
        (Some(_), false, false) => {
            return Err(Failure::usage(
                format!("{} has `members` already", file.path.display()),
                "use `pin --add` to append new machines, `pin --existing` to renew ids and addresses",
            ));
        }
        (Some(members), true, _) => {
            let assembly = with_new(&session.cluster, &discovery)?;
            new = assembly.report.hosts.iter().skip(members.len()).map(where_it_is).collect();
            members.iter().cloned().chain(of_assembly(&assembly).into_iter().skip(members.len())).collect()
        }
        (Some(members), _, true) => renewed(&session.cluster, members, &discovery)?,
    };
    if session.cluster.members.as_ref() == Some(&members) {
        return Ok(Answer::yes(format!("{}: the {} members are as pinned\n", file.path.display(), members.len())));
    }
    let listed = session.cluster.members.as_deref().unwrap_or_default();
    let text = yaml::set_top_level_key(&file.text, "members", &text::block(&file.text, listed, &members))?;
    files::replace(&file.path, &text)?;
    let count = members.len();
    let mut answer = format!("{}: {count} members pinned\n{new}", file.path.display());
    if let Some(expected) = session.cluster.machines.expect.filter(|&expected| expected != count) {
        let _ = writeln!(answer, "`expect` under `machines` is still {expected}: make it {count}");
    }
    Ok(Answer::yes(terminal::harmless(&answer)))
}

/// A line about a new member: a machine that no selector chooses would be in the cluster and play no part.
fn where_it_is(host: &HostReport) -> String {
    let groups: Vec<&str> = host.groups.iter().map(|(group, _)| group.as_str()).collect();
    if groups.is_empty() {
        return format!("{} is new, and in no group: nothing under `groups` chooses it\n", host.host);
    }
    format!("{} is new, in {}\n", host.host, groups.join(", "))
}

/// The pins for the hosts of an assembly, in order.
pub(in crate::cli) fn of_assembly(assembly: &Assembly) -> Vec<Member> {
    assembly
        .report
        .hosts
        .iter()
        .map(|host| {
            let vars = &assembly.inventory.hosts()[&host.host];
            Member {
                machine: host.machine.clone(),
                id: host.id.clone(),
                place: host.place.clone(),
                namespace: host.namespace.clone(),
                host: Some(host.host.clone()),
                etcd_member_name: vars.get("etcd_member_name").map(crate::inventory::Value::to_plain_text),
                address: host.address.as_deref().and_then(|address| address.parse().ok()),
                offline: false,
            }
        })
        .collect()
}

/// The cluster with the machines that belong and are not listed at its end, however many are expected.
fn with_new(cluster: &Cluster, discovery: &Discovery) -> Result<Assembly, AssembleError> {
    let mut cluster = cluster.clone();
    cluster.machines.expect = None;
    with_strangers(cluster, discovery)
}

/// Assembles as if every machine that belongs were listed, those that are not yet at the end, in their own order.
pub(super) fn with_strangers(mut cluster: Cluster, discovery: &Discovery) -> Result<Assembly, AssembleError> {
    loop {
        match assemble(&cluster, discovery) {
            Err(AssembleError::NotListed { machine, place, namespace, .. }) => {
                let new = Member { machine, place, namespace, ..Member::default() };
                cluster.members.get_or_insert_default().push(new);
            }
            other => return other,
        }
    }
}

/// The list with ids and addresses as they are now.
fn renewed(cluster: &Cluster, listed: &[Member], discovery: &Discovery) -> Result<Vec<Member>, AssembleError> {
    let mut cluster = cluster.clone();
    let is_away = |member: &Member| member.offline || !discovery.machines.iter().any(|machine| member.means(machine));
    for member in cluster.members.iter_mut().flatten().filter(|member| !is_away(member)) {
        member.id = None;
        member.address = None;
    }
    let pins = of_assembly(&assemble(&cluster, discovery)?);
    Ok(listed
        .iter()
        .zip(pins)
        .map(|(listed, now)| {
            // Who is away is not to be learned from.
            if is_away(listed) { listed.clone() } else { Member { id: now.id, address: now.address, ..listed.clone() } }
        })
        .collect())
}
