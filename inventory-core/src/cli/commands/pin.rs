//! `pin`: writes down who is who.

use clap::Args;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::{Failure, files};
use crate::cluster::{Cluster, Member};
use crate::discovery::Discovery;
use crate::inventory::assemble::{AssembleError, Assembly, assemble};
use crate::yaml;

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

pub(super) fn run(session: &Session<'_>, arguments: &Arguments) -> Result<Answer, Failure> {
    let file = session.needs_file("pin")?;
    let discovery = session.discover()?;
    let members = match (&session.cluster.members, arguments.add, arguments.existing) {
        (None, false, false) => of_assembly(&assemble(&session.cluster, &discovery)?),
        (None, ..) => return Err(Failure::usage("nothing is pinned yet", "run `pin` without an option first")),
        (Some(_), false, false) => {
            return Err(Failure::usage(
                format!("{} has `members` already", file.path.display()),
                "use `pin --add` to append new machines, `pin --existing` to renew ids and addresses",
            ));
        }
        (Some(members), true, _) => with_new(&session.cluster, members, &discovery)?,
        (Some(members), _, true) => renewed(&session.cluster, members, &discovery)?,
    };
    if session.cluster.members.as_ref() == Some(&members) {
        return Ok(Answer::yes(format!("{}: the {} members are as pinned\n", file.path.display(), members.len())));
    }
    let text = yaml::set_top_level_key(&file.text, "members", &format!("members:\n{}", render(&members)))?;
    files::replace(&file.path, &text)?;
    Ok(Answer::yes(format!("{}: {} members pinned\n", file.path.display(), members.len())))
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

/// The list with the machines that belong and are not on it appended, in the order they would have.
fn with_new(cluster: &Cluster, listed: &[Member], discovery: &Discovery) -> Result<Vec<Member>, AssembleError> {
    let mut cluster = cluster.clone();
    cluster.machines.expect = None;
    let pins = of_assembly(&with_strangers(cluster, discovery)?);
    Ok(listed.iter().cloned().chain(pins.into_iter().skip(listed.len())).collect())
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
    for member in cluster.members.iter_mut().flatten().filter(|member| !member.offline) {
        member.id = None;
        member.address = None;
    }
    let pins = of_assembly(&assemble(&cluster, discovery)?);
    Ok(listed
        .iter()
        .zip(pins)
        .map(|(listed, now)| {
            // Who is away is not to be learned from.
            if listed.offline { listed.clone() } else { Member { id: now.id, address: now.address, ..listed.clone() } }
        })
        .collect())
}

/// One line a member.
pub(in crate::cli) fn render(members: &[Member]) -> String {
    let mut text = String::new();
    for member in members {
        let fields = serde_json::to_value(member).unwrap_or_default();
        let fields: Vec<String> = fields
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| match value {
                serde_json::Value::String(text) => format!("{key}: {}", flow_text(text)),
                other => format!("{key}: {other}"),
            })
            .collect();
        text.extend(["  - {", &fields.join(", "), "}\n"]);
    }
    text
}

/// A text for a `{flow: map}`: bare where YAML reads it back as the same text, else in double quotes.
pub(in crate::cli) fn flow_text(text: &str) -> String {
    let is_plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '/' | '-'));
    if is_plain && yaml::emit(&yaml::Plain::text(text)).trim_end() == text {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}
