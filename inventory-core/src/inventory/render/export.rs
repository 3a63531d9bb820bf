//! Copies of an inventory for other programs.

use std::path::Path;

use clap::ValueEnum;
use indexmap::IndexMap;

use super::{RenderError, hosts, ini, machines_txt, ssh_config, yaml};
use crate::cluster::RoleGroups;
use crate::inventory::Inventory;
use crate::network::address::Network;
use crate::safe::HostName;

/// A form in which an inventory can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A static inventory for Ansible, with everything in it
    Yaml,
    /// A static inventory for Ansible; refused where INI cannot say a value
    Ini,
    /// Hosts for `ssh -F FILE`
    SshConfig,
    /// Lines for /etc/hosts
    Hosts,
    /// The machines.txt of kubernetes-the-hard-way
    #[value(name = "machines.txt")]
    MachinesTxt,
}

/// What some formats need to know beyond the inventory.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The directory of the cluster file, which is `inventory_dir` to Ansible; `None` without a file.
    pub directory: Option<&'a Path>,
    /// Which groups are the control plane and the workers.
    pub roles: &'a RoleGroups,
    /// The DNS domain of the machines, for those whose name has none.
    pub domain: &'a str,
    /// The workers' IPv4 shares of the pod network, as far as a plan gives them one.
    pub shares: &'a IndexMap<HostName, Network>,
}

/// Writes an inventory in a format, ending in a line break.
pub fn render(format: Format, inventory: &Inventory, surroundings: Surroundings<'_>) -> Result<String, RenderError> {
    match format {
        Format::Yaml => yaml::render(inventory),
        Format::Ini => ini::render(inventory),
        Format::SshConfig => Ok(ssh_config::render(inventory, surroundings.directory)),
        Format::Hosts => Ok(hosts::render(inventory)),
        Format::MachinesTxt => {
            let Surroundings { roles, domain, shares, .. } = surroundings;
            machines_txt::render(inventory, roles, domain, shares)
        }
    }
}
