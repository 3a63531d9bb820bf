//! The members that are pinned, against the machines that were found: who is who, who is away, who is another machine.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::error::AssembleError;
use super::membership::{Selected, can_be_played, not_running, star, why_not};
use super::report::{self, LeftOut};
use crate::cluster::{Cluster, Member as Pin};
use crate::discovery::Discovery;
use crate::machine::{AddressSource, FoundAddress, Interface, Machine, NamedBy, State};
use crate::safe::{HostAddress, HostName};

/// The pinned members, in the list's order, each checked against what was found.
pub(super) fn pinned<'a>(
    cluster: &'a Cluster,
    discovery: &'a Discovery,
    belonging: &[(usize, &'a Machine)],
    pins: &'a [Pin],
    left_out: &mut Vec<LeftOut>,
) -> Result<Vec<Selected<'a>>, AssembleError> {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::with_capacity(discovery.machines.len());
    for (position, machine) in discovery.machines.iter().enumerate() {
        by_name.entry(&machine.name).or_default().push(position);
    }
    let mut members = Vec::with_capacity(pins.len());
    let mut waiting: HashSet<usize> = HashSet::new();
    for pin in pins {
        let named = by_name.get(pin.machine.as_str()).into_iter().flatten();
        let found =
            named.map(|&position| (position, &discovery.machines[position])).filter(|(_, machine)| pin.means(machine));
        let mut found = the_one_meant(cluster, pin, found.collect()).into_iter();
        let member = match (found.next(), found.next()) {
            (Some((_, first)), Some((_, second))) => {
                return Err(AssembleError::Ambiguous {
                    machine: pin.machine.clone(),
                    first: first.origin.clone(),
                    second: second.origin.clone(),
                });
            }
            (Some((position, machine)), None) => {
                if let Some(why) = why_not(&cluster.machines, machine) {
                    return Err(AssembleError::ListedAndLeftOut { machine: machine.name.clone(), why });
                }
                if let Some((recorded, found)) = another_id(pin, machine) {
                    if !pin.offline {
                        return Err(AssembleError::Recreated {
                            machine: machine.name.clone(),
                            recorded: recorded.to_owned(),
                            found: found.to_owned(),
                        });
                    }
                    // The one that is listed is gone and stays in its groups until it is removed from the cluster;
                    // the one that has its name now waits until then.
                    left_out.push(LeftOut {
                        machine: machine.name.clone(),
                        origin: machine.origin.clone(),
                        why: format!(
                            "`members` has the offline machine {recorded} under its name, and this is {found}"
                        ),
                    });
                    waiting.insert(position);
                    members.push(remembered(cluster, pin, discovery));
                    continue;
                }
                // While it is away, what is recorded stands in for what can no longer be seen.
                let is_away = !can_be_played(cluster, machine.state);
                // `partial` accepts a member whose place cannot say what it is doing.
                let is_unseen = cluster.partial && machine.state == State::Unknown;
                if is_away && !pin.offline && !is_unseen {
                    return Err(not_running(machine, true));
                }
                let mut machine = Cow::Borrowed(machine);
                if is_away {
                    remember_address(machine.to_mut(), pin);
                }
                let state = machine.state;
                Selected {
                    star: star(&cluster.machines, &machine),
                    machine,
                    found_at: Some(position),
                    pin: Some(pin),
                    state,
                }
            }
            (None, _) => {
                let is_on_silent_place = pin.place.as_ref().map_or(!discovery.unreadable.is_empty(), |place| {
                    discovery.unreadable.iter().any(|silent| silent.place == *place)
                });
                if !pin.offline && !is_on_silent_place {
                    let passed_over = discovery.passed_over.iter().find(|passed_over| passed_over.name == pin.machine);
                    return Err(AssembleError::Missing {
                        machine: pin.machine.clone(),
                        id: pin.id.clone(),
                        why: passed_over.map(|passed_over| passed_over.why.clone()),
                    });
                }
                remembered(cluster, pin, discovery)
            }
        };
        members.push(member);
    }
    waiting.extend(members.iter().filter_map(|member: &Selected<'_>| member.found_at));
    let stranger = belonging.iter().find(|(position, _)| !waiting.contains(position));
    if let Some((_, stranger)) = stranger {
        return Err(AssembleError::NotListed {
            machine: stranger.name.clone(),
            place: stranger.place.clone(),
            namespace: stranger.namespace.clone(),
            origin: stranger.origin.clone(),
            state: stranger.state,
        });
    }
    Ok(members)
}

/// Of several machines with the pinned name the one with the pinned id, else those that `machines` selects.
fn the_one_meant<'a>(cluster: &Cluster, pin: &Pin, mut found: Vec<(usize, &'a Machine)>) -> Vec<(usize, &'a Machine)> {
    if found.len() > 1 {
        if let Some(&same) = found.iter().find(|(_, machine)| pin.id.is_some() && machine.id == pin.id) {
            return vec![same];
        }
        if found.iter().any(|(_, machine)| why_not(&cluster.machines, machine).is_none()) {
            found.retain(|(_, machine)| why_not(&cluster.machines, machine).is_none());
        }
    }
    found
}

