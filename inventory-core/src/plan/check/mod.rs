//! What is wrong with a plan, in one list: the table of relations, the chain of levels, and what a plan alone knows.

mod chain;
mod conflicts;
mod facts;
mod families;
mod moves;
mod numbers;
mod opaque;
mod remedy;
mod settings;

use super::capacity::count;
use super::ranges::{self, Ranges};
use super::surroundings::Surroundings;
use super::{Finding, Input, NetworkPlan, Room, Severity, Why};
use crate::cluster::ApiBy;
use crate::environment::OneOrMany;
use crate::network::address::{Family, Network};
use crate::network::allocate::defaults::GUEST_NAT;
use crate::network::allocate::headroom;
use crate::network::mtu::{self, Problem};
use crate::network::relations::{self, Breach, Conflict, Fault};
use crate::network::space::{AddressSpace, Owner};

use remedy::Remedies;

/// Everything there is to say about a plan, the worst first.
pub(super) fn findings(
    plan: &NetworkPlan,
    input: &Input<'_>,
    around: &Surroundings<'_>,
    ranges: &Ranges<'_>,
) -> Vec<Finding> {
    let own: Vec<AddressSpace> = plan.ranges().map(|(role, choice)| ranges::space(choice, role)).collect();
    let facts = facts::facts(plan, input, around, own);
    let breaches = relations::breaches(&facts).into_iter().filter(|breach| !is_accepted(plan, breach)).collect();
    let conflicts = Conflict::of(breaches);
    let remedies = Remedies::new(plan, ranges, &conflicts);
    let mut findings: Vec<Finding> =
        conflicts.iter().map(|conflict| conflicts::finding(conflict, plan, &remedies)).collect();
    findings.extend(chain::findings(plan));
    findings.extend(hosting_gaps(around));
    // Where today's have no room, that has been told.
    if !findings.iter().any(|finding| matches!(finding.code, "A12" | "A14" | "B04" | "B05")) {
        findings.extend(growth(plan));
    }
    findings.extend(moves::findings(plan, input));
    findings.extend(settings::findings(plan, input));
    findings.extend(families::findings(plan));
    findings.extend(opaque::findings(input));
    findings
}

/// What breaks a rule and is meant so, or is told by the chain of levels.
fn is_accepted(plan: &NetworkPlan, breach: &Breach<'_>) -> bool {
    match (breach.rule.id, &breach.fault) {
        // Only kube-vip answers ARP for it: a load balancer may be anywhere.
        ("C06", Fault::Outside) => !plan.api.as_ref().is_some_and(|api| api.value.by == ApiBy::KubeVip),
        // That every machine behind a masquerade has one address is the masquerade's doing.
        ("A24" | "E02", _) => {
            let behind = breach.spaces.iter().any(|space| GUEST_NAT.range.contains(space.range));
            let is_told = |finding: &mtu::Finding| matches!(finding.problem, Problem::EveryMachineIs10022);
            behind && plan.mtu.chain.findings.iter().any(is_told)
        }
        _ => false,
    }
}

/// A hosting level whose ranges nobody tells: nothing can be kept apart from them.
fn hosting_gaps(around: &Surroundings<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_missing = |ranges: Option<&OneOrMany<Network>>| ranges.is_none_or(|ranges| ranges.is_empty());
    for level in around.hosting {
        let hosting = &level.value;
        let missing: Vec<&str> = [("pods", &hosting.pods), ("services", &hosting.services)]
            .into_iter()
            .filter(|(_, ranges)| is_missing(ranges.as_ref().map(|ranges| &ranges.value)))
            .map(|(key, _)| key)
            .collect();
        if missing.is_empty() {
            continue;
        }
        let (name, keys) = (&hosting.name, missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>());
        // What a person wrote is complete or wrong; what was discovered may be silent.
        let is_error = around.hosting_is_written && missing.contains(&"pods");
        let severity = if is_error { Severity::Error } else { Severity::Warning };
        let wanted = missing.iter().map(|key| format!("{key}: CIDR")).collect::<Vec<_>>().join(", ");
        let remedy = if around.hosting_is_written {
            format!("write `{wanted}` there")
        } else {
            format!("its administrator knows them: `hosting: [{{name: {name}, {wanted}, …}}]`")
        };
        findings.push(Finding {
            severity,
            code: "hosting-gap",
            what: format!(
                "the hosting level {name} ({}) has no {}, so that nothing can be kept apart from them",
                level.origin,
                keys.join(" and no "),
            ),
            remedy,
        });
    }
    findings
}

/// Too little room for growth works today, and so does too little for all pods of all nodes.
fn growth(plan: &NetworkPlan) -> Vec<Finding> {
    let most = u128::from(plan.max_nodes.value);
    let is_short = |room: &&Room| room.nodes < most;
    let of = |room: &Room| {
        let pods = plan.pods.iter().find(|pods| pods.value.family() == room.family)?.value;
        let more = headroom::bits_for(most.div_ceil(room.nodes.max(1)));
        let most = match &plan.max_nodes.why {
            Why::Written(origin) => format!("`max_nodes` is {most} ({origin})"),
            _ => format!("`max_nodes` is {most}, twice that"),
        };
        Some(Finding {
            severity: Severity::Warning,
            code: "growth",
            what: format!(
                "pods {pods} has room for {} of {} pods; there {} {} today, and {most}",
                count(room.nodes, "node"),
                room.pods_per_node,
                if plan.nodes_today == 1 { "is" } else { "are" },
                plan.nodes_today,
            ),
            remedy: format!(
                "take a /{} while the cluster is not built, or write {}",
                pods.prefix_len().saturating_sub(more),
                // The most that there will be is at least what there is.
                if room.nodes < u128::from(plan.nodes_today) {
                    "a smaller `max_pods`".to_owned()
                } else {
                    format!("`max_nodes: {}`", room.nodes)
                }
            ),
        })
    };
    plan.room.iter().filter(is_short).filter_map(of).collect()
}

/// Families in the words of a cluster file: `[ipv4, ipv6]`.
fn words(families: &[Family]) -> String {
    format!("[{}]", families.iter().map(|family| ranges::word(*family)).collect::<Vec<_>>().join(", "))
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
