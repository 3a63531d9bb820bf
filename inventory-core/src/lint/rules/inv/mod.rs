//! `INV`: hosts and groups.

mod addresses;
mod bastion;
mod commented_out_variables;
mod duplicate_endpoint;
mod duplicate_node_address;
mod empty_control_plane;
mod etcd_member_names;
mod even_etcd;
mod first_host_changed;
mod indirect_access;
mod ip_on_some_hosts;
mod legacy_groups;
mod misspelt_group;
mod number_for_text;
mod outside_cluster_group;
mod per_node_cluster_variable;
mod refused_host_name;
mod route_reflectors;
mod shared_nat_address;
mod variables_of_nobody;

use crate::lint::rule::Rule;
use crate::lint::view::{Part, View};

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[
    &even_etcd::RULE,
    &duplicate_node_address::RULE,
    &legacy_groups::RULE,
    &refused_host_name::RULE,
    &shared_nat_address::RULE,
    &first_host_changed::RULE,
    &ip_on_some_hosts::RULE,
    &commented_out_variables::RULE,
    &duplicate_endpoint::RULE,
    &empty_control_plane::RULE,
    &route_reflectors::RULE,
    &outside_cluster_group::RULE,
    &misspelt_group::RULE,
    &bastion::RULE,
    &etcd_member_names::RULE,
    &per_node_cluster_variable::RULE,
    &indirect_access::RULE,
    &variables_of_nobody::RULE,
    &number_for_text::RULE,
];

/// Whether kubeadm makes etcd, as a part of the control plane. `None`: it cannot be known.
fn is_etcd_with_kubeadm(view: &View<'_>) -> Option<bool> {
    let scope = view.nodes();
    let is_unknown = |name: &str| scope.is_set(name) && view.text(scope, &[name]).is_none();
    if is_unknown("etcd_deployment_type") || is_unknown("etcd_kubeadm_enabled") {
        return None;
    }
    let is_type = view.text(scope, &["etcd_deployment_type"]).is_some_and(|(text, _)| text == "kubeadm");
    // The older way to say so, gone since v2.28.
    let is_enabled = !view.release.is_since(28)
        && view.truth(scope, &["etcd_kubeadm_enabled"]).is_some_and(|(is_enabled, _)| is_enabled);
    Some(is_type || is_enabled)
}

/// The hosts that run etcd, in kubespray's order: those of the group, or of the control plane where kubeadm makes etcd.
fn etcd_members<'a>(view: &View<'a>) -> Vec<&'a str> {
    let members = view.hosts_of(Part::Etcd);
    if members.is_empty() && is_etcd_with_kubeadm(view) == Some(true) {
        view.hosts_of(Part::ControlPlane)
    } else {
        members
    }
}
