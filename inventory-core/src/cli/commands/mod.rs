//! The commands, one file each.

mod diff;
mod env;
mod explain;
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
    Explain(explain::Arguments),
    Pin(pin::Arguments),
    Diff(diff::Arguments),
    Wait(wait::Arguments),
    Record(record::Arguments),
    Env(env::Arguments),
    Init(init::Arguments),
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
        Some(Command::Explain(arguments)) => explain::run(&session, &arguments),
        Some(Command::Diff(arguments)) => diff::run(&session, &arguments),
        Some(Command::Pin(arguments)) => pin::run(&session, &arguments),
        Some(Command::Wait(arguments)) => wait::run(&session, &arguments),
        Some(Command::Record(arguments)) => record::run(&session, &arguments),
        Some(Command::Env(arguments)) => env::run(&session, &arguments),
    }
}
