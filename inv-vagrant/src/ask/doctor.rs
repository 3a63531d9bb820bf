//! `doctor`: what is wrong around Vagrant's machines.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::Instant;

use indexmap::IndexSet;
use inventory_core::cli::{At, Finding};

use super::index::Index;
use super::surroundings::Surroundings;
use super::{ask_in, home, in_time, late};
use crate::answers::{ProviderSays, Said, Told, VagrantMachine};
use crate::options::{SshConfig, VagrantOptions};

/// Looks at Vagrant's home, at each place, at who answers for its machines, and at their keys.
pub(crate) fn doctor(options: &VagrantOptions, at: &At<'_>) -> Vec<Finding> {
    examine(options, at, &Surroundings::of_this_process())
}

fn examine(options: &VagrantOptions, at: &At<'_>, surroundings: &Surroundings) -> Vec<Finding> {
    let home = match home(options, at, surroundings) {
        Ok(home) => home,
        Err(failure) => return vec![Finding::wrong(failure.message(), failure.remedy())],
    };
    let mut findings = vec![match home.as_deref() {
        Some(home) if home.is_dir() => {
            let (home, deadline) = (home.to_owned(), Instant::now() + options.deadline());
            in_time(deadline, move || index(&home, deadline)).unwrap_or_else(|| {
                let failure = late();
                Finding::wrong(failure.message(), failure.remedy())
            })
        }
        Some(home) => Finding::note(format!(
            "Vagrant's home {} is not there: without it there is no index and no insecure key",
            home.display()
        )),
        None => Finding::note("neither VAGRANT_HOME nor HOME is set: no index and no insecure key is known"),
    }];
    findings.push(vagrant(options, surroundings));
    // Why all of it fails is told by the look at the source.
    let answers = ask_in(options, at, surroundings.clone()).map(|answers| answers.projects).unwrap_or_default();
    for project in answers {
        let place = project.place.unwrap_or_else(|| project.directory.display().to_string());
        match project.said {
            Said::Silent(silence) => findings.push(Finding::wrong(format!("{place}: {}", silence.why), silence.remedy)),
            Said::Told(told) => findings.extend(of_place(&place, &told)),
        }
    }
    findings
}

fn index(home: &Path, deadline: Instant) -> Finding {
    let index = Index::read(home, deadline);
    match index.trouble {
        Some(trouble) => Finding::wrong(trouble, ""),
        None => {
            Finding::fine(format!("Vagrant's home is {}, and its index knows {} machines", home.display(), index.len()))
        }
    }
}

fn vagrant(options: &VagrantOptions, surroundings: &Surroundings) -> Finding {
    let path = surroundings.search_path.clone().unwrap_or_default();
    let is_there = std::env::split_paths(&path).any(|directory| directory.join("vagrant").is_file());
    match (options.ssh_config == Some(SshConfig::Run), is_there) {
        (false, _) => Finding::fine("vagrant itself is not needed, and not run"),
        (true, true) => {
            Finding::note("`ssh_config: run` runs vagrant, which deletes the key of a machine whose VM is gone")
        }
        (true, false) => Finding::wrong(
            "`ssh_config: run` needs vagrant, which is not on the PATH",
            "install it, or leave `ssh_config` out",
        ),
    }
}

fn of_place(place: &str, told: &Told) -> Vec<Finding> {
    let has = told.machines.iter().filter(|machine| matches!(machine.provider_says, ProviderSays::Has(_))).count();
    let mut findings = Vec::new();
    let failed: IndexSet<(&str, &str)> = told
        .machines
        .iter()
        .filter_map(|machine| match &machine.provider_says {
            ProviderSays::Failed(why) => Some((machine.provider.as_str(), why.as_str())),
            _ => None,
        })
        .collect();
    if failed.is_empty() {
        findings.push(Finding::fine(format!(
            "{place}: the providers answer for {has} of {} machines",
            told.machines.len()
        )));
    }
    findings
        .extend(failed.into_iter().map(|(provider, why)| Finding::wrong(format!("{place}: {provider}: {why}"), "")));
    for machine in &told.machines {
        findings.extend(of_machine(place, machine));
    }
    // The index was looked at already, once for all places.
    let rest = told.unanswered.iter().filter(|sentence| !sentence.starts_with("Vagrant's index "));
    findings.extend(rest.map(|sentence| Finding::note(format!("{place}: {sentence}"))));
    findings
}

