//! How the controller reaches a member, and which address is its own.

use std::borrow::Cow;
use std::net::IpAddr;

use super::membership::Selected;
use super::report::Candidate;
use crate::cluster::{AddressRule, Cluster, Layout};
use crate::inventory::{Value, Variables};
use crate::machine::{FoundAddress, Interface};
use crate::network::address::Family;
use crate::safe::{HostAddress, HostName};

/// How a member is reached, and why so.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Reached {
    /// How the controller reaches it; `None` where the user's own inventory has a template for that.
    pub(super) address: Option<HostAddress>,
    /// Whether `ansible_host` must say so: not where the user's inventory already does, or the name is the address.
    pub(super) is_told: bool,
    /// Whether the source's port leads to another address than the chosen one: a forwarded port.
    pub(super) is_past_port: bool,
    /// The guest's own address.
    pub(super) ip: Option<IpAddr>,
    /// The guest's own IPv6 address.
    pub(super) ip6: Option<IpAddr>,
    /// How other nodes reach it.
    pub(super) access_ip: Option<IpAddr>,
    /// How other nodes reach it over IPv6.
    pub(super) access_ip6: Option<IpAddr>,
    /// Every address seen, and what became of it.
    pub(super) candidates: Vec<Candidate>,
    /// Why there is no `ip`, or where it comes from.
    pub(super) ip_why: Cow<'static, str>,
}

/// Chooses the addresses of a member. The error is every address seen, none of them usable.
pub(super) fn reach(cluster: &Cluster, selected: &Selected<'_>, host: &HostName) -> Result<Reached, Vec<Candidate>> {
    let machine = &selected.machine;
    if machine.reach.as_inventory_says {
        return Ok(as_inventory_says(&machine.vars, host));
    }
    let found: Vec<(&Interface, &FoundAddress)> = machine
        .interfaces
        .iter()
        .flat_map(|interface| interface.addresses.iter().map(move |address| (interface, address)))
        .collect();
    let usable: Vec<_> = found.iter().copied().filter(|(interface, found)| never(interface, found).is_none()).collect();

    let rules = cluster.hosts.address.as_deref();
    let is_fixed = |ip: IpAddr| machine.reach.address == Some(HostAddress::Ip(ip));
    let (taken, why) = match (rules, &machine.reach.address) {
        // The address may be an interface's as well.
        (None, Some(_)) => {
            let known = usable.iter().chain(&found).map(|(_, found)| *found).find(|found| is_fixed(found.ip));
            (known, "the source says so".to_owned())
        }
        (None, None) => (usable.first().map(|(_, first)| *first), "the first in the source's order".to_owned()),
        (Some(rules), _) => match by_rules(rules, &usable) {
            Some((number, taken)) => (Some(taken), format!("rule {number} of `hosts.address`")),
            None => (None, String::new()),
        },
    };
    let chosen: Option<(HostAddress, bool)> = match (rules, &machine.reach.address) {
        (None, Some(fixed)) => Some((fixed.clone(), false)),
        _ => taken.map(|taken| (taken.ip.into(), taken.in_guest)),
    };
    let address = chosen.as_ref().map(|(address, _)| address.clone());
    let mut candidates: Vec<Candidate> = found
        .iter()
        .map(|(interface, found)| {
            let is_chosen = taken.is_some_and(|taken| std::ptr::eq(taken, *found));
            let same = taken.filter(|taken| taken.ip == found.ip && !is_chosen);
            let verdict = match (never(interface, found), same) {
                (Some(reason), _) => reason.into_owned(),
                (None, Some(taken)) => format!("the same, also told by {}", taken.from),
                (None, None) if is_chosen => format!("chosen, {why}"),
                (None, None) if address.is_none() => "no rule of `hosts.address` takes it".to_owned(),
                (None, None) => "another one comes first".to_owned(),
            };
            Candidate {
                address: found.ip.to_string(),
                interface: interface.name.clone(),
                network: interface.network.clone(),
                from: found.from.to_string(),
                verdict,
                is_chosen,
            }
        })
        .collect();
    // One that is an interface's as well is there already.
    let elsewhere = |fixed: &&HostAddress| !found.iter().any(|(_, found)| fixed.ip() == Some(found.ip));
    if let Some(fixed) = machine.reach.address.as_ref().filter(elsewhere) {
        let is_chosen = address.as_ref() == Some(fixed);
        candidates.push(Candidate {
            address: fixed.to_string(),
            interface: None,
            network: None,
            from: "source".to_owned(),
            verdict: if is_chosen { format!("chosen, {why}") } else { "`hosts.address` has rules".to_owned() },
            is_chosen,
        });
    }
    let Some((_, in_guest)) = chosen else { return Err(candidates) };
    let ip_why = "only kubespray has `ip`".into();
    let is_past_port = machine.reach.address.is_some() && machine.reach.address != address;
    let mut reached = Reached { address, is_told: true, is_past_port, candidates, ip_why, ..Reached::default() };
    if cluster.layout == Layout::Kubespray {
        own_addresses(cluster, selected, &usable, in_guest, &mut reached);
    }
    Ok(reached)
}

