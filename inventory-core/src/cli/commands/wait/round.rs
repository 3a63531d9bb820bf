//! What one look showed.

use super::probe::Outcome;
use crate::cli::Failure;
use crate::inventory::assemble::{AssembleError, Attendance};
use crate::safe::HostName;

/// How a look ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// Everybody is ready.
    Ready,
    /// Somebody is not.
    NotYet,
    /// Somebody never will be.
    Failed,
}

/// What is known of the cluster.
#[derive(Debug)]
pub(super) enum Standing {
    /// The members, in order.
    Hosts(Vec<Row>),
    /// Machines and settings are no cluster yet.
    Incomplete(AssembleError),
    /// The source does not answer.
    Silent(Failure),
}

impl Standing {
    /// The members, as far as they are known.
    pub(super) fn rows(&self) -> &[Row] {
        match self {
            Self::Hosts(rows) => rows,
            Self::Incomplete(_) | Self::Silent(_) => &[],
        }
    }

    /// What concerns no single member.
    pub(super) fn trouble(&self) -> Option<String> {
        let (message, remedy) = match self {
            Self::Hosts(_) => return None,
            Self::Incomplete(error) => (error.to_string(), error.remedy()),
            Self::Silent(failure) => (failure.message().to_owned(), failure.remedy().to_owned()),
        };
        Some(if remedy.is_empty() { message } else { format!("{message}; {remedy}") })
    }
}

/// A member and how far it is.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) host: HostName,
    pub(super) state: String,
    pub(super) address: String,
    /// What came out so far; `None` while it has not been asked.
    pub(super) outcome: Option<Outcome>,
}

impl Row {
    /// A member as the source shows it. Who is there has not been asked yet.
    pub(super) fn of(member: &Attendance) -> Self {
        let outcome = match &member.address {
            _ if member.is_excused => Some(Outcome::Ready(Some("away, as `members` says".to_owned()))),
            _ if !member.is_playable => Some(Outcome::NotYet(format!("it is {}", member.state))),
            Err(seen) => Some(Outcome::NotYet(format!("it has no usable address{seen}"))),
            Ok(_) => None,
        };
        Self {
            host: member.host.clone(),
            state: member.state.to_string(),
            address: member.address.clone().unwrap_or_default(),
            outcome,
        }
    }

    /// Something worth knowing about a member that is ready.
    pub(super) fn note(&self) -> Option<&str> {
        match &self.outcome {
            Some(Outcome::Ready(note)) => note.as_deref(),
            _ => None,
        }
    }

    /// What it lacks; `None` if it is ready.
    pub(super) fn missing(&self) -> Option<&str> {
        match &self.outcome {
            Some(Outcome::Ready(_)) => None,
            Some(Outcome::NotYet(why) | Outcome::Failed(why) | Outcome::Unknown(why)) => Some(why),
            None => Some("it was not asked yet, since others decide the groups and are not there"),
        }
    }
}
