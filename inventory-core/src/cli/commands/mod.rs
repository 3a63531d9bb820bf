//! The commands, one file each.

mod diff;
mod doctor;
mod env;
mod explain;
mod export;
mod graph;
mod init;
mod lint;
mod list;
mod pin;
mod plan;
mod record;
mod vars;
mod wait;

use clap::Subcommand;

pub use doctor::Finding;

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
    Plan(plan::Arguments),
    Vars(vars::Arguments),
    Lint(Box<lint::Arguments>),
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
        "pin" | "diff" | "vars" | "lint" | "env" => "FILE",
        _ => "[FILE]",
    }
}

/// Does what the arguments ask for.
pub(super) fn run<O: Options>(binary: &'static Binary<O>, mut arguments: Arguments<O>) -> Result<Answer, Failure> {
    let command = arguments.command.take();
    let open = || Session::open(binary, &arguments);
    match command {
        None => list::run(&open()?, arguments.host.as_deref(), arguments.pretty),
        Some(Command::Graph(command)) => graph::run(&open()?, &command),
        Some(Command::Explain(command)) => explain::run(&open()?, &command),
        Some(Command::Pin(command)) => pin::run(&open()?, &command),
        Some(Command::Diff(command)) => diff::run(&open()?, &command),
        Some(Command::Plan(command)) => plan::run(&open()?, &command),
        Some(Command::Vars(command)) => vars::run(&open()?, &command),
        Some(Command::Lint(command)) => lint::run(&open()?, &command),
        Some(Command::Wait(command)) => wait::run(&open()?, &command),
        Some(Command::Export(command)) => export::run(&open()?, &command),
        Some(Command::Record(command)) => record::run(&open()?, &command),
        // These must work where there is no cluster file yet, or a broken one.
        Some(Command::Env(_)) => env::run(binary.name, arguments.file.as_deref()),
        Some(Command::Doctor(_)) => Ok(doctor::run(binary, &arguments)),
        Some(Command::Init(command)) => init::run(binary, &arguments, &command),
    }
}
