//! Who is asked about which machine, all providers at once.

use std::ffi::OsStr;
use std::io;
use std::time::Instant;

use inventory_core::cli::child::{self, Ended};

use super::machines::Listed;
use super::surroundings::Surroundings;
use super::{docker, libvirt, virtualbox};
use crate::answers::{ProviderNetwork, ProviderSays};

/// More than a provider's program says of all machines.
const MOST: u64 = 32 << 20;

/// A machine that a provider is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    /// Its position among the project's machines.
    pub(super) machine: usize,
    /// The provider's id of it.
    pub(super) id: &'a str,
    /// The number of the user who made it, where it is known.
    pub(super) creator: Option<u32>,
}

/// What a provider says.
#[derive(Debug, Default)]
pub(super) struct Provided {
    /// Of each machine, by its position.
    pub(super) says: Vec<(usize, ProviderSays)>,
    pub(super) networks: Vec<ProviderNetwork>,
    pub(super) unanswered: Vec<String>,
}

impl Provided {
    /// Nothing, for one reason.
    pub(super) fn failed(questions: &[Question<'_>], why: &str) -> Self {
        let says = questions.iter().map(|question| (question.machine, ProviderSays::Failed(why.to_owned()))).collect();
        Self { says, ..Self::default() }
    }
}

type Ask = fn(&[Question<'_>], &Surroundings, Instant) -> Provided;

/// Asks each provider about its machines, and writes down what it says of them. Gives what they say of networks.
pub(super) fn ask(
    machines: &mut [Listed],
    surroundings: &Surroundings,
    deadline: Instant,
    unanswered: &mut Vec<String>,
) -> Vec<ProviderNetwork> {
    let providers: [(&str, Ask); 3] =
        [("libvirt", libvirt::ask), ("virtualbox", virtualbox::ask), ("docker", docker::ask)];
    let answers: Vec<Provided> = std::thread::scope(|scope| {
        let asking: Vec<_> = providers
            .iter()
            .filter_map(|(provider, ask)| {
                let questions = questions(machines, provider);
                (!questions.is_empty()).then(|| scope.spawn(move || ask(&questions, surroundings, deadline)))
            })
            .collect();
        asking.into_iter().filter_map(|asking| asking.join().ok()).collect()
    });
    let mut networks = Vec::new();
    for answer in answers {
        for (machine, says) in answer.says {
            machines[machine].machine.provider_says = says;
        }
        networks.extend(answer.networks);
        unanswered.extend(answer.unanswered);
    }
    networks
}

fn questions<'a>(machines: &'a [Listed], provider: &str) -> Vec<Question<'a>> {
    let of_provider = machines.iter().enumerate().filter(|(_, listed)| listed.machine.provider == provider);
    of_provider
        .filter_map(|(machine, listed)| {
            Some(Question { machine, id: listed.machine.id.as_deref()?, creator: listed.creator })
        })
        .collect()
}

/// Runs a provider's own program. The error is a sentence with its remedy.
pub(super) fn run<S: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = S>,
    surroundings: &Surroundings,
    deadline: Instant,
) -> Result<Ended, String> {
    let mut command = surroundings.command(program);
    match child::run_group(command.args(arguments), deadline, MOST) {
        Ok(Some(ended)) => Ok(ended),
        Ok(None) => {
            Err(format!("`{program}` did not end in time; see whether it hangs, or allow more time with `timeout`"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(format!("`{program}` is not installed here, or not on the PATH; run this where the machines run"))
        }
        Err(error) => Err(format!("`{program}` cannot be started: {error}")),
    }
}

/// What a program says of its failure: its first line that tells more than that it failed, and how it ended.
pub(super) fn complaint(program: &str, ended: &Ended) -> String {
    let line = ended.stderr.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("nothing");
    format!("`{program}` failed ({}) and says: {line}", ended.status)
}
