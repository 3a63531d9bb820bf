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
    calls::share_one_heap();
    let code = cli::main(&BINARY, std::env::args_os());
    ask::leave();
    code
}

/// What `inv-libvirt` is, for the command line that all sources share.
const BINARY: Binary<LibvirtOptions> = Binary {
    name: "inv-libvirt",
    source: "libvirt",
    about: "Ansible inventory for a Kubernetes cluster from the guests of libvirt",
    details: DETAILS,
    overlay: LibvirtOptions::overlay,
    discover,
    adopt: None,
    answers: Some(Answers { record, replay }),
    doctor: Some(|options, _| ask::doctor(options)),
};

const DETAILS: &str = concat!(
    "\
Begin with the guests you have, and with the inventory you have, if there is one:

    inv-libvirt graph                                     what runs here
    inv-libvirt init --uri qemu+ssh://root@hv1/system     writes hosts.libvirt.yml, a cluster file
    inv-libvirt init --from inventory/mycluster/hosts.yaml
    eval \"$(./hosts.libvirt.yml env)\"                     makes Ansible strict about it
    ansible-playbook cluster.yml

A cluster file is executable; Ansible runs it as an inventory. One for two hypervisors:

    #!/usr/bin/env inv-libvirt
    plugin: kube_inventory.vms.libvirt
    source:
      uris: {hv1: qemu+ssh://root@hv1/system, hv2: qemu+ssh://root@hv2/system}
    groups:
      kube_control_plane: {names: [\"*-master-*\"]}

Connections are read-only unless `addresses` has `agent`. Guests' tags are in their metadata, in the namespace \
urn:kube-inventory:vms:1: `<machine><tag name=\"role\">master</tag></machine>`. What a guest is doing, in our words and \
libvirt's:

",
    read::states!(),
    "

What stands on the command line wins over a variable of the environment (INV_URI, INV_NAMES, ...), and that over the \
file; lists are separated by commas. Ansible passes no options to an inventory, but it does pass the environment.

Exit codes: 0 yes, or done; 1 no: it failed, or things differ; 2 could not find out: a wrong command line, or a check \
whose source does not answer. A run that fails prints nothing on standard output."
);

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
