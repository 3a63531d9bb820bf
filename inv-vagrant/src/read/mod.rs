//! Makes machines of what Vagrant's files and its providers say.
//!
//! A provider's word is today's; Vagrant's own files say what was true when Vagrant last ran, and whoever reads
//! `explain` is told which of them was believed.

mod generated;
mod machine;
mod networks;
mod ssh_config;
mod state;
mod surroundings;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::Path;

use inventory_core::cli::Failure;
use inventory_core::discovery::{Discovery, PassedOver, UnreadablePlace};
use inventory_core::environment::MachineNetwork;

use crate::answers::{Answers, Project, ProviderNetwork, ProviderSays, Said, Told, VagrantMachine};
use generated::Generated;
use ssh_config::SshHost;
pub(crate) use ssh_config::reduced;

/// Who logs in where neither a saved configuration nor the provisioner's inventory says so: what boxes agree on.
const DEFAULT_USER: &str = "vagrant";

/// The machines, and what is around them.
///
/// # Errors
///
/// When the only directory there is says nothing.
pub(crate) fn read(answers: &Answers) -> Result<Discovery, Failure> {
    let mut discovery = Discovery::default();
    for project in &answers.projects {
        match &project.said {
            Said::Told(told) => match nobody_answers(told) {
                None => Known::of(project, told).add_to(&mut discovery),
                Some(why) if is_alone(answers) => {
                    return Err(Failure::new(
                        format!("{}: {why}", project.directory.display()),
                        "try again when it answers, or save `vagrant ssh-config` and name the file in `ssh_config`",
                    ));
                }
                Some(why) => discovery.unreadable.push(UnreadablePlace {
                    place: place(project),
                    why: why.to_owned(),
                    jump: None,
                }),
            },
            Said::Silent(silence) if is_alone(answers) => {
                return Err(Failure::new(silence.why.clone(), silence.remedy.clone()));
            }
            Said::Silent(silence) => {
                let why = format!("{}; {}", silence.why, silence.remedy);
                discovery.unreadable.push(UnreadablePlace { place: place(project), why, jump: None });
            }
        }
    }
    if discovery.machines.iter().any(|machine| machine.reach.user.is_none()) {
        discovery.default_user = Some(DEFAULT_USER.to_owned());
    }
    Ok(discovery)
}

/// Whether there is one directory without a name, so that its silence is the whole answer.
fn is_alone(answers: &Answers) -> bool {
    matches!(&answers.projects[..], [only] if only.place.is_none())
}

fn place(project: &Project) -> String {
    project.place.clone().unwrap_or_else(|| project.directory.display().to_string())
}

/// Why no machine at all could be asked for, where nothing else says how they are reached.
fn nobody_answers(told: &Told) -> Option<&str> {
    let mut made = told.machines.iter().filter(|machine| machine.id.is_some()).peekable();
    let ProviderSays::Failed(first) = &made.peek()?.provider_says else { return None };
    let is_silent = made.all(|machine| matches!(machine.provider_says, ProviderSays::Failed(_)));
    (is_silent && told.ssh_configs.is_empty()).then_some(first)
}

/// What is known of a directory, its texts read.
struct Known<'a> {
    project: &'a Project,
    told: &'a Told,
    generated: Generated,
    /// What the provider's networks are, each with its subnets.
    networks: Vec<(&'a ProviderNetwork, Vec<MachineNetwork>)>,
    /// Each host of the SSH configurations, and where it stands.
    ssh: Vec<(&'a Path, SshHost)>,
}

impl<'a> Known<'a> {
    fn of(project: &'a Project, told: &'a Told) -> Self {
        let ssh = told.ssh_configs.iter();
        Self {
            project,
            told,
            networks: told.networks.iter().map(|network| (network, networks::read(network))).collect(),
            generated: told.generated_inventory.as_ref().map(generated::read).unwrap_or_default(),
            ssh: ssh
                .flat_map(|file| ssh_config::read(&file.text).into_iter().map(|host| (file.path.as_path(), host)))
                .collect(),
        }
    }

    fn add_to(&self, discovery: &mut Discovery) {
        let mut listed: HashSet<&str> = HashSet::new();
        let first = discovery.machines.len();
        for vagrant in &self.told.machines {
            listed.insert(&vagrant.name);
            match why_none(vagrant) {
                None => discovery.machines.push(machine::read(self, vagrant)),
                Some(why) => discovery.passed_over.push(PassedOver {
                    name: vagrant.name.clone(),
                    origin: self.origin(&vagrant.provider),
                    why: why + self.listed_still(&vagrant.name),
                }),
            }
        }
        let forgotten = self.generated.hosts.keys().chain(&self.generated.missing);
        for name in forgotten.filter(|name| listed.insert(name)) {
            discovery.passed_over.push(PassedOver {
                name: name.clone(),
                origin: self.project.directory.display().to_string(),
                why: "only the inventory that Vagrant's Ansible provisioner left behind lists it: it is destroyed"
                    .to_owned(),
            });
        }
        let surroundings = surroundings::read(self, &discovery.machines[first..]);
        discovery.environment.merge(surroundings);
        discovery.notes.extend(self.told.unanswered.iter().cloned());
        discovery.notes.extend(self.generated.faults.iter().cloned());
    }

    /// Another witness of a machine that is none.
    fn listed_still(&self, name: &str) -> &'static str {
        if self.generated.hosts.contains_key(name) {
            "; the inventory that Vagrant's Ansible provisioner left behind still lists it"
        } else {
            ""
        }
    }

    /// Where a machine was found, for messages.
    fn origin(&self, provider: &str) -> String {
        format!("{provider}, {}", self.project.directory.display())
    }
}

/// Why what looks like a machine is none.
fn why_none(vagrant: &VagrantMachine) -> Option<String> {
    let Some(id) = &vagrant.id else {
        let why = match &vagrant.provider_says {
            ProviderSays::NotAsked(why) => why.as_str(),
            _ => "it has no id: it was never made, or is destroyed",
        };
        let index = vagrant.index.as_ref();
        let index = index.map(|entry| format!("; Vagrant's index still thinks that it is {}", entry.state));
        return Some(why.to_owned() + &index.unwrap_or_default());
    };
    match &vagrant.provider_says {
        ProviderSays::Gone(at) => Some(format!(
            "{at} has no machine with its id {id} any more: it was removed without Vagrant, and the next `vagrant \
             status` deletes its key and its entry"
        )),
        ProviderSays::NotAsked(_) | ProviderSays::Failed(_) | ProviderSays::Has(_) => None,
    }
}
