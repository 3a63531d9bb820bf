//! What the chain of levels says, as findings of a plan.

use super::super::mtu::has_setting;
use super::super::overlay::forms_of;
use super::super::{Finding, NetworkPlan, Severity};
use crate::cluster::Layout;
use crate::environment::{TunnelForm, Tunnels};
use crate::network::layer::Cni;
use crate::network::mtu::{self, Guessed, Problem};

/// What is to be said about the levels, what is wrong further out said more softly: it is not this cluster's to mend.
pub(super) fn findings(plan: &NetworkPlan) -> Vec<Finding> {
    let own = plan.mtu.chain.levels.len().saturating_sub(1);
    let of = |finding: &mtu::Finding| {
        if matches!(finding.problem, Problem::Guessed { taken, most, .. } if taken == most) {
            // Whichever it is, as much fits.
            return None;
        }
        if finding.level == own {
            return of_own(plan, finding);
        }
        let severity = finding.problem.severity().min(Severity::Warning);
        Some(Finding { severity, code: finding.problem.code(), what: finding.to_string(), remedy: String::new() })
    };
    plan.mtu.chain.findings.iter().filter_map(of).collect()
}

fn of_own(plan: &NetworkPlan, finding: &mtu::Finding) -> Option<Finding> {
    let cni = plan.overlay.cni.value;
    let is_deaf = !has_setting(plan.layout, cni);
    let mut told = Finding {
        severity: finding.problem.severity(),
        code: finding.problem.code(),
        what: finding.to_string(),
        remedy: String::new(),
    };
    match &finding.problem {
        // Nothing can be written for it, so that refusing to write would help nobody.
        Problem::ExceedsPath { usable, safe, sum, written: false, .. } if is_deaf => {
            let who = if cni == Cni::None { "the nodes' bridges let".to_owned() } else { format!("{cni} lets") };
            told.severity = Severity::Warning;
            told.what = format!(
                "{}: {who} pods send packets of {usable} bytes, and {safe} fit: {sum}; large ones vanish, small ones pass",
                finding.place
            );
            told.remedy = match cni {
                Cni::None => format!("write `\"mtu\": {safe}` into the configuration of the bridges"),
                _ => format!(
                    "no variable tells {cni} an MTU: give the machines' NIC {} bytes less, or take a `cni` that can be \
                     told",
                    usable.bytes() - safe.bytes()
                ),
            };
        }
        Problem::ExceedsPath { usable, safe, sum, written: true, setting } => {
            told.what = format!(
                "{}, with which pods send packets of {usable} bytes, and {safe} fit: {sum}; large ones vanish, small \
                 ones pass",
                written(plan)?
            );
            told.remedy = format!("write `mtu: {}`, or `auto`", setting.value());
        }
        Problem::WrittenForPods { cni, usable, nodes, .. } => {
            told.what = format!(
                "{}, and {cni} takes the nodes' MTU and deducts from it, so that its pods get {usable}",
                written(plan)?
            );
            told.remedy = format!("write `mtu: {nodes}`, or `auto`");
        }
        Problem::ReliesOnPathDiscovery { route, usable } if is_deaf => {
            let is_worse = |other: &mtu::Finding| {
                other.level == finding.level && matches!(other.problem, Problem::ExceedsPath { .. })
            };
            if plan.mtu.chain.findings.iter().any(is_worse) {
                return None;
            }
            told.severity = Severity::Info;
            told.what = format!(
                "{}: pods send packets of {route} bytes into tunnels of {usable}, and only ICMP tells them",
                finding.place
            );
            told.remedy = format!("no variable tells {cni} an MTU: let ICMP pass between pods");
        }
        Problem::PortShared { host, what, .. } if has_no_port(plan) => {
            told.what = format!("{}: its {what} is also {host}'s", finding.place);
            told.remedy = another_form(plan);
        }
        Problem::Dropped { rule: "H01", .. } if has_no_port(plan) => told.remedy = another_form(plan),
        Problem::Dropped { rule: "H02" | "H03", .. } | Problem::BareOnPodNetwork { .. } => {
            if let Problem::BareOnPodNetwork { host } = &finding.problem {
                told.what = format!(
                    "{}: its pods' packets travel without encapsulation, and {host} passes only those of the machines' \
                     own addresses",
                    finding.place
                );
            }
            told.remedy = if forms_of(cni).contains(&TunnelForm::Vxlan) {
                "write `encapsulation: vxlan`".to_owned()
            } else {
                format!("{cni} has no vxlan: take a `cni` that has")
            };
        }
        Problem::Guessed { guessed: Guessed::Version, .. } => "the key is `cni_version`".clone_into(&mut told.remedy),
        _ => {}
    }
    Some(told)
}

/// The value that is written, with its place.
fn written(plan: &NetworkPlan) -> Option<String> {
    let written = plan.mtu.written.as_ref()?;
    Some(format!("`mtu` is {} ({})", written.value, written.why))
}

/// Whether no variable gives it another port: only Calico has one.
fn has_no_port(plan: &NetworkPlan) -> bool {
    plan.layout == Layout::Kubespray && plan.overlay.cni.value != Cni::Calico
}

/// An encapsulation with a port of its own.
fn another_form(plan: &NetworkPlan) -> String {
    let cni = plan.overlay.cni.value;
    let now = Tunnels::of(&plan.overlay.tunnels.value);
    let is_other = |form: &&TunnelForm| !now.0.iter().any(|wish| wish.form == **form);
    let has_port = [TunnelForm::Geneve, TunnelForm::Vxlan, TunnelForm::Wireguard];
    match has_port.iter().filter(is_other).find(|form| forms_of(cni).contains(form)) {
        Some(form) => format!("no variable gives {cni} another port: write `encapsulation: {form}`"),
        None => format!("no variable gives {cni} another port: take another `cni`"),
    }
}
