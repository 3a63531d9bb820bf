//! What the plan moves that a live cluster cannot change.

use super::super::capacity::recorded;
use super::super::planner::families_of;
use super::super::{Choice, FamilyValue, Finding, Input, NetworkPlan, Replan, Severity, Why};
use crate::environment::{Sourced, Tunnels};
use crate::network::space::Role;

/// What a value was, and where that is known from.
type Was = Option<(String, String)>;

/// What is not any more: of what was in effect and of what stands in the files the first that is not what is planned.
/// Somebody may have changed the files by hand.
fn what_was(recorded: Was, kept: Was, is: &str) -> Was {
    [recorded, kept].into_iter().flatten().find(|(was, _)| was != is)
}

/// Everything that is not what it was.
pub(super) fn findings(plan: &NetworkPlan, input: &Input<'_>) -> Vec<Finding> {
    let moves = Moves { input };
    let mut findings = Vec::new();
    let cni = plan.overlay.cni.value.to_string();
    findings.extend(moves.of("`cni`", None, moves.cni(&cni), &cni));
    findings.extend(moves.families(plan));
    for (at, family) in plan.families.iter().enumerate() {
        for role in [Role::Services, Role::Pods] {
            findings.extend(moves.range(plan, role, at));
        }
        let record = input.current.record.as_ref();
        let of_family = |kept: &&Sourced<FamilyValue>| kept.value.family == *family;
        let was = |kept: &[Sourced<FamilyValue>], recorded: Option<u8>, is: u8| {
            let kept = kept.iter().find(of_family).map(|kept| (kept.value.value.to_string(), kept.origin.to_string()));
            what_was(recorded.map(|was| (was.to_string(), WHEN.to_owned())), kept, &is.to_string())
        };
        if let Some(share) = plan.node_prefix.get(at) {
            let recorded = record.and_then(|record| recorded(record, &record.node_prefix, *family));
            let was = was(&input.current.node_prefix, recorded, share.value);
            findings.extend(moves.of("`node_prefix`", Some(Replan::NodePrefix), was, &share.value.to_string()));
        }
        if let Some(block) = plan.block_prefix.get(at) {
            let recorded = record.and_then(|record| recorded(record, &record.block_prefix, *family));
            let was = was(&input.current.block_prefix, recorded, block.value);
            findings.extend(moves.of(
                "the size of Calico's blocks",
                Some(Replan::BlockSize),
                was,
                &block.value.to_string(),
            ));
        }
    }
    findings.extend(moves.encapsulation(plan));
    findings.extend(api(plan, input));
    if findings.is_empty() {
        findings.extend(ignored(plan, input));
    }
    findings
}

/// Where a value is known from that did not stand anywhere.
const WHEN: &str = "in effect when the variables were last written";

struct Moves<'a> {
    input: &'a Input<'a>,
}

