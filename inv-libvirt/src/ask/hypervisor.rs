//! The questions to one hypervisor: as few as there can be.
//!
//! One call lists the guests with what they are doing, one call a guest describes it, two list the networks, one
//! describes each, and one tells its leases. Guest by guest only those are asked whose addresses nobody told.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::places::Place;
use super::stage::{Progress, Stage};
use super::{Wishes, agents, bridges, deadline, sentences, text};
use crate::answers::{Addresses, Domain, GuestInterface, Lease, Network, Silence, Told, Unanswered};
use crate::calls::{Connection, Guest, NO_AGENT, Refusal, Source, Status, VirtualNetwork, are_connections_shared};
use crate::options::Teller;

/// How many descriptions a daemon is asked for at once. On the same machine a few are enough to keep it busy (1,000
/// domains: 50 ms instead of 75); ten milliseconds away it is the way that counts (0.7 s instead of 11 s).
const AT_ONCE: usize = 16;

/// How long before the deadline agents are not waited for any more: what the others said is worth more.
const MARGIN: Duration = Duration::from_millis(250);

/// Connects to a hypervisor.
pub(super) fn open(place: &Place, wishes: &Wishes, progress: &Progress) -> Result<Connection, Silence> {
    progress.enter(Stage::Connecting);
    sentences::check_test_file(place)?;
    Connection::open(&place.dialled, wishes.access()).map_err(|refusal| sentences::not_open(place, wishes, &refusal))
}

/// A hypervisor, and what is wanted of it.
pub(super) struct Questions<'a> {
    pub(super) connection: &'a Connection,
    pub(super) place: &'a Place,
    pub(super) wishes: &'a Wishes,
    /// When nobody waits for answers any more.
    pub(super) until: Instant,
    pub(super) progress: &'a Progress,
}

/// A guest on its way into the answers.
struct Known {
    guest: Arc<Guest>,
    name: String,
    status: Status,
    xml: String,
    addresses: Vec<Addresses>,
    is_gone: bool,
}

