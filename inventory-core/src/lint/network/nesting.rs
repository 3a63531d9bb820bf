//! What the cluster around does to the packets of its guests, as findings.

use crate::environment::Sourced;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Fix, Label};
use crate::lint::model::Told;
use crate::lint::rule::Rule;
use crate::lint::view::View;
use crate::network::layer::Cni;
use crate::network::mtu::Problem;
use crate::network::space::Origin;

/// The ports that are proposed where the CNI's own is taken.
const OTHER_PORTS: std::ops::Range<u16> = 4790..4890;

/// A finding about how a cluster hangs on the one around it.
pub(super) fn finding(rule: &'static Rule, problem: &Problem, view: &View<'_>) -> Option<Finding> {
    let (message, primary) = headline(problem, view)?;
    let mut finding = Finding::new(rule, message, primary);
    for note in notes(view) {
        finding = finding.note(note);
    }
    match problem {
        Problem::Dropped { rule: row, .. } => {
            finding = match *row {
                "H01" => with_port(finding, view).note(allowing(view, "allowVXLANPacketsFromWorkloads")),
                "H02" => finding
                    .help("use VXLAN: `calico_vxlan_mode: Always`, `calico_ipip_mode: Never`, `calico_network_backend: vxlan`")
                    .note(allowing(view, "allowIPIPPacketsFromWorkloads")),
                _ => finding.help("use VXLAN, Geneve or WireGuard, which are UDP"),
            };
        }
        Problem::PortShared { .. } => finding = with_port(finding, view),
        Problem::BareOnPodNetwork { .. } => finding = finding.help("use an encapsulation: VXLAN"),
        Problem::EveryMachineIs10022 => {
            finding = finding.help("use the bridge binding or a secondary network for the machines");
        }
        _ => {}
    }
    Some(finding)
}

/// What is wrong, and where.
pub(super) fn headline(problem: &Problem, view: &View<'_>) -> Option<(String, Label)> {
    Some((message(problem), place(problem, view)?))
}

/// The sentence, without its remedy where that is told apart.
fn message(problem: &Problem) -> String {
    match problem {
        Problem::Dropped { host, what, .. } => format!("{host}, in which the machines run, drops the cluster's {what}"),
        Problem::PortShared { host, what, same_vni } => {
            let vni = if *same_vni { ", with the same VNI" } else { "" };
            format!("the cluster's {what} is also that of {host}, in which the machines run{vni}")
        }
        Problem::BareOnPodNetwork { host } => format!(
            "pods' packets travel without encapsulation, and {host}, in which the machines run, passes only those of \
             the machines' own addresses"
        ),
        Problem::EveryMachineIs10022 => "with KubeVirt's masquerade every machine is 10.0.2.2 to itself, so that all \
                                         nodes claim one address"
            .to_owned(),
        Problem::NotForwarded { missing } => {
            format!("the machines' masquerade forwards only the ports it lists, and {missing} is not among them")
        }
        other => other.to_string(),
    }
}

/// Where the cluster's variables say what is wrong: the port, the encapsulation, the CNI; else the inventory.
fn place(problem: &Problem, view: &View<'_>) -> Option<Label> {
    let current = view.current();
    let of = |origin: Option<&Origin>, text: &str| Some(Label::new(view.place_of(origin?)?, text));
    let port = || of(current.vxlan_port.as_ref().map(|port| &port.origin), "the overlay's port");
    let form = || of(current.encapsulation.as_ref().map(|form| &form.origin), "the encapsulation");
    let cni = || of(current.cni.as_ref().map(|cni| &cni.origin), "the CNI");
    let written = match problem {
        Problem::Dropped { rule: "H01", .. } | Problem::PortShared { .. } => port().or_else(form).or_else(cni),
        Problem::Dropped { .. } | Problem::BareOnPodNetwork { .. } => form().or_else(cni),
        _ => None,
    };
    written.or_else(|| Some(Label::new(view.whole()?, "the cluster")))
}

/// Where the level around is described, and what of this cluster is written nowhere.
fn notes(view: &View<'_>) -> Vec<String> {
    let declared = view.surroundings.declared.hosting.as_deref();
    let level = declared.unwrap_or(&view.surroundings.found.hosting).last();
    let described = level.map(|Sourced { value, origin }| match origin {
        Origin::Found(object) => format!("{} was found: {object}", value.name),
        written => format!("{} is declared in {written}", value.name),
    });
    let current = view.current();
    let kubespray = view.kubespray();
    let is_default = current.encapsulation.is_none() && view.is_kubespray();
    let cni = current.cni.as_ref().map_or(Cni::Calico, |cni| cni.value);
    let default = is_default
        .then(|| format!("{} is what {cni} uses in {kubespray}, and written nowhere", view.release.encapsulation(cni)));
    described.into_iter().chain(default).collect()
}

/// Another port, where the CNI can be given one: only Calico can.
fn with_port(finding: Finding, view: &View<'_>) -> Finding {
    let current = view.current();
    let is_calico = current.cni.as_ref().is_none_or(|cni| cni.value == Cni::Calico);
    if !is_calico || !view.release.has_calico_vxlan_port() {
        return finding.help("no variable gives the CNI another port: choose another encapsulation, or another CNI");
    }
    let declared = view.surroundings.declared.hosting.as_deref().unwrap_or(&view.surroundings.found.hosting);
    let is_taken =
        |port: &u16| declared.iter().any(|level| level.value.vxlan_port.is_some_and(|own| own.get() == *port));
    let Some(port) = OTHER_PORTS.into_iter().find(|port| !is_taken(port)) else { return finding };
    let finding = finding.help(format!("write `calico_vxlan_port: {port}`, a port that nobody around uses"));
    let told = view.nodes().find(&["calico_vxlan_port"]).filter(Told::is_literal);
    let edit = told.filter(|_| current.vxlan_port.is_some()).and_then(|told| edits::replace(&told, &port.to_string()));
    match edit {
        Some(edit) => finding.fix(Fix {
            title: format!("take port {port}"),
            applicability: Applicability::Unsafe,
            edits: vec![edit],
        }),
        None => finding,
    }
}

/// What the hosting cluster's administrator could set instead.
fn allowing(view: &View<'_>, setting: &str) -> String {
    let declared = view.surroundings.declared.hosting.as_deref().unwrap_or(&view.surroundings.found.hosting);
    let name = declared.last().map_or("the cluster around", |level| level.value.name.as_str());
    format!(
        "or let {name} pass it: kubectl patch felixconfiguration default --type merge -p \
         '{{\"spec\":{{\"{setting}\":true}}}}'"
    )
}
