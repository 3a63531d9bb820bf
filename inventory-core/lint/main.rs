//! `inv-lint`: Ansible inventories and their variables, checked before anything is played.

use std::process::ExitCode;

use inventory_core::cli::lint;

fn main() -> ExitCode {
    lint::main(std::env::args_os())
}
