//! Who is a member, and whether everybody who should be there is.
//!
//! Identity first: who is running right now never decides who belongs.

use std::borrow::Cow;
use std::collections::HashSet;

use super::error::AssembleError;
use super::natural;
use super::pinned::pinned;
use super::report::LeftOut;
use crate::cluster::{Cluster, Layout, Machines, Member as Pin, NameGlob, Order, Selector, WithoutAddress};
use crate::discovery::Discovery;
use crate::machine::{Machine, State};
use crate::yaml::nearest;

/// The members in order, and who is none and why.
pub(super) struct Selection<'a> {
    pub(super) members: Vec<Selected<'a>>,
    pub(super) left_out: Vec<LeftOut>,
}

/// A machine that is a member.
pub(super) struct Selected<'a> {
    pub(super) machine: Cow<'a, Machine>,
    pub(super) found_at: Option<usize>,
    pub(super) pin: Option<&'a Pin>,
    pub(super) state: State,
    pub(super) star: Option<String>,
}

/// Whether a member without an address is left out rather than an error.
pub(super) fn may_lack_address(cluster: &Cluster) -> bool {
    !cluster.is_declared || cluster.machines.without_address == Some(WithoutAddress::Skip)
}

/// Chooses the members and checks that all of them can be played.
pub(super) fn select<'a>(cluster: &'a Cluster, discovery: &'a Discovery) -> Result<Selection<'a>, AssembleError> {
    if let Some(silent) = discovery.unreadable.first()
        && !cluster.partial
    {
        return Err(AssembleError::UnreadablePlace { place: silent.place.clone(), why: silent.why.clone() });
    }
    if cluster.partial && cluster.members.is_none() && cluster.layout != Layout::None {
        return Err(AssembleError::PartialWithoutMembers);
    }
    check_names_are_known(cluster, discovery)?;
    let mut left_out: Vec<LeftOut> = discovery.passed_over.iter().map(LeftOut::of).collect();
    let mut belonging = Vec::new();
    for (position, machine) in discovery.machines.iter().enumerate() {
        match why_not(&cluster.machines, machine) {
            None => belonging.push((position, machine)),
            Some(why) => {
                left_out.push(LeftOut { machine: machine.name.clone(), origin: machine.origin.clone(), why });
            }
        }
    }
    let members = match &cluster.members {
        Some(pins) => pinned(cluster, discovery, &belonging, pins, &mut left_out)?,
        None => unpinned(cluster, belonging, &mut left_out)?,
    };
    if members.is_empty() && cluster.is_declared && cluster.machines.expect != Some(0) {
        return Err(AssembleError::NobodySelected {
            seen: discovery.machines.iter().map(|machine| machine.name.clone()).collect(),
            why: left_out.first().map(|first| format!("{}: {}", first.machine, first.why)),
        });
    }
    check_count(cluster, &members)?;
    Ok(Selection { members, left_out })
}

/// Every machine that is named, and not meant by a pattern, must be there: a misspelt name and a missing machine would
/// otherwise look like a smaller cluster.
fn check_names_are_known(cluster: &Cluster, discovery: &Discovery) -> Result<(), AssembleError> {
    let machines = discovery.machines.iter().map(|machine| machine.name.as_str());
    let pins = cluster.members.iter().flatten().map(|pin| pin.machine.as_str());
    let known: HashSet<&str> = machines.chain(pins).collect();
    // A silent place may have it.
    if !discovery.unreadable.is_empty() {
        return Ok(());
    }
    let groups = cluster.groups.by_name.iter().filter_map(|(group, selector)| match selector {
        Selector::Some(spec) => Some((format!("`groups.{group}.names`"), written_out(spec.names.as_deref()?))),
        Selector::All | Selector::None => None,
    });
    let members =
        cluster.machines.names.as_deref().map(|names| ("`names` under `machines`".to_owned(), written_out(names)));
    let hosts = ("`hosts.names`".to_owned(), cluster.hosts.names.keys().map(String::as_str).collect());
    for (place, names) in [hosts].into_iter().chain(members).chain(groups) {
        if let Some(name) = names.into_iter().find(|name| !known.contains(name)) {
            let candidates: Vec<&str> = known.iter().copied().collect();
            // `node-5` is no misspelt `node-1`: it is not there.
            let without_digits = |name: &str| name.replace(|c: char| c.is_ascii_digit(), "");
            let nearest = nearest(name, &candidates).filter(|near| without_digits(near) != without_digits(name));
            let nearest = nearest.map(str::to_owned);
            return Err(AssembleError::UnknownMachine { place, name: name.to_owned(), nearest });
        }
    }
    Ok(())
}

fn written_out(globs: &[NameGlob]) -> Vec<&str> {
    globs.iter().filter_map(NameGlob::name).collect()
}

