//! `inv-libvirt`: Ansible inventory from the guests of libvirt.

mod answers;
mod ask;
mod calls;
mod options;
mod read;
#[cfg(test)]
mod schema;

use std::process::ExitCode;

use inventory_core::cli::{self, Answers, At, Binary, Failure};
use inventory_core::discovery::Discovery;

use options::LibvirtOptions;

fn main() -> ExitCode {
    calls::be_quiet();
    cli::main(&BINARY, std::env::args_os())
}

/// What `inv-libvirt` is, for the command line that all sources share.
const BINARY: Binary<LibvirtOptions> = Binary {
    name: "inv-libvirt",
    source: "libvirt",
    about: "Ansible inventory for a Kubernetes cluster from the guests of libvirt",
    details: read::STATES,
    overlay: LibvirtOptions::overlay,
    discover,
    adopt: None,
    answers: Some(Answers { record, replay }),
    doctor: Some(|options, _| ask::doctor(options)),
};

fn discover(options: &LibvirtOptions, _: &At<'_>) -> Result<Discovery, Failure> {
    read::read(&ask::ask(options)?, options)
}

fn record(options: &LibvirtOptions, _: &At<'_>) -> Result<(serde_json::Value, Discovery), Failure> {
    let answers = read::reduce(ask::ask(options)?)?;
    let discovery = read::read(&answers, options)?;
    let written = serde_json::to_value(&answers).map_err(|error| Failure::new(error.to_string(), ""))?;
    Ok((written, discovery))
}

fn replay(written: serde_json::Value, options: &LibvirtOptions, _: &At<'_>) -> Result<Discovery, Failure> {
    let answers: answers::Answers = serde_json::from_value(written).map_err(|error| {
        Failure::new(format!("the recorded answers cannot be read: {error}"), "record them again with `record`")
    })?;
    read::read(&answers, options)
}
