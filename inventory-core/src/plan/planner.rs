//! From wishes and surroundings to a plan.

use indexmap::IndexMap;

use super::capacity::Sizes;
use super::error::PlanError;
use super::ranges::{Chosen, Ranges, word};
use super::spaces::{self, Running};
use super::surroundings::Surroundings;
use super::{
    Choice, Fixity, Input, NetworkPlan, PlannedHost, Replan, ShareError, Why, check, mtu, overlay, with_shares,
};
use crate::cluster::{Layout, RangeWish};
use crate::kubespray::Release;
use crate::network::address::{Family, Network};

/// How far behind the first service address the cluster's DNS is: kubespray's `skydns_server`, and that of kubeadm and
/// the hard way.
const DNS: (u128, u128) = (3, 10);

/// Plans a cluster's network.
pub fn plan(input: &Input<'_>) -> Result<NetworkPlan, PlanError> {
    let wishes = &input.cluster.network;
    let release = Release::of(input.cluster.kubespray_version);
    let surroundings = Surroundings::of(input)?;
    let families = families(input)?;
    let mut overlay = overlay::overlay(input, release, &families)?;
    let sizes = Sizes::of(input, &families, release, overlay.cni.value)?;
    let container_manager = container_manager(input, release);
    let running = Running { runtime: &container_manager.value, cni: overlay.cni.value };
    let around = spaces::around(input, &surroundings, running);
    let pods_at_most = sizes.pods_at_most();
    let max_nodes = sizes.max_nodes.value;
    let ranges = Ranges { input, families: &families, around: &around, pods_at_most: &pods_at_most, max_nodes };
    let Chosen { services, pods } = ranges.choose()?;
    let (mtu, vxlan_port) = mtu::mtu(input, &surroundings, &overlay, &families)?;
    overlay.vxlan_port = vxlan_port;
    let (hosts, no_shares) = match hosts(input, &pods, &sizes.node_prefix) {
        Ok(hosts) => (hosts, None),
        Err(error) => (input.hosts.to_vec(), Some(error.finding())),
    };
    let nth = if input.cluster.layout == Layout::Kubespray { DNS.0 } else { DNS.1 };
    let api = wishes.api_address.as_ref();
    let docker_bip = wishes.docker_bip.as_ref();
    let mut plan = NetworkPlan {
        cluster: input.cluster.name.clone(),
        layout: input.cluster.layout,
        kubespray_version: input.cluster.kubespray_version,
        calico_datastore: overlay::datastore(input, release, overlay.cni.value),
        overlay,
        room: sizes.room(&families, &services, &pods),
        cluster_dns: services.iter().filter_map(|services: &Choice<Network>| services.value.nth(nth)).collect(),
        services,
        pods,
        node_prefix: sizes.node_prefix,
        block_prefix: sizes.block_prefix,
        max_pods: sizes.max_pods,
        nodes_today: sizes.nodes_today,
        max_nodes: sizes.max_nodes,
        mtu,
        dns_domain: dns_domain(input),
        load_balancer: wishes.load_balancer.iter().flat_map(|pools| pools.ranges.clone()).collect(),
        metallb: wishes.load_balancer.as_ref().is_some_and(|pools| pools.metallb),
        api: api.map(|api| Choice::written(api.value, Why::Written(api.origin.clone()), Fixity::WithCare)),
        docker_bip: docker_bip
            .map(|bip| Choice::written(bip.value, Why::Written(bip.origin.clone()), Fixity::Changeable)),
        container_manager: container_manager.clone(),
        hosts,
        around,
        levels: surroundings.levels(),
        silent: input.environment.silent.clone(),
        findings: Vec::new(),
        families: families.clone(),
    };
    let ranges = Ranges { input, families: &families, around: &plan.around, pods_at_most: &pods_at_most, max_nodes };
    plan.findings = check::findings(&plan, input, &surroundings, &ranges);
    plan.findings.extend(no_shares);
    plan.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(plan)
}

