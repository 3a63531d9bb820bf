//! `inv-vagrant`: Ansible inventory from Vagrant machines, without starting Vagrant.

mod answers;
mod ask;
mod options;
mod read;
#[cfg(test)]
mod schema;

use std::process::ExitCode;

use inventory_core::cli::{self, Answers, At, Binary, Failure};
use inventory_core::discovery::Discovery;

use options::VagrantOptions;

fn main() -> ExitCode {
    cli::main(&BINARY, std::env::args_os())
}

/// What `inv-vagrant` is, for the command line that all sources share.
const BINARY: Binary<VagrantOptions> = Binary {
    name: "inv-vagrant",
    source: "vagrant",
    about: "Ansible inventory for a Kubernetes cluster from Vagrant machines, without starting Vagrant",
    details: DETAILS,
    overlay: VagrantOptions::overlay,
    discover,
    adopt: None,
    answers: Some(Answers { record, replay }),
    doctor: Some(ask::doctor),
};

const DETAILS: &str = "\
Begin in the directory of a Vagrantfile:

    inv-vagrant graph                  what is there
    inv-vagrant init                   writes hosts.vagrant.yml, a cluster file
    eval \"$(./hosts.vagrant.yml env)\"   makes Ansible strict about it
    ansible-playbook cluster.yml

Vagrant is not started, and nothing below .vagrant or VAGRANT_HOME is written: its files are read, and libvirt, \
VirtualBox and docker are asked for what they know. VAGRANT_CWD, VAGRANT_VAGRANTFILE, VAGRANT_DOTFILE_PATH and \
VAGRANT_HOME mean what they mean to Vagrant. Only `--ssh-config run` runs `vagrant ssh-config`, for machines that their \
provider has just called running; it may chmod keys, and where a VM goes away that very moment it deletes the key.

A machine is reached as its provider says now, else as a saved `vagrant ssh-config` says, else as the inventory says that \
Vagrant's Ansible provisioner left behind, which may be stale; `explain` says which. Its own address (`ip`) is that of the \
private network. A static one stands nowhere under vagrant-libvirt: `ip: [{from: ssh}]` under `hosts` asks the guests.

Halted, saved and aborted machines are `stopped`. What was never created, is destroyed, or has lost its VM is no machine, \
and `explain` says why.

Exit codes: 0 yes, or done; 1 no: it failed, or things differ; 2 could not find out: a wrong command line, or a check \
whose source does not answer. A run that fails prints nothing on standard output.";

fn discover(options: &VagrantOptions, at: &At<'_>) -> Result<Discovery, Failure> {
    read::read(&ask::ask(options, at)?)
}

fn record(options: &VagrantOptions, at: &At<'_>) -> Result<(serde_json::Value, Discovery), Failure> {
    let answers = ask::ask(options, at)?;
    let discovery = read::read(&answers)?;
    let written = serde_json::to_value(&answers).map_err(|error| Failure::new(error.to_string(), ""))?;
    Ok((written, discovery))
}

fn replay(written: serde_json::Value, _: &VagrantOptions, _: &At<'_>) -> Result<Discovery, Failure> {
    let answers: answers::Answers = serde_json::from_value(written).map_err(|error| {
        Failure::new(format!("the recorded answers cannot be read: {error}"), "record them again with `record`")
    })?;
    read::read(&answers)
}
