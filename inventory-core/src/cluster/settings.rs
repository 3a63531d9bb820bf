//! A cluster's settings, wherever they came from: its file, the flags, or nothing at all.

use std::path::PathBuf;

use super::{Groups, Hosts, KubesprayVersion, Layout, Machines, Member, Network};
use crate::environment::Sourced;
use crate::safe::GroupName;

/// Everything that turns machines into an inventory.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// The cluster's name.
    pub name: String,
    /// Whose playbooks will run.
    pub layout: Layout,
    /// kubespray's version, where it is told.
    pub kubespray_version: Option<KubesprayVersion>,
    /// Who belongs.
    pub machines: Machines,
    /// Who is who, where it is pinned.
    pub members: Option<Vec<Member>>,
    /// Names, addresses, variables.
    pub hosts: Hosts,
    /// Groups.
    pub groups: Groups,
    /// The network.
    pub network: Network,
    /// The file that says what is around many clusters, relative to the cluster file.
    pub site: Option<Sourced<PathBuf>>,
    /// Whether a place that cannot be read is accepted.
    pub partial: bool,
    /// Whether somebody wrote down who must be there. Without a cluster file nobody did: machines that cannot be
    /// played are left out instead of failing everything.
    pub is_declared: bool,
}

impl Cluster {
    /// No file: every machine that can be played, in one group, no roles.
    pub fn undeclared(binary: &str) -> Self {
        Self {
            name: binary.to_owned(),
            layout: Layout::None,
            kubespray_version: None,
            machines: Machines::default(),
            members: None,
            hosts: Hosts::default(),
            groups: Groups::default(),
            network: Network::default(),
            site: None,
            partial: false,
            is_declared: false,
        }
    }

    /// The group of all members: `ci-kube` is `ci_kube`.
    pub fn top_group(&self) -> GroupName {
        GroupName::from_words(&self.name)
    }

    /// What the layout's playbooks call their groups.
    pub fn role_groups(&self) -> RoleGroups {
        let dashes = self.kubespray_version.is_some_and(KubesprayVersion::names_groups_with_dashes);
        let [control_plane, workers, route_reflectors, whole] = match self.layout {
            Layout::Kubespray if dashes => ["kube-master", "kube-node", "calico-rr", "k8s-cluster"],
            Layout::Kubespray => ["kube_control_plane", "kube_node", "calico_rr", "k8s_cluster"],
            Layout::HardWay | Layout::None => ["controllers", "workers", "calico_rr", "k8s_cluster"],
        };
        let written = self.network.roles.clone();
        RoleGroups {
            control_plane: written.control_plane.unwrap_or_else(|| GroupName::known(control_plane)),
            etcd: written.etcd.unwrap_or_else(|| GroupName::known("etcd")),
            workers: written.workers.unwrap_or_else(|| GroupName::known(workers)),
            load_balancer: written.load_balancer.unwrap_or_else(|| GroupName::known("load_balancers")),
            route_reflectors: GroupName::known(route_reflectors),
            whole: GroupName::known(whole),
        }
    }
}

/// The names of the groups that have a part to play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleGroups {
    /// The API servers.
    pub control_plane: GroupName,
    /// etcd.
    pub etcd: GroupName,
    /// The hosts of pods.
    pub workers: GroupName,
    /// In front of the API servers (the hard way).
    pub load_balancer: GroupName,
    /// Calico's route reflectors (kubespray).
    pub route_reflectors: GroupName,
    /// Everything that is a Kubernetes node (kubespray).
    pub whole: GroupName,
}
