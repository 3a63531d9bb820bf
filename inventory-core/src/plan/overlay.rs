//! How pods reach each other: the CNI, its tunnels, its encryption.

use super::error::PlanError;
use super::{Choice, Fixity, Input, Overlay, Record, Replan, Why};
use crate::cluster::{EncryptionWish, Layout};
use crate::environment::{Sourced, TunnelForm, Tunnels};
use crate::kubespray::Release;
use crate::network::address::Family;
use crate::network::encapsulation::{Encapsulation, Encryption};
use crate::network::layer::{Cni, Tunnel};
use crate::yaml::nearest;

/// The CNI.
fn cni(input: &Input<'_>, release: Release) -> Result<Choice<Cni>, PlanError> {
    let current = input.current.cni.as_ref();
    if let Some(wish) = &input.cluster.network.cni {
        return Ok(Choice::written(wish.value.0, Why::Written(wish.origin.clone()), Fixity::Fixed));
    }
    if let Some(word) = &input.current.unknown_cni {
        return Err(unknown_cni(input, release, word));
    }
    let default = default_cni(input.cluster.layout);
    if let Some(cni) = current {
        return Ok(Choice::kept(cni.value, cni.origin.clone(), &default, Fixity::Fixed));
    }
    let record = input.current.record.as_ref();
    if let Some(was) = record.map(|record| record.cni).filter(|was| *was != default) {
        return Ok(Choice::written(was, Why::WasInEffect(format!("cni was {was}")), Fixity::Fixed));
    }
    let whose = match input.cluster.layout {
        Layout::HardWay => "kubernetes-the-hard-way",
        Layout::Kubespray | Layout::None => "kubespray",
    };
    Ok(Choice::by_default(default, whose.to_owned(), Fixity::Fixed))
}

/// A word of the variables that kubespray would refuse; what its tunnels and its MTU are nobody can say.
fn unknown_cni(input: &Input<'_>, release: Release, word: &Sourced<String>) -> PlanError {
    let Sourced { value, origin } = word;
    let plugins = release.plugins();
    let known: Vec<&str> = plugins.iter().map(String::as_str).collect();
    let what = format!(
        "`kube_network_plugin` is {value:?}, and {} has no such network plugin; it has {}",
        whose(input, release),
        known.join(", ")
    );
    let remedy = match nearest(value, &known) {
        Some(near) => format!("write {near} there, if that is meant"),
        None => "write one of them there, or its `cni` into the cluster file".to_owned(),
    };
    PlanError::wish(origin, what, remedy)
}

/// The CNI of a layout: the hard way has a bridge on each node and routes to the others.
const fn default_cni(layout: Layout) -> Cni {
    match layout {
        Layout::HardWay => Cni::None,
        Layout::Kubespray | Layout::None => Cni::Calico,
    }
}

/// What a CNI can wrap packets in.
pub(super) fn forms_of(cni: Cni) -> &'static [TunnelForm] {
    use TunnelForm::{Geneve, Ipip, None, Stt, Udp, Vxlan, Wireguard};
    match cni {
        Cni::Calico => &[Vxlan, Ipip, None, Wireguard],
        Cni::Cilium => &[Vxlan, Geneve, None, Wireguard],
        Cni::Flannel => &[Vxlan, Wireguard, Udp, None],
        Cni::KubeRouter => &[Ipip, None],
        Cni::KubeOvn => &[Geneve, Vxlan, Stt, None],
        Cni::Weave => &[Vxlan],
        _ => &[None],
    }
}

/// The CNI's tunnels and encryption.
pub(super) fn overlay(input: &Input<'_>, release: Release, families: &[Family]) -> Result<Overlay, PlanError> {
    let cni = cni(input, release)?;
    let (tunnels, inner) = tunnels(input, release, cni.value)?;
    if let (Why::Written(origin), [Family::Ipv6]) = (&tunnels.why, families)
        && tunnels.value.iter().any(|tunnel| tunnel.encapsulation == Encapsulation::IpIp)
    {
        let what = "`encapsulation` is ipip, which carries IPv4, and the cluster's `families` is [ipv6]";
        return Err(PlanError::wish(origin, what, "write `encapsulation: vxlan`"));
    }
    let encryption = encryption(input, cni.value, inner)?;
    let told = input.cluster.network.cni_version.as_ref().map(|version| version.value);
    let of_release = || match input.cluster.layout {
        Layout::Kubespray => release.cni_version(cni.value),
        Layout::HardWay | Layout::None => None,
    };
    Ok(Overlay { version: told.or_else(of_release), cni, tunnels, encryption, vxlan_port: None })
}

