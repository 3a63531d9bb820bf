//! Calico: its tunnels, their port, its encryption, its blocks.

use super::addresses;
use super::draft::{Draft, File};
use super::overlay::only_tunnel;
use super::unwritable::Unwritable;
use crate::inventory::Value;
use crate::network::encapsulation::{Encapsulation, Encryption};
use crate::network::layer::When;
use crate::vars::reason;

const ALWAYS: &str = "Always";
const NEVER: &str = "Never";

pub(super) fn draft(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    tunnels(draft)?;
    port(draft)?;
    encryption(draft)?;
    datastore(draft);
    blocks(draft)
}

fn tunnels(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let (release, choice) = (draft.release, &draft.plan.overlay.tunnels);
    let tunnel = only_tunnel(draft)?;
    let mode = |encapsulation| match tunnel {
        Some(tunnel) if tunnel.encapsulation == encapsulation => match tunnel.when {
            When::Always => ALWAYS,
            When::CrossSubnet => "CrossSubnet",
        },
        _ => NEVER,
    };
    let (ipip, vxlan) = (mode(Encapsulation::IpIp), mode(Encapsulation::Vxlan));
    if tunnel.is_some() && ipip == NEVER && vxlan == NEVER {
        return Err(draft.no_tunnel());
    }
    if !release.has_calico_vxlan() {
        if vxlan != NEVER {
            return Err(Unwritable::NoCalicoVxlan { version: release.version() });
        }
        draft.choose(File::Calico, "ipip", choice, ipip != NEVER, true);
        draft.choose(File::Calico, "ipip_mode", choice, ipip, ALWAYS);
        return Ok(());
    }
    let is_vxlan_by_default = release.is_since(19);
    let usual = |is_usual: bool| if is_usual { ALWAYS } else { NEVER };
    // Up to v2.18 the new name takes its default from the old ones, wherever somebody has kept those.
    if !is_vxlan_by_default && ["ipip", "ipip_mode"].iter().any(|name| draft.now(&[name]).is_some()) {
        let why = reason::of(choice, &draft.plan.levels);
        draft.write(File::Calico, &["calico_ipip_mode"], Value::user(ipip), &why);
    } else {
        draft.choose(File::Calico, "calico_ipip_mode", choice, ipip, usual(!is_vxlan_by_default));
    }
    draft.choose(File::Calico, "calico_vxlan_mode", choice, vxlan, usual(is_vxlan_by_default));
    // VXLAN works with either; IPIP and bare packets need the routes that BIRD brings, unless somebody else brings them
    // for bare ones.
    let is_left_to_others = |draft: &Draft<'_>| {
        let backend = draft.now(&["calico_network_backend"]);
        tunnel.is_none() && backend.is_some_and(|backend| backend.reading.to_plain_text() == "none")
    };
    if vxlan == NEVER && !is_left_to_others(draft) {
        let default = if is_vxlan_by_default { "vxlan" } else { "bird" };
        draft.choose(File::Calico, "calico_network_backend", choice, "bird", default);
    }
    Ok(())
}

fn port(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let Some(port) = &draft.plan.overlay.vxlan_port else { return Ok(()) };
    if !draft.release.has_calico_vxlan_port() {
        return Err(Unwritable::NoCalicoPort { version: draft.release.version(), port: port.value });
    }
    draft.choose(File::Calico, "calico_vxlan_port", port, port.value, 4789_u16);
    Ok(())
}

fn encryption(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let choice = &draft.plan.overlay.encryption;
    let encrypts = match choice.value {
        // Nobody wants it here; whoever wants it in the variables keeps it.
        None if !choice.is_written => return Ok(()),
        None => false,
        Some(encryption) if encryption.is_wireguard() && draft.release.has_calico_wireguard() => true,
        Some(encryption) => return Err(draft.no_encryption(encryption)),
    };
    if draft.release.has_calico_wireguard() {
        draft.choose(File::Calico, "calico_wireguard_enabled", choice, encrypts, false);
    }
    Ok(())
}

fn datastore(draft: &mut Draft<'_>) {
    if let Some(choice) = draft.plan.calico_datastore.as_ref().filter(|choice| choice.is_written) {
        let default = draft.release.calico_datastore();
        draft.choose(File::Calico, "calico_datastore", choice, choice.value.clone(), default);
    }
}

fn blocks(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let plan = draft.plan;
    for ((family, block), share) in plan.families.iter().zip(&plan.block_prefix).zip(&plan.node_prefix) {
        let default = draft.release.block_prefix(*family, share.value);
        if draft.release.has_calico_block_size() {
            let name = addresses::of(*family, ["calico_pool_blocksize", "calico_pool_blocksize_ipv6"]);
            draft.choose(File::Calico, name, block, block.value, default);
        } else if block.value != default {
            let version = draft.release.version();
            return Err(Unwritable::NoBlockSize { version, block: block.value, default });
        }
    }
    Ok(())
}

impl Draft<'_> {
    /// That the CNI has no such tunnel.
    pub(super) fn no_tunnel(&self) -> Unwritable {
        let overlay = &self.plan.overlay;
        let forms: Vec<String> = overlay.tunnels.value.iter().map(|tunnel| tunnel.encapsulation.to_string()).collect();
        let forms = if forms.is_empty() { "none".to_owned() } else { forms.join(" and ") };
        Unwritable::NoTunnel { cni: overlay.cni.value, version: self.release.version(), forms }
    }

    /// That the CNI has no such encryption.
    pub(super) fn no_encryption(&self, encryption: Encryption) -> Unwritable {
        Unwritable::NoEncryption { cni: self.plan.overlay.cni.value, version: self.release.version(), encryption }
    }
}
