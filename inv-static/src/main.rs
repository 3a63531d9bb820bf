//! `inv-static`: Ansible inventory from lists of machines, existing inventories and recorded answers.

mod addresses;
mod discover;
mod error;
mod files;
mod machines;
mod options;

use std::process::ExitCode;

fn main() -> ExitCode {
    inventory_core::cli::main(&BINARY, std::env::args_os())
}

use inventory_core::cli::Binary;
use options::StaticOptions;

/// What `inv-static` is, for the command line that all sources share.
const BINARY: Binary<StaticOptions> = Binary {
    name: "inv-static",
    source: "static",
    about: "Ansible inventory for a Kubernetes cluster from a list of machines",
    details: DETAILS,
    overlay: StaticOptions::overlay,
    discover: discover::discover,
    adopt: StaticOptions::adopt,
};

const DETAILS: &str = "\
The machines come from the cluster file's `source`: `machines`, `addresses`, and `files`, which may be Ansible
inventories (INI, YAML, JSON), the machines.txt of kubernetes-the-hard-way, snapshots made by `record`, and the output
of `kubectl get vmi -o json`. A machine is running unless its `state` says otherwise.

A cluster file is executable: its first line is `#!/usr/bin/env inv-static`, and Ansible runs it as an inventory.

    inv-static init --machines 10.10.1.3-10.10.1.7      writes hosts.static.yml
    eval \"$(./hosts.static.yml env)\"                    makes Ansible strict about it
    ansible-playbook cluster.yml

Every option is also a variable (INV_FILES, INV_ADDRESSES, ...), since Ansible passes no options to an inventory.
Exit codes: 0 yes, 1 no or failed, 2 could not find out.";
