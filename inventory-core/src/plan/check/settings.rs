//! Keys that do not go together, or not with that version of kubespray.

use super::super::mtu::has_setting;
use super::super::{Choice, Finding, Input, NetworkPlan, Severity, Why};
use crate::cluster::{Layout, MtuWish, RangeWish};
use crate::environment::Sourced;
use crate::kubespray::{NEWEST, OLDEST, Release};
use crate::network::address::{Family, Network};
use crate::network::layer::Cni;

/// What is wrong with single keys.
pub(super) fn findings(plan: &NetworkPlan, input: &Input<'_>) -> Vec<Finding> {
    let mut findings = sizes(plan, input);
    if plan.layout == Layout::Kubespray {
        let release = Release::of(plan.kubespray_version);
        let single = [version(plan), docker(plan), weave(plan, release), families(plan, release), mtu(plan, input)];
        findings.extend(single.into_iter().flatten());
    }
    findings
}

/// A version of which nothing is known here.
fn version(plan: &NetworkPlan) -> Option<Finding> {
    let version = plan.kubespray_version?;
    let what = if version < OLDEST {
        format!("kubespray {version} is older than {OLDEST}, the oldest that is known here, whose defaults are assumed")
    } else if (version.major, version.minor) > (NEWEST.major, NEWEST.minor) {
        format!("kubespray {version} is newer than {NEWEST}, the newest that is known here, whose defaults are assumed")
    } else {
        return None;
    };
    let remedy = "compare the ranges, sizes and encapsulation with its own documentation".to_owned();
    Some(Finding { severity: Severity::Warning, code: "version", what, remedy })
}

/// Docker's bridge without docker.
fn docker(plan: &NetworkPlan) -> Option<Finding> {
    let bip = plan.docker_bip.as_ref()?;
    let runtime = &plan.container_manager;
    (runtime.value != "docker").then(|| Finding {
        severity: Severity::Error,
        code: "docker-bip",
        what: format!(
            "`docker_bip` is {} ({}), and the nodes run {} ({})",
            bip.value, bip.why, runtime.value, runtime.why
        ),
        remedy: "remove it".to_owned(),
    })
}

fn weave(plan: &NetworkPlan, release: Release) -> Option<Finding> {
    let cni = &plan.overlay.cni;
    (cni.value == Cni::Weave && !release.has_cni(Cni::Weave)).then(|| Finding {
        severity: Severity::Error,
        code: "cni",
        what: format!(
            "`cni` is weave ({}), which kubespray has no more since v2.29.0; this is {}",
            cni.why,
            release.version()
        ),
        remedy: "choose another, or a `kubespray_version` up to v2.28".to_owned(),
    })
}

/// An MTU that no variable says.
fn mtu(plan: &NetworkPlan, input: &Input<'_>) -> Option<Finding> {
    let Some(Sourced { value: MtuWish::Written(mtu), origin }) = &input.cluster.network.mtu else { return None };
    let cni = plan.overlay.cni.value;
    (!has_setting(plan.layout, cni)).then(|| Finding {
        severity: Severity::Warning,
        code: "mtu",
        what: format!("`mtu` is {mtu} ({origin}), and no variable of kubespray's tells {cni} an MTU"),
        remedy: match cni {
            Cni::Flannel => format!("give the machines' own NIC {mtu} bytes, from which flannel takes its own"),
            _ => format!("make the machines' own NIC so small that pods get {mtu}"),
        },
    })
}

/// Families that a version cannot have.
fn families(plan: &NetworkPlan, release: Release) -> Option<Finding> {
    let has_v4 = plan.families.contains(&Family::Ipv4);
    let (what, since) = match plan.families.as_slice() {
        [_, _] if !release.has_dual_stack() => ("both families", "v2.16.0"),
        // `ipv4_stack: false` came with these variables; before, IPv4 was always there.
        _ if !has_v4 && !release.has_ipv6_alone() => ("IPv6 alone", "v2.28.0"),
        _ => return None,
    };
    Some(Finding {
        severity: Severity::Error,
        code: "families",
        what: format!(
            "`families` is {}, and kubespray has {what} since {since}; this is {}",
            super::words(&plan.families),
            release.version()
        ),
        remedy: if has_v4 { "write `families: [ipv4]`" } else { "write `families: [ipv4]`, or both" }.to_owned(),
    })
}

/// A size that is wished for, and a network that stays and has another.
fn sizes(plan: &NetworkPlan, input: &Input<'_>) -> Vec<Finding> {
    let wishes = &input.cluster.network;
    let mut findings = Vec::new();
    for (key, wish, choices) in [("services", &wishes.services, &plan.services), ("pods", &wishes.pods, &plan.pods)] {
        let Some(Sourced { value: RangeWish::Size(sizes), origin }) = wish else { continue };
        let other = |(size, choice): &(&u8, &Choice<Network>)| {
            matches!(choice.why, Why::Kept(_) | Why::WasInEffect(_)) && choice.value.prefix_len() != **size
        };
        findings.extend(sizes.iter().zip(choices).filter(other).map(|(size, choice)| Finding {
            severity: Severity::Warning,
            code: "size",
            what: format!("`{key}` is to be a /{size} ({origin}), and {} stays ({})", choice.value, choice.why),
            remedy: format!(
                "write `{key}: {}`; `--replan {key}` is for a cluster that is to be built again",
                choice.value
            ),
        }));
    }
    findings
}
