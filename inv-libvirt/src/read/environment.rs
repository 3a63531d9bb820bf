//! What is around the machines: the virtual networks of their hypervisors.

use std::collections::HashSet;
use std::net::IpAddr;
use std::ptr;

use inventory_core::environment::{Environment, MachineNetwork, Provider, SilentPlace, Sourced};
use inventory_core::network::address::AddressRange;
use inventory_core::network::mtu::Mtu;
use inventory_core::network::space::{AddressSpace, Origin, Owner, Role};

use super::around::{Around, Known};
use super::guest::{Attachment, Card, Guest};
use super::network::{Mode, Subnet};
use crate::answers::{Hypervisor, Told};

/// What Linux gives a bridge that nobody gives another.
const USUAL_MTU: i64 = 1500;

/// What one hypervisor has around its guests.
///
/// The networks that guests have cards in are those of the machines. All others are kept out of the way of: a network
/// without guests may get some, one that is not started may be started tomorrow.
pub(super) fn environment(hypervisor: &Hypervisor, told: &Told, around: &Around<'_>, guests: &[Guest]) -> Environment {
    let place = hypervisor.place.as_deref();
    let with_guests: HashSet<*const Known<'_>> =
        guests.iter().flat_map(|guest| &guest.cards).filter_map(|card| around.of(card)).map(ptr::from_ref).collect();
    let mut environment = Environment {
        silent: told.unanswered.iter().map(|unanswered| silent(unanswered, place)).collect(),
        ..Environment::default()
    };
    for known in &around.networks {
        let has_guests = with_guests.contains(&ptr::from_ref(known));
        let origin = origin(known, place);
        for subnet in &known.network.subnets {
            if known.is_active && has_guests {
                let mtu = known.mtu(around).and_then(|mtu| Mtu::new(mtu).ok());
                let network = MachineNetwork { mtu, ..of_machines(known, subnet, place) };
                environment.nodes.push(Sourced::new(network, origin.clone()));
            } else {
                environment.others.push(AddressSpace::new(subnet.cidr, Role::Virtual, Owner::Level(0), origin.clone()));
            }
        }
    }
    environment
}

fn silent(unanswered: &crate::answers::Unanswered, place: Option<&str>) -> SilentPlace {
    SilentPlace {
        place: format!("{}{}", unanswered.question, on(place)),
        why: unanswered.why.clone(),
        would_tell: "the networks that the machines are in".to_owned(),
    }
}

fn of_machines(known: &Known<'_>, subnet: &Subnet, place: Option<&str>) -> MachineNetwork {
    MachineNetwork {
        name: Some(known.network.name.clone()),
        cidr: subnet.cidr,
        // Also where nothing is forwarded: the address is taken.
        gateway: Some(subnet.hypervisor),
        dhcp: given_away(subnet).into_iter().collect(),
        dns: subnet.has_dns.then_some(subnet.hypervisor).into_iter().collect(),
        provider: Some(Provider::Libvirt),
        forward: Some(known.network.mode.forward(subnet.hypervisor)),
        place: place.map(str::to_owned),
        mtu: None,
    }
}

/// What the DHCP server gives away: its ranges, and the reservations outside them, those next to each other in one.
fn given_away(subnet: &Subnet) -> Vec<AddressRange> {
    let is_apart = |ip: &IpAddr| !subnet.ranges.iter().any(|range| range.contains((*ip).into()));
    let mut reserved: Vec<IpAddr> = subnet.reservations.iter().map(|one| one.ip).filter(is_apart).collect();
    reserved.sort_unstable();
    reserved.dedup();
    let runs = reserved.chunk_by(|ip, next| is_next(*ip, *next));
    let runs = runs.filter_map(|run| AddressRange::new(*run.first()?, *run.last()?).ok());
    subnet.ranges.iter().copied().chain(runs).collect()
}

fn is_next(ip: IpAddr, next: IpAddr) -> bool {
    match (ip, next) {
        (IpAddr::V4(ip), IpAddr::V4(next)) => ip.to_bits().checked_add(1) == Some(next.to_bits()),
        (IpAddr::V6(ip), IpAddr::V6(next)) => ip.to_bits().checked_add(1) == Some(next.to_bits()),
        _ => false,
    }
}

impl Known<'_> {
    /// The MTU of its links, in bytes: what its XML says, else its bridge's, else the usual one where libvirt makes the
    /// bridge itself.
    fn mtu(&self, around: &Around<'_>) -> Option<i64> {
        let of_bridge = || self.network.bridge.as_deref().and_then(|bridge| around.bridge_mtu(bridge));
        let is_made_by_libvirt = self.network.mode != Mode::Bridged;
        self.network.mtu.or_else(of_bridge).or(is_made_by_libvirt.then_some(USUAL_MTU))
    }
}

/// The MTU of a card and where it was learned; `None` where nobody knows it.
pub(super) fn mtu_of(guest: &Guest, card: &Card, around: &Around<'_>, place: Option<&str>) -> Option<Sourced<Mtu>> {
    let (mtu, origin) = match (card.mtu, around.of(card), &card.attachment) {
        (Some(mtu), ..) => (mtu, Origin::Found(format!("domain {}{}", guest.name, on(place)))),
        (None, Some(known), _) => (known.mtu(around)?, origin(known, place)),
        (None, None, Attachment::Bridge(bridge)) => {
            (around.bridge_mtu(bridge)?, Origin::Found(format!("bridge {bridge}{}", on(place))))
        }
        (None, None, _) => return None,
    };
    Some(Sourced::new(Mtu::new(mtu).ok()?, origin))
}

fn origin(known: &Known<'_>, place: Option<&str>) -> Origin {
    let is_off = if known.is_active { "" } else { " (not started)" };
    Origin::Found(format!("libvirt network {}{is_off}{}", known.network.name, on(place)))
}

fn on(place: Option<&str>) -> String {
    place.map(|place| format!(" on {place}")).unwrap_or_default()
}
