//! The calls that are made, with the numbers and shapes of libvirt's published `remote_protocol.x`.

use super::wire::Call;
use super::xdr::{Reader, Writer, XdrError};

/// `REMOTE_AUTH_TYPE_LIST_MAX`.
const MOST_WAYS_TO_LOG_IN: usize = 20;

/// `REMOTE_NETWORK_DHCP_LEASES_MAX`.
const MOST_LEASES: usize = 65_536;

/// `REMOTE_NETWORK_LIST_MAX`.
const MOST_NETWORKS: usize = 16_384;

/// `VIR_CONNECT_RO`: nothing can be changed over this connection, whatever is called.
const READ_ONLY: u32 = 1;

/// `VIR_ERR_NO_DOMAIN`.
pub(super) const NO_DOMAIN: i32 = 42;

/// `VIR_ERR_NO_NETWORK`.
pub(super) const NO_NETWORK: i32 = 43;

/// A domain or a network as the protocol names it; networks have no number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    name: String,
    uuid: [u8; 16],
    number: Option<i32>,
}

impl Object {
    pub(super) fn into_name(self) -> String {
        self.name
    }

    fn written(&self, writer: Writer) -> Writer {
        let writer = writer.text(&self.name).bytes(&self.uuid);
        match self.number {
            Some(number) => writer.signed(number),
            None => writer,
        }
    }
}

/// How a client may log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Login {
    /// It need not.
    None,
    /// polkit decides, by who the client is.
    Polkit,
    /// A user name and a password.
    Password,
}

/// A DHCP lease, what is read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lease {
    /// Seconds since 1970.
    pub(super) expires: i64,
    pub(super) mac: Option<String>,
    pub(super) ip: String,
}

pub(super) fn ways_to_log_in() -> Call {
    Call { procedure: 66, arguments: Vec::new() }
}

/// A way that is not known is one that we do not have.
pub(super) fn read_ways_to_log_in(reader: &mut Reader<'_>) -> Result<Vec<Login>, XdrError> {
    reader.list(MOST_WAYS_TO_LOG_IN, |reader| {
        Ok(match reader.signed()? {
            0 => Login::None,
            2 => Login::Polkit,
            _ => Login::Password,
        })
    })
}

pub(super) fn log_in_by_polkit() -> Call {
    Call { procedure: 70, arguments: Vec::new() }
}

pub(super) fn open(uri: &str) -> Call {
    Call { procedure: 1, arguments: Writer::default().maybe_text(Some(uri)).number(READ_ONLY).done() }
}

pub(super) fn domain_by_uuid(uuid: [u8; 16]) -> Call {
    Call { procedure: 24, arguments: Writer::default().bytes(&uuid).done() }
}

pub(super) fn read_domain(reader: &mut Reader<'_>) -> Result<Object, XdrError> {
    Ok(Object { name: reader.text()?, uuid: reader.uuid()?, number: Some(reader.signed()?) })
}

pub(super) fn domain_state(domain: &Object) -> Call {
    Call { procedure: 212, arguments: domain.written(Writer::default()).number(0).done() }
}

/// The state and its reason: `virDomainState`, and for each state numbers of its own.
pub(super) fn read_domain_state(reader: &mut Reader<'_>) -> Result<(i32, i32), XdrError> {
    Ok((reader.signed()?, reader.signed()?))
}

/// The description of a domain as it is now, without what is secret in it.
pub(super) fn domain_xml(domain: &Object) -> Call {
    Call { procedure: 14, arguments: domain.written(Writer::default()).number(0).done() }
}

pub(super) fn network_by_name(name: &str) -> Call {
    Call { procedure: 46, arguments: Writer::default().text(name).done() }
}

pub(super) fn read_network(reader: &mut Reader<'_>) -> Result<Object, XdrError> {
    Ok(Object { name: reader.text()?, uuid: reader.uuid()?, number: None })
}

/// The networks that are there, active or not.
pub(super) fn all_networks() -> Call {
    Call { procedure: 283, arguments: Writer::default().number(1).number(0).done() }
}

pub(super) fn read_networks(reader: &mut Reader<'_>) -> Result<Vec<Object>, XdrError> {
    reader.list(MOST_NETWORKS, read_network)
}

pub(super) fn network_xml(network: &Object) -> Call {
    Call { procedure: 43, arguments: network.written(Writer::default()).number(0).done() }
}

pub(super) fn read_text(reader: &mut Reader<'_>) -> Result<String, XdrError> {
    reader.text()
}

/// All leases of a network, in one answer.
pub(super) fn leases(network: &Object) -> Call {
    let arguments = network.written(Writer::default()).maybe_text(None).number(1).number(0).done();
    Call { procedure: 341, arguments }
}

pub(super) fn read_leases(reader: &mut Reader<'_>) -> Result<Vec<Lease>, XdrError> {
    reader.list(MOST_LEASES, |reader| {
        let _interface = reader.text()?;
        let expires = reader.hyper()?;
        let _family = reader.signed()?;
        let mac = reader.maybe_text()?;
        let _association = reader.maybe_text()?;
        let ip = reader.text()?;
        let _prefix = reader.number()?;
        let _host_name = reader.maybe_text()?;
        let _client = reader.maybe_text()?;
        Ok(Lease { expires, mac, ip })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn some_leases() -> Vec<u8> {
        let lease = |writer: Writer, ip: &str| {
            let writer = writer.text("virbr1").number(0).number(1_795_164_355).signed(0);
            let writer = writer.maybe_text(Some("52:54:00:66:e6:59")).maybe_text(None).text(ip).number(24);
            writer.maybe_text(Some("debian")).maybe_text(Some("ff:00"))
        };
        lease(lease(Writer::default().number(2), "192.168.121.168"), "192.168.121.2").number(2).done()
    }

    #[test]
    fn leases_are_read() {
        let leases = read_leases(&mut Reader::new(&some_leases())).unwrap();
        assert_eq!(leases[1].ip, "192.168.121.2");
        assert_eq!((leases[0].expires, leases[0].mac.as_deref()), (1_795_164_355, Some("52:54:00:66:e6:59")));
    }

    #[test]
    fn ways_to_log_in_that_are_not_known_are_none_of_ours() {
        let bytes = Writer::default().number(4).signed(0).signed(1).signed(2).signed(9).done();
        let ways = read_ways_to_log_in(&mut Reader::new(&bytes)).unwrap();
        assert_eq!(ways, [Login::None, Login::Password, Login::Polkit, Login::Password]);
    }

    proptest! {
        #[test]
        fn no_payload_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_leases(&mut Reader::new(&bytes));
            let _ = read_domain(&mut Reader::new(&bytes));
            let _ = read_network(&mut Reader::new(&bytes));
            let _ = read_ways_to_log_in(&mut Reader::new(&bytes));
        }

        #[test]
        fn no_garbled_lease_makes_it_panic(place in 0_usize..220, byte: u8, cut in 0_usize..220) {
            let mut bytes = some_leases();
            let place = place % bytes.len();
            bytes[place] = byte;
            bytes.truncate(cut);
            let _ = read_leases(&mut Reader::new(&bytes));
        }
    }
}
