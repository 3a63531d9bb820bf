//! Ranges, families, and how many of what.

use super::draft::{Draft, File};
use super::unwritable::Unwritable;
use crate::inventory::Value;
use crate::kubespray::{self, MAX_PODS};
use crate::network::address::{Family, Network};
use crate::network::allocate::defaults;
use crate::network::space::Role;
use crate::plan::Choice;

pub(super) fn draft(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let plan = draft.plan;
    families(draft)?;
    for choice in &plan.services {
        range(draft, choice, Role::Services, ["kube_service_addresses", "kube_service_addresses_ipv6"]);
    }
    for choice in &plan.pods {
        range(draft, choice, Role::Pods, ["kube_pods_subnet", "kube_pods_subnet_ipv6"]);
    }
    for (family, choice) in plan.families.iter().zip(&plan.node_prefix) {
        let name = of(*family, ["kube_network_node_prefix", "kube_network_node_prefix_ipv6"]);
        draft.choose(File::Cluster, name, choice, choice.value, kubespray::node_prefix(*family));
    }
    draft.choose(File::Cluster, "kubelet_max_pods", &plan.max_pods, plan.max_pods.value, MAX_PODS);
    Ok(())
}

/// The name of a variable that there is once a family.
pub(super) fn of(family: Family, [ipv4, ipv6]: [&'static str; 2]) -> &'static str {
    match family {
        Family::Ipv4 => ipv4,
        Family::Ipv6 => ipv6,
    }
}

fn range(draft: &mut Draft<'_>, choice: &Choice<Network>, role: Role, names: [&'static str; 2]) {
    let family = choice.value.family();
    let is_default = |default: &&defaults::DefaultRange| default.role == role && default.range.family() == family;
    let default = defaults::KUBESPRAY.iter().find(is_default).map(|default| default.range.to_string());
    draft.choose(File::Cluster, of(family, names), choice, choice.value.to_string(), default.unwrap_or_default());
}

fn families(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let (release, families) = (draft.release, &draft.plan.families);
    let version = release.version();
    let [ipv4, ipv6] = [Family::Ipv4, Family::Ipv6].map(|family| families.contains(&family));
    if ipv6 && !release.has_dual_stack() {
        return Err(Unwritable::NoIpv6 { version });
    }
    if !ipv4 && !release.has_ipv6_alone() {
        return Err(Unwritable::NoIpv6Alone { version });
    }
    let why = match (ipv4, ipv6) {
        (true, true) => "pods and services of both families",
        (false, true) => "pods and services of IPv6 alone",
        (_, false) => "pods and services of IPv4 alone",
    };
    if !release.has_ipv6_alone() {
        if release.has_dual_stack() {
            stack(draft, "enable_dual_stack_networks", ipv6, false, why);
        }
        return Ok(());
    }
    stack(draft, "ipv4_stack", ipv4, true, why);
    // Where the old name still stands, it is what `ipv6_stack` takes its default from.
    let default = match draft.now(&["enable_dual_stack_networks"]) {
        Some(_) => !ipv6,
        None => false,
    };
    stack(draft, "ipv6_stack", ipv6, default, why);
    Ok(())
}

fn stack(draft: &mut Draft<'_>, name: &str, value: bool, default: bool, why: &str) {
    if value == default {
        draft.correct(File::Cluster, &[name], Value::Bool(value), why);
    } else {
        draft.write(File::Cluster, &[name], Value::Bool(value), why);
    }
}
