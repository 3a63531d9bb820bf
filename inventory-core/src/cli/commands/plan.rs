//! `plan`: addresses, sizes and the MTU, and why they are that.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::planning::variables::Wanted;
use crate::cli::planning::{self, Planned};
use crate::cli::{Failure, terminal};
use crate::cluster::Layout;
use crate::plan::render::{self, Drift};
use crate::plan::{Finding, Replan, Severity};

/// Show the cluster's network: ranges, sizes, the MTU, and why they are that
///
/// Exit 1 if something in it would break the cluster.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    /// Where `group_vars` and `host_vars` are [default: the cluster file's directory]
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,

    /// As what
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Choose this again although it stands in the variables: a cluster that runs must be built again for it
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    replan: Vec<Replan>,
}

/// As what a plan is shown.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// For a person: a table, and on a terminal a picture
    #[default]
    Table,
    /// For a program
    Json,
    /// For a browser: the map of addresses and the stack of headers
    Svg,
}

pub(super) fn run(session: &Session, arguments: &Arguments) -> Result<Answer, Failure> {
    let mut planned = planning::of(session, arguments.directory.as_deref(), &arguments.replan)?;
    let drift = drift(&mut planned)?;
    let (plan, drift) = (&planned.plan, drift.as_deref());
    let text = match arguments.format {
        Format::Table => {
            let style = terminal::style();
            let table = render::table::table(plan, drift, style);
            if style.colour { format!("{}\n{table}", render::picture::picture(plan, style)) } else { table }
        }
        Format::Json => {
            let text = serde_json::to_string_pretty(&render::json::json(plan, drift)).unwrap_or_default();
            terminal::document(text + "\n")
        }
        Format::Svg => terminal::document(render::svg::svg(plan)),
    };
    Ok(if plan.is_sound() { Answer::yes(text) } else { Answer::no(text) })
}

/// What stands otherwise in the variables; what no variable does becomes a finding. `None`: no variables are known for
/// this cluster.
fn drift(planned: &mut Planned) -> Result<Option<Vec<Drift>>, Failure> {
    let has_variables = match planned.cluster.layout {
        Layout::Kubespray => planned.plan.kubespray_version.is_some(),
        Layout::HardWay => true,
        Layout::None => false,
    };
    if !has_variables {
        return Ok(None);
    }
    let Wanted { merged, notes } = planned.wanted()?;
    let Planned { plan, directory, variables, .. } = planned;
    let note = |what| Finding { severity: Severity::Info, code: "variables", what, remedy: String::new() };
    plan.findings.extend(notes.into_iter().map(note));
    if variables.tree.owners().next().is_none() {
        return Ok(None);
    }
    let drift = merged.changes.into_iter().map(|change| Drift {
        variable: change.path.join("."),
        // A value that does not stand there has no line yet.
        line: change.was_at,
        file: directory.join(change.file).display().to_string(),
        has: change.old,
        wants: Some(change.new),
        reason: change.reason,
    });
    Ok(Some(drift.collect()))
}