/// The recorded id and the one found, where they are two: another machine has the name now.
fn another_id<'a>(pin: &'a Pin, machine: &'a Machine) -> Option<(&'a str, &'a str)> {
    let (recorded, found) = (pin.id.as_deref()?, machine.id.as_deref()?);
    (recorded != found).then_some((recorded, found))
}

/// A pinned member that nobody can see now.
fn remembered<'a>(cluster: &Cluster, pin: &'a Pin, discovery: &Discovery) -> Selected<'a> {
    let mut machine = from_memory(pin);
    // Without it the recorded address would be somebody else's, on the controller's own network.
    machine.reach.jump = discovery.jump_to(pin.place.as_deref()).cloned();
    Selected {
        star: star(&cluster.machines, &machine),
        state: machine.state,
        machine: Cow::Owned(machine),
        found_at: None,
        pin: Some(pin),
    }
}

/// A pinned machine that nobody can see now, as it is recorded.
fn from_memory(pin: &Pin) -> Machine {
    let mut machine = Machine::new(&pin.machine, NamedBy::Outside, "members");
    machine.id.clone_from(&pin.id);
    machine.place.clone_from(&pin.place);
    machine.namespace.clone_from(&pin.namespace);
    machine.state = State::Unknown;
    remember_address(&mut machine, pin);
    machine
}

/// Gives a machine the address that is recorded for it, in place of all others.
fn remember_address(machine: &mut Machine, pin: &Pin) {
    match &pin.address {
        // A forwarded port's address is nobody's own, and a source that tells `ip` apart knows which is.
        Some(HostAddress::Ip(ip)) if !ip.is_loopback() && machine.reach.ip_why.is_none() => {
            machine.reach.address = None;
            machine.interfaces = vec![Interface {
                addresses: vec![FoundAddress::in_guest(*ip, AddressSource::Static)],
                ..Interface::default()
            }];
        }
        Some(address) => machine.reach.address = Some(address.clone()),
        None => {}
    }
}

/// Without the first of the control plane or of etcd the second would be the first, where the playbooks begin: that is
/// no host to leave out because it has no address today.
pub(super) fn check_skipped(
    members: &[super::Member<'_>],
    comes_first: impl Fn(&HostName) -> bool,
) -> Result<(), AssembleError> {
    match members.iter().find(|member| member.is_skipped && comes_first(&member.host)) {
        None => Ok(()),
        Some(member) => Err(AssembleError::NoAddress {
            host: member.host.clone(),
            origin: member.machine.origin.clone(),
            seen: report::seen(&member.machine, &member.reached.candidates),
            may_be_skipped: false,
        }),
    }
}

/// Certificates and etcd's peers name the old address of a control-plane or etcd member.
pub(super) fn check_addresses(
    members: &[super::Member<'_>],
    holds_certificates: impl Fn(&HostName) -> bool,
) -> Result<(), AssembleError> {
    for member in members {
        let recorded = member.pin.and_then(|pin| pin.address.as_ref());
        if let (Some(recorded), Some(now)) = (recorded, member.reached.address.as_ref())
            && recorded != now
            && holds_certificates(&member.host)
        {
            return Err(AssembleError::AddressChanged {
                host: member.host.clone(),
                recorded: recorded.clone(),
                now: now.clone(),
            });
        }
    }
    Ok(())
}
