//! `doctor`: what is wrong around a cluster file, one sentence each.

mod directory;
mod environment;
mod file;
mod mounts;
mod program;

use std::path::{Path, PathBuf};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use clap::Args;

use super::Session;
use crate::cli::arguments::{Arguments as Line, set_by_environment};
use crate::cli::failure::{Answer, Verdict};
use crate::cli::{Binary, Failure, Options, planning, session, terminal};
use crate::cluster::Layout;
use crate::discovery::Discovery;
use crate::inventory::assemble::assemble;
use crate::plan::Severity;

/// How long the source may take. Each has a deadline of its own, which is shorter.
const LOOK: Duration = Duration::from_secs(60);

/// Say what is wrong around the file, one sentence each
///
/// It looks at the file, its directory, the programs that Ansible needs to start it, and the environment; then it
/// looks at the source once, and at what its network would collide with. Nothing is changed. Exit codes: 0 nothing is wrong, 1 something is, 2 could not find out.
#[derive(Args)]
pub(in crate::cli) struct Arguments {}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Nothing to worry about.
    Fine(String),
    /// Worth knowing, and no mistake.
    Note(String),
    /// A mistake and the way out.
    Wrong {
        /// What is wrong, as a sentence.
        what: String,
        /// What a person can do about it; may be empty.
        remedy: String,
    },
    /// The check itself did not work, and what would help.
    Unknown {
        /// What could not be found out, as a sentence.
        what: String,
        /// What would help; may be empty.
        remedy: String,
    },
}

impl Finding {
    /// Nothing to worry about.
    pub fn fine(what: impl Into<String>) -> Self {
        Self::Fine(what.into())
    }

    /// Worth knowing, and no mistake.
    pub fn note(what: impl Into<String>) -> Self {
        Self::Note(what.into())
    }

    /// A mistake and the way out.
    pub fn wrong(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Wrong { what: what.into(), remedy: remedy.into() }
    }

    /// The check itself did not work, and what would help.
    pub fn unknown(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Unknown { what: what.into(), remedy: remedy.into() }
    }

    /// One line, whatever a file or a source put into it.
    fn line(&self) -> String {
        let (word, what, remedy) = match self {
            Self::Fine(what) => ("ok", what, ""),
            Self::Note(what) => ("note", what, ""),
            Self::Wrong { what, remedy } => ("wrong", what, remedy.as_str()),
            Self::Unknown { what, remedy } => ("unknown", what, remedy.as_str()),
        };
        let text = if remedy.is_empty() { format!("{word}: {what}") } else { format!("{word}: {what}; {remedy}") };
        terminal::one_line(&text) + "\n"
    }
}

/// The cluster file's place.
struct Place<'a> {
    /// As it was named, for messages.
    path: &'a Path,
    /// From the root.
    absolute: PathBuf,
    /// The directory it lies in, from the root.
    directory: PathBuf,
    /// What this binary is called.
    binary: &'a str,
}

pub(super) fn run<O: Options>(binary: &'static Binary<O>, arguments: &Line<O>) -> Answer {
    let mut findings = Vec::new();
    let mut cluster_file = None;
    let place = arguments.file.as_deref().map(|path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Place { path, directory: session::directory_of(&absolute), absolute, binary: binary.name }
    });
    match &place {
        None => findings.push(program::on_path(binary.name, None)),
        Some(place) => {
            let (found, checked) = file::check::<O>(place, binary.source);
            findings.extend(found);
            findings.push(program::on_path(
                binary.name,
                checked.as_ref().map(|checked| (place, checked.program.as_deref())),
            ));
            findings.extend(directory::check(place));
            cluster_file = checked.and_then(|checked| checked.loaded);
        }
    }
    findings.push(program::ansible());
    findings.extend(
        set_by_environment::<O>()
            .into_iter()
            .map(|name| Finding::note(format!("{name} is set in the environment and wins over the file"))),
    );
    findings.extend(place.as_ref().map(environment::check).unwrap_or_default());
    // What the file says is not known where it is broken, and without it this would be another cluster.
    if place.is_none() || cluster_file.is_some() {
        let session = Session::of(binary, arguments, cluster_file);
        if place.is_some() {
            findings.extend(directory::known_hosts(&session));
        }
        let (inventory, discovery) = source(&session);
        findings.push(inventory);
        findings.extend(session.ask_source());
        if let Some(discovery) = discovery.filter(|_| session.cluster.layout != Layout::None) {
            findings.extend(network(&session, &discovery));
        }
    }
    answer(&findings)
}

