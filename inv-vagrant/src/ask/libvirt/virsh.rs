//! libvirt's own client, for a libvirt that is elsewhere or closed to us: the same questions, in words.

use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use indexmap::IndexSet;
use inventory_core::cli::child;

use super::calls::Lease;
use super::{Domain, Network, Talk, Uuid};
use crate::ask::surroundings::Surroundings;

/// More than it prints: a few kilobytes a machine.
const MOST: u64 = 64 << 20;

/// What stands between two answers. virsh ends it with no line when it is quiet.
const MARK: &str = "--- inv-vagrant";

/// What it complains of, once a question, where it has nobody to ask.
const UNCONNECTED: &str = "failed to connect to the hypervisor";

/// What `virsh` answers. All questions of a round go to one process: each would log in anew.
pub(super) struct Virsh<'a> {
    pub(super) uri: &'a str,
    pub(super) shown: &'a str,
    pub(super) surroundings: &'a Surroundings,
    pub(super) deadline: Instant,
}

impl Virsh<'_> {
    /// Asks all at once, and gives what it says to each; an empty text where it says nothing.
    fn ask(&self, questions: &[String]) -> Result<(Vec<String>, String), String> {
        let script: Vec<String> = questions.iter().map(|question| format!("{question}; echo '{MARK}'")).collect();
        let mut command: Command = self.surroundings.command("virsh");
        // Times come in the zone of whoever prints them.
        command.env("TZ", "UTC").args(["--readonly", "--quiet", &script.join("; ")]);
        // Not an argument: those are seen by everybody on this machine.
        command.env("VIRSH_DEFAULT_CONNECT_URI", self.uri);
        let shown = self.shown;
        let ended = child::run_group(&mut command, self.deadline, MOST)
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => {
                    format!(
                        "{shown} can only be asked through `virsh`, which is not installed; install libvirt's clients"
                    )
                }
                _ => format!("`virsh`, for {shown}, cannot be started: {error}"),
            })?
            .ok_or_else(|| {
                format!("`virsh`, for {shown}, did not end in time; see that it answers, or allow more time")
            })?;
        let answers: Vec<String> = ended.stdout.split(MARK).map(|text| text.trim().to_owned()).collect();
        // Without a connection it still says what stands between the answers.
        if answers.len() <= questions.len() || ended.stderr.contains(UNCONNECTED) {
            return Err(format!("`virsh` cannot ask {shown}: {}", self.complaint(&ended.stderr)));
        }
        Ok((answers, ended.stderr))
    }
}

impl Virsh<'_> {
    /// What virsh complains of, on one line and without a password.
    fn complaint(&self, stderr: &str) -> String {
        let lines = stderr.lines().map(|line| line.trim().trim_start_matches("error: "));
        let distinct: IndexSet<&str> = lines.filter(|line| !line.is_empty()).collect();
        let text = distinct.into_iter().collect::<Vec<_>>().join("; ").replace(self.uri, self.shown);
        if text.is_empty() { "it ended without a word".to_owned() } else { text }
    }
}

impl Talk for Virsh<'_> {
    fn domains(&mut self, uuids: &[Uuid]) -> Result<Vec<Result<Option<Domain>, String>>, String> {
        let questions: Vec<String> =
            uuids.iter().flat_map(|uuid| [format!("domstate --reason {uuid}"), format!("dumpxml {uuid}")]).collect();
        let (answers, complaints) = self.ask(&questions)?;
        let domain = |(uuid, answers): (&Uuid, &[String])| match answers {
            [state, xml] if !state.is_empty() && !xml.is_empty() => {
                Ok(Some(Domain { state: in_our_words(state).to_owned(), xml: xml.clone() }))
            }
            _ if complaints.contains(&format!("failed to get domain '{uuid}'")) => Ok(None),
            _ => Err(format!("`virsh` says nothing of {uuid}: {}", self.complaint(&complaints))),
        };
        Ok(uuids.iter().zip(answers.chunks(2)).map(domain).collect())
    }

    fn networks(&mut self, names: &[String]) -> Result<Vec<Result<Option<Network>, String>>, String> {
        let question = |name: &String| {
            let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
            // `echo` keeps the answers' count. What it says is no description of a network.
            if is_plain {
                [format!("net-dumpxml {name}"), format!("net-dhcp-leases {name}")]
            } else {
                ["echo".into(), "echo".into()]
            }
        };
        let (answers, complaints) = self.ask(&names.iter().flat_map(question).collect::<Vec<_>>())?;
        let network = |(name, answers): (&String, &[String])| match answers {
            [xml, leases] if !xml.is_empty() => {
                Ok(Some(Network { xml: xml.clone(), leases: Ok(self::leases(leases)) }))
            }
            _ if complaints.contains(&format!("failed to get network '{name}'")) => Ok(None),
            _ => Err(format!("`virsh` says nothing of the network {name}: {}", self.complaint(&complaints))),
        };
        Ok(names.iter().zip(answers.chunks(2)).map(network).collect())
    }

    fn names_of_networks(&mut self) -> Result<Vec<String>, String> {
        let (answers, _) = self.ask(&["net-list --all --name".to_owned()])?;
        let names = answers.first().map(String::as_str).unwrap_or_default().lines().map(str::trim);
        Ok(names.filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }
}

/// `shut off (saved)` as vagrant-libvirt says it.
fn in_our_words(state: &str) -> &str {
    let (state, reason) = state.split_once(" (").unwrap_or((state, ""));
    match state {
        "no state" => "nostate",
        "idle" => "blocked",
        "in shutdown" => "shutting-down",
        "shut off" if reason.starts_with("saved") => "saved",
        "shut off" => "shutoff",
        other => other,
    }
}

/// The lines of `virsh net-dhcp-leases`: date, time, MAC, family, address/prefix, and more.
fn leases(text: &str) -> Vec<Lease> {
    let lease = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [date, time, mac, _family, address, ..] = words.as_slice() else { return None };
        let expires = humantime::parse_rfc3339_weak(&format!("{date} {time}")).ok()?;
        let since = expires.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let ip = address.split('/').next()?.to_owned();
        Some(Lease { expires: i64::try_from(since.as_secs()).ok()?, mac: Some((*mac).to_owned()), ip })
    };
    text.lines().filter_map(lease).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leases_are_read_from_what_virsh_prints() {
        // Reference capture 1-up, net-vagrant-libvirt.leases.txt.
        let printed = " 2026-11-20 08:56:49   52:54:00:22:02:15   ipv4   192.168.121.192/24   -        ff:00:22:02:15
 2026-11-20 08:57:03   52:54:00:fd:f1:4d   ipv4   192.168.121.169/24   debian   ff:00:fd:f1:4d\n\nnonsense\n";
        let leases = leases(printed);
        assert_eq!(leases.len(), 2);
        let expected =
            Lease { expires: 1_795_165_023, mac: Some("52:54:00:fd:f1:4d".into()), ip: "192.168.121.169".into() };
        assert_eq!(leases[1], expected);
    }

    #[test]
    fn states_are_those_that_vagrant_libvirt_knows() {
        let states =
            ["running (booted)", "shut off (saved)", "shut off (shutdown)", "paused (user)", "in shutdown", "crashed"];
        assert_eq!(states.map(in_our_words), ["running", "saved", "shutoff", "paused", "shutting-down", "crashed"]);
    }
}
