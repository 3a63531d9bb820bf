//! `vars`: the variables that the plan needs, in the files that people keep them in.

use std::path::PathBuf;

use clap::Args;

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::files::{self, Rewrite};
use crate::cli::planning::{self, Planned, record};
use crate::cli::{Failure, Verdict};
use crate::plan::{Replan, Severity};
use crate::vars::merge::{Change, Merged};

/// Write the plan's variables into group_vars and host_vars, or compare them
///
/// Only variables that the plan needs, in the files where that version of kubespray keeps them, each with its reason. A
/// file that is there already is changed in place: comments, order, quoting and all other keys stay. A range that
/// stands there never moves by itself.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    what: What,

    /// Where group_vars and host_vars are [default: the cluster file's directory]
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Choose this again although it stands there: a cluster that runs must be built again for it
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    replan: Vec<Replan>,
}

/// What to do with them.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Write them; a second time changes nothing
    #[arg(long)]
    write: bool,
    /// Say what differs; exit 1 if anything does, 2 if that cannot be found out
    #[arg(long)]
    check: bool,
    /// Show what `--write` would change, as a unified diff; exit codes as with --check
    #[arg(long)]
    diff: bool,
}

pub(super) fn run(session: &Session<'_>, arguments: &Arguments) -> Result<Answer, Failure> {
    session.needs_file("vars")?;
    let outcome = merged(session, arguments);
    if arguments.what.write {
        let (planned, merged) = outcome?;
        return write(&planned, &merged);
    }
    // "No" would mean that something differs.
    let (planned, merged) = outcome.map_err(Failure::could_not_find_out)?;
    if arguments.what.diff { Ok(diff(&planned, &merged)) } else { Ok(check(&planned, &merged)) }
}

/// The plan, and what its variables change. A plan that would break the cluster changes nothing.
fn merged(session: &Session<'_>, arguments: &Arguments) -> Result<(Planned, Merged), Failure> {
    let planned = planning::of(session, arguments.directory.as_deref(), &arguments.replan)?;
    let merged = planned.merged(session)?;
    Ok((planned, merged))
}
