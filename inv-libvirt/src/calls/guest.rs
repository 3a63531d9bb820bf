//! What is asked of a guest.

use std::ffi::c_int;
use std::mem::ManuallyDrop;
use std::net::IpAddr;
use std::time::Duration;

use virt::connect::Connect;
use virt::domain::Domain;

use super::memory::{List, Record, text};
use super::{Refusal, list_or_refusal, refusal};
use crate::answers::GuestInterface;
use crate::options::Teller;

/// The longest name of an interface, MAC or IP address that is read, in bytes. Linux has 15 for a name.
const LONGEST_WORD: usize = 256;

/// What a guest is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    /// `virDomainState`.
    pub(crate) state: u8,
    /// The reason, whose meaning depends on the state.
    pub(crate) reason: i32,
}

impl Status {
    fn new(state: c_int, reason: c_int) -> Self {
        // A state that libvirt has not invented yet is none.
        Self { state: u8::try_from(state).unwrap_or(0), reason }
    }

    /// Whether its processors run: only then can it answer.
    pub(crate) fn runs(self) -> bool {
        matches!(u32::from(self.state), virt_sys::VIR_DOMAIN_RUNNING | virt_sys::VIR_DOMAIN_BLOCKED)
    }

    /// Whether it has a place in the hypervisor's memory, be it paused.
    pub(crate) fn is_active(self) -> bool {
        !matches!(
            u32::from(self.state),
            virt_sys::VIR_DOMAIN_NOSTATE | virt_sys::VIR_DOMAIN_SHUTOFF | virt_sys::VIR_DOMAIN_CRASHED
        )
    }
}

/// A handle of a guest. It holds its connection.
pub(crate) struct Guest(ManuallyDrop<Domain>);

impl Guest {
    pub(super) fn new(domain: Domain) -> Self {
        Self(ManuallyDrop::new(domain))
    }

    pub(super) fn of_record(record: Record<'_>) -> Result<(Self, Status), Refusal> {
        // SAFETY: the domain is valid as long as the record. The list gives back its own reference; this one is ours.
        let guest = unsafe {
            if virt_sys::virDomainRef(record.domain()) < 0 {
                return Err(refusal());
            }
            Self::new(Domain::from_ptr(record.domain()))
        };
        let status = match (record.int("state.state"), record.int("state.reason")) {
            (Some(state), Some(reason)) => Status::new(state, reason),
            _ => guest.status()?,
        };
        Ok((guest, status))
    }

    /// The same guest through another connection.
    pub(super) fn through(&self, connection: &Connect) -> Result<Self, Refusal> {
        Ok(Self::new(connection.lookup_domain_by_uuid(self.0.uuid()?)?))
    }

    /// Its name. Nobody has to be asked for it.
    pub(crate) fn name(&self) -> Result<String, Refusal> {
        Ok(self.0.name()?)
    }

    /// Its description, as it runs if it does.
    pub(crate) fn xml(&self) -> Result<String, Refusal> {
        Ok(self.0.xml_desc(0)?)
    }

    /// What it is doing.
    pub(super) fn status(&self) -> Result<Status, Refusal> {
        let (mut state, mut reason) = (0, 0);
        // SAFETY: the handle is valid, and both numbers live as long as the call.
        if unsafe { virt_sys::virDomainGetState(self.0.as_ptr(), &raw mut state, &raw mut reason, 0) } < 0 {
            return Err(refusal());
        }
        Ok(Status::new(state, reason))
    }

    /// How long its agent may take from now on, for whoever asks; `None` for ever, which is what libvirt begins with.
    pub(crate) fn set_agent_timeout(&self, timeout: Option<Duration>) -> Result<(), Refusal> {
        let seconds = match timeout {
            // Less than a second would be none at all.
            Some(timeout) => c_int::try_from(timeout.as_millis().div_ceil(1_000).max(1)).unwrap_or(c_int::MAX),
            None => virt_sys::VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK,
        };
        // SAFETY: the handle is valid.
        if unsafe { virt_sys::virDomainAgentSetResponseTimeout(self.0.as_ptr(), seconds, 0) } < 0 {
            return Err(refusal());
        }
        Ok(())
    }

    /// The interfaces that somebody knows with their addresses.
    ///
    /// An agent that hangs is waited for as long as [`Self::set_agent_timeout`] says.
    pub(crate) fn addresses(&self, from: Source) -> Result<Vec<GuestInterface>, Refusal> {
        let mut interfaces = std::ptr::null_mut();
        // SAFETY: the handle is valid, and `interfaces` lives as long as the call. On success it is an array of as many
        // pointers as the call returns, which `List` gives back.
        let interfaces = unsafe {
            let count = virt_sys::virDomainInterfaceAddresses(self.0.as_ptr(), &raw mut interfaces, from.number(), 0);
            List::new(interfaces, list_or_refusal(count)?, virt_sys::virDomainInterfaceFree)
        };
        Ok(interfaces.iter().map(interface).collect())
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // SAFETY: the reference is ours and is given back once. That it cannot be helps nobody.
        unsafe { virt_sys::virDomainFree(self.0.as_ptr()) };
    }
}

/// Who can be asked guest by guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The DHCP servers of its networks.
    Lease,
    /// The hypervisor's neighbour table.
    Arp,
    /// The agent inside.
    Agent,
}

impl Source {
    fn number(self) -> virt_sys::virDomainInterfaceAddressesSource {
        match self {
            Self::Lease => virt_sys::VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE,
            Self::Arp => virt_sys::VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP,
            Self::Agent => virt_sys::VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT,
        }
    }

    /// What the options call it.
    pub(crate) fn teller(self) -> Teller {
        match self {
            Self::Lease => Teller::Lease,
            Self::Arp => Teller::Arp,
            Self::Agent => Teller::Agent,
        }
    }
}

fn interface(told: &virt_sys::virDomainInterface) -> GuestInterface {
    let length = if told.addrs.is_null() { 0 } else { told.naddrs as usize };
    let addresses = if length == 0 {
        &[]
    } else {
        // SAFETY: libvirt says that there are so many, and they live as long as the interface.
        unsafe { std::slice::from_raw_parts(told.addrs, length) }
    };
    // SAFETY: libvirt's texts end with a NUL, or are null, and live as long as the interface.
    let word = |pointer| unsafe { text(pointer, LONGEST_WORD) };
    GuestInterface {
        name: word(told.name).unwrap_or_default(),
        mac: word(told.hwaddr),
        addresses: addresses.iter().filter_map(|address| ip(&word(address.addr)?)).collect(),
    }
}

/// An address; an agent may write a zone behind a link-local one. What is none is not worth a failure: whatever an agent
/// says comes from inside the guest.
fn ip(text: &str) -> Option<IpAddr> {
    text.split('%').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_agent_calls_an_address_and_is_none_is_left_out() {
        assert_eq!(ip("192.168.150.10"), Some([192, 168, 150, 10].into()));
        assert_eq!(ip("fe80::1%eth0"), Some("fe80::1".parse().unwrap()));
        assert_eq!(ip("{{ 7 }}"), None);
        assert_eq!(ip(""), None);
    }

    #[test]
    fn a_state_that_nobody_knows_yet_is_none() {
        assert_eq!(Status::new(-1, 0).state, 0);
        assert!(!Status::new(-1, 0).is_active());
        assert!(Status::new(3, 1).is_active() && !Status::new(3, 1).runs());
    }
}
