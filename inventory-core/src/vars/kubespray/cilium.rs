//! Cilium: its tunnel and its encryption.

use super::draft::{Draft, File};
use super::overlay::only_plain_tunnel;
use super::unwritable::Unwritable;
use crate::network::encapsulation::Encapsulation;

pub(super) fn draft(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    tunnel(draft)?;
    encryption(draft)
}

fn tunnel(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let mode = match only_plain_tunnel(draft)?.map(|tunnel| tunnel.encapsulation) {
        None => "disabled",
        Some(Encapsulation::Vxlan) => "vxlan",
        Some(Encapsulation::Geneve) => "geneve",
        Some(_) => return Err(draft.no_tunnel()),
    };
    if draft.release.has_cilium_tunnel_mode() {
        let choice = &draft.plan.overlay.tunnels;
        draft.choose(File::Cilium, "cilium_tunnel_mode", choice, mode, "vxlan");
    } else if mode != "vxlan" {
        return Err(draft.no_tunnel());
    }
    if mode == "disabled" {
        draft.note(
            "without a tunnel Cilium needs routes between the nodes: set `cilium_auto_direct_node_routes: true` where \
             they share one subnet, and `cilium_native_routing_cidr` to the pod network"
                .to_owned(),
        );
    }
    Ok(())
}

fn encryption(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let choice = &draft.plan.overlay.encryption;
    match choice.value {
        Some(encryption) if !draft.release.has_cilium_encryption() => return Err(draft.no_encryption(encryption)),
        // Nobody wants it here; whoever wants it in the variables keeps it.
        None if !choice.is_written || !draft.release.has_cilium_encryption() => return Ok(()),
        _ => {}
    }
    draft.choose(File::Cilium, "cilium_encryption_enabled", choice, choice.value.is_some(), false);
    let Some(encryption) = choice.value else { return Ok(()) };
    draft.choose(File::Cilium, "cilium_encryption_type", choice, encryption.to_string(), "ipsec");
    if !encryption.is_wireguard() {
        draft.note(
            "IPsec needs `cilium_ipsec_key`, which is a secret: keep it in group_vars with ansible-vault".to_owned(),
        );
    }
    Ok(())
}