impl Moves<'_> {
    fn of(&self, key: &str, replan: Option<Replan>, was: Was, is: &str) -> Option<Finding> {
        let (was, place) = was?;
        let is_asked = replan.is_some_and(|replan| self.input.replan.contains(&replan));
        // What this program wrote is in use; what merely stands in a file may be a sample nobody has run yet.
        let is_used = self.input.current.record.is_some();
        let cost = "a cluster that runs must be built again for it";
        let (severity, remedy) = match (is_asked, is_used) {
            (true, _) => (Severity::Info, cost.to_owned()),
            (false, true) => {
                let again = match replan {
                    Some(replan) => format!("write it into the cluster file and say `--replan {}`", word(replan)),
                    None => "delete .inv/plan.json".to_owned(),
                };
                (Severity::Error, format!("{cost}: write {was} back, or, if {is} is meant, {again}"))
            }
            (false, false) => (Severity::Warning, cost.to_owned()),
        };
        let what = format!("{key} moves from {was} ({place}) to {is}");
        Some(Finding { severity, code: "moves", what, remedy })
    }

    fn cni(&self, is: &str) -> Was {
        let current = self.input.current;
        let kept = current.cni.as_ref().map(|cni| (cni.value.to_string(), cni.origin.to_string()));
        let recorded = current.record.as_ref().map(|record| (record.cni.to_string(), WHEN.to_owned()));
        what_was(recorded, kept, is)
    }

    fn range(&self, plan: &NetworkPlan, role: Role, at: usize) -> Option<Finding> {
        let current = self.input.current;
        let record = current.record.as_ref();
        let (key, replan, choices, kept, recorded) = match role {
            Role::Services => (
                "`services`",
                Replan::Services,
                &plan.services,
                &current.services,
                record.map(|record| &record.services),
            ),
            _ => ("`pods`", Replan::Pods, &plan.pods, &current.pods, record.map(|record| &record.pods)),
        };
        let choice = choices.get(at)?;
        let family = choice.value.family();
        let kept = kept.iter().find(|network| network.value.family() == family);
        let recorded = recorded.into_iter().flatten().find(|network| network.family() == family);
        let kept = kept.map(|kept| (kept.value.to_string(), kept.origin.to_string()));
        let recorded = recorded.map(|network| (network.to_string(), WHEN.to_owned()));
        let is = choice.value.to_string();
        self.of(key, Some(replan), what_was(recorded, kept, &is), &is)
    }

    fn families(&self, plan: &NetworkPlan) -> Option<Finding> {
        let current = self.input.current;
        let kept = current.families.as_ref().map(|kept| (super::words(&kept.value), kept.origin.to_string()));
        let recorded = current.record.as_ref().and_then(|record| families_of(record.pods.iter().copied()));
        let recorded = recorded.map(|families| (super::words(&families), WHEN.to_owned()));
        let is = super::words(&plan.families);
        self.of("`families`", Some(Replan::Families), what_was(recorded, kept, &is), &is)
    }

    fn encapsulation(&self, plan: &NetworkPlan) -> Option<Finding> {
        let current = self.input.current;
        let cni = plan.overlay.cni.value;
        let is_its_own = current.cni.as_ref().is_none_or(|was| was.value == cni);
        // Another CNI's encapsulation goes with it.
        if !is_its_own {
            return None;
        }
        let told = |tunnels: &Tunnels| Tunnels::of(&tunnels.with(cni).0).to_string();
        let kept = current.encapsulation.as_ref().map(|kept| (told(&kept.value), kept.origin.to_string()));
        let record = current.record.as_ref().filter(|record| record.cni == cni);
        let recorded = record.map(|record| (told(&record.encapsulation), WHEN.to_owned()));
        let is = Tunnels::of(&plan.overlay.tunnels.value).to_string();
        self.of("`encapsulation`", Some(Replan::Encapsulation), what_was(recorded, kept, &is), &is)
    }
}

/// The address of the API, which can be changed with care.
fn api(plan: &NetworkPlan, input: &Input<'_>) -> Option<Finding> {
    let (is, was) = (plan.api.as_ref()?, input.current.api_address.as_ref()?);
    (is.value.address != was.value).then(|| Finding {
        severity: Severity::Warning,
        code: "moves",
        what: format!("`api_address` moves from {} ({}) to {}", was.value, was.origin, is.value.address),
        remedy: "the certificates and kubeconfigs of a cluster that runs name the old one: renew them".to_owned(),
    })
}

/// What was to be chosen again and cannot be, since the cluster file says what it is.
fn ignored(plan: &NetworkPlan, input: &Input<'_>) -> Vec<Finding> {
    fn origin<T>(choice: Option<&Choice<T>>) -> Option<String> {
        match &choice?.why {
            Why::Written(origin) => Some(origin.to_string()),
            _ => None,
        }
    }
    let of = |replan: &Replan| {
        let origin = match replan {
            Replan::Pods => origin(plan.pods.first()),
            Replan::Services => origin(plan.services.first()),
            Replan::NodePrefix => origin(plan.node_prefix.first()),
            Replan::Encapsulation => origin(Some(&plan.overlay.tunnels)),
            Replan::BlockSize => None,
            Replan::Families => input.cluster.network.families.as_ref().map(|wish| wish.origin.to_string()),
        }?;
        Some(Finding {
            severity: Severity::Warning,
            code: "replan",
            what: format!("`--replan {}` changes nothing: it is written in {origin}", word(*replan)),
            remedy: "change it there, or take it away".to_owned(),
        })
    };
    input.replan.iter().filter_map(of).collect()
}

/// As it is written on the command line.
pub(super) fn word(replan: Replan) -> &'static str {
    match replan {
        Replan::Pods => "pods",
        Replan::Services => "services",
        Replan::NodePrefix => "node-prefix",
        Replan::Families => "families",
        Replan::Encapsulation => "encapsulation",
        Replan::BlockSize => "block-size",
    }
}
