//! Why machines cannot be read.

use std::net::IpAddr;

use inventory_core::ansible;
use inventory_core::cli::Failure;
use inventory_core::network::address::AddressError;
use inventory_core::safe::{self, NameError};
use inventory_core::snapshot::SnapshotError;
use inventory_core::yaml::{self, Location};

/// Why a static source gives no machines.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StaticError {
    #[error("{text:?} is no address and no range of addresses")]
    NoAddress { text: String },
    #[error(transparent)]
    Address(AddressError),
    #[error("{text:?} is neither an address nor a host name, and no range of either")]
    NoHost { text: String },
    #[error("{text:?} is a network, where an address or a range of addresses is wanted")]
    Network { text: String },
    #[error("the range {text} has more than {most} addresses")]
    RangeTooLong { text: String, most: u128 },
    #[error("the name {name:?} has a range that cannot be read: {why}")]
    NameRange { name: String, why: String },
    #[error("{name} needs {} in `{key}`, and {addresses} makes {count}", addresses_of(*.names))]
    Lengths { name: String, names: usize, key: &'static str, addresses: String, count: usize },
    #[error("{name} has the `{key}` {text:?}, which is no IP address")]
    NoIp { name: String, key: &'static str, text: String },
    #[error("{address} is listed twice")]
    Twice { address: IpAddr },
    #[error("no file matches {pattern}")]
    NoMatch { pattern: String },
    #[error("{pattern:?} is no path and no glob: {why}")]
    Glob { pattern: String, why: String },
    #[error("{at}: {field:?} is no {what}")]
    Field { at: Location, field: String, what: &'static str },
    #[error("{name} stands {}", if .first == .second { format!("twice in {first}") } else { format!("in {first} and in {second}") })]
    SameMachine { name: String, first: String, second: String },
    #[error("{at}: {error}")]
    Name { at: Location, error: NameError },
    #[error("{at}: the `ansible_host` of {host}: {error}")]
    AnsibleHost { at: Location, host: String, error: safe::AddressError },
    #[error("there is nothing to read machines from")]
    Nothing,
    #[error("{}", .0.with_place())]
    Yaml(#[from] yaml::Error),
    #[error("{place}: {0}", place = .0.location())]
    Ansible(#[from] ansible::Error),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
}

fn addresses_of(machines: usize) -> String {
    if machines == 1 { "one address".to_owned() } else { format!("{machines} addresses") }
}

impl StaticError {
    fn remedy(&self) -> String {
        match self {
            // It says what to write.
            Self::Address(_) => String::new(),
            Self::NoAddress { .. } | Self::NoHost { .. } | Self::Network { .. } => {
                "write 10.10.1.3, 10.10.1.3-10.10.1.7 or fd00::3-fd00::7".into()
            }
            Self::RangeTooLong { .. } => "split it, if there really are that many machines".into(),
            Self::NameRange { .. } => "ranges are written node[1:3].lan, node[01:10] or node[a:c]".into(),
            Self::Lengths { .. } => {
                "write as many addresses as names, for example 10.0.0.20-10.0.0.22 for [0:2]".into()
            }
            Self::NoIp { .. } => "write an IP address; only `address` may be a name".into(),
            Self::Twice { .. } => "remove one of the two".into(),
            Self::NoMatch { .. } => "paths are relative to the cluster file".into(),
            Self::Glob { .. } => "correct the pattern".into(),
            Self::Field { .. } => "a line of machines.txt is: IPV4_ADDRESS FQDN HOSTNAME [POD_SUBNET]".into(),
            Self::SameMachine { .. } => "rename one of them, or give each file a place: `files: {PLACE: PATH}`".into(),
            Self::Name { .. } => "rename it there".into(),
            Self::AnsibleHost { .. } => "write an IP address or a name there".into(),
            Self::Nothing => {
                "write `machines`, `addresses` or `files` under `source`, or use --machines, --addresses or --files"
                    .into()
            }
            Self::Yaml(error) => error.hint().unwrap_or_default(),
            Self::Ansible(error) => error.hint().unwrap_or_default(),
            Self::Snapshot(error) => error.remedy(),
        }
    }
}

impl From<StaticError> for Failure {
    fn from(error: StaticError) -> Self {
        Self::new(error.to_string(), error.remedy())
    }
}
