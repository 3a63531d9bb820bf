//! The picture in words, for whoever does not see it.

use super::text::clean;
use crate::cluster::Layout;
use crate::environment::SilentPlace;
use crate::network::layer::Cni;
use crate::network::space::Role;
use crate::plan::render::style::{count, counted};
use crate::plan::{NetworkPlan, Severity};

/// More than this around the cluster is counted.
const MOST: usize = 20;

/// What cluster it is, in one line.
pub(super) fn cluster(plan: &NetworkPlan) -> String {
    let mut facts = vec![match (plan.layout, plan.kubespray_version) {
        (Layout::Kubespray, Some(version)) => format!("kubespray {version}"),
        (Layout::Kubespray, None) => "kubespray".to_owned(),
        (Layout::HardWay, _) => "the hard way".to_owned(),
        (Layout::None, _) => "no layout".to_owned(),
    }];
    let tunnels: Vec<_> = plan.overlay.tunnels.value.iter().map(|tunnel| tunnel.encapsulation.to_string()).collect();
    let how = if tunnels.is_empty() { "bare packets".to_owned() } else { tunnels.join(" and ") };
    facts.push(match plan.overlay.cni.value {
        Cni::None => format!("no CNI, {how}"),
        cni => format!("{cni}, {how}"),
    });
    if let Some(encryption) = plan.overlay.encryption.value {
        facts.push(format!("encrypted by {encryption}"));
    }
    let nodes = counted(plan.nodes_today.into(), "node");
    facts.push(format!("{nodes}, at most {}", count(plan.max_nodes.value.into())));
    facts.join(" · ")
}

/// How bad something is, in a word.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
        Severity::Info => "Note",
    }
}

/// A place that did not tell.
pub(super) fn silence(silent: &SilentPlace) -> String {
    let SilentPlace { place, why, would_tell } = silent;
    format!("{place} was silent ({why}): {would_tell} may be missing here.")
}

/// Everything.
pub(super) fn plan(plan: &NetworkPlan) -> String {
    let mut sentences = vec![format!("{}.", clean(&cluster(plan)))];
    if !plan.levels.is_empty() {
        let levels = plan.levels.iter().map(|level| clean(level)).collect::<Vec<_>>().join(", in it ");
        sentences.push(format!("Nested in {levels}."));
    }
    for (role, range) in plan.ranges() {
        sentences.push(format!("Its {role}: {}.", range.value));
    }
    let around = plan.around.iter().filter(|space| matches!(space.role, Role::Pods | Role::Services | Role::Nodes));
    let mut around: Vec<_> = around.map(|space| clean(&format!("Around it: {}.", plan.tell(space)))).collect();
    let more = around.len().saturating_sub(MOST);
    around.truncate(MOST);
    sentences.extend(around);
    sentences.extend((more > 0).then(|| format!("And {more} more around it.")));
    if let Some(level) = plan.mtu.chain.levels.last() {
        sentences.push(clean(&format!("MTU: {}.", level.sum)));
    }
    let faults = super::faults(plan).take(MOST);
    sentences.extend(faults.map(|fault| clean(&format!("{}: {fault}.", word(fault.severity)))));
    sentences.join(" ")
}
