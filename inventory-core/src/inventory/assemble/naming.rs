//! What members are called, and that nothing else is called so.

use indexmap::IndexMap;

use super::Member;
use super::error::AssembleError;
use super::groups::Built;
use super::membership::Selected;
use crate::cluster::{Cluster, Filling};
use crate::machine::NamedBy;
use crate::safe::{GroupName, HostName};

/// The name of the host a machine becomes: pinned, written, made by the template, or the machine's own.
pub(super) fn host_name(cluster: &Cluster, selected: &Selected<'_>, index: usize) -> Result<HostName, AssembleError> {
    let machine = &selected.machine;
    if let Some(host) = selected.pin.and_then(|pin| pin.host.as_ref()) {
        return Ok(host.clone());
    }
    if let Some(host) = cluster.hosts.names.get(&machine.name) {
        return Ok(host.clone());
    }
    let name = match &cluster.hosts.name {
        None => machine.name.clone(),
        Some(template) => {
            let filling = Filling {
                name: &machine.name,
                cluster: &cluster.name,
                index,
                namespace: machine.namespace.as_deref(),
                place: machine.place.as_deref(),
                tags: &machine.tags,
                star: selected.star.as_deref(),
                address: None,
                ip: None,
            };
            template
                .0
                .fill(&filling)
                .map_err(|unfilled| AssembleError::Unfilled { unfilled, place: "`hosts.name`".to_owned() })?
        }
    };
    match machine.named_by {
        NamedBy::User => HostName::written(&name),
        NamedBy::Outside => HostName::discovered(&name),
    }
    .map_err(|error| AssembleError::Name { machine: machine.name.clone(), origin: machine.origin.clone(), error })
}

/// Two machines may not become one host: the second would silently replace the first.
pub(super) fn check_unique(members: &[Member<'_>]) -> Result<(), AssembleError> {
    let mut seen = IndexMap::with_capacity(members.len());
    for member in members {
        if let Some(first) = seen.insert(&member.host, member) {
            return Err(AssembleError::SameHost {
                host: member.host.clone(),
                first: described(first),
                second: described(member),
            });
        }
    }
    Ok(())
}

fn described(member: &Member<'_>) -> String {
    format!("{} ({})", member.machine.name, member.machine.origin)
}

/// kubespray sets the hosts' names and refuses those that are not RFC 1123.
pub(super) fn check_kubespray(cluster: &Cluster, members: &[Member<'_>]) -> Result<(), AssembleError> {
    let refused: Vec<&Member<'_>> = members.iter().filter(|member| !member.host.suits_kubespray()).collect();
    match refused.first() {
        None => Ok(()),
        Some(first) => Err(AssembleError::NotForKubespray {
            host: first.host.clone(),
            way_out: template(cluster, members).unwrap_or_else(|| {
                let names = refused
                    .iter()
                    .map(|member| format!("{}: {}", member.machine.name, fit_for_kubespray(member.host.as_str())));
                let names = names.collect::<Vec<_>>().join(", ");
                format!("write `names: {{{names}}}` under `hosts`, or a `name` that gives such names")
            }),
        }),
    }
}

/// The template that names all members, where they have a beginning in common that is all that kubespray refuses:
/// vagrant-libvirt and docker compose put `PROJECT_` before each name.
fn template(cluster: &Cluster, members: &[Member<'_>]) -> Option<String> {
    if members.len() < 2 || cluster.hosts.name.is_some() || cluster.machines.names.is_some() {
        return None;
    }
    let prefix = members.first()?.machine.name.split_once('_')?.0;
    let stars: Option<Vec<&str>> =
        members.iter().map(|member| member.machine.name.strip_prefix(prefix)?.strip_prefix('_')).collect();
    let suits = |name: String| HostName::discovered(&name).is_ok_and(|name| name.suits_kubespray());
    let lower = prefix.to_ascii_lowercase();
    stars?.iter().all(|star| suits(format!("{lower}-{star}"))).then(|| {
        format!("write `names: [\"{prefix}_*\"]` under `machines` and `name: \"{lower}-{{*}}\"` under `hosts`")
    })
}

/// The nearest name that kubespray accepts.
fn fit_for_kubespray(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let labels: Vec<&str> =
        lower.split('.').map(|label| label.trim_matches('-')).filter(|label| !label.is_empty()).collect();
    if labels.is_empty() { "node-1".to_owned() } else { labels.join(".") }
}

/// A host with the name of a group lends the group its variables, so only the user may want that: for the only host
/// of the group, as kubespray's bastion is.
pub(super) fn check_groups(
    cluster: &Cluster,
    members: &[Member<'_>],
    built: &Built<'_>,
    top: &GroupName,
) -> Result<(), AssembleError> {
    let clash = |host: &HostName, origin: &str, may_be_alone: bool| {
        let Ok(name) = GroupName::parse(host.as_str()) else { return Ok(()) };
        let wanted_by = match built.groups.get(&name) {
            _ if name == *top => "the cluster's own name".to_owned(),
            None => return Ok(()),
            Some(known) => {
                let group = &known.group;
                let is_alone = group.hosts.as_slice() == std::slice::from_ref(host) && group.children.is_empty();
                if is_alone && may_be_alone {
                    return Ok(());
                }
                known.wanted_by.to_string()
            }
        };
        Err(AssembleError::HostLikeGroup { host: host.clone(), origin: origin.to_owned(), wanted_by })
    };
    for member in members {
        let is_named_by_user = member.machine.named_by == NamedBy::User
            || member.pin.is_some_and(|pin| pin.host.is_some())
            || cluster.hosts.names.contains_key(&member.machine.name);
        clash(&member.host, &member.machine.origin, is_named_by_user)?;
    }
    built.other_hosts.keys().try_for_each(|host| clash(host, "`hosts` of a group under `groups`", true))
}
