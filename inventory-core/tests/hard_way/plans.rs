//! Plans and their parts, made by hand.

use std::net::IpAddr;

use inventory_core::network::address::Network;
use inventory_core::network::space::Origin;
use inventory_core::plan::{Choice, Fixity, PlannedHost, Why};
use inventory_core::safe::HostName;

pub(crate) fn host(name: &str) -> HostName {
    HostName::written(name).unwrap()
}

pub(crate) fn network(text: &str) -> Network {
    text.parse().unwrap()
}

/// A place in a file.
pub(crate) fn at(file: &str, line: usize) -> Origin {
    Origin::Written { file: file.to_owned(), line, column: 1 }
}

/// A value that the cluster file has.
pub(crate) fn written<T>(value: T) -> Choice<T> {
    Choice::written(value, Why::Written(at("lab.static.yml", 7)), Fixity::Fixed)
}

/// A value that is the hard way's own.
pub(crate) fn default<T>(value: T) -> Choice<T> {
    Choice::by_default(value, "kubernetes-the-hard-way".to_owned(), Fixity::Fixed)
}

/// What a host does: `c`ontrol plane, `e`tcd, `w`orker.
pub(crate) fn planned(name: &str, parts: &str, addresses: &[&str], pods: &[&str]) -> PlannedHost {
    PlannedHost {
        name: host(name),
        addresses: addresses.iter().map(|text| text.parse::<IpAddr>().unwrap()).collect(),
        is_control_plane: parts.contains('c'),
        is_etcd: parts.contains('e'),
        is_worker: parts.contains('w'),
        etcd_name: None,
        pod_cidrs: pods.iter().map(|text| written(network(text))).collect(),
    }
}
