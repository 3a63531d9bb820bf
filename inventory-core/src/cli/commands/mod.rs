//! The commands, one file each.

mod diff;
mod doctor;
mod env;
mod explain;
mod export;
mod graph;
mod init;
mod list;
mod pin;
mod record;
mod wait;

use clap::Subcommand;

use super::arguments::Arguments;
use super::failure::Answer;
use super::session::Session;
use super::{Binary, Failure, Options};

/// What to do, beyond the Ansible protocol.
#[derive(Subcommand)]
pub(super) enum Command {
    Graph(graph::Arguments),
    Explain(explain::Arguments),
    Pin(pin::Arguments),
    Diff(diff::Arguments),
    Wait(wait::Arguments),
    Export(export::Arguments),
    Record(record::Arguments),
    Env(env::Arguments),
    Doctor(doctor::Arguments),
    Init(init::Arguments),
}

/// Where a command's usage line has the cluster file: some need one, `init` writes one.
pub(super) fn place_of_file(command: &str) -> &'static str {
    match command {
        "init" => "",
        "pin" | "diff" | "env" => "FILE",
        _ => "[FILE]",
    }
}

/// Does what the arguments ask for.
pub(super) fn run<O: Options>(binary: &Binary<O>, mut arguments: Arguments<O>) -> Result<Answer, Failure> {
    let command = arguments.command.take();
    // These must work where there is no cluster file yet, or a broken one.
    match command {
        Some(Command::Init(command)) => return init::run(binary, &arguments, &command),
        Some(Command::Doctor(_)) => return Ok(doctor::run(binary, &arguments)),
        Some(Command::Env(_)) => return env::run(binary.name, arguments.file.as_deref()),
        _ => {}
    }
    let session = Session::open(binary, &arguments)?;
    match command {
        None | Some(Command::Init(_) | Command::Doctor(_) | Command::Env(_)) => {
            list::run(&session, arguments.host.as_deref(), arguments.pretty)
        }
        Some(Command::Graph(arguments)) => graph::run(&session, &arguments),
        Some(Command::Export(arguments)) => export::run(&session, &arguments),
        Some(Command::Explain(arguments)) => explain::run(&session, &arguments),
        Some(Command::Diff(arguments)) => diff::run(&session, &arguments),
        Some(Command::Pin(arguments)) => pin::run(&session, &arguments),
        Some(Command::Wait(arguments)) => wait::run(&session, &arguments),
        Some(Command::Record(arguments)) => record::run(&session, &arguments),
    }
}
