//! `inv-static`: Ansible inventory from lists of machines, existing inventories and recorded answers.

mod addresses;
mod discover;
mod error;
mod files;
mod machines;
mod options;
#[cfg(test)]
mod schema;
mod specs;

use std::process::ExitCode;

use inventory_core::cli::{self, Binary};

use options::StaticOptions;

fn main() -> ExitCode {
    cli::main(&BINARY, std::env::args_os())
}

/// What `inv-static` is, for the command line that all sources share.
const BINARY: Binary<StaticOptions> = Binary {
    name: "inv-static",
    source: "static",
    about: "Ansible inventory for a Kubernetes cluster from a list of machines",
    details: DETAILS,
    overlay: StaticOptions::overlay,
    discover: discover::discover,
    adopt: Some(StaticOptions::adopt),
    answers: None,
    doctor: None,
};

const DETAILS: &str = "\
Begin with one line, or with an inventory you have:

    inv-static init --machines 10.10.1.3-10.10.1.7      writes hosts.static.yml, a cluster file
    inv-static init --from inventory/mycluster/hosts.yaml
    eval \"$(./hosts.static.yml env)\"                    makes Ansible strict about it
    ansible-playbook cluster.yml

A cluster file is executable; Ansible runs it as an inventory. The smallest one:

    #!/usr/bin/env inv-static
    plugin: kube_inventory.vms.static
    source:
      machines:
        - {name: \"node[1:5]\", address: 10.10.1.3-10.10.1.7}
    groups:
      kube_control_plane: {first: 3}

The machines come from `source`: `machines`, `addresses`, and `files`, each recognised by what is in it. An Ansible \
inventory (INI, YAML, JSON) keeps its groups and variables; the machines.txt of kubernetes-the-hard-way, snapshots made \
by `record` and the output of `kubectl get vmi -o json` give machines only. A machine is running unless its `state`, or \
KubeVirt's phase, says otherwise.

What stands on the command line wins over a variable of the environment (INV_FILES, INV_NAMES, ...), and that over the \
file; lists are separated by commas. Ansible passes no options to an inventory, but it does pass the environment.

Exit codes: 0 yes, or done; 1 no: it failed, or things differ; 2 could not find out: a wrong command line, or a check \
whose source does not answer. A run that fails prints nothing on standard output.";
