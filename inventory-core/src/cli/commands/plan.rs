//! `plan`: addresses, sizes and the MTU, and why they are that.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Session;
use crate::cli::failure::Answer;
use crate::cli::planning;
use crate::cli::{Failure, terminal};
use crate::plan::Replan;
use crate::plan::render;

/// Show the cluster's network: ranges, sizes, the MTU, and why they are that
///
/// Exit 1 if something in it would break the cluster.
#[derive(Args)]
pub(in crate::cli) struct Arguments {
    /// Where group_vars and host_vars are [default: the cluster file's directory]
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
