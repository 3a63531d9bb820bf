//! How pods reach each other: the CNI, its tunnels, its encryption.

use super::error::PlanError;
use super::{Choice, Fixity, Input, Overlay, Replan, Why};
use crate::cluster::{EncryptionWish, Layout};
use crate::environment::{TunnelForm, Tunnels};
use crate::kubespray::Release;
use crate::network::encapsulation::Encryption;
use crate::network::layer::{Cni, Tunnel};

/// The CNI.
pub(super) fn cni(input: &Input<'_>) -> Choice<Cni> {
    let current = input.current.cni.as_ref();
    if let Some(wish) = &input.cluster.network.cni {
        return Choice::written(wish.value.0, Why::Written(wish.origin.clone()), Fixity::Fixed);
    }
    if let Some(cni) = current {
        let is_written = cni.value != default_cni(input.cluster.layout);
        return Choice { is_written, ..Choice::written(cni.value, Why::Kept(cni.origin.clone()), Fixity::Fixed) };
    }
    let whose = match input.cluster.layout {
        Layout::HardWay => "kubernetes-the-hard-way",
        Layout::Kubespray | Layout::None => "kubespray",
    };
    Choice::by_default(default_cni(input.cluster.layout), whose.to_owned(), Fixity::Fixed)
}

/// The CNI of a layout: the hard way has a bridge on each node and routes to the others.
const fn default_cni(layout: Layout) -> Cni {
    match layout {
        Layout::HardWay => Cni::None,
        Layout::Kubespray | Layout::None => Cni::Calico,
    }
}

/// What a CNI can wrap packets in.
fn forms_of(cni: Cni) -> &'static [TunnelForm] {
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
pub(super) fn overlay(input: &Input<'_>, release: Release) -> Result<Overlay, PlanError> {
    let cni = cni(input);
    let (tunnels, inner) = tunnels(input, release, cni.value)?;
    let encryption = encryption(input, cni.value, inner)?;
    let told = input.cluster.network.cni_version.as_ref().map(|version| version.value);
    let of_release = || match input.cluster.layout {
        Layout::Kubespray => release.cni_version(cni.value),
        Layout::HardWay | Layout::None => None,
    };
    Ok(Overlay { version: told.or_else(of_release), cni, tunnels, encryption, vxlan_port: None })
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
    } else if let Some(kept) = input.current.encapsulation.as_ref().filter(|_| stays) {
        let is_written = !is_usual(&kept.value);
        (kept.value.clone(), Why::Kept(kept.origin.clone()), is_written)
    } else if let Some(record) = same_cni.filter(|record| stays && !is_usual(&record.encapsulation)) {
        let then = record.kubespray_version.as_deref().unwrap_or("the version before");
        let why =
            format!("kept from {then}: {} has another default, and a live cluster cannot change", release.version());
        (record.encapsulation.clone(), Why::Because(why), true)
    } else {
        (usual, Why::Default(whose(input, release)), false)
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

/// Whose defaults these are.
pub(super) fn whose(input: &Input<'_>, release: Release) -> String {
    match input.cluster.layout {
        Layout::Kubespray => match input.cluster.kubespray_version {
            Some(version) => format!("kubespray {version}"),
            None => format!("kubespray (its version is not told; as of {})", release.version()),
        },
        Layout::HardWay => "kubernetes-the-hard-way".to_owned(),
        Layout::None => "the CNI".to_owned(),
    }
}

fn check_forms(cni: Cni, wish: &Tunnels) -> Result<(), (String, String)> {
    let forms = forms_of(cni);
    let names = || list(forms);
    if let Some(wrong) = wish.0.iter().find(|wish| !forms.contains(&wish.form)) {
        return Err((
            format!("{cni} has no {}", name(wrong.form)),
            format!("it has {}; or choose another `cni`", names()),
        ));
    }
    if wish.0.is_empty() {
        return Err(("the list is empty".to_owned(), format!("write `none`, or one of {}", names())));
    }
    let tunnels: Vec<TunnelForm> =
        wish.0.iter().map(|wish| wish.form).filter(|form| *form != TunnelForm::Wireguard).collect();
    if tunnels.contains(&TunnelForm::None) && wish.0.len() > 1 {
        return Err(("`none` and an encapsulation contradict each other".to_owned(), "keep one of the two".to_owned()));
    }
    if let [first, second, ..] = tunnels.as_slice() {
        return Err((
            format!("{} and {} contradict each other: {cni} has one of them for a pool", name(*first), name(*second)),
            format!("keep {} alone, for which most networks have room", name(*first)),
        ));
    }
    Ok(())
}

fn name(form: TunnelForm) -> &'static str {
    match form {
        TunnelForm::Vxlan => "vxlan",
        TunnelForm::Ipip => "ipip",
        TunnelForm::Geneve => "geneve",
        TunnelForm::Wireguard => "wireguard",
        TunnelForm::Gre => "gre",
        TunnelForm::Stt => "stt",
        TunnelForm::Udp => "udp",
        TunnelForm::None => "none",
    }
}

fn list(forms: &[TunnelForm]) -> String {
    forms.iter().map(|form| name(*form)).collect::<Vec<_>>().join(", ")
}

fn encryption(
    input: &Input<'_>,
    cni: Cni,
    by_encapsulation: Option<Choice<Option<Encryption>>>,
) -> Result<Choice<Option<Encryption>>, PlanError> {
    let Some(wish) = &input.cluster.network.encryption else {
        let none = || Choice::by_default(None, format!("{cni}"), Fixity::Changeable);
        return Ok(by_encapsulation.unwrap_or_else(none));
    };
    let written = |value| Choice::written(value, Why::Written(wish.origin.clone()), Fixity::Changeable);
    let refused = |word: &str, remedy: String| {
        Err(PlanError::wish(&wish.origin, format!("`encryption`: {cni} has no {word} that kubespray sets up"), remedy))
    };
    let others = || "calico has wireguard, cilium has wireguard and ipsec; or leave `encryption` out".to_owned();
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
