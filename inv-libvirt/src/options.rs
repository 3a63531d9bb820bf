//! The `source` section of a libvirt cluster file.

use std::time::Duration;

use clap::{Args, ValueEnum};
use inventory_core::cluster::{Places, TimeSpan};
use inventory_core::machine::AddressSource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a libvirt cluster's machines come from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, Args)]
#[allow(clippy::doc_markdown, reason = "these comments are the text of --help, where a backtick is a backtick")]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LibvirtOptions {
    /// The hypervisor's connection URI [default: LIBVIRT_DEFAULT_URI, else qemu:///system]
    #[arg(long, env = "INV_URI", value_name = "URI", global = true, hide_env_values = true, conflicts_with = "uris")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<String>,
    /// Several hypervisors: connection URIs, or in the file a map that names each; without one a hypervisor is called
    /// like its host
    #[arg(long, env = "INV_URIS", value_name = "URI,...", global = true, hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uris: Option<Places>,
    /// Who is asked for addresses, best first; `agent` opens a connection that may also write
    /// [default: lease,arp,static]
    #[arg(
        long,
        env = "INV_ADDRESSES",
        value_name = "SOURCE",
        value_delimiter = ',',
        global = true,
        hide_env_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) addresses: Option<Vec<Teller>>,
    /// How long the agent in a guest may take [default: 2s]
    #[arg(long, env = "INV_AGENT_TIMEOUT", value_name = "TIME", global = true, hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent_timeout: Option<TimeSpan>,
    /// How long a hypervisor may take, all questions together [default: 15s]
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
    /// Reach the guests through their hypervisor's SSH, where the URI is one of ssh
    #[arg(long, env = "INV_JUMP", num_args = 0..=1, default_missing_value = "true", require_equals = true, global = true, hide_env_values = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jump: Option<bool>,
}

/// Who tells a guest's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Teller {
    /// The network's DHCP server.
    Lease,
    /// The hypervisor's neighbour table.
    Arp,
    /// The reservations of a network, and the guest's metadata.
    Static,
    /// The agent inside the guest.
    Agent,
}

impl From<Teller> for AddressSource {
    fn from(teller: Teller) -> Self {
        match teller {
            Teller::Lease => Self::Lease,
            Teller::Arp => Self::Arp,
            Teller::Static => Self::Static,
            Teller::Agent => Self::Agent,
        }
    }
}

impl LibvirtOptions {
    pub(crate) fn overlay(file: Self, flags: Self) -> Self {
        // Whoever names a hypervisor on the command line means it instead of those in the file.
        let (uri, uris) = match (&flags.uri, &flags.uris) {
            (None, None) => (file.uri, file.uris),
            _ => (flags.uri, flags.uris),
        };
        Self {
            uri,
            uris,
            addresses: flags.addresses.or(file.addresses),
            agent_timeout: flags.agent_timeout.or(file.agent_timeout),
            timeout: flags.timeout.or(file.timeout),
            jump: flags.jump.or(file.jump),
        }
    }

    /// Who is asked for addresses, best first.
    pub(crate) fn tellers(&self) -> &[Teller] {
        self.addresses.as_deref().unwrap_or(&[Teller::Lease, Teller::Arp, Teller::Static])
    }

    /// How long a hypervisor may take.
    pub(crate) fn deadline(&self) -> Duration {
        self.timeout.map_or(Duration::from_secs(15), TimeSpan::duration)
    }

    /// How long an agent may take.
    pub(crate) fn agent_deadline(&self) -> Duration {
        self.agent_timeout.map_or(Duration::from_secs(2), TimeSpan::duration)
    }
}
