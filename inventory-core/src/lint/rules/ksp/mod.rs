//! `KSP`: kubespray's variables.

mod ansible;
mod calico_datastore;
mod calico_settings;
mod calico_tunnels;
mod calico_version;
mod changed_default;
mod cilium_gateway_api;
mod cilium_settings;
mod cilium_version;
mod cloud_provider;
mod containerd_version;
mod deprecated_variable;
mod docker_dns;
mod download_localhost;
mod etcd_in_docker;
mod external_ca;
mod fates;
mod ignored_variable;
mod ipip_of_ipv6;
mod ipip_without_bird;
mod kube_owner;
mod kube_version;
mod kube_vip_source;
mod metallb_config;
mod metallb_off;
mod metallb_without_pool;
mod misspelt;
mod no_network_plugin;
mod refused_variable;
mod runtime_class;
mod strict_arp;
mod text_for_boolean;
mod text_for_number;
mod unsupported_choice;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[
    &refused_variable::RULE,
    &ignored_variable::RULE,
    &deprecated_variable::RULE,
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
    &metallb_config::RULE,
    &etcd_in_docker::RULE,
    &kube_owner::RULE,
    &metallb_off::RULE,
    &changed_default::RULE,
    &ansible::RULE,
    &misspelt::RULE,
    &text_for_number::RULE,
    &no_network_plugin::RULE,
    &metallb_without_pool::RULE,
    &cilium_version::RULE,
    &calico_version::RULE,
    &docker_dns::RULE,
    &cilium_gateway_api::RULE,
];
