//! The commands, one file each.

mod env;
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
    Pin(pin::Arguments),
    Record(record::Arguments),
    Env(env::Arguments),
}

/// Does what the arguments ask for.
pub(super) fn run<O: Options>(binary: &Binary<O>, mut arguments: Arguments<O>) -> Result<Answer, Failure> {
    let command = arguments.command.take();
    let session = Session::open(binary, &arguments)?;
    match command {
        None => list::run(&session, arguments.host.as_deref(), arguments.pretty),
        Some(Command::Pin(arguments)) => pin::run(&session, &arguments),
        Some(Command::Record(arguments)) => record::run(&session, &arguments),
        Some(Command::Env(arguments)) => env::run(&session, &arguments),
    }
}
