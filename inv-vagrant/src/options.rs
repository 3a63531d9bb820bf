//! The `source` section of a Vagrant cluster file.

use std::borrow::Cow;
use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use inventory_core::cluster::{Places, TimeSpan};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a Vagrant cluster's machines come from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Args)]
#[serde(deny_unknown_fields, default)]
#[allow(clippy::doc_markdown, reason = "it is the text of --help, too")]
pub(crate) struct VagrantOptions {
    /// Directories of Vagrantfiles, or in the file a map that names each; relative to the cluster file, and searched
    /// upwards as Vagrant does [default: VAGRANT_CWD, else the cluster file's own]
    #[arg(long, env = "INV_DIRECTORIES", value_name = "DIR,...", global = true, hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) directories: Option<Places>,
    /// Vagrant's own directory, also another user's [default: VAGRANT_HOME, else ~/.vagrant.d]
    #[arg(long, env = "INV_HOME", value_name = "DIR", global = true, hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) home: Option<PathBuf>,
    /// `never`; a file of saved `vagrant ssh-config` output; or `run`, which asks Vagrant machine by machine, and may
    /// delete the key of a machine whose VM is gone [default: never]
    #[arg(long, env = "INV_SSH_CONFIG", value_name = "never|run|FILE", global = true, hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ssh_config: Option<SshConfig>,
    /// How long a directory and its providers may take [default: 15s]
    // `wait` has an argument `timeout` of its own: of two with one id, each would be given the other's value.
    #[arg(
        id = "source timeout",
        long = "source-timeout",
        env = "INV_TIMEOUT",
        value_name = "TIME",
        global = true,
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout: Option<TimeSpan>,
}

/// Whether SSH's configuration as Vagrant prints it is used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum SshConfig {
    /// No.
    #[default]
    Never,
    /// What somebody saved.
    Saved(PathBuf),
    /// Vagrant is asked.
    Run,
}

impl FromStr for SshConfig {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "never" => Self::Never,
            "run" => Self::Run,
            path => Self::Saved(path.into()),
        })
    }
}

impl Serialize for SshConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Never => serializer.serialize_str("never"),
            Self::Saved(path) => path.serialize(serializer),
            Self::Run => serializer.serialize_str("run"),
        }
    }
}

impl<'de> Deserialize<'de> for SshConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(text.parse().unwrap_or_default())
    }
}

impl JsonSchema for SshConfig {
    fn schema_name() -> Cow<'static, str> {
        "SshConfig".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "never, run, or the path of saved `vagrant ssh-config` output."
        })
    }
}

impl VagrantOptions {
    pub(crate) fn overlay(file: Self, flags: Self) -> Self {
        Self {
            directories: flags.directories.or(file.directories),
            home: flags.home.or(file.home),
            ssh_config: flags.ssh_config.or(file.ssh_config),
            timeout: flags.timeout.or(file.timeout),
        }
    }

    /// How long a directory and its providers may take.
    pub(crate) fn deadline(&self) -> Duration {
        self.timeout.map_or(Duration::from_secs(15), TimeSpan::duration)
    }
}
