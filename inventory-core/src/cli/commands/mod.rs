//! The commands, one file each.

mod diff;
mod env;
mod explain;
mod export;
mod graph;
mod init;
mod list;
mod pin;
mod record;

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
    Export(export::Arguments),
    Record(record::Arguments),
    Env(env::Arguments),
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
    if let Some(Command::Init(command)) = command {
        return init::run(binary, &arguments, &command);
    }
    let session = Session::open(binary, &arguments)?;
    match command {
        None | Some(Command::Init(_)) => list::run(&session, arguments.host.as_deref(), arguments.pretty),
        Some(Command::Graph(arguments)) => graph::run(&session, &arguments),
        Some(Command::Export(arguments)) => export::run(&session, &arguments),
        Some(Command::Explain(arguments)) => explain::run(&session, &arguments),
        Some(Command::Diff(arguments)) => diff::run(&session, &arguments),
        Some(Command::Pin(arguments)) => pin::run(&session, &arguments),
        Some(Command::Record(arguments)) => record::run(&session, &arguments),
        Some(Command::Env(arguments)) => env::run(&session, &arguments),
    }
}
