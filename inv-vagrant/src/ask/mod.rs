//! Reads Vagrant's files and asks its providers; writes nothing.
//!
//! Vagrant itself is not run: `vagrant status` and `ssh-config` delete the key and the index entry of a machine whose VM
//! is gone, and cost a second of Ruby. `ssh_config: run` is the exception that a person asks for.

mod docker;
mod doctor;
#[cfg(test)]
mod fakes;
mod files;
mod index;
mod keys;
mod libvirt;
mod machines;
mod passwords;
mod places;
mod project;
mod providers;
mod ssh_config;
mod surroundings;
mod virtualbox;

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use inventory_core::cli::{At, Failure};

use crate::answers::{Answers, Project as Answer, Said, Silence, TextFile, Told};
use crate::options::{SshConfig, VagrantOptions};
pub(crate) use doctor::doctor;
use index::Index;
use keys::Keys;
use places::Place;
use project::Project;
use surroundings::Surroundings;

/// Where Vagrant's Ansible provisioner leaves its inventory.
const GENERATED: &str = "provisioners/ansible/inventory/vagrant_ansible_inventory";

/// Larger than an inventory ever is.
const MOST: u64 = 16 << 20;

/// How long a place is given beyond its deadline to say itself what it waits for.
const GRACE: Duration = Duration::from_millis(500);

/// Looks at every directory that the options name. One that cannot be read is in the answers as silent.
pub(crate) fn ask(options: &VagrantOptions, at: &At<'_>) -> Result<Answers, Failure> {
    ask_in(options, at, Surroundings::of_this_process())
}

/// What every place is asked with.
struct Inquiry {
    home: Option<PathBuf>,
    index: Index,
    keys: Keys,
    saved: Option<TextFile>,
    is_vagrant_run: bool,
    surroundings: Surroundings,
    deadline: Instant,
}

fn ask_in(options: &VagrantOptions, at: &At<'_>, surroundings: Surroundings) -> Result<Answers, Failure> {
    let deadline = Instant::now() + options.deadline();
    let places = places::of(options, at, &surroundings)?;
    let (asked, directory, cluster) = (options.clone(), at.directory.to_owned(), at.cluster.to_owned());
    let begun = in_time(deadline, move || {
        Inquiry::begin(&asked, &At { directory: &directory, cluster: &cluster }, surroundings, deadline)
    });
    let inquiry = Arc::new(begun.ok_or_else(late)??);
    let asking: Vec<_> = places.into_iter().map(|place| begin(place, &inquiry)).collect();
    let answer = |(place, receiver): (Place, mpsc::Receiver<Answer>)| {
        let left = (deadline + GRACE).saturating_duration_since(Instant::now());
        receiver.recv_timeout(left).unwrap_or_else(|_| {
            let why = format!("{} was not read in time", place.directory.display());
            let remedy =
                "see whether its file system or a provider hangs, or allow more time with `timeout`".to_owned();
            Answer { place: place.name, directory: place.directory, said: Said::Silent(Silence { why, remedy }) }
        })
    };
    let projects: Vec<Answer> = asking.into_iter().map(answer).collect();
    places::check_distinct(&projects)?;
    Ok(Answers { projects })
}

/// Does what may hang with a file system; none where it does. The thread is left alone, and ends with the process at the
/// latest.
fn in_time<T: Send + 'static>(deadline: Instant, job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // Whoever asked may have stopped waiting.
        let _ = sender.send(job());
    });
    receiver.recv_timeout((deadline + GRACE).saturating_duration_since(Instant::now())).ok()
}

fn late() -> Failure {
    Failure::new(
        "Vagrant's home, or what `ssh_config` names, was not read in time",
        "see whether its file system hangs, or allow more time with `timeout`",
    )
}

