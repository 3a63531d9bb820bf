//! SSH's configuration of the machines as Vagrant prints it: saved by somebody, or asked for now.
//!
//! `vagrant ssh-config` is no look without a touch: where a machine's VM is gone it deletes the machine's key and its
//! entry in the index, and it sets the modes of keys. It is run only because the file says so, and only for machines that
//! their provider has just said are running.

use std::path::{Path, PathBuf};
use std::time::Instant;

use inventory_core::cli::{Failure, child};

use super::files;
use super::index::Index;
use super::machines::Listed;
use super::project::Project;
use super::surroundings::Surroundings;
use crate::answers::{ProviderSays, TextFile, VagrantMachine};
use crate::read::reduced;

/// More than anybody's configuration has.
const MOST: u64 = 1 << 20;

/// How many of them run at once: each is a Ruby that wants a processor for a second.
const AT_ONCE: usize = 2;

/// Reads what somebody saved.
///
/// # Errors
///
/// When it cannot be read, or is a private key instead.
pub(super) fn saved(path: &Path) -> Result<TextFile, Failure> {
    let shown = path.display();
    let remedy = "save one with `vagrant ssh-config >FILE`, and name it in `ssh_config`, relative to the cluster file";
    let text = files::text(path, MOST)
        .map_err(|error| Failure::new(format!("{shown} cannot be read: {}", files::why(&error)), remedy))?
        .ok_or_else(|| Failure::new(format!("there is no {shown}, which `ssh_config` names"), remedy))?;
    if text.contains("PRIVATE KEY-----") {
        return Err(Failure::new(format!("{shown} is a private key, and no SSH configuration"), remedy));
    }
    let text = reduced(&text);
    if text.is_empty() {
        return Err(Failure::new(format!("{shown} is no SSH configuration: it names no host"), remedy));
    }
    Ok(TextFile { path: path.to_owned(), text })
}

/// Asks Vagrant, machine by machine: of all at once it gives up at the first that is not ready. What it cannot tell goes
/// to `unanswered`.
pub(super) fn run(
    project: &Project,
    home: Option<&Path>,
    machines: &[Listed],
    index: &Index,
    surroundings: &Surroundings,
    deadline: Instant,
    unanswered: &mut Vec<String>,
) -> Vec<TextFile> {
    let mut running: Vec<&VagrantMachine> = Vec::new();
    for Listed { machine, index_uuid, .. } in machines.iter().filter(|listed| is_running(&listed.machine)) {
        match index.mistaken_for(index_uuid.as_deref(), &machine.name) {
            None => running.push(machine),
            Some(other) => unanswered.push(format!(
                "Vagrant was not asked about {:?}, which it would take for another machine, {other}; give the machine a \
                 longer name",
                machine.name
            )),
        }
    }
    let mut told = Vec::new();
    for some in running.chunks(AT_ONCE) {
        let answers: Vec<Result<TextFile, String>> = std::thread::scope(|scope| {
            let asking: Vec<_> = some
                .iter()
                .map(|machine| scope.spawn(|| ask(project, home, &machine.name, surroundings, deadline)))
                .collect();
            asking.into_iter().filter_map(|asking| asking.join().ok()).collect()
        });
        for answer in answers {
            match answer {
                Ok(text) => told.push(text),
                Err(why) => unanswered.push(why),
            }
        }
    }
    told
}

/// Whether its provider has just said so. Of a machine that is off, Vagrant could say nothing either.
fn is_running(machine: &VagrantMachine) -> bool {
    matches!(&machine.provider_says, ProviderSays::Has(says) if says.state == "running")
}

fn ask(
    project: &Project,
    home: Option<&Path>,
    name: &str,
    surroundings: &Surroundings,
    deadline: Instant,
) -> Result<TextFile, String> {
    if name.starts_with('-') {
        return Err(format!("Vagrant was not asked about {name:?}, which it would take for an option"));
    }
    let mut command = surroundings.command("vagrant");
    command.args(["ssh-config", name]).current_dir(&project.root);
    command.env("VAGRANT_CWD", &project.root).env("VAGRANT_DOTFILE_PATH", &project.data);
    // It would ask its maker for a newer Vagrant, and colour what it says.
    command.env("VAGRANT_CHECKPOINT_DISABLE", "1").env("VAGRANT_NO_COLOR", "1");
    if let Some(home) = home {
        command.env("VAGRANT_HOME", home);
    }
    if let Some(vagrantfile) = &surroundings.vagrantfile {
        command.env("VAGRANT_VAGRANTFILE", vagrantfile);
    }
    let said = format!("vagrant ssh-config {name}");
    let ended = match child::run_group(&mut command, deadline, MOST) {
        Ok(Some(ended)) => ended,
        Ok(None) => return Err(format!("`{said}` did not end in time; allow more with `timeout`")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(format!("`{said}` cannot be run: vagrant is not installed here, or not on the PATH"));
        }
        Err(error) => return Err(format!("`{said}` cannot be started: {error}")),
    };
    if !ended.status.success() {
        return Err(format!("`{said}` failed ({}) and says: {}", ended.status, first_words(&ended.stderr)));
    }
    let is_of =
        |line: &str| line.trim().strip_prefix("Host ").is_some_and(|host| host.trim().trim_matches('"') == name);
    if !ended.stdout.lines().any(is_of) {
        return Err(format!("`{said}` says nothing of {name}"));
    }
    Ok(TextFile { path: PathBuf::from(said), text: reduced(&ended.stdout) })
}

/// What it says first: of a Ruby trace that is the error itself, of Vagrant's own words the first sentence.
fn first_words(stderr: &str) -> String {
    let lines: Vec<&str> = stderr.lines().map(str::trim).filter(|line| !line.is_empty()).take(3).collect();
    if lines.is_empty() { "nothing".to_owned() } else { lines.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_a_key_is_a_sentence() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("config");
        assert!(saved(&path).unwrap_err().message().contains("which `ssh_config` names"));
        std::fs::write(&path, "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n").unwrap();
        assert!(saved(&path).unwrap_err().message().ends_with("is a private key, and no SSH configuration"));
        std::fs::write(&path, "root:x:0:0:root:/root:/bin/sh\n").unwrap();
        assert!(saved(&path).unwrap_err().message().ends_with("it names no host"));
        std::fs::write(&path, "Host a\r\n  Port 22\r\n").unwrap();
        assert_eq!(saved(&path).unwrap().text, "Host a\r\n  Port 22\r\n");
    }
}
