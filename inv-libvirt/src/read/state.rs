//! What a guest is doing.

use inventory_core::machine::State;

/// The table of [`STATES`], for a text around it.
macro_rules! states {
    () => {
        "\
running      running, and idle (blocked)
paused       paused, also while saved, dumped or snapshotted; suspended by its own power management
stopped      shut off, saved to a file, migrated away
pending      paused while it starts up, or while it moves here or away and runs on the other side
terminating  shutting down; paused while it does; moved away after a post-copy migration
failed       crashed; shut off by a crash, a failed start or the daemon; a lost post-copy migration
unknown      no state, which drivers without one say, and states that this version does not know"
    };
}
pub(crate) use states;

/// Which of libvirt's states is which, for `--help` and the documentation.
///
/// `virDomainState` and the reasons that change what it means, <https://libvirt.org/html/libvirt-libvirt-domain.html>.
#[cfg(test)]
const STATES: &str = states!();

/// The state that a `virDomainState` and its reason stand for.
pub(super) fn state(state: u8, reason: i32) -> State {
    match (state, reason) {
        // VIR_DOMAIN_RUNNING, VIR_DOMAIN_BLOCKED: whatever the reason, its processors run when they have to.
        (1 | 2, _) => State::Running,
        // VIR_DOMAIN_PAUSED: MIGRATION and STARTING_UP.
        (3, 2 | 11) => State::Pending,
        // VIR_DOMAIN_PAUSED: SHUTTING_DOWN and POSTCOPY; VIR_DOMAIN_SHUTDOWN.
        (3, 8 | 12) | (4, _) => State::Terminating,
        // VIR_DOMAIN_PAUSED: CRASHED and POSTCOPY_FAILED; VIR_DOMAIN_SHUTOFF: CRASHED, FAILED, DAEMON;
        // VIR_DOMAIN_CRASHED.
        (3, 10 | 13) | (5, 3 | 6 | 8) | (6, _) => State::Failed,
        // The other reasons of VIR_DOMAIN_PAUSED; VIR_DOMAIN_PMSUSPENDED.
        (3 | 7, _) => State::Paused,
        // The other reasons of VIR_DOMAIN_SHUTOFF.
        (5, _) => State::Stopped,
        // VIR_DOMAIN_NOSTATE, and what a later libvirt may add.
        _ => State::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_guest_that_runs_is_running() {
        let running: Vec<u8> = (0..=u8::MAX).filter(|code| state(*code, 0) == State::Running).collect();
        assert_eq!(running, [1, 2]);
    }

    #[test]
    fn every_state_has_its_line_in_the_table() {
        let words: Vec<&str> = STATES.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(words, State::ALL.map(|state| state.to_string()));
    }

    #[test]
    fn the_reason_tells_pauses_apart() {
        let of_pause: Vec<String> = (0..14).map(|reason| state(3, reason).to_string()).collect();
        insta::assert_snapshot!(of_pause.join(" "), @"paused paused pending paused paused paused paused paused terminating paused failed pending terminating failed");
        let of_shutoff: Vec<String> = (0..9).map(|reason| state(5, reason).to_string()).collect();
        insta::assert_snapshot!(of_shutoff.join(" "), @"stopped stopped stopped failed stopped stopped failed stopped failed");
    }
}
