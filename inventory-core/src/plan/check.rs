//! What is wrong with a plan: the table of relations and the chain of levels, in one list.

use super::ranges::{self, Ranges};
use super::surroundings::Surroundings;
use super::{Finding, Input, NetworkPlan, Severity, Why};
use crate::cluster::Layout;
use crate::environment::OneOrMany;
use crate::network::address::{Family, Network};
use crate::network::encapsulation::Encapsulation;
use crate::network::layer::Cni;
use crate::network::mtu::Problem;
use crate::network::relations::{self, Breach, Capacity, Facts, Installer, PodAddresses, PoolModes, Route, Strength};
use crate::network::space::{AddressSpace, Origin, Owner, Role};

/// Everything there is to say about a plan, the worst first.
pub(super) fn findings(
    plan: &NetworkPlan,
    input: &Input<'_>,
    around: &Surroundings<'_>,
    ranges: &Ranges<'_>,
) -> Vec<Finding> {
    let own: Vec<AddressSpace> = plan.ranges().map(|(role, choice)| ranges::space(choice, role)).collect();
    let facts = facts(plan, input, around, &own);
    let mut findings: Vec<Finding> =
        relations::breaches(&facts).iter().map(|breach| of_breach(breach, plan, ranges, &own)).collect();
    findings.extend(of_chain(plan));
    findings.extend(hosting_gaps(around));
    findings.extend(growth(plan));
    findings.extend(moves(plan, input));
    findings.extend(opaque(input));
    findings
}

fn facts(plan: &NetworkPlan, input: &Input<'_>, around: &Surroundings<'_>, own: &[AddressSpace]) -> Facts {
    let mut spaces = plan.around.clone();
    spaces.extend(own.iter().cloned());
    let dns_origin = Origin::Found("this plan".to_owned());
    let dns = plan.cluster_dns.iter();
    spaces.extend(dns.map(|dns| AddressSpace::new(*dns, Role::ClusterDns, Owner::Cluster, dns_origin.clone())));
    for host in &plan.hosts {
        let shares = host.pod_cidrs.iter().map(|share| ranges::space(share, Role::NodePods));
        spaces.extend(shares);
    }
    let is_calico = plan.overlay.cni.value == Cni::Calico;
    if is_calico {
        let pools = plan.pods.iter().map(|pods| ranges::space(pods, Role::PodPool));
        spaces.extend(pools);
    }
    let of = |values: &[super::Choice<u8>], family| {
        let at = plan.families.iter().position(|of| *of == family)?;
        values.get(at).map(|choice| choice.value)
    };
    let capacity = Capacity {
        nodes: Some(plan.nodes_today),
        max_pods: Some(plan.max_pods.value),
        node_prefix_v4: of(&plan.node_prefix, Family::Ipv4),
        node_prefix_v6: of(&plan.node_prefix, Family::Ipv6),
        pod_addresses: Some(if is_calico { PodAddresses::Blocks } else { PodAddresses::NodeShares }),
        block_prefix_v4: of(&plan.block_prefix, Family::Ipv4),
        block_prefix_v6: of(&plan.block_prefix, Family::Ipv6),
    };
    let installer = match plan.layout {
        Layout::Kubespray => Some(Installer::Kubeadm),
        Layout::HardWay => Some(Installer::ByHand),
        Layout::None => None,
    };
    Facts {
        spaces,
        capacity,
        installer,
        routes: routes(plan),
        pool_modes: if is_calico { pool_modes(plan) } else { Vec::new() },
        announced_on_link: plan.metallb.then_some(true),
        nat_outgoing: Some(true),
        siblings_differ: (!input.siblings.is_empty()).then_some(true),
        nesting: relations::Nesting {
            on_pod_network: (!around.hosting.is_empty()).then_some(around.is_inside()),
            use_hosting_services: around.is_inside().then_some(true),
        },
        ..Facts::default()
    }
}

fn pool_modes(plan: &NetworkPlan) -> Vec<PoolModes> {
    let has = |form| plan.overlay.tunnels.value.iter().any(|tunnel| tunnel.encapsulation == form);
    // kubespray encapsulates IPv4 pools only, unless asked for more.
    let mode = |family: &Family| {
        let is_v4 = *family == Family::Ipv4;
        PoolModes {
            family: *family,
            ipip: is_v4 && has(Encapsulation::IpIp),
            vxlan: is_v4 && has(Encapsulation::Vxlan),
        }
    };
    plan.families.iter().map(mode).collect()
}

/// The static routes of the hard way.
fn routes(plan: &NetworkPlan) -> Vec<Route> {
    if plan.layout != Layout::HardWay || plan.overlay.cni.value != Cni::None {
        return Vec::new();
    }
    let of_host = |host: &super::PlannedHost| {
        let pairs = host.pod_cidrs.iter().filter_map(|share| {
            let family = share.value.family();
            let via = *host.addresses.iter().find(|address| Family::of(**address) == family)?;
            let origin = Origin::Found(format!("host {}", host.name));
            Some(Route { destination: share.value, via, owner: Some(via), origin })
        });
        pairs.collect::<Vec<_>>()
    };
    plan.hosts.iter().flat_map(of_host).collect()
}

