//! `inv-lint`: the command line of the linter, and what the command `lint` of the sources shares with it.

pub(super) mod arguments;
mod check;
mod output;
mod rule;
pub(super) mod session;
mod since;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};

use super::failure::Answer;
use super::{Failure, arguments as words};
use arguments::{Arguments, Verb};
pub(super) use output::{Looked, Told, tell};

/// Runs the linter: its `main`.
///
/// Stdout gets the report; stderr gets one paragraph, and only where something could not be checked.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match answer(arguments).and_then(Told::print) {
        Ok(code) => code,
        Err(failure) => failure.report(NAME, &[]),
    }
}

/// What the linter is called.
pub(super) const NAME: &str = "inv-lint";

fn answer(arguments: impl IntoIterator<Item = OsString>) -> Result<Told, Failure> {
    let command = Arguments::command();
    let matches = command.clone().try_get_matches_from(arguments);
    let arguments = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return Ok(Answer::yes(words::rendered(&error)).into());
        }
        Err(error) => return Err(words::wrong_question(&error, &command)),
    };
    match arguments.verb {
        Some(Verb::Rule(arguments)) => rule::run(&arguments).map(Told::from),
        Some(Verb::Check(arguments)) => check::run(&arguments),
        None => check::run(&arguments.check),
    }
}