impl Questions<'_> {
    /// Asks everything.
    pub(super) fn ask(&self) -> Result<Told, Silence> {
        let mut unanswered = Vec::new();
        self.progress.enter(Stage::Guests);
        let mut guests = self.guests()?;
        self.progress.enter(Stage::Networks);
        let (networks, asks_by_guest) = self.networks(&mut unanswered)?;
        self.progress.enter(Stage::Addresses);
        self.addresses(&mut guests, &networks, asks_by_guest);
        self.progress.enter(Stage::Bridges);
        let descriptions = guests.iter().map(|known| known.xml.as_str());
        let bridges = bridges::bridges(self.connection, self.place, descriptions, &networks);
        // Last: questions to agents that hang may take all that the daemon grants one client.
        self.progress.enter(Stage::Agents);
        self.agents(&mut guests);
        let domains = guests.into_iter().filter(|known| !known.is_gone).map(Known::told).collect();
        Ok(Told { domains, networks, bridges, unanswered })
    }

    fn guests(&self) -> Result<Vec<Known>, Silence> {
        let failed = |refusal: &Refusal| sentences::not_told(self.place, "its guests", refusal);
        let listed = self.connection.guests().map_err(|refusal| failed(&refusal))?;
        let listed: Vec<_> = listed.into_iter().map(|(guest, status)| (Arc::new(guest), status)).collect();
        let mut guests = Vec::with_capacity(listed.len());
        for ((guest, status), xml) in listed.iter().zip(self.descriptions(&listed)) {
            let name = guest.name().map_err(|refusal| failed(&refusal))?;
            match xml {
                Ok(xml) => {
                    let guest = Arc::clone(guest);
                    guests.push(Known { guest, name, status: *status, xml, addresses: Vec::new(), is_gone: false });
                }
                // Undefined between the two calls: it would not have been there a moment later.
                Err(refusal) if refusal.is_gone() => {}
                Err(refusal) => {
                    return Err(sentences::not_told(self.place, &format!("its guest {name:?}"), &refusal));
                }
            }
        }
        guests.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(guests)
    }

    /// The descriptions of guests, in their order. A daemon is asked for several at once, since most of the time goes by
    /// on the way.
    fn descriptions(&self, guests: &[(Arc<Guest>, Status)]) -> Vec<Result<String, Refusal>> {
        let threads = guests.len().min(AT_ONCE);
        if threads < 2 || !self.place.uri().is_some_and(|uri| uri.is_daemons()) || !are_connections_shared() {
            return guests.iter().map(|(guest, _)| guest.xml()).collect();
        }
        let guests: Arc<[Arc<Guest>]> = guests.iter().map(|(guest, _)| Arc::clone(guest)).collect();
        let next = Arc::new(AtomicUsize::new(0));
        let (sender, receiver) = mpsc::channel();
        for _ in 1..threads {
            let (guests, next, sender) = (Arc::clone(&guests), Arc::clone(&next), sender.clone());
            // Without a thread the others do its work.
            let _ = deadline::spawn(move || describe(&guests, &next, &sender));
        }
        describe(&guests, &next, &sender);
        drop(sender);
        let mut answers: Vec<_> = guests.iter().map(|_| Err(Refusal::ours("the question was lost"))).collect();
        for (at, answer) in receiver {
            answers[at] = answer;
        }
        answers
    }

    /// The networks, and whether leases have to be asked for guest by guest.
    fn networks(&self, unanswered: &mut Vec<Unanswered>) -> Result<(Vec<Network>, bool), Silence> {
        let is_test = self.place.uri().is_some_and(|uri| uri.is_test());
        let mut networks = Vec::new();
        let mut asks_by_guest = None;
        let listed = match self.connection.networks() {
            Ok(listed) => listed,
            Err(refusal) if refusal.is_not_supported() => {
                unanswered.push(without_answer("virtual networks", &refusal));
                Vec::new()
            }
            Err(refusal) => return Err(sentences::not_told(self.place, "its networks", &refusal)),
        };
        for (network, is_active) in listed {
            let failed = |what: &str, refusal: &Refusal| sentences::not_told(self.place, what, refusal);
            let name = network.name().map_err(|refusal| failed("its networks", &refusal))?;
            let xml = match network.xml() {
                Ok(xml) => xml,
                Err(refusal) if refusal.is_gone() => continue,
                Err(refusal) => return Err(failed(&format!("its network {name:?}"), &refusal)),
            };
            let leases = if is_active && self.wishes.wants(Teller::Lease) && asks_by_guest != Some(true) {
                leases(&network, &name, &mut asks_by_guest, unanswered)
            } else {
                None
            };
            networks.push((name, Network { is_active, xml, leases }));
        }
        networks.sort_by(|(a, _), (b, _)| a.cmp(b));
        // Where there is no network to ask, only the test driver knows addresses.
        let asks_by_guest = self.wishes.wants(Teller::Lease) && asks_by_guest.unwrap_or(is_test);
        Ok((networks.into_iter().map(|(_, network)| network).collect(), asks_by_guest))
    }

    /// Asks guest by guest for what nobody told so far.
    fn addresses(&self, guests: &mut [Known], networks: &[Network], asks_by_guest: bool) {
        let leases = networks.iter().filter_map(|network| network.leases.as_deref()).flatten();
        let told: HashSet<String> =
            leases.filter_map(|lease| lease.mac.as_deref()).map(str::to_ascii_lowercase).collect();
        let leases_come_first = self.wishes.prefers(Teller::Lease, Teller::Arp);
        for known in guests.iter_mut().filter(|known| known.status.is_active()) {
            if asks_by_guest {
                known.ask(Source::Lease);
            }
            if self.wishes.wants(Teller::Arp) && known.status.runs() && !known.is_gone {
                let is_told = |mac: &String| leases_come_first && (told.contains(mac) || known.is_told(mac));
                if !text::macs(&known.xml).all(|mac| is_told(&mac)) {
                    known.ask(Source::Arp);
                }
            }
        }
    }

    /// Asks the agents inside guests that have one.
    fn agents(&self, guests: &mut [Known]) {
        if !self.wishes.wants(Teller::Agent) {
            return;
        }
        let is_test = self.place.uri().is_some_and(|uri| uri.is_test());
        let mut asked = Vec::new();
        let mut waiting = Vec::new();
        for known in guests.iter_mut().filter(|known| known.status.runs() && !known.is_gone) {
            if is_test || text::has_agent(&known.xml) {
                asked.push(agents::Asked { guest: Arc::clone(&known.guest), is_test });
                waiting.push(known);
            } else {
                known.tell(Source::Agent, Err(Refusal::ours(NO_AGENT)));
            }
        }
        let until = self.until.checked_sub(MARGIN).unwrap_or(self.until);
        let ways = match self.ways(asked.len().min(agents::AT_ONCE)) {
            Ok(ways) => ways,
            Err(refusal) => {
                for known in waiting {
                    known.tell(Source::Agent, Err(refusal.clone()));
                }
                return;
            }
        };
        let answers = agents::ask(asked, ways, self.wishes.agent_timeout, until);
        for (known, answer) in waiting.into_iter().zip(answers) {
            known.tell(Source::Agent, answer);
        }
    }

    /// That many connections for questions at the same time, or fewer: `None` for the one that is there.
    fn ways(&self, count: usize) -> Result<Vec<Option<Connection>>, Refusal> {
        if self.is_connection_shared() {
            return Ok(std::iter::repeat_with(|| None).take(count).collect());
        }
        let mut ways = Vec::with_capacity(count);
        while ways.len() < count {
            match Connection::open(&self.place.dialled, self.wishes.access()) {
                Ok(connection) => ways.push(Some(connection)),
                Err(refusal) if ways.is_empty() => return Err(refusal),
                // A daemon grants so many and no more.
                Err(_) => break,
            }
        }
        Ok(ways)
    }

    /// Whether several threads may use the connection. The test driver is in this process.
    fn is_connection_shared(&self) -> bool {
        self.place.uri().is_some_and(|uri| uri.is_test()) || are_connections_shared()
    }
}

