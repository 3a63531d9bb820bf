//! libvirtd, asked over its own sockets.

use std::path::Path;
use std::time::Instant;

use super::calls::{self, Login, Object};
use super::uri::Endpoint;
use super::wire::{Answered, Call, Connection, Fault, Refusal};
use super::xdr::{Reader, XdrError};
use super::{Domain, Network, Talk, Uuid};

/// libvirtd's own sockets.
pub(super) struct Sockets {
    domains: Connection,
    networks: Endpoint,
    /// The connection to who knows the networks, where that is another.
    of_networks: Option<Connection>,
    deadline: Instant,
}

impl Sockets {
    pub(super) fn open(domains: &Endpoint, networks: &Endpoint, deadline: Instant) -> Result<Self, Fault> {
        let domains = connect(domains, deadline)?;
        Ok(Self { domains, networks: networks.clone(), of_networks: None, deadline })
    }

    /// Who knows the networks.
    fn networks(&mut self) -> Result<&mut Connection, String> {
        if self.networks.socket == self.domains.path() {
            return Ok(&mut self.domains);
        }
        let own = match self.of_networks.take() {
            Some(own) => own,
            None => connect(&self.networks, self.deadline).map_err(|fault| sentence(&fault))?,
        };
        Ok(self.of_networks.insert(own))
    }
}

/// Connects and says hello.
fn connect(endpoint: &Endpoint, deadline: Instant) -> Result<Connection, Fault> {
    let mut connection = Connection::open(&endpoint.socket, deadline)?;
    let ways = connection.call(&calls::ways_to_log_in())?.map_err(refused)?;
    let ways = connection.understood(&ways, calls::read_ways_to_log_in)?;
    if ways.contains(&Login::Polkit) {
        connection.call(&calls::log_in_by_polkit())?.map_err(|refusal| Fault::Login(refusal.message))?;
    } else if !ways.is_empty() && !ways.contains(&Login::None) {
        return Err(Fault::Login("with a name and a password".to_owned()));
    }
    connection.call(&calls::open(&endpoint.uri))?.map_err(refused)?;
    Ok(connection)
}

fn refused(refusal: Refusal) -> Fault {
    Fault::Refused(refusal.message)
}

/// What libvirt says of one question, in its own words.
fn said(refusal: &Refusal) -> String {
    format!("libvirt says {:?}", refusal.message)
}

impl Talk for Sockets {
    fn domains(&mut self, uuids: &[Uuid]) -> Result<Vec<Result<Option<Domain>, String>>, String> {
        let connection = &mut self.domains;
        let calls: Vec<_> = uuids.iter().map(|uuid| calls::domain_by_uuid(uuid.0)).collect();
        let found = looked_up(connection, &calls, calls::NO_DOMAIN, calls::read_domain)?;
        let objects: Vec<&Object> = found.iter().filter_map(|found| found.as_ref().ok()?.as_ref()).collect();
        let calls: Vec<_> =
            objects.iter().flat_map(|domain| [calls::domain_state(domain), calls::domain_xml(domain)]).collect();
        let answers = connection.call_all(&calls).map_err(|fault| sentence(&fault))?;
        let mut answers = answers.into_iter();
        let mut domain = |_: Object| {
            // Between the two questions it may have gone.
            let (Some(state), Some(xml)) = (answers.next(), answers.next()) else { return Ok(None) };
            let (state, xml) = match (state, xml) {
                (Ok(state), Ok(xml)) => (state, xml),
                (Err(refusal), _) | (_, Err(refusal)) if refusal.code == calls::NO_DOMAIN => return Ok(None),
                (Err(refusal), _) | (_, Err(refusal)) => return Err(said(&refusal)),
            };
            let read = |fault: Fault| sentence(&fault);
            let (state, reason) = connection.understood(&state, calls::read_domain_state).map_err(read)?;
            let xml = connection.understood(&xml, calls::read_text).map_err(read)?;
            Ok(Some(Domain { state: in_words(state, reason).to_owned(), xml }))
        };
        Ok(found.into_iter().map(|found| found?.map_or(Ok(None), &mut domain)).collect())
    }

