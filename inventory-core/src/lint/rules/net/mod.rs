//! `NET`: addresses that collide, or are none.

mod api_address_taken;
mod calico_block_size;
mod calico_pool_outside_pods;
mod cni_range_overlap;
mod dns_outside_services;
mod docker_bridge_overlap;
mod docker_pool_overlap;
mod families_differ;
mod guest_nat_overlap;
mod host_bits;
mod hypervisor_network_overlap;
mod load_balancer_off_link;
mod load_balancer_overlap;
mod node_in_cluster_range;
mod node_local_dns_overlap;
mod node_network_overlap;
mod not_a_network;
mod outside_network_hidden;
mod pod_network_too_small;
mod pods_services_overlap;
mod public_range;
mod service_network_size;
mod sibling_overlap;
mod special_range;
mod too_many_pods;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[
    &pods_services_overlap::RULE,
    &node_in_cluster_range::RULE,
    &node_network_overlap::RULE,
    &host_bits::RULE,
    &not_a_network::RULE,
    &special_range::RULE,
    &public_range::RULE,
    &service_network_size::RULE,
    &pod_network_too_small::RULE,
    &too_many_pods::RULE,
    &calico_block_size::RULE,
    &families_differ::RULE,
    &dns_outside_services::RULE,
    &node_local_dns_overlap::RULE,
    &calico_pool_outside_pods::RULE,
    &cni_range_overlap::RULE,
    &load_balancer_overlap::RULE,
    &load_balancer_off_link::RULE,
    &api_address_taken::RULE,
    &docker_bridge_overlap::RULE,
    &docker_pool_overlap::RULE,
    &guest_nat_overlap::RULE,
    &hypervisor_network_overlap::RULE,
    &outside_network_hidden::RULE,
    &sibling_overlap::RULE,
];
