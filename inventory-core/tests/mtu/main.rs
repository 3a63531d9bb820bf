//! The MTU chain against vectors that were reckoned elsewhere, against cited rules, and against what must always hold.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod always;
mod nesting;
mod rules;
mod vectors;

use inventory_core::network::address::Family;
use inventory_core::network::encapsulation::{Encapsulation, Encryption, Families};
use inventory_core::network::layer::{Allowed, Binding, Cni, CniVersion, Layer, Tunnel, Underlay, When, WrittenMtu};
use inventory_core::network::mtu::{Chain, Mtu, Problem, Setting, Severity, Why, chain};

/// An MTU that is one.
fn mtu(bytes: i64) -> Mtu {
    Mtu::new(bytes).unwrap()
}

/// A site whose NIC and paths are of one size.
fn site(bytes: i64) -> Underlay {
    Underlay::new(mtu(bytes))
}

/// A level with tunnels between all nodes, of a release that is the newest for everything said here.
fn level(name: &str, cni: Cni, tunnels: &[Encapsulation]) -> Layer {
    Layer {
        version: Some(CniVersion::new(99, 0)),
        tunnels: Some(tunnels.iter().copied().map(Tunnel::always).collect()),
        ..Layer::new(name, cni)
    }
}

fn reckon(underlay: i64, layers: &[Layer]) -> Chain {
    chain(&site(underlay), layers).unwrap()
}

fn codes(chain: &Chain) -> Vec<&'static str> {
    chain.findings.iter().map(|finding| finding.problem.code()).collect()
}