fn of_breach(breach: &Breach<'_>, plan: &NetworkPlan, ranges: &Ranges<'_>, own: &[AddressSpace]) -> Finding {
    let mut what = breach.rule.says.to_owned();
    for (at, space) in breach.spaces.iter().enumerate() {
        what += if at == 0 { ": " } else { " and " };
        what += &plan.tell(space);
    }
    if !matches!(breach.fault, relations::Fault::AsStated) {
        what.extend([": ", &breach.fault.to_string()]);
    }
    let severity = match breach.rule.strength {
        Strength::Must => Severity::Error,
        Strength::Should => Severity::Warning,
        Strength::May => Severity::Info,
    };
    Finding { severity, code: breach.rule.id, what, remedy: remedy(breach, plan, ranges, own) }
}

/// The smallest change that helps: of the cluster's own ranges, since what is around is somebody else's.
fn remedy(breach: &Breach<'_>, plan: &NetworkPlan, ranges: &Ranges<'_>, own: &[AddressSpace]) -> String {
    let movable = breach.spaces.iter().find(|space| {
        space.owner == Owner::Cluster && matches!(space.role, Role::Pods | Role::Services | Role::PodPool)
    });
    let Some(space) = movable else { return remedy_in_words(breach) };
    let (role, key) = if space.role == Role::Services { (Role::Services, "services") } else { (Role::Pods, "pods") };
    let Some(network) = space.range.network() else { return remedy_in_words(breach) };
    if !matches!(breach.fault, relations::Fault::Shares(_)) {
        return remedy_in_words(breach);
    }
    let Some(free) = ranges.instead_of(role, network, own) else { return format!("name a `pool` with room for {key}") };
    let choice = plan.ranges().find(|(_, choice)| choice.value == network).map(|(_, choice)| &choice.why);
    match choice {
        Some(Why::Written(origin)) => {
            format!("write `{key}: {free}` in {origin}, or `auto`; a cluster that runs must be built again for it")
        }
        _ => format!("`--replan {key}` takes {free}; a cluster that runs must be built again for it"),
    }
}

fn remedy_in_words(breach: &Breach<'_>) -> String {
    use relations::Fault;
    match (&breach.fault, breach.rule.id) {
        (Fault::TooFew { .. }, "A14") => "take a larger pod network, or a longer `node_prefix`".to_owned(),
        (Fault::TooFew { are, .. }, "A15") => format!("write `max_pods: {are}`, or a shorter `node_prefix`"),
        (_, "A12" | "A13") => "choose a `node_prefix` between the pod network's and 16 bits longer".to_owned(),
        (Fault::HostBits(network), _) => format!("write {network}"),
        (_, "C05") => "announce it by BGP, or take addresses of the machines' network".to_owned(),
        (_, "F09") => "tell the machines' networks: `nodes: [{cidr: …}]`".to_owned(),
        _ => String::new(),
    }
}

fn of_chain(plan: &NetworkPlan) -> Vec<Finding> {
    let own = plan.mtu.chain.levels.len().saturating_sub(1);
    let has_setting = super::mtu::has_setting(plan.overlay.cni.value);
    let of = |finding: &crate::network::mtu::Finding| {
        let is_own = finding.level == own;
        let mut severity = finding.problem.severity();
        let mut remedy = String::new();
        if is_own && matches!(finding.problem, Problem::ExceedsPath { .. }) && !has_setting {
            // Nothing can be written for it, so that refusing to write would help nobody.
            severity = Severity::Warning;
            remedy = format!(
                "there is no variable for {}: make the machines' NIC smaller, or take a `cni` that can be told",
                plan.overlay.cni.value
            );
        }
        // What is wrong further out is not this cluster's to mend.
        if !is_own {
            severity = severity.min(Severity::Warning);
        }
        Finding { severity, code: finding.problem.code(), what: finding.to_string(), remedy }
    };
    plan.mtu.chain.findings.iter().map(of).collect()
}

/// A hosting level whose ranges nobody tells: nothing can be kept apart from them.
fn hosting_gaps(around: &Surroundings<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_missing = |ranges: Option<&OneOrMany<Network>>| ranges.is_none_or(|ranges| ranges.is_empty());
    for level in around.hosting {
        let hosting = &level.value;
        let (pods, services) = (hosting.pods.as_ref(), hosting.services.as_ref());
        for (key, ranges) in [("pods", pods), ("services", services)] {
            if !is_missing(ranges.map(|ranges| &ranges.value)) {
                continue;
            }
            // What a person wrote is complete or wrong; what was discovered may be silent.
            let is_error = around.hosting_is_written && key == "pods";
            findings.push(Finding {
                severity: if is_error { Severity::Error } else { Severity::Warning },
                code: "hosting-gap",
                what: format!(
                    "the hosting level {} ({}) has no `{key}`, so that nothing can be kept apart from them",
                    hosting.name, level.origin
                ),
                remedy: format!("write `{key}: CIDR` there; its administrator, or its kubeadm-config, knows"),
            });
        }
    }
    findings
}