/// Where Calico keeps what it knows. `None`: another CNI, or another layout's.
pub(super) fn datastore(input: &Input<'_>, release: Release, cni: Cni) -> Option<Choice<String>> {
    if cni != Cni::Calico || input.cluster.layout != Layout::Kubespray {
        return None;
    }
    let default = release.calico_datastore().to_owned();
    if let Some(kept) = &input.current.calico_datastore {
        return Some(Choice::kept(kept.value.clone(), kept.origin.clone(), &default, Fixity::Fixed));
    }
    let record = input.current.record.as_ref().filter(|record| record.cni == Cni::Calico);
    let was = record.and_then(|record| Some((record, datastore_then(record)?))).filter(|(_, was)| *was != default);
    Some(match was {
        Some((record, was)) => {
            let why = kept_from(record, release, &default, "nothing moves what is in the old one");
            Choice::written(was, why, Fixity::Fixed)
        }
        None => Choice::by_default(default, whose(input, release), Fixity::Fixed),
    })
}

/// What was the datastore when the variables were last written; of an old record, what that release took by itself.
fn datastore_then(record: &Record) -> Option<String> {
    let of_release = || {
        let then = record.kubespray_version.as_ref()?.parse().ok()?;
        Some(Release::of(Some(then)).calico_datastore().to_owned())
    };
    record.calico_datastore.clone().or_else(of_release)
}

/// The tunnels, and the encryption where one of them is that.
type Wrapping = (Choice<Vec<Tunnel>>, Option<Choice<Option<Encryption>>>);

/// What is wished for, kept, or usual.
fn tunnels(input: &Input<'_>, release: Release, cni: Cni) -> Result<Wrapping, PlanError> {
    let usual = release.encapsulation(cni);
    let is_usual = |tunnels: &Tunnels| *tunnels == usual;
    let stays = !input.replan.contains(&Replan::Encapsulation);
    let same_cni = input.current.record.as_ref().filter(|record| record.cni == cni);
    let (wish, why, is_written) = if let Some(wish) = &input.cluster.network.encapsulation {
        check_forms(cni, &wish.value)
            .map_err(|(what, remedy)| PlanError::wish(&wish.origin, format!("`encapsulation`: {what}"), remedy))?;
        (wish.value.clone(), Why::Written(wish.origin.clone()), true)
    } else if let Some(kept) = input.current.encapsulation.as_ref().filter(|kept| stays && is_of(input, cni, kept)) {
        let is_written = !is_usual(&kept.value);
        (kept.value.clone(), Why::Kept(kept.origin.clone()), is_written)
    } else if let Some(record) = same_cni.filter(|record| stays && !is_usual(&record.encapsulation)) {
        let why = kept_from(record, release, &usual, "a live pool cannot change");
        (record.encapsulation.clone(), why, true)
    } else {
        (usual, Why::Default(whose_cni(input, release, cni)), false)
    };
    let (tunnels, encryption) = wish.with(cni);
    let encryption = encryption.map(|encryption| Choice {
        value: Some(encryption),
        why: why.clone(),
        fixity: Fixity::Changeable,
        is_written,
    });
    Ok((Choice { value: tunnels, why, fixity: Fixity::Fixed, is_written }, encryption))
}

/// Whether an encapsulation in the variables is this CNI's, and not that of another one before it.
fn is_of(input: &Input<'_>, cni: Cni, kept: &Sourced<Tunnels>) -> bool {
    input.current.cni.as_ref().is_none_or(|was| was.value == cni) && check_forms(cni, &kept.value).is_ok()
}

/// Why an old default stays: `kept from v2.18.0: v2.31.0 has vxlan, and …`.
pub(super) fn kept_from(record: &Record, release: Release, now: &dyn std::fmt::Display, since: &str) -> Why {
    let then = record.kubespray_version.as_deref().unwrap_or("the version before");
    Why::Because(format!("kept from {then}: {} has {now}, and {since}", release.version()))
}

/// Whose defaults these are.
pub(super) fn whose(input: &Input<'_>, release: Release) -> String {
    match input.cluster.layout {
        Layout::Kubespray => match input.cluster.kubespray_version {
            Some(version) => format!("kubespray {version}"),
            None => format!("kubespray (its version is not told; as of {})", release.version()),
        },
        Layout::HardWay => "kubernetes-the-hard-way".to_owned(),
        Layout::None => "Kubernetes".to_owned(),
    }
}