/// Why a machine does not belong; `None` if it does.
pub(super) fn why_not(wishes: &Machines, machine: &Machine) -> Option<String> {
    fn first_match<'a>(globs: &'a [NameGlob], machine: &Machine) -> Option<&'a NameGlob> {
        globs.iter().find(|glob| glob.matches(&machine.name))
    }
    let list = |globs: &[NameGlob]| globs.iter().map(NameGlob::as_str).collect::<Vec<_>>().join(", ");
    if let Some(names) = &wishes.names
        && first_match(names, machine).is_none()
    {
        return Some(format!("its name matches none of `names` ({})", list(names)));
    }
    if let Some(glob) = wishes.except.as_deref().and_then(|globs| first_match(globs, machine)) {
        return Some(format!("`except` has {}", glob.as_str()));
    }
    if let Some((key, _)) =
        wishes.tags.iter().find(|(key, wish)| !wish.holds(machine.tags.get(*key).map(String::as_str)))
    {
        return Some(match machine.tags.get(key) {
            Some(value) => format!("its tag {key} is {value:?}"),
            None => format!("it has no tag {key}"),
        });
    }
    let outside = |wanted: &Option<Vec<String>>, actual: &Option<String>| {
        wanted.as_ref().is_some_and(|wanted| !actual.as_ref().is_some_and(|actual| wanted.contains(actual)))
    };
    if outside(&wishes.places, &machine.place) {
        return Some(format!("its place is {}", machine.place.as_deref().unwrap_or("not known")));
    }
    if outside(&wishes.namespaces, &machine.namespace) {
        return Some(format!("its namespace is {}", machine.namespace.as_deref().unwrap_or("not known")));
    }
    None
}

/// What the first glob with a `*` matched in the machine's name.
pub(super) fn star(wishes: &Machines, machine: &Machine) -> Option<String> {
    match &wishes.names {
        None => Some(machine.name.clone()),
        Some(names) => names
            .iter()
            .filter(|glob| glob.matches(&machine.name))
            .find_map(|glob| glob.star(&machine.name))
            .map(str::to_owned),
    }
}

/// Whether a machine in this state can be played.
pub(super) fn can_be_played(cluster: &Cluster, state: State) -> bool {
    cluster.machines.states.as_ref().map_or(state == State::Running, |states| states.contains(&state))
}

/// The members where nothing is pinned: whoever belongs, in the order asked for.
fn unpinned<'a>(
    cluster: &'a Cluster,
    mut belonging: Vec<(usize, &'a Machine)>,
    left_out: &mut Vec<LeftOut>,
) -> Result<Vec<Selected<'a>>, AssembleError> {
    let by_identity = |a: &Machine, b: &Machine| {
        natural::compare(&a.name, &b.name)
            .then_with(|| a.place.cmp(&b.place))
            .then_with(|| a.namespace.cmp(&b.namespace))
            .then_with(|| a.id.cmp(&b.id))
    };
    match cluster.machines.order.unwrap_or(Order::Name) {
        Order::Listed => {}
        Order::Name => belonging.sort_by(|(_, a), (_, b)| by_identity(a, b)),
        Order::Created => {
            if let Some((_, undated)) = belonging.iter().find(|(_, machine)| machine.created.is_none()) {
                return Err(AssembleError::NoCreationTime { machine: undated.name.clone() });
            }
            belonging.sort_by(|(_, a), (_, b)| a.created.cmp(&b.created).then_with(|| by_identity(a, b)));
        }
    }
    let mut members = Vec::with_capacity(belonging.len());
    for (position, machine) in belonging {
        if !can_be_played(cluster, machine.state) {
            if cluster.is_declared {
                return Err(not_running(machine, false));
            }
            left_out.push(LeftOut {
                machine: machine.name.clone(),
                origin: machine.origin.clone(),
                why: match &machine.state_why {
                    None => format!("it is {}", machine.state),
                    Some(why) => format!("it is {}: {why}", machine.state),
                },
            });
            continue;
        }
        members.push(Selected {
            machine: Cow::Borrowed(machine),
            found_at: Some(position),
            pin: None,
            state: machine.state,
            star: star(&cluster.machines, machine),
        });
    }
    Ok(members)
}

pub(super) fn not_running(machine: &Machine, is_listed: bool) -> AssembleError {
    AssembleError::NotPlayable {
        machine: machine.name.clone(),
        state: machine.state,
        origin: machine.origin.clone(),
        why: machine.state_why.clone(),
        is_listed,
    }
}

fn check_count(cluster: &Cluster, members: &[Selected<'_>]) -> Result<(), AssembleError> {
    match cluster.machines.expect {
        Some(expected) if expected != members.len() => Err(AssembleError::Count {
            expected,
            found: members.iter().map(|member| member.machine.name.clone()).collect(),
        }),
        _ => Ok(()),
    }
}
