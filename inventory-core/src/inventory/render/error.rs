//! Why an inventory cannot be written in a format.

use std::fmt;

use crate::safe::{GroupName, HostName};

/// Who holds a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Every host.
    All,
    /// One host.
    Host(HostName),
    /// A group.
    Group(GroupName),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all hosts"),
            Self::Host(host) => write!(f, "the host `{host}`"),
            Self::Group(group) => write!(f, "the group `{group}`"),
        }
    }
}

/// Why an inventory cannot be written in a format. Variables are named by their path: `inv_tags.owner`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// Text from outside, which Ansible would evaluate.
    #[error(
        "INI cannot hold `{variable}` of {holder}: its text is not yours, and INI has no mark that keeps Ansible from evaluating it"
    )]
    OutsideInIni {
        /// Whose variable.
        holder: Holder,
        /// Which.
        variable: String,
    },
    /// Encrypted text, which Ansible would take for the value.
    #[error(
        "INI cannot hold `{variable}` of {holder}: it is encrypted with ansible-vault, and INI has no mark for that"
    )]
    VaultInIni {
        /// Whose variable.
        holder: Holder,
        /// Which.
        variable: String,
    },
    /// A number Python has no literal for.
    #[error("INI cannot hold `{variable}` of {holder}: `{number}` is no Python literal")]
    NumberInIni {
        /// Whose variable.
        holder: Holder,
        /// Which.
        variable: String,
        /// `NaN` or an infinity.
        number: String,
    },
    /// Lists and maps in each other, deeper than Python's parser follows.
    #[error(
        "INI cannot hold `{variable}` of {holder}: lists and maps lie more than {limit} deep in it, and Python stops reading there"
    )]
    DepthInIni {
        /// Whose variable.
        holder: Holder,
        /// Which.
        variable: String,
        /// How deep they may lie.
        limit: usize,
    },
    /// A name that would be cut at a blank, a quote, `=` or `#`.
    #[error("INI cannot hold `{variable}` of {holder}: a name there has only letters, digits, `_`, `-` and `.`")]
    NameInIni {
        /// Whose variable.
        holder: Holder,
        /// Which.
        variable: String,
    },
    /// Groups in each other, deeper than readers of YAML follow.
    #[error("YAML cannot hold the group `{group}`: it lies more than {limit} groups deep")]
    DepthInYaml {
        /// The first group that is too deep.
        group: GroupName,
        /// How deep they may lie.
        limit: usize,
    },
    /// `machines.txt` is IPv4 only.
    #[error("machines.txt cannot hold the host `{host}`, whose line would begin with its IPv4 address: {why}")]
    NoIpv4 {
        /// The host.
        host: HostName,
        /// Why there is no such address.
        why: String,
    },
    /// A worker without a pod network.
    #[error("machines.txt cannot hold the worker `{host}`: it has no `pod_cidr`")]
    NoPodSubnet {
        /// The host.
        host: HostName,
        /// The group that makes it a worker.
        group: GroupName,
    },
    /// A worker with something else for a pod network.
    #[error("machines.txt cannot hold the worker `{host}`, because of its `pod_cidr`: {why}")]
    PodSubnet {
        /// The host.
        host: HostName,
        /// What is wrong with it.
        why: String,
        /// The group that makes it a worker.
        group: GroupName,
    },
    /// A name whose `grep` finds two machines.
    #[error(
        "machines.txt cannot hold both `{short}` and `{long}`: `grep {label} machines.txt` finds the lines of both"
    )]
    FoundTwice {
        /// The host whose name is found in the other's line.
        short: HostName,
        /// The other host.
        long: HostName,
        /// What is looked for.
        label: String,
    },
    /// A domain that would shift the fields of a line.
    #[error("{0:?} is no DNS domain")]
    Domain(String),
}

impl RenderError {
    /// What a person can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::OutsideInIni { .. }
            | Self::VaultInIni { .. }
            | Self::NumberInIni { .. }
            | Self::DepthInIni { .. }
            | Self::NameInIni { .. } => "export it with `--format yaml`, which can say everything".to_owned(),
            Self::DepthInYaml { .. } => {
                "take groups out of the chain of `children`, or export it with `--format ini`".to_owned()
            }
            Self::NoIpv4 { .. } => {
                "choose an IPv4 address with `hosts.ip` or `hosts.address`: `{family: ipv4}`".to_owned()
            }
            Self::NoPodSubnet { group, .. } | Self::PodSubnet { group, .. } => {
                format!("write under `groups.{group}`: `host_vars: {{pod_cidr: \"10.200.{{number}}.0/24\"}}`")
            }
            Self::FoundTwice { .. } => {
                "give the hosts names of one length: `hosts: {name: \"node-{number:02}\"}`".to_owned()
            }
            Self::Domain(_) => "write it as in `kubernetes.local`".to_owned(),
        }
    }
}
