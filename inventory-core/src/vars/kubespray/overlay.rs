//! The CNI, what it wraps packets in, and the MTU.

use super::draft::{Draft, File};
use super::unwritable::Unwritable;
use super::{calico, cilium, others};
use crate::inventory::Value;
use crate::kubespray;
use crate::network::address::Network;
use crate::network::layer::{Cni, Tunnel, When};
use crate::plan::Why;
use crate::vars::reason;

pub(super) fn draft(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let overlay = &draft.plan.overlay;
    let (cni, version) = (overlay.cni.value, draft.release.version());
    if cni == Cni::Other && matches!(overlay.cni.why, Why::Kept(_)) {
        draft.note(
            "`kube_network_plugin` is none of those that are known here: its tunnels and its MTU are left alone"
                .to_owned(),
        );
        return Ok(());
    }
    if !draft.release.has_cni(cni) {
        return Err(Unwritable::NoCni { cni, version });
    }
    draft.choose(File::Cluster, "kube_network_plugin", &overlay.cni, kubespray::plugin(cni), "calico");
    match cni {
        Cni::Calico => calico::draft(draft)?,
        Cni::Cilium => cilium::draft(draft)?,
        Cni::Flannel => others::flannel(draft)?,
        _ => others::rest(draft)?,
    }
    pools(draft);
    mtu(draft);
    Ok(())
}

/// Says where somebody's own pool lies outside of the pod network, which kubespray finds out in the middle of a run.
fn pools(draft: &mut Draft<'_>) {
    let names = match draft.plan.overlay.cni.value {
        Cni::Calico => ["calico_pool_cidr", "calico_pool_cidr_ipv6"],
        Cni::Cilium => ["cilium_pool_cidr", "cilium_pool_cidr_ipv6"],
        _ => return,
    };
    for pods in &draft.plan.pods {
        let name = super::addresses::of(pods.value.family(), names);
        let Some(pool) = draft.now(&[name]) else { continue };
        let text = pool.reading.to_plain_text();
        if text.parse::<Network>().is_ok_and(|pool| !pods.value.range().contains(pool.range())) {
            let place = pool.location;
            draft.note(format!("{place}: `{name}` is {text}, outside of the pod network {}; remove it", pods.value));
        }
    }
}

/// The only tunnel; none where packets travel bare. Several contradict each other.
pub(super) fn only_tunnel(draft: &Draft<'_>) -> Result<Option<Tunnel>, Unwritable> {
    match draft.plan.overlay.tunnels.value.as_slice() {
        [] => Ok(None),
        [tunnel] => Ok(Some(*tunnel)),
        [first, second, ..] => Err(Unwritable::TwoTunnels {
            cni: draft.plan.overlay.cni.value,
            first: first.encapsulation,
            second: second.encapsulation,
        }),
    }
}

/// The same, of a CNI whose tunnels run between all nodes or not at all.
pub(super) fn only_plain_tunnel(draft: &Draft<'_>) -> Result<Option<Tunnel>, Unwritable> {
    let tunnel = only_tunnel(draft)?;
    match tunnel.filter(|tunnel| tunnel.when == When::CrossSubnet) {
        Some(tunnel) => {
            Err(Unwritable::NoCrossSubnet { cni: draft.plan.overlay.cni.value, encapsulation: tunnel.encapsulation })
        }
        None => Ok(tunnel),
    }
}

fn mtu(draft: &mut Draft<'_>) {
    let plan = draft.plan;
    let Some(mtu) = &plan.mtu.written else { return };
    let (cni, version, bytes) = (plan.overlay.cni.value, draft.release.version(), mtu.value.bytes());
    let why = reason::of(mtu, &plan.levels);
    let Some(name) = draft.release.mtu_variable(cni) else {
        // Cilium's and flannel's own terms are the nodes' MTU, the others' the pods'.
        let remedy = match cni {
            Cni::Cilium | Cni::Flannel => format!("give the machines' own NIC {bytes}, from which {cni} takes its own"),
            _ => format!("make the MTU of the machines' own NIC so small that {cni} gives pods {bytes}"),
        };
        draft.note(format!("kubespray {version} has no variable for the MTU of {cni}: {remedy} ({why})"));
        return;
    };
    let (file, value) = match cni {
        // A number: the template takes no text.
        Cni::Calico => (File::Calico, Value::Int(bytes.into())),
        // Text, as the role's own default is in every release.
        Cni::Cilium => (File::Cilium, Value::user(bytes.to_string())),
        Cni::KubeOvn => (File::KubeOvn, Value::Int(bytes.into())),
        _ => (File::Weave, Value::Int(bytes.into())),
    };
    draft.write(file, &[name], value, &why);
    let encrypts = plan.overlay.encryption.value.is_some();
    if cni == Cni::Calico && encrypts && draft.release.takes_wireguard_mtu_from_veth() {
        draft.write(File::Calico, &["calico_veth_mtu"], Value::Int(bytes.into()), &why);
    }
}
