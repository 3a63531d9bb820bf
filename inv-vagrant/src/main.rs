//! `inv-vagrant`: Ansible inventory from Vagrant machines, without starting Vagrant.

mod answers;
mod ask;
mod options;
mod read;

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
    details: "",
    overlay: VagrantOptions::overlay,
    discover,
    adopt: None,
    answers: Some(Answers { record, replay }),
    doctor: Some(ask::doctor),
};

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
