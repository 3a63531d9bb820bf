//! `KSP`: kubespray's variables.

mod calico_datastore;
mod calico_settings;
mod calico_tunnels;
mod cilium_settings;
mod cloud_provider;
mod containerd_version;
mod download_localhost;
mod etcd_in_docker;
mod external_ca;
mod ipip_of_ipv6;
mod ipip_without_bird;
mod kube_owner;
mod kube_version;
mod kube_vip_source;
mod runtime_class;
mod strict_arp;
mod text_for_boolean;
mod unsupported_choice;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[
    &text_for_boolean::RULE,
    &kube_version::RULE,
    &cloud_provider::RULE,
    &unsupported_choice::RULE,
    &download_localhost::RULE,
    &runtime_class::RULE,
    &containerd_version::RULE,
    &external_ca::RULE,
    &calico_settings::RULE,
    &calico_tunnels::RULE,
    &ipip_without_bird::RULE,
    &calico_datastore::RULE,
    &ipip_of_ipv6::RULE,
    &cilium_settings::RULE,
    &strict_arp::RULE,
    &kube_vip_source::RULE,
    &etcd_in_docker::RULE,
    &kube_owner::RULE,
];
