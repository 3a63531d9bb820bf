//! Who is a member and how far each one is on its way to being played.
//!
//! [`super::assemble`] stops at the first member that cannot be played. Whoever waits for them wants to see all.

use super::error::AssembleError;
use super::membership::{self, Selected};
use super::{address, naming, report};
use crate::cluster::Cluster;
use crate::discovery::Discovery;
use crate::machine::State;
use crate::safe::HostName;

/// A member, playable or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// What Ansible calls it.
    pub host: HostName,
    /// What it is doing.
    pub state: State,
    /// How it is reached, template or not, or what was seen instead, as `: …` or nothing.
    pub address: Result<String, String>,
    /// Whether its state is one in which it can be played.
    pub is_playable: bool,
    /// Whether it is away and `members` says so: it is nobody to wait for.
    pub is_excused: bool,
}

/// The cluster with every state good enough, so that a member that does not run yet is a member. Where nobody wrote
/// down who belongs, what is switched off does not; what is being started does.
pub fn patient(cluster: &Cluster) -> Cluster {
    let mut patient = cluster.clone();
    if cluster.is_declared {
        patient.machines.states = Some(State::ALL.to_vec());
    } else {
        patient.machines.states.get_or_insert_with(|| vec![State::Running]).push(State::Pending);
    }
    patient
}

/// The members in order, each as it is now. Errors are those that concern the membership as a whole.
pub fn roll_call(cluster: &Cluster, discovery: &Discovery) -> Result<Vec<Attendance>, AssembleError> {
    let patient = patient(cluster);
    let members = membership::select(&patient, discovery)?.members;
    members.iter().enumerate().map(|(position, member)| attendance(cluster, member, position + 1)).collect()
}

fn attendance(cluster: &Cluster, member: &Selected<'_>, index: usize) -> Result<Attendance, AssembleError> {
    let host = naming::host_name(cluster, member, index)?;
    let address = match address::reach(cluster, member, &host) {
        Ok(reached) => {
            let chosen = reached.candidates.into_iter().find(|candidate| candidate.is_chosen);
            Ok(chosen.map(|candidate| candidate.address).unwrap_or_default())
        }
        Err(candidates) => Err(report::seen(&member.machine, &candidates)),
    };
    let is_found = member.found_at.is_some();
    let is_playing = is_found && membership::can_be_played(cluster, member.state);
    Ok(Attendance {
        host,
        state: member.state,
        address,
        // Whoever is not found and no error lives on a silent place, which `partial` accepts.
        is_playable: is_playing || !is_found,
        is_excused: !is_playing && member.pin.is_some_and(|pin| pin.offline),
    })
}
