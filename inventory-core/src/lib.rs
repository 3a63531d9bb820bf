//! What every source of machines shares: from machines found to an Ansible inventory.
//!
//! Data flows one way. A source gives a [`discovery::Discovery`]; a cluster file gives a [`cluster::Cluster`];
//! [`inventory::assemble`] makes an [`inventory::Inventory`] of the two, and [`inventory::render`] prints it.

pub mod ansible;
pub mod cli;
pub mod cluster;
pub mod discovery;
pub mod environment;
pub mod guest;
pub mod inventory;
pub mod kubespray;
pub mod lint;
pub mod machine;
pub mod network;
pub mod plan;
pub mod safe;
pub mod snapshot;
pub mod vars;
pub mod yaml;