/// Whose a CNI's defaults are: kubespray has its own for all of them.
pub(super) fn whose_cni(input: &Input<'_>, release: Release, cni: Cni) -> String {
    match (input.cluster.layout, cni) {
        (Layout::Kubespray, _) | (Layout::HardWay, Cni::None) => whose(input, release),
        _ => cni.to_string(),
    }
}

fn check_forms(cni: Cni, wish: &Tunnels) -> Result<(), (String, String)> {
    let forms = forms_of(cni);
    let names = || list(forms);
    if let Some(wrong) = wish.0.iter().find(|wish| !forms.contains(&wish.form)) {
        return Err((format!("{cni} has no {}", wrong.form), format!("it has {}; or choose another `cni`", names())));
    }
    if wish.0.is_empty() {
        return Err(("the list is empty".to_owned(), format!("write `none`, or one of {}", names())));
    }
    // Beside a tunnel it encrypts; only flannel's is a tunnel itself.
    let is_tunnel = |form: &TunnelForm| *form != TunnelForm::Wireguard || cni == Cni::Flannel;
    let tunnels: Vec<TunnelForm> = wish.0.iter().map(|wish| wish.form).filter(is_tunnel).collect();
    if tunnels.contains(&TunnelForm::None) && wish.0.len() > 1 {
        return Err(("`none` and an encapsulation contradict each other".to_owned(), "keep one of the two".to_owned()));
    }
    if let [first, second, ..] = tunnels.as_slice() {
        if first == second {
            return Err((format!("{first} is there twice"), "write it once".to_owned()));
        }
        return Err((
            format!("{first} and {second} contradict each other: {cni} has one of the two"),
            format!("keep {first} alone"),
        ));
    }
    Ok(())
}

fn list(forms: &[TunnelForm]) -> String {
    forms.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// What the variables have, where it is this CNI's.
fn kept_encryption(input: &Input<'_>, cni: Cni) -> Option<Choice<Option<Encryption>>> {
    let is_same = input.current.cni.as_ref().is_none_or(|was| was.value == cni);
    let has = is_same && matches!(cni, Cni::Calico | Cni::Cilium);
    let kept = input.current.encryption.as_ref().filter(|_| has)?;
    Some(Choice::written(Some(kept.value), Why::Kept(kept.origin.clone()), Fixity::Changeable))
}

fn encryption(
    input: &Input<'_>,
    cni: Cni,
    by_encapsulation: Option<Choice<Option<Encryption>>>,
) -> Result<Choice<Option<Encryption>>, PlanError> {
    let Some(wish) = &input.cluster.network.encryption else {
        let none = || Choice::by_default(None, format!("{cni}"), Fixity::Changeable);
        return Ok(by_encapsulation.or_else(|| kept_encryption(input, cni)).unwrap_or_else(none));
    };
    let written = |value| Choice::written(value, Why::Written(wish.origin.clone()), Fixity::Changeable);
    let refused = |word: &str, remedy: String| {
        Err(PlanError::wish(&wish.origin, format!("`encryption`: {cni} has no {word} that kubespray sets up"), remedy))
    };
    let others = || "calico has wireguard, cilium has wireguard and ipsec; or leave `encryption` out".to_owned();
    if let Some(Choice { value: Some(_), why: Why::Written(origin), .. }) = &by_encapsulation
        && wish.value != EncryptionWish::Wireguard
    {
        let what = format!(
            "`encryption` is {} and `encapsulation` has wireguard ({origin}), which contradict each other",
            if wish.value == EncryptionWish::None { "none" } else { "ipsec" }
        );
        return Err(PlanError::wish(&wish.origin, what, "keep one of the two"));
    }
    match (wish.value, cni) {
        (EncryptionWish::None, _) => Ok(written(None)),
        (EncryptionWish::Wireguard, Cni::Calico | Cni::Cilium) => Ok(written(Some(Encryption::WireGuard))),
        (EncryptionWish::Ipsec, Cni::Cilium) => Ok(written(Some(Encryption::IpSec { key_bits: 128 }))),
        (EncryptionWish::Wireguard, Cni::Flannel) => {
            refused("wireguard beside its backend", "write `encapsulation: wireguard`, which encrypts".to_owned())
        }
        (EncryptionWish::Wireguard, _) => refused("wireguard", others()),
        (EncryptionWish::Ipsec, _) => refused("ipsec", others()),
    }
}