/// What the user's own inventory says stands, template or not; without `ansible_host` the name is the address.
fn as_inventory_says(vars: &Variables, host: &HostName) -> Reached {
    let ansible_host = vars.get("ansible_host");
    let address = match ansible_host {
        Some(value) if value.is_template() => None,
        Some(value) => value.to_plain_text().parse().ok(),
        None => host.as_str().parse().ok(),
    };
    let candidate = Candidate {
        address: ansible_host.map_or_else(|| host.to_string(), Value::to_plain_text),
        interface: None,
        network: None,
        from: "inventory".to_owned(),
        verdict: "chosen, the inventory says so".to_owned(),
        is_chosen: true,
    };
    let ip_why =
        if vars.contains_key("ip") { "the inventory says so" } else { "the inventory does not give this host one" };
    Reached { address, candidates: vec![candidate], ip_why: ip_why.into(), ..Reached::default() }
}

/// Why an address is never a candidate.
fn never(interface: &Interface, found: &FoundAddress) -> Option<Cow<'static, str>> {
    if interface.is_made_by_cni() {
        return Some("never: a CNI made this interface inside the guest".into());
    }
    if let Some(why) = &found.unfit {
        return Some(format!("never: {why}").into());
    }
    let why = match found.ip {
        ip if ip.is_loopback() => Some("never: loopback"),
        ip if ip.is_unspecified() || ip.is_multicast() => Some("never: no address of a host"),
        IpAddr::V4(ip) if ip.is_broadcast() => Some("never: no address of a host"),
        // `::ffff:127.0.0.1` is the controller itself, and `::ffff:10.0.0.1` another machine's address in disguise.
        IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some() => Some("never: an IPv4 address written as one of IPv6"),
        IpAddr::V4(ip) if ip.is_link_local() => Some("never: link-local"),
        IpAddr::V6(ip) if ip.is_unicast_link_local() => Some("never: link-local, which needs a zone"),
        _ => None,
    };
    why.map(Cow::Borrowed)
}

/// The first address that a rule takes, the rules in their order, with the rule's number from 1.
fn by_rules<'a>(
    rules: &[AddressRule],
    usable: &[(&'a Interface, &'a FoundAddress)],
) -> Option<(usize, &'a FoundAddress)> {
    rules.iter().zip(1..).find_map(|(rule, number)| {
        usable.iter().find(|(interface, found)| takes(rule, interface, found)).map(|(_, found)| (number, *found))
    })
}

fn takes(rule: &AddressRule, interface: &Interface, found: &FoundAddress) -> bool {
    rule.network.as_ref().is_none_or(|network| interface.network.as_ref() == Some(network))
        && rule.interface.as_ref().is_none_or(|glob| interface.name.as_deref().is_some_and(|name| glob.matches(name)))
        && rule.cidr.is_none_or(|cidr| cidr.contains(found.ip))
        && rule.family.is_none_or(|family| family == Family::of(found.ip))
        && rule.from.is_none_or(|from| from == found.from)
}

/// kubespray's `ip` and its kin.
fn own_addresses(
    cluster: &Cluster,
    selected: &Selected<'_>,
    usable: &[(&Interface, &FoundAddress)],
    address_is_own: bool,
    reached: &mut Reached,
) {
    let own: Vec<_> = usable.iter().copied().filter(|(_, found)| found.in_guest).collect();
    let ruled = |rules: &Option<Vec<AddressRule>>, from: &[_], v4: bool| {
        let of_family: Vec<_> =
            from.iter().copied().filter(|(_, found): &(&Interface, &FoundAddress)| found.ip.is_ipv4() == v4).collect();
        rules.as_deref().and_then(|rules| by_rules(rules, &of_family)).map(|(_, found)| found.ip)
    };
    let told = selected.machine.reach.ip;
    let address = reached.address.as_ref().and_then(HostAddress::ip).filter(|_| address_is_own);
    let hosts = &cluster.hosts;
    let said = &selected.machine.reach.ip_why;
    let stand_in = address.filter(|_| said.is_none());
    let by_default = |v4: bool| told.or(stand_in).filter(|ip| ip.is_ipv4() == v4);
    reached.ip = if hosts.ip.is_some() { ruled(&hosts.ip, &own, true) } else { by_default(true) };
    reached.ip6 = if hosts.ip6.is_some() { ruled(&hosts.ip6, &own, false) } else { by_default(false) };
    reached.access_ip = selected.machine.reach.access_ip.filter(IpAddr::is_ipv4);
    reached.access_ip6 = selected.machine.reach.access_ip.filter(IpAddr::is_ipv6);
    if hosts.access_ip.is_some() {
        reached.access_ip = ruled(&hosts.access_ip, usable, true);
    }
    if hosts.access_ip6.is_some() {
        reached.access_ip6 = ruled(&hosts.access_ip6, usable, false);
    }
    reached.ip_why = match (reached.ip.or(reached.ip6), &hosts.ip) {
        (_, None) if said.is_some() => said.clone().unwrap_or_default().into(),
        (Some(_), Some(_)) => "a rule of `hosts.ip`".into(),
        (None, Some(_)) => "no rule of `hosts.ip` takes an address of the guest's own".into(),
        (Some(_), None) if told.is_some() => "the source says so".into(),
        (Some(_), None) => "the address is the guest's own".into(),
        (None, None) => "the address is not known to be on the guest's own interface".into(),
    };
}
