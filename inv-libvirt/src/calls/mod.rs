//! The calls to libvirt: everything that needs `unsafe`, and nothing else does.
//!
//! Calls go through the crate `virt`, and past it only where it lacks one (leases of a network, the response timeout of
//! agents, the states of all domains at once), loses what it is told (a reason without a name) or leaks (addresses of
//! interfaces). Its handles panic when libvirt refuses to take them back, so they are never dropped: each is wrapped
//! here in a type that gives it back and does not mind.
//!
//! Every text of libvirt's is read up to a bound, and what is no UTF-8 in it is replaced.
#![allow(unsafe_code, reason = "libvirt is a C library, and `virt` does not cover all of it")]

mod guest;
mod memory;
mod network;
mod quiet;
mod refusal;

use std::collections::HashSet;
use std::ffi::CString;
use std::mem::ManuallyDrop;

use virt::connect::Connect;
use virt::interface::Interface;

pub(crate) use guest::{Guest, Source, Status};
pub(crate) use memory::share_one_heap;
pub(crate) use network::VirtualNetwork;
pub(crate) use quiet::{be_quiet, be_quiet_in_this_thread};
pub(crate) use refusal::Refusal;

use refusal::{list_or_refusal, refusal};

/// Why the agent of a guest without a channel to one is not asked.
pub(crate) const NO_AGENT: &str = "the guest has no channel to an agent";

/// Whether several threads may ask through one connection to a daemon at the same time.
///
/// libvirt allows it. Its client before 10.4 keeps a pointer into the stack of a thread whose question is answered, and
/// now and then crashes the process with it (CVE-2024-4418): with 9.0, 2 of 400 runs whose connection broke.
pub(crate) fn are_connections_shared() -> bool {
    Connect::version().is_ok_and(|version| version >= 10_004_000)
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Look, and nothing else.
    ReadOnly,
    /// Also change things, which libvirt wants of whoever speaks with an agent inside a guest.
    ReadWrite,
}

/// A connection to a hypervisor.
pub(crate) struct Connection(ManuallyDrop<Connect>);

impl Connection {
    /// Connects. This may take for ever: libvirt has no deadline of its own.
    pub(crate) fn open(uri: &str, access: Access) -> Result<Self, Refusal> {
        if uri.contains('\0') {
            return Err(Refusal::ours("the URI has a NUL character in it"));
        }
        let connect = match access {
            Access::ReadOnly => Connect::open_read_only(Some(uri)),
            Access::ReadWrite => Connect::open(Some(uri)),
        }?;
        Ok(Self(ManuallyDrop::new(connect)))
    }

    /// What the driver calls itself: `QEMU`, `TEST`.
    pub(crate) fn driver(&self) -> Result<String, Refusal> {
        Ok(self.0.driver_type()?)
    }

    /// The hypervisor's version: major, minor, release.
    pub(crate) fn version(&self) -> Result<[u32; 3], Refusal> {
        let number = self.0.hyp_version()?;
        Ok([number / 1_000_000, number / 1_000 % 1_000, number % 1_000])
    }

    /// All guests and what each is doing, in one call; in two kinds of calls where the driver has no such one.
    pub(crate) fn guests(&self) -> Result<Vec<(Guest, Status)>, Refusal> {
        match self.guests_with_statistics() {
            Err(refusal) if refusal.is_not_supported() => {}
            answer => return answer,
        }
        let mut guests = Vec::new();
        for domain in self.0.list_all_domains(0)? {
            let guest = Guest::new(domain);
            match guest.status() {
                Ok(status) => guests.push((guest, status)),
                Err(refusal) if refusal.is_gone() => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(guests)
    }

    fn guests_with_statistics(&self) -> Result<Vec<(Guest, Status)>, Refusal> {
        let mut records = std::ptr::null_mut();
        // SAFETY: the connection is open, and `records` lives as long as the call. On success it is an array of as many
        // pointers as the call returns, which `StatisticsList` gives back.
        let records = unsafe {
            let count = virt_sys::virConnectGetAllDomainStats(
                self.0.as_ptr(),
                virt_sys::VIR_DOMAIN_STATS_STATE,
                &raw mut records,
                0,
            );
            memory::StatisticsList::new(records, list_or_refusal(count)?)
        };
        records.iter().map(Guest::of_record).collect()
    }

    /// The same guest through this connection.
    pub(crate) fn guest(&self, other: &Guest) -> Result<Guest, Refusal> {
        other.through(&self.0)
    }

    /// All virtual networks, and whether each is started.
    pub(crate) fn networks(&self) -> Result<Vec<(VirtualNetwork, bool)>, Refusal> {
        let list = |which| -> Result<Vec<_>, Refusal> {
            Ok(self.0.list_all_networks(which)?.into_iter().map(VirtualNetwork::new).collect())
        };
        // All first: one that is started or stopped between the two calls is neither lost nor there twice.
        let all = list(0)?;
        let started = list(virt_sys::VIR_CONNECT_LIST_NETWORKS_ACTIVE)?;
        let started: HashSet<String> = started.iter().map(VirtualNetwork::name).collect::<Result<_, _>>()?;
        let mut networks = Vec::with_capacity(all.len());
        for network in all {
            let is_started = started.contains(&network.name()?);
            networks.push((network, is_started));
        }
        Ok(networks)
    }

    /// The description of one of the hypervisor's own network interfaces: a bridge.
    pub(crate) fn interface_xml(&self, name: &str) -> Result<String, Refusal> {
        let name = CString::new(name).map_err(|_| Refusal::ours("the name has a NUL character in it"))?;
        // SAFETY: the connection is open, and the name ends with a NUL.
        let found = unsafe { virt_sys::virInterfaceLookupByName(self.0.as_ptr(), name.as_ptr()) };
        if found.is_null() {
            return Err(refusal());
        }
        // SAFETY: the look-up gave a reference of its own.
        let interface = ManuallyDrop::new(unsafe { Interface::from_ptr(found) });
        let xml = interface.xml_desc(0);
        // SAFETY: the reference is given back once, and nobody uses it any more.
        unsafe { virt_sys::virInterfaceFree(found) };
        Ok(xml?)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: the connection was opened once and is closed once. Guests and networks hold it themselves. That it
        // cannot be closed any more, because the other end is gone, helps nobody.
        unsafe { virt_sys::virConnectClose(self.0.as_ptr()) };
    }
}
