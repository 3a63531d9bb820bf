//! The words of `inv-lint`'s command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cluster::KubesprayVersion;
use crate::lint::finding::Severity;
use crate::lint::output::Format;

/// Find what is wrong with Ansible inventories of Kubernetes clusters before anything is played
#[derive(Parser)]
#[command(
    name = "inv-lint",
    bin_name = "inv-lint",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    override_usage = "inv-lint [check] [OPTIONS] [PATH]...\n       inv-lint rule [OPTIONS] <RULE | --all>",
    after_long_help = DETAILS
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,

    #[command(flatten)]
    pub(super) check: Check,
}

/// What to do.
#[derive(Subcommand)]
pub(super) enum Verb {
    /// Check inventories; this is what no command means
    #[command(override_usage = "inv-lint [check] [OPTIONS] [PATH]...")]
    Check(Box<Check>),
    /// Explain a rule, or list all of them
    Rule(Explain),
}

/// What to check, by what, and how to tell.
#[derive(Args, Clone)]
pub(super) struct Check {
    /// Inventories, or directories with some [default: the current directory]. A file of variables stands for the
    /// inventory beside it; `-` is standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// The name of what comes on standard input, so that the files beside it count
    #[arg(long, value_name = "FILE")]
    pub(super) stdin_filename: Option<PathBuf>,

    /// Ask the cluster files for their machines: executes them. Otherwise files are read and nothing is run
    #[arg(long)]
    pub(super) run: bool,

    /// A file or directory that is passed over, as a glob
    #[arg(long, value_name = "GLOB", value_delimiter = ',')]
    pub(super) exclude: Vec<String>,

    /// Pass over excluded files even where they are named, as pre-commit does
    #[arg(long)]
    pub(super) force_exclude: bool,

    #[command(flatten)]
    pub(in crate::cli) common: Common,
}

/// What `inv-lint` and the command `lint` of the sources have in common.
#[derive(Args, Clone)]
pub(in crate::cli) struct Common {
    /// The version of kubespray that is, or is to be, used: v2.31.0. On an old inventory: what an upgrade breaks
    #[arg(long, value_name = "VERSION")]
    pub(super) kubespray: Option<KubesprayVersion>,

    /// Compare with this commit: who was the first control plane, the first of etcd
    #[arg(long, value_name = "REV")]
    pub(super) since: Option<String>,

    #[command(flatten, next_help_heading = "Rules")]
    pub(super) rules: Rules,

    #[command(flatten, next_help_heading = "Findings that are known")]
    pub(super) known: Known,

    #[command(flatten, next_help_heading = "Fixes")]
    pub(super) fixes: Mend,

    #[command(flatten, next_help_heading = "Output")]
    pub(super) output: Report,

    #[command(flatten, next_help_heading = "Configuration")]
    pub(super) configuration: Configuration,
}

/// Which rules run. Each is a code (NET003), the beginning of codes (NET), a name, or ALL.
#[derive(Args, Clone)]
pub(super) struct Rules {
    /// Only these: codes (NET003), beginnings of codes (NET), names, ALL. The longer beginning wins
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) select: Vec<String>,

    /// These besides those that run already
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) extend_select: Vec<String>,

    /// Not these
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,

    /// Not this rule in these files; GLOB:RULE
    #[arg(long, value_name = "GLOB:RULE", value_delimiter = ',')]
    pub(super) per_file_ignores: Vec<String>,
}

/// Findings that are known.
#[derive(Args, Clone)]
pub(super) struct Known {
    /// Write a comment that excuses it above each finding, with this reason
    #[arg(long, value_name = "REASON", conflicts_with_all = ["fix", "unsafe_fixes", "diff", "baseline"])]
    pub(super) add_ignore: Option<String>,

    /// Report only what is not in this file; see --write-baseline
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    /// Write everything that is found now into the baseline
    #[arg(long, requires = "baseline")]
    pub(super) write_baseline: bool,
}

/// What to mend.
#[derive(Args, Clone, Copy)]
pub(super) struct Mend {
    /// Mend what can be mended without changing what the cluster gets
    #[arg(long)]
    pub(super) fix: bool,

    /// Mend what is most likely meant, too
    #[arg(long)]
    pub(super) unsafe_fixes: bool,

    /// Write nothing, and show what would be mended as a diff; exit 1 if anything would
    #[arg(long)]
    pub(super) diff: bool,
}

/// How to tell.
#[derive(Args, Clone)]
pub(super) struct Report {
    /// As what
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output_format: Format,

    /// Write it there instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(super) output_file: Option<PathBuf>,

    /// Instead of findings: how many there are of each rule, and what could not be checked by reason
    #[arg(long)]
    pub(super) statistics: bool,

    /// The least severity that makes the exit code 1 [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOn>,

    /// Exit 0 whatever is found
    #[arg(long)]
    pub(super) exit_zero: bool,

    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub(super) color: Colour,
}

/// Where the configuration is.
#[derive(Args, Clone)]
pub(super) struct Configuration {
    /// This file instead of the nearest inv-lint.toml above each inventory
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub(super) config: Option<PathBuf>,

    /// No file at all
    #[arg(long)]
    pub(super) isolated: bool,
}

/// The least severity that counts.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum FailOn {
    /// Anything
    Info,
    /// What works until it does not
    Warning,
    /// What breaks the cluster
    Error,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Info => Self::Info,
            FailOn::Warning => Self::Warning,
            FailOn::Error => Self::Error,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Which rule, and as what.
#[derive(Args)]
pub(super) struct Explain {
    /// Its code or its name; a family's letters (NET) list its rules
    #[arg(value_name = "RULE", required_unless_present = "all", conflicts_with = "all")]
    pub(super) rule: Option<String>,

    /// Every rule
    #[arg(long)]
    pub(super) all: bool,

    /// As what
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output_format: PageFormat,
}

/// As what a rule is explained.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum PageFormat {
    /// For a person: the page of a rule, the table of all
    #[default]
    Text,
    /// For a program
    Json,
    /// For a web page
    Markdown,
}

const DETAILS: &str = "\
Begin with a directory, or with a repository that has inventories somewhere in it:

    inv-lint                                  whatever is below the current directory
    inv-lint --kubespray v2.31.0 inventory    what an upgrade to that version breaks
    inv-lint --fix --diff                     what it would mend
    inv-lint rule NET003                      why that is wrong, and what to do instead

Everything that Ansible would load with an inventory is read: `group_vars`, `host_vars`, the defaults of that version of \
kubespray. Nothing is played, and nobody is asked. What only Ansible can know is not reported, neither as wrong nor as \
right; --statistics counts it.

A finding is excused where it stands, at either side of an overlap:

    kube_pods_subnet: 10.0.0.0/18  # inv-lint: ignore[NET004] the old VPN, gone by May
    # inv-lint: file-ignore[MTU003] generated

What is around the machines, which rules run and which overlaps are meant stands in inv-lint.toml; the nearest one above \
an inventory counts, up to the top of its repository. What stands on the command line wins over it.

Exit codes: 0 nothing is wrong; 1 something is, from `warning` up (see --fail-on); 2 something could not be checked: a \
file that cannot be read, a directory without an inventory, a wrong command line.";