/// Too little room for growth works today.
fn growth(plan: &NetworkPlan) -> Vec<Finding> {
    let most = u128::from(plan.max_nodes.value);
    let is_short = |room: &&super::Room| room.nodes < most && room.nodes >= u128::from(plan.nodes_today);
    let of = |room: &super::Room| {
        let pods = plan.pods.iter().find(|pods| pods.value.family() == room.family);
        let pods = pods.map(|pods| pods.value.to_string()).unwrap_or_default();
        Finding {
            severity: Severity::Warning,
            code: "growth",
            what: format!(
                "{pods} has room for {} nodes; there are {} today and {most} to come ({})",
                room.nodes, plan.nodes_today, plan.max_nodes.why
            ),
            remedy: format!("take a larger pod network while it can be changed, or write `max_nodes: {}`", room.nodes),
        }
    };
    plan.room.iter().filter(is_short).map(of).collect()
}

/// What the plan moves that a live cluster cannot change.
fn moves(plan: &NetworkPlan, input: &Input<'_>) -> Vec<Finding> {
    let current = input.current;
    let recorded = current.record.as_ref();
    let mut findings = Vec::new();
    let mut compare = |key: &str, was: Option<(String, String)>, is: String, is_asked: bool, was_ours: bool| {
        let Some((was, place)) = was.filter(|(was, _)| *was != is) else { return };
        let cost = "pods, services and certificates of a cluster that runs carry the old one: it must be built again";
        let (severity, remedy) = match (is_asked, was_ours) {
            (true, _) => (Severity::Info, cost.to_owned()),
            (false, true) => (
                Severity::Error,
                format!("write {was} back, or, where the cluster is to be built again, `--replan {key}`"),
            ),
            (false, false) => (Severity::Warning, cost.to_owned()),
        };
        findings.push(Finding {
            severity,
            code: "moves",
            what: format!("{key} move from {was} ({place}) to {is}"),
            remedy,
        });
    };
    for (role, key, replan, kept, record) in [
        (
            Role::Services,
            "services",
            super::Replan::Services,
            &current.services,
            recorded.map(|record| &record.services),
        ),
        (Role::Pods, "pods", super::Replan::Pods, &current.pods, recorded.map(|record| &record.pods)),
    ] {
        for (_, choice) in plan.ranges().filter(|(of, _)| *of == role) {
            let family = choice.value.family();
            let record = record.into_iter().flatten().find(|network| network.family() == family);
            let kept = kept.iter().find(|network| network.value.family() == family);
            let was = match (kept, record) {
                (Some(kept), _) => Some((kept.value.to_string(), kept.origin.to_string())),
                (None, Some(record)) => Some((record.to_string(), "when the variables were last written".to_owned())),
                (None, None) => None,
            };
            compare(key, was, choice.value.to_string(), input.replan.contains(&replan), record.is_some());
        }
    }
    for (at, choice) in plan.node_prefix.iter().enumerate() {
        let family = plan.families[at];
        let kept = current.node_prefix.iter().find(|kept| kept.value.family == family);
        let was = kept.map(|kept| (kept.value.value.to_string(), kept.origin.to_string()));
        let asked = input.replan.contains(&super::Replan::NodePrefix);
        compare("node-prefix", was, choice.value.to_string(), asked, recorded.is_some());
    }
    findings
}

/// What stands in the variables and cannot be read.
fn opaque(input: &Input<'_>) -> Vec<Finding> {
    let of = |opaque: &super::Opaque| Finding {
        severity: Severity::Warning,
        code: "not-checked",
        what: format!("{} in {} cannot be checked: {}", opaque.variable, opaque.origin, opaque.why),
        remedy: "it is left as it is; write the value itself to have it checked".to_owned(),
    };
    input.current.opaque.iter().map(of).collect()
}

impl NetworkPlan {
    /// A space in words, with the name of whose it is: `pods 10.233.64.0/18 of kube-test (site.yml:4:11)`.
    pub fn tell(&self, space: &AddressSpace) -> String {
        let whose = match &space.owner {
            Owner::Cluster => String::new(),
            Owner::Level(level) => {
                let name = self.levels.get(usize::from(*level)).map_or("a level around", String::as_str);
                format!(" of {name}")
            }
            Owner::Sibling(name) => format!(" of {name}"),
        };
        format!("{} {}{whose} ({})", space.role, space.range, space.origin)
    }
}