/// The hosts; those of the hard way with their shares of the pods, since nothing there gives any away.
fn hosts(
    input: &Input<'_>,
    pods: &[Choice<Network>],
    node_prefix: &[Choice<u8>],
) -> Result<Vec<PlannedHost>, ShareError> {
    if input.cluster.layout != Layout::HardWay {
        return Ok(input.hosts.to_vec());
    }
    let name = input.cluster.network.variables.pod_cidr.as_str();
    if let Some(opaque) = input.current.opaque.iter().find(|opaque| opaque.variable == name) {
        return Err(ShareError::Opaque(opaque.clone()));
    }
    let is_free = input.replan.iter().any(|what| matches!(what, Replan::Pods | Replan::NodePrefix));
    let none = IndexMap::new();
    let pinned = if is_free { &none } else { &input.current.pod_cidrs };
    with_shares(input.hosts, pods, node_prefix, pinned)
}

/// The families of pods and services, IPv4 first: what is written, what the variables have, what the ranges are of.
fn families(input: &Input<'_>) -> Result<Vec<Family>, PlanError> {
    let wishes = &input.cluster.network;
    if let Some(wish) = &wishes.families {
        let mut families = wish.value.0.clone();
        families.sort_unstable();
        let before = families.len();
        families.dedup();
        if families.is_empty() || families.len() < before {
            let what = if before == 0 {
                "`families` is empty".to_owned()
            } else {
                format!("`families` has {} twice", word(families[0]))
            };
            return Err(PlanError::wish(&wish.origin, what, "write [ipv4], [ipv6], or [ipv4, ipv6]"));
        }
        return Ok(families);
    }
    let written = |wish: Option<&RangeWish>| match wish {
        Some(RangeWish::Written(networks)) => families_of(networks.iter().copied()),
        _ => None,
    };
    let stays = !input.replan.contains(&Replan::Families);
    let current = input.current.families.as_ref().filter(|_| stays).map(|families| families.value.clone());
    let record = input.current.record.as_ref().filter(|_| stays);
    let recorded = || record.and_then(|record| families_of(record.pods.iter().copied()));
    let found = written(wishes.pods.as_ref().map(|wish| &wish.value))
        .or_else(|| written(wishes.services.as_ref().map(|wish| &wish.value)))
        .or(current)
        .or_else(recorded);
    Ok(found.unwrap_or_else(|| vec![Family::Ipv4]))
}

/// The families of networks, IPv4 first. `None`: there are no networks.
pub(super) fn families_of(networks: impl Iterator<Item = Network>) -> Option<Vec<Family>> {
    let mut families: Vec<Family> = networks.map(Network::family).collect();
    families.sort_unstable();
    families.dedup();
    (!families.is_empty()).then_some(families)
}

fn container_manager(input: &Input<'_>, release: Release) -> Choice<String> {
    let default = release.container_manager().to_owned();
    if let Some(kept) = &input.current.container_manager {
        return Choice::kept(kept.value.clone(), kept.origin.clone(), &default, Fixity::Fixed);
    }
    let record = input.current.record.as_ref();
    if let Some((record, was)) = record.and_then(|record| Some((record, record.container_manager.as_ref()?)))
        && *was != default
    {
        let why = overlay::kept_from(record, release, &default, "nodes do not change by themselves");
        return Choice::written(was.clone(), why, Fixity::Fixed);
    }
    let whose = overlay::whose(input, release);
    let default = if input.cluster.layout == Layout::Kubespray { default } else { "containerd".to_owned() };
    Choice::by_default(default, whose, Fixity::Fixed)
}

fn dns_domain(input: &Input<'_>) -> Choice<String> {
    let whose = overlay::whose(input, Release::of(input.cluster.kubespray_version));
    match &input.cluster.network.dns_domain {
        Some(domain) => {
            let why = Why::Because("as the cluster file says".to_owned());
            Choice::written(domain.clone(), why, Fixity::Fixed)
        }
        None => Choice::by_default("cluster.local".to_owned(), whose, Fixity::Fixed),
    }
}
