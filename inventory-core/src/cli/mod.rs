//! The command line that all sources share.
//!
//! A source is a [`Binary`]: its name, its options, and plain functions. Nothing would call a trait generically.

mod arguments;
pub mod child;
mod commands;
mod failure;
mod files;
mod guests;
pub mod lint;
mod planning;
mod session;
mod ssh;
mod terminal;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::discovery::Discovery;
use crate::snapshot::Snapshot;

use arguments::Request;
pub use commands::Finding;
use failure::Answer;
pub use failure::{Failure, Verdict};
pub use files::apply;

/// Everything that tells one source from another.
pub struct Binary<O> {
    /// What it is called: `inv-static`.
    pub name: &'static str,
    /// Its source, the last word of `plugin:`: `static`.
    pub source: &'static str,
    /// What it does, a sentence for `--help`.
    pub about: &'static str,
    /// More for `--help`: where it looks, what its states mean.
    pub details: &'static str,
    /// Options of the file with flags and environment laid over them.
    pub overlay: fn(file: O, flags: O) -> O,
    /// Looks at the source.
    pub discover: fn(options: &O, at: &At<'_>) -> Result<Discovery, Failure>,
    /// The options that make `init` adopt an inventory, given as a path relative to the new file; `None` where a source
    /// reads no inventories, and only names and roles are taken from it.
    pub adopt: Option<fn(options: &mut O, inventory: &Path)>,
    /// The source's own answers, where it can write them down.
    pub answers: Option<Answers<O>>,
    /// What is wrong around the source, beyond that it does not answer.
    pub doctor: Option<fn(options: &O, at: &At<'_>) -> Vec<Finding>>,
}

/// A source's answers, and what it makes of them.
pub type Recorded = (serde_json::Value, Discovery);

/// A source whose own answers can be written down and read again, so that what it makes of them can be seen anywhere.
pub struct Answers<O> {
    /// Looks at the source; gives its answers, without anything secret, and what `discover` makes of them.
    pub record: fn(options: &O, at: &At<'_>) -> Result<Recorded, Failure>,
    /// Makes of recorded answers what `discover` makes of fresh ones. Anybody may have written them.
    pub replay: fn(answers: serde_json::Value, options: &O, at: &At<'_>) -> Result<Discovery, Failure>,
}

impl<O> Binary<O> {
    /// Looks at the source, or at what `record` wrote about it.
    fn look(&self, options: &O, at: &At<'_>, replay: Option<&Path>) -> Result<Discovery, Failure> {
        let Some(path) = replay else { return (self.discover)(options, at) };
        let snapshot = Snapshot::read(path)?.of_source(path, self.source)?;
        match &self.answers {
            Some(answers) if !snapshot.raw.is_null() => {
                let mut discovery = (answers.replay)(snapshot.raw, options, at)?.distrusted();
                for answer in &snapshot.guests {
                    answer.add_to(&mut discovery);
                }
                Ok(discovery)
            }
            _ => Ok(snapshot.discovery),
        }
    }

    /// Looks at the source and writes down what it said.
    fn record(&self, options: &O, at: &At<'_>, replay: Option<&Path>) -> Result<Snapshot, Failure> {
        let now = SystemTime::now();
        match (&self.answers, replay) {
            (Some(answers), None) => {
                let (raw, discovery) = (answers.record)(options, at)?;
                Ok(Snapshot { raw, ..Snapshot::new(self.source, now, discovery) })
            }
            _ => Ok(Snapshot::new(self.source, now, self.look(options, at, replay)?)),
        }
    }
}

/// Where a source's relative paths start, and what the cluster is called.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// The cluster file's directory, or the current one.
    pub directory: &'a Path,
    /// The cluster's name.
    pub cluster: &'a str,
}

/// What a source's section of the cluster file must be able to do.
///
/// It crosses threads, since a look at the source may have to be given up.
pub trait Options: Args + DeserializeOwned + Serialize + JsonSchema + Default + Clone + Send + Sync + 'static {}

impl<O: Args + DeserializeOwned + Serialize + JsonSchema + Default + Clone + Send + Sync + 'static> Options for O {}

/// Runs the command line of a source: the `main` of each binary.
///
/// Stdout gets a complete answer or nothing; stderr gets one paragraph, and only when something failed.
pub fn main<O: Options>(binary: &'static Binary<O>, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let outcome = arguments::parse(binary, arguments).and_then(|request| match request {
        Request::Run(arguments) => commands::run(binary, *arguments),
        Request::Tell(text) => Ok(Answer::yes(text)),
    });
    match outcome.and_then(|answer| terminal::print(&answer.text).map(|()| answer.verdict)) {
        Ok(verdict) => verdict.into(),
        Err(failure) => failure.report(binary.name, &arguments::set_by_environment::<O>()),
    }
}
