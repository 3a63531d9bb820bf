//! The words of the command line.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{CommandFactory, FromArgMatches, Parser};

use super::commands::{self, Command};
use super::{Binary, Failure, Options, terminal};
use crate::cluster::Machines;
use crate::yaml;

/// What a person or Ansible may say.
#[derive(Parser)]
#[command(subcommand_precedence_over_arg = true, disable_help_subcommand = true, max_term_width = 100)]
pub(super) struct Arguments<O: clap::Args> {
    /// A cluster file. Without one: everything that can be played, in one group, without roles
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,

    /// Print the inventory for Ansible, as JSON; this is what no command means
    #[arg(long, conflicts_with = "host", help_heading = "The Ansible protocol")]
    pub(super) list: bool,

    /// Print the variables of one host for Ansible; an unknown host has none
    #[arg(long, value_name = "NAME", help_heading = "The Ansible protocol")]
    pub(super) host: Option<String>,

    /// Print JSON on many lines, as on a terminal
    #[arg(long, help_heading = "The Ansible protocol")]
    pub(super) pretty: bool,

    #[command(flatten)]
    pub(super) machines: Machines,

    /// Accept that a place cannot be read: its pinned members stay, as `unknown`. Needs `members`, or `layout: none`
    #[arg(
        long,
        env = "INV_PARTIAL",
        global = true,
        hide_env_values = true,
        help_heading = "Which machines are members"
    )]
    pub(super) partial: bool,

    #[command(flatten, next_help_heading = "Where the machines come from")]
    pub(super) source: O,

    /// Use answers that `record` wrote instead of asking the source
    #[arg(long, value_name = "SNAPSHOT", global = true, help_heading = "Where the machines come from")]
    pub(super) replay: Option<PathBuf>,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// The command line of a binary, for parsing and for `--help`.
fn command<O: Options>(binary: &'static Binary<O>) -> clap::Command {
    let command = Arguments::<O>::command();
    let usage = format!(
        "{name} [OPTIONS] [FILE] [--list | --host NAME]\n       {name} [OPTIONS] [FILE] COMMAND",
        name = binary.name
    );
    // CI and AWX pass on variables that nobody filled in.
    let is_empty = |name: &OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    command
        .mut_args(|argument| match argument.get_env() {
            Some(name) if is_empty(name) => argument.env(Resettable::Reset),
            _ => argument,
        })
        .name(binary.name)
        .bin_name(binary.name)
        .version(env!("CARGO_PKG_VERSION"))
        .about(binary.about)
        .override_usage(usage)
        .after_long_help(binary.details)
}

/// The command line as `--help` shows it: each command's page has its own options only, and its usage line says where
/// the cluster file stands. Built when somebody asks, since Ansible never does.
fn with_pages(mut command: clap::Command) -> clap::Command {
    command.build();
    let name = command.get_name().to_owned();
    command.mut_subcommands(|sub| {
        let mut sub = sub.mut_args(|argument| {
            let is_everywhere = argument.is_global_set();
            argument.hide(is_everywhere)
        });
        let called = sub.get_name().to_owned();
        let usage = sub.render_usage().to_string();
        let rest = usage.trim_start_matches("Usage: ").trim_start_matches(&format!("{name} {called}"));
        let file = commands::place_of_file(&called);
        let usage = [name.as_str(), file, called.as_str()].into_iter().filter(|word| !word.is_empty());
        sub.override_usage(usage.collect::<Vec<_>>().join(" ") + rest).after_long_help(format!(
            "The options for the machines and their source are those of every command: see `{name} --help`."
        ))
    })
}

/// The variables of the environment that are set and mean something to this binary.
pub(super) fn set_by_environment<O: clap::Args>() -> Vec<String> {
    let command = Arguments::<O>::command();
    let names = command.get_arguments().filter_map(clap::Arg::get_env);
    let is_set = |name: &&OsStr| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    names.filter(is_set).map(|name| name.to_string_lossy().into_owned()).collect()
}

/// Reads the arguments, the program's name first.
pub(super) fn parse<O: Options>(
    binary: &'static Binary<O>,
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Request<O>, Failure> {
    let command = command(binary);
    let glued = glue_values(&command, arguments);
    let is_asked = glued.iter().any(|argument| argument == "--help" || argument == "-h");
    let command = if is_asked { with_pages(command) } else { command };
    let matches = command.clone().try_get_matches_from(glued);
    match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => Ok(Request::Run(Box::new(arguments))),
        Err(error) => of_clap(&error, &command),
    }
}

/// What the arguments ask for.
pub(super) enum Request<O: clap::Args> {
    /// A command.
    Run(Box<Arguments<O>>),
    /// Only words: help, or the version.
    Tell(String),
}

/// Joins each option with the value after it: `--host plan` would otherwise be the command `plan`.
fn glue_values(command: &clap::Command, arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let takes_value = |word: &str| {
        let name = word.strip_prefix("--")?;
        let options = command.get_arguments().chain(command.get_subcommands().flat_map(clap::Command::get_arguments));
        let mut options = options.filter(|option| option.get_long() == Some(name));
        options.any(|option| option.get_action().takes_values()).then_some(())
    };
    let mut glued: Vec<OsString> = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            glued.push(argument);
            glued.extend(arguments);
            break;
        }
        let joins = argument.to_str().and_then(takes_value).is_some();
        match joins.then(|| arguments.next()).flatten() {
            Some(value) => {
                let mut both = argument;
                both.push("=");
                both.push(value);
                glued.push(both);
            }
            None => glued.push(argument),
        }
    }
    glued
}

/// clap's own words: `--help` and `--version` are answers, everything else is a wrong question.
fn of_clap<O: clap::Args>(error: &clap::Error, command: &clap::Command) -> Result<Request<O>, Failure> {
    use clap::error::ErrorKind;
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Ok(Request::Tell(rendered(error))),
        _ => Err(wrong_question(error, command)),
    }
}

/// clap's own text, in colours for a person.
pub(super) fn rendered(error: &clap::Error) -> String {
    if terminal::is_watched() { error.render().ansi().to_string() } else { error.render().to_string() }
}

/// clap's first sentence, and what comes nearest to what was meant.
pub(super) fn wrong_question(error: &clap::Error, command: &clap::Command) -> Failure {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let help = format!("`{} --help` lists what there is", command.get_name());
    if let (ErrorKind::UnknownArgument, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
        && !word.starts_with('-')
    {
        let commands: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        let remedy = match yaml::nearest(word, &commands) {
            Some(near) => format!("did you mean `{near}`?"),
            None if std::path::Path::new(word).is_file() => {
                format!("the file comes first: `{} {word} COMMAND`", command.get_name())
            }
            None if word.starts_with(|c: char| c.is_ascii_digit()) => {
                "several values of one option go into one pair of quotes, or each after an option of its own".to_owned()
            }
            None => format!("the commands are {}", commands.join(", ")),
        };
        return Failure::usage(format!("there is no command `{word}`"), remedy);
    }
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join(", ")),
        _ => None,
    };
    if let (ErrorKind::MissingRequiredArgument, Some(missing)) = (error.kind(), named(ContextKind::InvalidArg)) {
        return Failure::usage(format!("{missing} is missing"), help);
    }
    let help = match named(ContextKind::ValidValue) {
        Some(values) if !values.is_empty() => format!("it is one of {values}"),
        _ => help,
    };
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default();
    let tip = lines.find_map(|line| line.strip_prefix("tip: ")).map(str::to_owned);
    Failure::usage(first.strip_prefix("error: ").unwrap_or(first), tip.unwrap_or(help))
}
