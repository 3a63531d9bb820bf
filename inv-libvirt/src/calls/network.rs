//! What is asked of a virtual network.

use std::mem::ManuallyDrop;

use virt::network::Network;

use super::memory::{List, text};
use super::{Refusal, list_or_refusal};
use crate::answers::Lease;

/// The longest MAC or IP address that is read, in bytes.
const LONGEST_WORD: usize = 256;

/// The longest name of a host that is read, in bytes. Guests choose it; DNS has 253.
const LONGEST_HOSTNAME: usize = 1_024;

/// A handle of a virtual network.
pub(crate) struct VirtualNetwork(ManuallyDrop<Network>);

impl VirtualNetwork {
    pub(super) fn new(network: Network) -> Self {
        Self(ManuallyDrop::new(network))
    }

    /// Its name. Nobody has to be asked for it.
    pub(crate) fn name(&self) -> Result<String, Refusal> {
        Ok(self.0.name()?)
    }

    /// Its description.
    pub(crate) fn xml(&self) -> Result<String, Refusal> {
        Ok(self.0.xml_desc(0)?)
    }

    /// What its DHCP server has given out, stale leases among it.
    pub(crate) fn leases(&self) -> Result<Vec<Lease>, Refusal> {
        let mut leases = std::ptr::null_mut();
        // SAFETY: the handle is valid, no MAC means all of them, and `leases` lives as long as the call. On success it is
        // an array of as many pointers as the call returns, which `List` gives back.
        let leases = unsafe {
            let count = virt_sys::virNetworkGetDHCPLeases(self.0.as_ptr(), std::ptr::null(), &raw mut leases, 0);
            List::new(leases, list_or_refusal(count)?, virt_sys::virNetworkDHCPLeaseFree)
        };
        Ok(leases.iter().filter_map(lease).collect())
    }
}

impl Drop for VirtualNetwork {
    fn drop(&mut self) {
        // SAFETY: the reference is ours and is given back once. That it cannot be helps nobody.
        unsafe { virt_sys::virNetworkFree(self.0.as_ptr()) };
    }
}

/// A lease; one without an address is none.
fn lease(told: &virt_sys::virNetworkDHCPLease) -> Option<Lease> {
    // SAFETY: libvirt's texts end with a NUL, or are null, and live as long as the lease.
    let word = |pointer, most| unsafe { text(pointer, most) }.filter(|text| !text.is_empty());
    Some(Lease {
        mac: word(told.mac, LONGEST_WORD),
        ip: word(told.ipaddr, LONGEST_WORD)?.parse().ok()?,
        expires: told.expirytime,
        hostname: word(told.hostname, LONGEST_HOSTNAME),
    })
}
