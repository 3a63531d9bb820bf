//! What was decided besides ranges and MTU.

use std::fmt::{Display, Write as _};
use std::net::SocketAddr;

use crate::cluster::{ApiAddress, ApiBy};
use crate::network::layer::{Tunnel, When};
use crate::plan::{Choice, NetworkPlan, Why};

use super::super::around::shortened;
use super::super::style::{Style, columns, count};
use super::super::words;
use super::heading;

/// A setting on its way to the page.
struct Setting {
    is_written: bool,
    name: &'static str,
    value: String,
    /// Whether it can be changed later, where that is known.
    fixity: String,
    why: String,
}

/// One line for each, longer where its reason is. The reason that most of them have is said once.
pub(super) fn settings(plan: &NetworkPlan, style: Style) -> String {
    let settings = all(plan);
    let usual = usual(plan, &settings);
    let widest = settings.iter().map(|setting| columns(setting.name)).max().unwrap_or(0);
    let mut section = heading("settings", style);
    for Setting { is_written, name, value, fixity, why } in &settings {
        let label = format!("{} {name}", if *is_written { '*' } else { ' ' });
        let mut text = value.clone();
        if !fixity.is_empty() {
            let _ = write!(text, ", {fixity}");
        }
        if !why.is_empty() && usual.as_ref() != Some(why) {
            let _ = write!(text, ": {why}");
        }
        section += &style.hanging(&label, widest + 4, &text, columns(value));
    }
    let mut notes = Vec::new();
    if settings.iter().any(|setting| setting.is_written) || plan.ranges().any(|(_, range)| range.is_written) {
        notes.push("*: stands in the variables".to_owned());
    }
    notes.extend(usual.map(|usual| format!("without a reason: {usual}")));
    if !notes.is_empty() {
        section += &style.hanging("", 2, &notes.join("; "), 0);
    }
    section
}

/// The default that is the reason of most settings, if it is of several.
fn usual(plan: &NetworkPlan, settings: &[Setting]) -> Option<String> {
    let times = |why: &String| settings.iter().filter(|setting| setting.why == *why).count();
    let defaults = [&plan.max_pods.why, &plan.container_manager.why, &plan.dns_domain.why];
    let defaults = defaults.into_iter().filter(|why| matches!(why, Why::Default(_))).map(|why| words::why(plan, why));
    defaults.max_by_key(times).filter(|why| times(why) > 1)
}

fn all(plan: &NetworkPlan) -> Vec<Setting> {
    fn chosen<T>(plan: &NetworkPlan, name: &'static str, value: impl Display, choice: &Choice<T>) -> Setting {
        let (fixity, why) = (choice.fixity.to_string(), words::why(plan, &choice.why));
        Setting { is_written: choice.is_written, name, value: value.to_string(), fixity, why }
    }
    let overlay = &plan.overlay;
    let version = overlay.version.map(|version| format!(" {version}")).unwrap_or_default();
    let mut settings = vec![
        chosen(plan, "CNI", format!("{}{version}", overlay.cni.value), &overlay.cni),
        chosen(plan, "encapsulation", tunnels(&overlay.tunnels.value), &overlay.tunnels),
    ];
    if let Some(encryption) = overlay.encryption.value {
        settings.push(chosen(plan, "encryption", encryption, &overlay.encryption));
    }
    if let Some(port) = &overlay.vxlan_port {
        settings.push(chosen(plan, "VXLAN port", port.value, port));
    }
    for (name, prefixes) in [("a node's share", &plan.node_prefix), ("Calico's blocks", &plan.block_prefix)] {
        // Both families in one line, unless there is something to tell apart.
        match prefixes.as_slice() {
            [one, other] if (&one.why, one.fixity, one.is_written) == (&other.why, other.fixity, other.is_written) => {
                settings.push(chosen(plan, name, format!("/{}, /{}", one.value, other.value), one));
            }
            each => settings.extend(each.iter().map(|prefix| chosen(plan, name, format!("/{}", prefix.value), prefix))),
        }
    }
    settings.push(chosen(plan, "pods on a node", format!("{} at most", plan.max_pods.value), &plan.max_pods));
    settings.push(chosen(
        plan,
        "nodes",
        format!("{} today, {} at most", plan.nodes_today, plan.max_nodes.value),
        &plan.max_nodes,
    ));
    settings.push(chosen(plan, "runtime", &plan.container_manager.value, &plan.container_manager));
    settings.extend(plan.docker_bip.iter().map(|bip| chosen(plan, "docker's bridge", bip.value, bip)));
    settings.push(chosen(plan, "domain", &plan.dns_domain.value, &plan.dns_domain));
    if !plan.cluster_dns.is_empty() {
        let addresses: Vec<String> = plan.cluster_dns.iter().map(ToString::to_string).collect();
        let why = "in the service network".to_owned();
        settings.push(Setting {
            is_written: false,
            name: "DNS",
            value: addresses.join(", "),
            fixity: String::new(),
            why,
        });
    }
    if let Some(api) = &plan.api {
        settings.push(chosen(plan, "API", api_address(api.value), api));
    }
    settings.extend(plan.load_balancer.iter().map(|pool| {
        let addresses = if pool.value.size() == 1 { "address" } else { "addresses" };
        let by = if plan.metallb { " for MetalLB" } else { "" };
        Setting {
            is_written: plan.metallb,
            name: "load balancer",
            value: format!("{}, {} {addresses}{by}", pool.value, count(pool.value.size())),
            fixity: String::new(),
            why: format!("written in {}", pool.origin),
        }
    }));
    settings.extend(shares(plan));
    settings
}

/// `vxlan`, `vxlan across subnets`, `none`.
fn tunnels(tunnels: &[Tunnel]) -> String {
    if tunnels.is_empty() {
        return "none".to_owned();
    }
    let texts = tunnels.iter().map(|Tunnel { encapsulation, when }| match when {
        When::Always => encapsulation.to_string(),
        When::CrossSubnet => format!("{encapsulation} across subnets"),
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// `10.0.0.10:6443 by kube-vip`.
pub(super) fn api_address(ApiAddress { address, port, by }: ApiAddress) -> String {
    let by = match by {
        ApiBy::KubeVip => "kube-vip",
        ApiBy::LoadBalancer => "a load balancer",
        ApiBy::Node => "a node",
    };
    format!("{} by {by}", SocketAddr::new(address, port))
}

/// The shares of the pod network that hosts of the hard way have.
fn shares(plan: &NetworkPlan) -> Option<Setting> {
    let given: Vec<_> = plan.hosts.iter().filter(|host| !host.pod_cidrs.is_empty()).collect();
    let first = given.first()?.pod_cidrs.first()?;
    let texts = given.iter().map(|host| {
        let shares: Vec<String> = host.pod_cidrs.iter().map(|share| share.value.to_string()).collect();
        format!("{} {}", host.name, shares.join(" and "))
    });
    Some(Setting {
        is_written: given.iter().flat_map(|host| &host.pod_cidrs).any(|share| share.is_written),
        name: "pods of a host",
        value: shortened(&texts.collect::<Vec<_>>()),
        fixity: first.fixity.to_string(),
        why: words::why(plan, &first.why),
    })
}
