//! How far a hypervisor has come, for the sentence about one that does not go on.

use std::sync::atomic::{AtomicU8, Ordering};

/// What a hypervisor is being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Connecting,
    Guests,
    Networks,
    Addresses,
    Bridges,
    Agents,
}

impl Stage {
    const ALL: [Self; 6] =
        [Self::Connecting, Self::Guests, Self::Networks, Self::Addresses, Self::Bridges, Self::Agents];

    /// What it is being asked for; nothing while it has not let us in.
    pub(super) fn asked_for(self) -> Option<&'static str> {
        match self {
            Self::Connecting => None,
            Self::Guests => Some("its guests"),
            Self::Networks => Some("its networks"),
            Self::Addresses => Some("the addresses of its guests"),
            Self::Bridges => Some("its bridges"),
            Self::Agents => Some("the agents of its guests"),
        }
    }
}

/// The stage as two threads see it.
#[derive(Debug, Default)]
pub(super) struct Progress(AtomicU8);

impl Progress {
    /// Goes on to a stage.
    pub(super) fn enter(&self, stage: Stage) {
        self.0.store(stage as u8, Ordering::Relaxed);
    }

    /// The stage it is in.
    pub(super) fn stage(&self) -> Stage {
        Stage::ALL[usize::from(self.0.load(Ordering::Relaxed))]
    }
}
