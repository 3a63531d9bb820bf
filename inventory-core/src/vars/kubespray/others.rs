//! The CNIs that have few variables.

use super::draft::{Draft, File};
use super::overlay::{only_plain_tunnel, only_tunnel};
use super::unwritable::Unwritable;
use crate::network::encapsulation::Encapsulation;
use crate::network::layer::Cni;

pub(super) fn flannel(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    no_encryption(draft)?;
    let backend = match only_plain_tunnel(draft)?.map(|tunnel| tunnel.encapsulation) {
        None => "host-gw",
        Some(Encapsulation::Vxlan) => "vxlan",
        Some(Encapsulation::WireGuard) if draft.release.has_flannel_wireguard() => "wireguard",
        Some(_) => return Err(draft.no_tunnel()),
    };
    let choice = &draft.plan.overlay.tunnels;
    draft.choose(File::Flannel, "flannel_backend_type", choice, backend, "vxlan");
    Ok(())
}

/// Those whose tunnels are not ours to write.
pub(super) fn rest(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    no_encryption(draft)?;
    only_tunnel(draft)?;
    let overlay = &draft.plan.overlay;
    let (usual, _) = draft.release.encapsulation(overlay.cni.value).with(overlay.cni.value);
    if overlay.tunnels.value == usual {
        return Ok(());
    }
    if overlay.cni.value != Cni::KubeOvn {
        return Err(draft.no_tunnel());
    }
    let kind = match overlay.tunnels.value.first().map(|tunnel| tunnel.encapsulation) {
        Some(encapsulation @ (Encapsulation::Vxlan | Encapsulation::Stt)) => encapsulation.to_string(),
        _ => return Err(draft.no_tunnel()),
    };
    draft.note(format!(
        "kube-ovn's tunnel is not written here: set `kube_ovn_tunnel_type: {kind}` in k8s-net-kube-ovn.yml yourself"
    ));
    Ok(())
}

fn no_encryption(draft: &Draft<'_>) -> Result<(), Unwritable> {
    match draft.plan.overlay.encryption.value {
        Some(encryption) => Err(draft.no_encryption(encryption)),
        None => Ok(()),
    }
}
