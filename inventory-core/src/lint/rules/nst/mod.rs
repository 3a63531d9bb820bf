//! `NST`: what a cluster inside another one must leave to it.

mod bare_on_pod_network;
mod bridge_pins_machines;
mod hosting_network_hidden;
mod hosting_range_overlap;
mod node_off_known_networks;
mod overlay_dropped;
mod overlay_port_shared;
mod resolver_inside;
mod several_nodes_behind_masquerade;

use crate::lint::rule::Rule;

/// The family's rules, by code.
pub(super) const RULES: &[&Rule] = &[
    &hosting_range_overlap::RULE,
    &hosting_network_hidden::RULE,
    &resolver_inside::RULE,
    &node_off_known_networks::RULE,
    &overlay_dropped::RULE,
    &overlay_port_shared::RULE,
    &bare_on_pod_network::RULE,
    &several_nodes_behind_masquerade::RULE,
    &bridge_pins_machines::RULE,
];