fn of_machine(place: &str, machine: &VagrantMachine) -> Vec<Finding> {
    let name = &machine.name;
    let mut findings = Vec::new();
    match &machine.provider_says {
        ProviderSays::Gone(asked) => findings.push(Finding::wrong(
            format!("{place}: {name} has an id, but no VM: {asked} does not know it"),
            "`vagrant destroy` clears what is left of it; where it runs elsewhere, say where (LIBVIRT_DEFAULT_URI)",
        )),
        ProviderSays::NotAsked(why) if machine.id.is_some() => {
            findings.push(Finding::note(format!("{place}: {name}: {why}")));
        }
        _ => {}
    }
    let us = rustix::process::geteuid().as_raw();
    for key in &machine.keys {
        // One that cannot be looked at is said already.
        if let Some(fault) = std::fs::metadata(key).ok().and_then(|metadata| refused_by_ssh(&metadata, us)) {
            findings.push(Finding::wrong(
                format!("{place}: the private key of {name}, {}, {fault}", key.display()),
                format!("`chmod 600 {}`", key.display()),
            ));
        }
    }
    let is_there = machine.id.is_some() && !matches!(machine.provider_says, ProviderSays::Gone(_));
    if is_there && machine.keys.is_empty() && machine.provider != "docker" {
        findings.push(Finding::note(format!(
            "{place}: {name} has no private key of its own, and Vagrant's home has none for all"
        )));
    }
    findings
}

/// SSH takes no key of ours that others may read.
fn refused_by_ssh(metadata: &Metadata, us: u32) -> Option<String> {
    let mode = metadata.mode() & 0o777;
    let is_open = metadata.uid() == us && mode & 0o077 != 0;
    is_open.then(|| format!("has mode {mode:04o}, and SSH takes none that others may read"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_is_wrong_around_the_machines_is_said() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        let machine = root.join(".vagrant/machines/a/hyperv");
        std::fs::create_dir_all(&machine).unwrap();
        std::fs::create_dir_all(root.join("home/data/machine-index")).unwrap();
        std::fs::write(root.join("Vagrantfile"), "").unwrap();
        std::fs::write(root.join("home/data/machine-index/index"), r#"{"version":1,"machines":{}}"#).unwrap();
        std::fs::write(machine.join("id"), "x").unwrap();
        std::fs::write(machine.join("private_key"), "k").unwrap();
        std::fs::set_permissions(machine.join("private_key"), std::fs::Permissions::from_mode(0o644)).unwrap();
        let surroundings = Surroundings { vagrant_home: Some(root.join("home")), ..Surroundings::default() };
        let lines = |options: &VagrantOptions| {
            let findings = examine(options, &At { directory: root, cluster: "c" }, &surroundings);
            let lines: Vec<String> = findings.iter().map(|finding| format!("{finding:?}")).collect();
            lines.join("\n").replace(root.to_str().unwrap(), "HERE")
        };
        insta::assert_snapshot!(lines(&VagrantOptions::default()), @r#"
        Fine("Vagrant's home is HERE/home, and its index knows 0 machines")
        Fine("vagrant itself is not needed, and not run")
        Fine("HERE: the providers answer for 0 of 1 machines")
        Note("HERE: a: inv-vagrant has no way to ask hyperv")
        Wrong { what: "HERE: the private key of a, HERE/.vagrant/machines/a/hyperv/private_key, has mode 0644, and SSH takes none that others may read", remedy: "`chmod 600 HERE/.vagrant/machines/a/hyperv/private_key`" }
        "#);
        let run = VagrantOptions {
            ssh_config: Some(SshConfig::Run),
            home: Some("nowhere".into()),
            ..VagrantOptions::default()
        };
        insta::assert_snapshot!(lines(&run), @r#"Wrong { what: "`home` is no directory: HERE/nowhere", remedy: "name the directory of Vagrant itself, mostly ~/.vagrant.d" }"#);
    }
}
