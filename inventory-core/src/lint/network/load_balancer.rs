//! `MetalLB`: the addresses it gives away, in the four shapes it has had.

use super::About;
use super::gather::{Gather, Misread, places, unquoted};
use crate::inventory::Value;
use crate::lint::view::View;
use crate::network::address::{AddressError, AddressRange, InterfaceAddress};
use crate::network::space::{AddressSpace, Owner, Role};

/// Reads the pools, exactly. Says whether they are announced by ARP, where that is known.
pub(super) fn read(gather: &mut Gather<'_, '_>) -> Option<bool> {
    let view = gather.view;
    let nodes = view.nodes();
    // Up to v2.13 it is a playbook of its own, with variables that have no other use.
    let is_on = !view.release.is_since(14) || view.truth(nodes, &["metallb_enabled"]).is_some_and(|(is_on, _)| is_on);
    if !is_on {
        return None;
    }
    let before = gather.spaces.len();
    let is_bgp = if view.release.is_since(22) {
        pools_of(gather, &["metallb_config", "address_pools"]);
        nodes.find(&["metallb_config", "layer3"]).is_some()
    } else if view.release.is_since(14) {
        pool(gather, &["metallb_ip_range"], "load-balancer pool");
        pools_of(gather, &["metallb_additional_address_pools"]);
        is_bgp(view, &["metallb_protocol"])
    } else {
        pool(gather, &["metallb", "ip_range"], "load-balancer pool");
        is_bgp(view, &["metallb", "protocol"])
    };
    (gather.spaces.len() > before).then_some(!is_bgp)
}

fn is_bgp(view: &View<'_>, path: &[&str]) -> bool {
    view.text(view.nodes(), path).is_some_and(|(protocol, _)| protocol == "bgp")
}

/// The pools of a map, each with its `ip_range`.
fn pools_of(gather: &mut Gather<'_, '_>, path: &[&str]) {
    let Some((Value::Map(pools), _)) = gather.view.value(gather.view.nodes(), path) else { return };
    for name in pools.keys() {
        let path: Vec<&str> = path.iter().copied().chain([name.as_str(), "ip_range"]).collect();
        pool(gather, &path, &format!("load-balancer pool {name}"));
    }
}

/// The ranges of a pool: one, or a list.
fn pool(gather: &mut Gather<'_, '_>, path: &[&str], title: &str) {
    let Some((value, told)) = gather.view.value(gather.view.nodes(), path) else { return };
    let items = match &value {
        Value::List(items) => items.iter().collect(),
        one => vec![one],
    };
    let name = path.join(".");
    let places = places(&told, path, items.len());
    for (item, place) in items.into_iter().zip(places) {
        if item.is_template() {
            gather.view.could_not_check(name.clone(), &place, "it is a template");
            continue;
        }
        let text = item.to_plain_text();
        let text = text.trim();
        let is_literal = unquoted(place.text()).trim() == text;
        match range(text) {
            Ok((range, host_bits)) => {
                let origin = gather.view.origin_of(place.clone());
                let space = AddressSpace::new(range, Role::LoadBalancer, Owner::Cluster, origin);
                let about = About { title: title.to_owned(), name: name.clone(), place: Some(place), is_literal };
                gather.add(AddressSpace { host_bits, ..space }, about);
            }
            Err(error) => {
                let why = format!("`{name}` has no range: {error}");
                gather.misread.push(Misread { variable: name.clone(), place, why, meant: None });
            }
        }
    }
}

/// A network, host bits and all, an address, or `a-b`.
fn range(text: &str) -> Result<(AddressRange, Option<InterfaceAddress>), AddressError> {
    if text.contains('/') {
        let written: InterfaceAddress = text.parse()?;
        return Ok((written.into(), written.has_host_bits().then_some(written)));
    }
    Ok((text.parse()?, None))
}
