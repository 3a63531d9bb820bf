//! `MetalLB`: the addresses it gives away, in the four shapes it has had.

use super::api;
use super::draft::{Draft, File};
use super::unwritable::Unwritable;
use crate::inventory::Value;
use crate::network::address::AddressRange;
use crate::vars::reason;
use crate::vars::tree::{Occurrence, Reading};

/// The pool that the sample begins with.
const POOL: &str = "primary";

pub(super) fn draft(draft: &mut Draft<'_>) -> Result<(), Unwritable> {
    let (release, plan) = (draft.release, draft.plan);
    if !plan.metallb || plan.load_balancer.is_empty() {
        return Ok(());
    }
    left_behind(draft);
    let why = format!("as {} says", reason::place(&plan.load_balancer[0].origin));
    let list = || Value::List(plan.load_balancer.iter().map(|pool| Value::user(text(pool.value))).collect());
    let enabled = |draft: &mut Draft<'_>| draft.write(File::Addons, &["metallb_enabled"], Value::Bool(true), &why);
    if release.is_since(22) {
        enabled(draft);
        let pool = pool(draft);
        draft.write(File::Addons, &["metallb_config", "address_pools", &pool, "ip_range"], list(), &why);
        auto_assign(draft, &pool);
        if !is_bgp(draft) {
            draft.write(File::Addons, &["metallb_config", "layer2"], layer2(draft, &pool), &why);
        }
    } else if release.is_since(14) {
        enabled(draft);
        draft.write(File::Addons, &["metallb_ip_range"], list(), &why);
    } else {
        let value = match plan.load_balancer.as_slice() {
            _ if release.is_since(13) => list(),
            [pool] => Value::user(text(pool.value)),
            pools => return Err(Unwritable::OnePool { version: release.version(), pools: pools.len() }),
        };
        draft.write(File::Addons, &["metallb", "ip_range"], value, &why);
        draft.note(format!(
            "MetalLB of kubespray {} is a playbook of its own, contrib/metallb/metallb.yml: run it after cluster.yml, \
             and copy the other keys of `metallb` from contrib/metallb/roles/provision/defaults/main.yml beside \
             `ip_range`, since Ansible replaces the map as a whole",
            release.version()
        ));
    }
    if !is_bgp(draft) {
        api::strict_arp(draft, "MetalLB answers for its addresses by ARP");
    }
    Ok(())
}

/// Says where addresses stand in a shape that the release does not read any more: people upgrade, and we have written
/// it there ourselves.
fn left_behind(draft: &mut Draft<'_>) {
    let (olds, now): (&[&[&str]], _) = if draft.release.is_since(22) {
        (&[&["metallb_ip_range"], &["metallb", "ip_range"]], "metallb_config")
    } else if draft.release.is_since(14) {
        (&[&["metallb", "ip_range"]], "metallb_ip_range")
    } else {
        return;
    };
    for old in olds {
        if let Some(Occurrence { location, .. }) = draft.now(old) {
            let (old, version) = (old.join("."), draft.release.version());
            draft.note(format!(
                "{location}: `{old}` has no effect, because kubespray {version} reads `{now}` instead; remove it"
            ));
        }
    }
}

/// Whether `MetalLB` may choose from the pool by itself. Whoever has said so keeps it; where nobody has, the template
/// of these releases fails (kubernetes-sigs/kubespray#10458 gave it a default).
fn auto_assign(draft: &mut Draft<'_>, pool: &str) {
    let path = ["metallb_config", "address_pools", pool, "auto_assign"];
    if draft.release.needs_metallb_auto_assign() && draft.now(&path).is_none() {
        let why = format!("kubespray {} needs it in every pool", draft.release.version());
        draft.write(File::Addons, &path, Value::Bool(true), &why);
    }
}

/// Whether somebody has its addresses announced by BGP: then nobody answers for them by ARP.
fn is_bgp(draft: &Draft<'_>) -> bool {
    let name: &[&str] = if draft.release.is_since(14) { &["metallb_protocol"] } else { &["metallb", "protocol"] };
    let protocol = draft.now(name);
    let is_told = protocol.is_some_and(|protocol| protocol.reading.to_plain_text() == "bgp");
    is_told || draft.now(&["metallb_config", "layer3"]).is_some()
}

/// A range as `MetalLB` takes it, which is never a lone address.
fn text(range: AddressRange) -> String {
    if range.first() == range.last() { format!("{range}/{}", range.family().bits()) } else { range.to_string() }
}

/// The pool whose addresses these are: the only one there is, or the sample's.
fn pool(draft: &Draft<'_>) -> String {
    let pools = draft.now(&["metallb_config", "address_pools"]);
    match pools.map(|pools| pools.reading) {
        Some(Reading::Plain(Value::Map(pools))) if pools.len() == 1 => pools.into_keys().next().unwrap_or_default(),
        _ => POOL.to_owned(),
    }
}

/// The pools that are announced by ARP, this one among them.
fn layer2(draft: &Draft<'_>, pool: &str) -> Value {
    let now = draft.now(&["metallb_config", "layer2"]);
    let mut pools = match now.map(|now| now.reading) {
        Some(Reading::Plain(Value::List(pools))) => pools,
        _ => Vec::new(),
    };
    if !pools.iter().any(|name| name.as_str() == Some(pool)) {
        pools.push(Value::user(pool));
    }
    Value::List(pools)
}