/// Vagrant's home. That of the options must be there: a typo would look like a Vagrant without machines.
fn home(options: &VagrantOptions, at: &At<'_>, surroundings: &Surroundings) -> Result<Option<PathBuf>, Failure> {
    if let Some(home) = &options.home {
        let home = files::expanded(&at.directory.join(surroundings.with_home(home)));
        // A home that is there and closed says so where it matters: at its index.
        let is_missing = std::fs::metadata(&home).is_err_and(|error| files::is_missing(&error)) || home.is_file();
        if is_missing {
            return Err(Failure::new(
                format!("`home` is no directory: {}", home.display()),
                "name the directory of Vagrant itself, mostly ~/.vagrant.d",
            ));
        }
        return Ok(Some(home));
    }
    let home = surroundings.vagrant_home.as_deref().map(|home| files::expanded(&surroundings.with_home(home)));
    Ok(home.or_else(|| Some(surroundings.user_home.as_ref()?.join(".vagrant.d"))))
}

/// Begins to ask a place. A thread that hangs is left alone, and ends with the process at the latest.
fn begin(place: Place, inquiry: &Arc<Inquiry>) -> (Place, mpsc::Receiver<Answer>) {
    let (sender, receiver) = mpsc::channel();
    let (asked, inquiry) = (place.clone(), Arc::clone(inquiry));
    std::thread::spawn(move || {
        // Whoever asked may have stopped waiting.
        let _ = sender.send(inquiry.about(asked));
    });
    (place, receiver)
}

impl Inquiry {
    /// Reads what all places have in common.
    fn begin(
        options: &VagrantOptions,
        at: &At<'_>,
        surroundings: Surroundings,
        deadline: Instant,
    ) -> Result<Self, Failure> {
        let home = home(options, at, &surroundings)?;
        let saved = match &options.ssh_config {
            Some(SshConfig::Saved(path)) => Some(ssh_config::saved(&at.directory.join(surroundings.with_home(path)))?),
            _ => None,
        };
        Ok(Self {
            index: home.as_deref().map(|home| Index::read(home, deadline)).unwrap_or_default(),
            keys: Keys::below(home.as_deref().unwrap_or(Path::new(""))),
            home,
            saved,
            is_vagrant_run: options.ssh_config == Some(SshConfig::Run),
            surroundings,
            deadline,
        })
    }

    fn about(&self, place: Place) -> Answer {
        let project = match Project::find(&place.directory, &self.surroundings) {
            Ok(project) => project,
            Err(silence) => {
                return Answer { place: place.name, directory: place.directory, said: Said::Silent(silence) };
            }
        };
        let said = self.told(&project).map_or_else(Said::Silent, Said::Told);
        Answer { place: place.name, directory: project.root, said }
    }

    fn told(&self, project: &Project) -> Result<Told, Silence> {
        let mut unanswered: Vec<String> = self.index.trouble.iter().cloned().collect();
        let mut listed = machines::list(project, &self.index, &self.keys, &mut unanswered)?;
        let networks = providers::ask(&mut listed, &self.surroundings, self.deadline, &mut unanswered);
        let mut ssh_configs: Vec<TextFile> = self.saved.iter().cloned().collect();
        if self.is_vagrant_run {
            let (home, index) = (self.home.as_deref(), &self.index);
            let run =
                ssh_config::run(project, home, &listed, index, &self.surroundings, self.deadline, &mut unanswered);
            ssh_configs.extend(run);
        }
        Ok(Told {
            generated_inventory: generated_inventory(project, &mut unanswered),
            machines: listed.into_iter().map(|listed| listed.machine).collect(),
            ssh_configs,
            networks,
            unanswered,
        })
    }
}

/// What the Ansible provisioner left behind, and nothing in it but what is read. It is evidence and no more: a person can do without.
fn generated_inventory(project: &Project, unanswered: &mut Vec<String>) -> Option<TextFile> {
    let path = project.data.join(GENERATED);
    match files::text(&path, MOST) {
        Ok(text) => text.map(|text| TextFile { path, text: passwords::taken_out(&text) }),
        Err(error) => {
            unanswered.push(format!("{} cannot be read: {}", path.display(), files::why(&error)));
            None
        }
    }
}

#[cfg(test)]
mod tests;
