//! What each provider's word for a state means.

use inventory_core::machine::State;

/// The words of a provider, and of Vagrant's index about it, as a state. A word that nobody documents is unknown.
///
/// | state | libvirt | `VirtualBox` | docker | others, as Vagrant last saw them |
/// |---|---|---|---|---|
/// | running | `running`, `blocked` | `running` | `running` | `running` |
/// | paused | `paused` | `paused` | `paused` | `paused` |
/// | stopped | `shutoff`, `pmsuspended` | `poweroff`, `saved`, `aborted`, `aborted-saved` | `created`, `exited`, `stopped` | `off`, `stopped`, `saved`, `suspended`, `not running` |
/// | pending | `starting` | `starting`, `restoring` | `restarting` | `preparing`, `starting` |
/// | terminating | `shutdown` | `stopping`, `saving` | `removing` | `stopping`, `deleting` |
/// | failed | `crashed` | `gurumeditation`, `stuck`, `inaccessible` | `dead` | |
///
/// Sources: libvirt, `virDomainState`; `VirtualBox`, `VBoxManage showvminfo --machinereadable` (`VMState`); docker,
/// `docker inspect` (`State.Status`); Vagrant, the `state` of each provider's driver. What is halted, saved or aborted
/// is stopped: it has a disk and an id, and `vagrant up` brings it back.
pub(super) fn of(words: &str) -> State {
    match words.to_ascii_lowercase().replace(['_', ' '], "-").as_str() {
        "running" | "blocked" => State::Running,
        "paused" => State::Paused,
        "shutoff" | "pmsuspended" | "poweroff" | "powered-off" | "saved" | "aborted" | "aborted-saved" | "created"
        | "exited" | "stopped" | "off" | "suspended" | "not-running" | "hibernated" => State::Stopped,
        "starting" | "restoring" | "restarting" | "preparing" | "pending" => State::Pending,
        "shutdown" | "shutting-down" | "stopping" | "saving" | "removing" | "deleting" | "terminating" => {
            State::Terminating
        }
        "crashed" | "gurumeditation" | "guru-meditation" | "stuck" | "inaccessible" | "dead" => State::Failed,
        _ => State::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_halted_saved_or_aborted_is_stopped() {
        for word in ["shutoff", "poweroff", "saved", "aborted", "aborted-saved", "exited", "not_running", "Off"] {
            assert_eq!(of(word), State::Stopped, "{word}");
        }
        assert_eq!(of("running"), State::Running);
        assert_eq!(of("guru meditation"), State::Failed);
        assert_eq!(of("{{ x }}"), State::Unknown);
    }
}
