//! A cluster's settings, wherever they came from: its file, the flags, or nothing at all.

use super::{Groups, Hosts, KubesprayVersion, Layout, Machines, Member, Network};
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
        let named = |written: &Option<GroupName>, layout: &str| {
            written.clone().unwrap_or_else(|| GroupName::from_words(layout))
        };
        let dashed = |name: &str| GroupName::parse(name).unwrap_or_else(|_| GroupName::from_words(name));
        let roles = &self.network.roles;
        let dashes = self.kubespray_version.is_some_and(KubesprayVersion::names_groups_with_dashes);
        match self.layout {
            Layout::Kubespray if dashes => RoleGroups {
                control_plane: roles.control_plane.clone().unwrap_or_else(|| dashed("kube-master")),
                etcd: named(&roles.etcd, "etcd"),
                workers: roles.workers.clone().unwrap_or_else(|| dashed("kube-node")),
                load_balancer: named(&roles.load_balancer, "load_balancers"),
                route_reflectors: dashed("calico-rr"),
                whole: dashed("k8s-cluster"),
            },
            Layout::Kubespray => RoleGroups {
                control_plane: named(&roles.control_plane, "kube_control_plane"),
                etcd: named(&roles.etcd, "etcd"),
                workers: named(&roles.workers, "kube_node"),
                load_balancer: named(&roles.load_balancer, "load_balancers"),
                route_reflectors: dashed("calico_rr"),
                whole: dashed("k8s_cluster"),
            },
            Layout::HardWay | Layout::None => RoleGroups {
                control_plane: named(&roles.control_plane, "controllers"),
                etcd: named(&roles.etcd, "etcd"),
                workers: named(&roles.workers, "workers"),
                load_balancer: named(&roles.load_balancer, "load_balancers"),
                route_reflectors: dashed("calico_rr"),
                whole: dashed("k8s_cluster"),
            },
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