fn answer(findings: &[Finding]) -> Answer {
    let is_wrong = findings.iter().any(|finding| matches!(finding, Finding::Wrong { .. }));
    let is_unknown = findings.iter().any(|finding| matches!(finding, Finding::Unknown { .. }));
    let verdict = match (is_wrong, is_unknown) {
        (true, _) => Verdict::No,
        (false, true) => Verdict::Unknown,
        (false, false) => Verdict::Yes,
    };
    Answer { text: findings.iter().map(Finding::line).collect(), verdict }
}

/// Whether the source gives an inventory.
fn source(session: &Session) -> (Finding, Option<Discovery>) {
    let unknown = |failure: &Failure| {
        Finding::unknown(format!("the source cannot be read: {}", failure.message()), failure.remedy())
    };
    let discovery = match session.begin_look().recv_timeout(LOOK) {
        Ok(Ok(discovery)) => discovery,
        Ok(Err(failure)) => return (unknown(&failure), None),
        Err(RecvTimeoutError::Timeout) => {
            let what = format!("the source does not answer within {} seconds", LOOK.as_secs());
            return (Finding::unknown(what, "see whether it answers its own tools"), None);
        }
        Err(RecvTimeoutError::Disconnected) => {
            return (Finding::unknown("the look at the source broke off", "please report it"), None);
        }
    };
    match assemble(&session.cluster, &discovery) {
        Ok(assembly) => {
            let lonely = assembly.report.hosts.iter().find(|host| host.groups.is_empty());
            if let Some(host) = lonely.filter(|_| session.cluster.layout != Layout::None) {
                let what = format!("{} is a member and in no group: nothing under `groups` chooses it", host.host);
                return (Finding::note(what), Some(discovery));
            }
            let finding = match assembly.inventory.hosts().len() {
                0 => Finding::note("the source gives an inventory without hosts"),
                1 => Finding::fine("the source gives an inventory of 1 host"),
                count => Finding::fine(format!("the source gives an inventory of {count} hosts")),
            };
            (finding, Some(discovery))
        }
        Err(error) => (Finding::wrong(format!("there is no inventory: {error}"), error.remedy()), None),
    }
}

/// What is wrong with the cluster's network.
fn network(session: &Session, discovery: &Discovery) -> Vec<Finding> {
    let planned = match planning::from(session, discovery, None, &[]) {
        Ok(planned) => planned,
        Err(failure) => return vec![Finding::wrong(failure.message(), failure.remedy())],
    };
    if planned.plan.is_sound() {
        return vec![Finding::fine("nothing collides in the cluster's network, as far as is known; `plan` shows it")];
    }
    let errors = planned.plan.findings.into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| Finding::wrong(finding.what, finding.remedy)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mistake_outweighs_everything_and_not_knowing_is_not_yes() {
        let (fine, note) = (Finding::fine("a"), Finding::note("b"));
        let (wrong, unknown) = (Finding::wrong("c", "d"), Finding::unknown("e", ""));
        let verdict = |findings: &[&Finding]| answer(&findings.iter().copied().cloned().collect::<Vec<_>>()).verdict;
        assert_eq!(verdict(&[&fine, &note]), Verdict::Yes);
        assert_eq!(verdict(&[&fine, &unknown]), Verdict::Unknown);
        assert_eq!(verdict(&[&unknown, &wrong]), Verdict::No);
        assert_eq!(wrong.line(), "wrong: c; d\n");
    }

    #[test]
    fn a_finding_is_one_line_and_steers_no_terminal() {
        assert_eq!(Finding::wrong("a\nb\u{1b}[31m", "").line(), "wrong: a b\u{fffd}[31m\n");
    }
}