    fn networks(&mut self, names: &[String]) -> Result<Vec<Result<Option<Network>, String>>, String> {
        let connection = self.networks()?;
        let calls: Vec<_> = names.iter().map(|name| calls::network_by_name(name)).collect();
        let found = looked_up(connection, &calls, calls::NO_NETWORK, calls::read_network)?;
        let objects: Vec<&Object> = found.iter().filter_map(|found| found.as_ref().ok()?.as_ref()).collect();
        let calls: Vec<_> =
            objects.iter().flat_map(|network| [calls::network_xml(network), calls::leases(network)]).collect();
        let answers = connection.call_all(&calls).map_err(|fault| sentence(&fault))?;
        let mut answers = answers.into_iter();
        let mut network = |_: Object| {
            let (Some(xml), Some(leases)) = (answers.next(), answers.next()) else { return Ok(None) };
            let xml = match xml {
                Ok(xml) => connection.understood(&xml, calls::read_text).map_err(|fault| sentence(&fault))?,
                Err(refusal) if refusal.code == calls::NO_NETWORK => return Ok(None),
                Err(refusal) => return Err(said(&refusal)),
            };
            let read =
                |leases: Vec<u8>| connection.understood(&leases, calls::read_leases).map_err(|fault| sentence(&fault));
            Ok(Some(Network { xml, leases: leases.map_err(|refusal| said(&refusal)).and_then(read) }))
        };
        Ok(found.into_iter().map(|found| found?.map_or(Ok(None), &mut network)).collect())
    }

    fn names_of_networks(&mut self) -> Result<Vec<String>, String> {
        let connection = self.networks()?;
        let answer = connection
            .call(&calls::all_networks())
            .map_err(|fault| sentence(&fault))?
            .map_err(|refusal| said(&refusal))?;
        let networks = connection.understood(&answer, calls::read_networks).map_err(|fault| sentence(&fault))?;
        Ok(networks.into_iter().map(Object::into_name).collect())
    }
}

/// Finds objects; `None` is one that does not exist.
fn looked_up(
    connection: &mut Connection,
    calls: &[Call],
    missing: i32,
    read: impl Fn(&mut Reader<'_>) -> Result<Object, XdrError>,
) -> Result<Vec<Result<Option<Object>, String>>, String> {
    let answers = connection.call_all(calls).map_err(|fault| sentence(&fault))?;
    let object = |answer: Answered| match answer {
        Ok(bytes) => connection.understood(&bytes, &read).map(Some).map_err(|fault| sentence(&fault)),
        Err(refusal) if refusal.code == missing => Ok(None),
        Err(refusal) => Err(said(&refusal)),
    };
    Ok(answers.into_iter().map(object).collect())
}

/// `virDomainState` in vagrant-libvirt's words. A domain that was saved is off and says so in its reason.
fn in_words(state: i32, reason: i32) -> &'static str {
    const SAVED: i32 = 5;
    match (state, reason) {
        (1, _) => "running",
        (2, _) => "blocked",
        (3, _) => "paused",
        (4, _) => "shutting-down",
        (5, SAVED) => "saved",
        (5, _) => "shutoff",
        (6, _) => "crashed",
        (7, _) => "pmsuspended",
        _ => "nostate",
    }
}

/// What failed, and what a person can do about it.
pub(super) fn sentence(fault: &Fault) -> String {
    let remedy = match fault {
        Fault::NotThere(path) => {
            let unit = if is_a_users(path) {
                "`virsh -c qemu:///session list` starts it"
            } else {
                "start it (`systemctl start libvirtd`, or `virtqemud.socket` and `virtnetworkd.socket`), or name \
                 another in LIBVIRT_DEFAULT_URI"
            };
            unit.to_owned()
        }
        Fault::Closed(_) | Fault::Login(_) => {
            "join the group `libvirt`, or ask whoever runs libvirt to let you look".to_owned()
        }
        Fault::Late(_) => "see whether libvirtd hangs (`virsh list`), or allow more time with `timeout`".to_owned(),
        Fault::HungUp(_) => "see what libvirtd's log says".to_owned(),
        Fault::NotUnderstood(..) => "see that it is libvirtd which listens there".to_owned(),
        Fault::Broken(..) => "correct LIBVIRT_DEFAULT_URI".to_owned(),
        Fault::Refused(_) => "see that LIBVIRT_DEFAULT_URI names the libvirt that the machines run in".to_owned(),
    };
    format!("{fault}; {remedy}")
}

/// Whether a socket is that of a user's own libvirt, which starts when it is asked for and not by itself.
fn is_a_users(path: &Path) -> bool {
    !path.to_string_lossy().contains("-ro")
}
