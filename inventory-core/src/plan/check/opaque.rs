//! What stands in the variables and cannot be read.

use super::super::{Finding, Input, Opaque, Replan, Severity};
use super::moves::word;
use crate::cluster::RangeWish;

/// What cannot be read. Where it is no such value although it must not move, nothing may be written over it: it may be
/// a value all the same, to whoever built the cluster with it.
pub(super) fn findings(input: &Input<'_>) -> Vec<Finding> {
    let of = |opaque: &Opaque| {
        let Opaque { variable, origin, why, is_hidden } = opaque;
        let fixed = Fixed::of(variable, input).filter(|fixed| !is_hidden && !fixed.is_told(input));
        let (severity, remedy) = match fixed {
            Some(Fixed(Some(replan))) => {
                (Severity::Error, format!("write there what is meant, or say `--replan {}`", word(replan)))
            }
            Some(Fixed(None)) => (Severity::Error, "write there what is meant".to_owned()),
            None if *is_hidden => {
                (Severity::Warning, "it is left as it is; write the value itself to have it checked".to_owned())
            }
            None => (Severity::Warning, "write there what is meant, or leave it out".to_owned()),
        };
        let what = format!("`{variable}` ({origin}) cannot be checked: {why}");
        Finding { severity, code: "not-checked", what, remedy }
    };
    // Whoever reads the files tells of those that cannot be read.
    input.current.opaque.iter().filter(|opaque| !opaque.is_file()).map(of).collect()
}

/// A value that does not move by itself, and how somebody asks for another.
#[derive(Clone, Copy)]
struct Fixed(Option<Replan>);

impl Fixed {
    fn of(variable: &str, input: &Input<'_>) -> Option<Self> {
        let names = &input.cluster.network.variables;
        Some(Self(match variable {
            "kube_pods_subnet" | "kube_pods_subnet_ipv6" => Some(Replan::Pods),
            "kube_service_addresses" | "kube_service_addresses_ipv6" => Some(Replan::Services),
            "kube_network_node_prefix" | "kube_network_node_prefix_ipv6" => Some(Replan::NodePrefix),
            "calico_pool_blocksize" | "calico_pool_blocksize_ipv6" => Some(Replan::BlockSize),
            "ipip"
            | "ipip_mode"
            | "calico_ipip_mode"
            | "calico_vxlan_mode"
            | "cilium_tunnel_mode"
            | "flannel_backend_type" => Some(Replan::Encapsulation),
            "enable_dual_stack_networks" | "ipv4_stack" | "ipv6_stack" => Some(Replan::Families),
            "kube_network_plugin" | "container_manager" | "calico_datastore" => None,
            name if name == names.cluster_cidr.as_str() => Some(Replan::Pods),
            name if name == names.service_cidr.as_str() => Some(Replan::Services),
            _ => return None,
        }))
    }

    /// Whether the cluster file or the command line says what it is to be instead.
    fn is_told(self, input: &Input<'_>) -> bool {
        let wishes = &input.cluster.network;
        let is_written = |wish: Option<&RangeWish>| matches!(wish, Some(RangeWish::Written(_)));
        let Some(replan) = self.0 else { return false };
        let is_in_the_file = match replan {
            Replan::Pods => is_written(wishes.pods.as_ref().map(|wish| &wish.value)),
            Replan::Services => is_written(wishes.services.as_ref().map(|wish| &wish.value)),
            Replan::NodePrefix => wishes.node_prefix.is_some(),
            Replan::Encapsulation => wishes.encapsulation.is_some(),
            Replan::Families => wishes.families.is_some(),
            Replan::BlockSize => false,
        };
        is_in_the_file || input.replan.contains(&replan)
    }
}