/// What the DHCP server of a network has given out. Whether the driver can tell is noted for the other networks.
fn leases(
    network: &VirtualNetwork,
    name: &str,
    asks_by_guest: &mut Option<bool>,
    unanswered: &mut Vec<Unanswered>,
) -> Option<Vec<Lease>> {
    match network.leases() {
        Ok(mut leases) => {
            *asks_by_guest = Some(false);
            leases.sort_by(|a, b| (&a.mac, a.ip, a.expires).cmp(&(&b.mac, b.ip, b.expires)));
            Some(leases)
        }
        Err(refusal) if refusal.is_not_supported() => {
            *asks_by_guest = Some(true);
            None
        }
        // It was stopped this moment: it has none.
        Err(refusal) if refusal.is_gone() => None,
        Err(refusal) => {
            unanswered.push(without_answer(&format!("leases of network {name}"), &refusal));
            None
        }
    }
}

fn without_answer(question: &str, refusal: &Refusal) -> Unanswered {
    Unanswered { question: question.to_owned(), why: refusal.words.clone() }
}

impl Known {
    fn ask(&mut self, from: Source) {
        let answer = self.guest.addresses(from);
        self.tell(from, answer);
    }

    fn tell(&mut self, from: Source, answer: Result<Vec<GuestInterface>, Refusal>) {
        let from = from.teller();
        match answer {
            Ok(interfaces) => self.addresses.push(Addresses { from, interfaces, error: None }),
            Err(refusal) if refusal.is_gone() => self.is_gone = true,
            Err(refusal) => {
                self.addresses.push(Addresses { from, interfaces: Vec::new(), error: Some(refusal.words) });
            }
        }
    }

    /// Whether somebody who was asked knows an address of a card.
    fn is_told(&self, mac: &str) -> bool {
        self.addresses.iter().flat_map(|told| &told.interfaces).any(|interface| {
            !interface.addresses.is_empty()
                && interface.mac.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(mac))
        })
    }

    fn told(self) -> Domain {
        Domain { state: self.status.state, reason: self.status.reason, xml: self.xml, addresses: self.addresses }
    }
}

/// Describes guests until there is none left.
fn describe(guests: &[Arc<Guest>], next: &AtomicUsize, sender: &mpsc::Sender<(usize, Result<String, Refusal>)>) {
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(guest) = guests.get(at) else { return };
        if sender.send((at, guest.xml())).is_err() {
            return;
        }
    }
}
