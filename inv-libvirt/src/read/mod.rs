//! Makes machines of what hypervisors said. No daemon, no clock, no file: the same answers make the same machines.

mod addresses;
mod around;
mod bounds;
mod environment;
mod guest;
mod leases;
mod mac;
mod machines;
mod network;
mod sieve;
mod state;
#[cfg(test)]
mod tests;
mod uri;
mod wrong;

use inventory_core::cli::Failure;
use inventory_core::discovery::{Discovery, UnreadablePlace};
use inventory_core::machine::Jump;

use around::Around;
use guest::Guest;
use machines::Host;
use network::VirtualNetwork;
pub(crate) use state::states;
use uri::Uri;
use wrong::Wrong;

use crate::answers::{Answers, Domain, Hypervisor, Network, Said, Told};
use crate::options::LibvirtOptions;

/// The machines, and what is around them.
///
/// A guest or a network whose description cannot be read fails everything, by name: without it the inventory would be a
/// smaller one and look complete.
pub(crate) fn read(answers: &Answers, options: &LibvirtOptions) -> Result<Discovery, Failure> {
    let mut discovery = Discovery::default();
    for hypervisor in &answers.hypervisors {
        match &hypervisor.said {
            Said::Told(told) => add(&mut discovery, hypervisor, told, options)?,
            Said::Silent(silence) => discovery.unreadable.push(UnreadablePlace {
                place: hypervisor.place.clone().unwrap_or_else(|| uri::without_password(&hypervisor.uri)),
                // Its pinned members stay, and are reached as they were.
                jump: if options.jump == Some(true) { jump(hypervisor).ok() } else { None },
                why: [silence.why.as_str(), silence.remedy.as_str()].join("; ").trim_end_matches("; ").to_owned(),
            }),
        }
    }
    Ok(discovery)
}

fn add(
    discovery: &mut Discovery,
    hypervisor: &Hypervisor,
    told: &Told,
    options: &LibvirtOptions,
) -> Result<(), Failure> {
    let networks = told.networks.iter().map(|network| described(network, hypervisor)).collect::<Result<_, _>>()?;
    let around = Around::new(told, networks);
    let guests: Vec<Guest> = told.domains.iter().map(|domain| guest(domain, hypervisor)).collect::<Result<_, _>>()?;
    let jump = if options.jump == Some(true) { Some(jump(hypervisor)?) } else { None };
    let host = Host { hypervisor, around: &around, tellers: options.tellers(), jump };
    for (guest, domain) in guests.iter().zip(&told.domains) {
        let machine = host
            .machine(guest, domain)
            .map_err(|wrong| unusable(&wrong, "domain", &domain.xml, hypervisor.place.as_deref()))?;
        discovery.machines.push(machine);
    }
    discovery.environment.merge(environment::environment(hypervisor, told, &around, &guests));
    Ok(())
}

/// The same answers with only what is read of them: no disks, no command lines, no passwords.
pub(crate) fn reduce(answers: Answers) -> Result<Answers, Failure> {
    let mut answers = answers;
    for hypervisor in &mut answers.hypervisors {
        hypervisor.uri = uri::without_password(&hypervisor.uri);
        let place = hypervisor.place.as_deref();
        let Said::Told(told) = &mut hypervisor.said else { continue };
        for domain in &mut told.domains {
            domain.xml = sieve::reduce(&domain.xml, &sieve::DOMAIN)
                .map_err(|error| unusable(&error.into(), "domain", &domain.xml, place))?;
        }
        for network in &mut told.networks {
            network.xml = sieve::reduce(&network.xml, &sieve::NETWORK)
                .map_err(|error| unusable(&error.into(), "network", &network.xml, place))?;
        }
    }
    Ok(answers)
}

fn guest(domain: &Domain, hypervisor: &Hypervisor) -> Result<Guest, Failure> {
    let read = sieve::read(&domain.xml, &sieve::DOMAIN, Guest::read).map_err(Wrong::from).flatten();
    read.map_err(|wrong| unusable(&wrong, "domain", &domain.xml, hypervisor.place.as_deref()))
}

fn described(network: &Network, hypervisor: &Hypervisor) -> Result<VirtualNetwork, Failure> {
    let read = sieve::read(&network.xml, &sieve::NETWORK, VirtualNetwork::read).map_err(Wrong::from).flatten();
    read.map_err(|wrong| unusable(&wrong, "network", &network.xml, hypervisor.place.as_deref()))
}

/// What cannot be read, by name, and where to look.
fn unusable(wrong: &Wrong, what: &str, xml: &str, place: Option<&str>) -> Failure {
    let place = place.map(|place| format!(" on {place}")).unwrap_or_default();
    let name = name_in(xml).map_or_else(|| " without a name".to_owned(), |name| format!(" {name}"));
    let said = format!("the {what}{name}{place} cannot be read: {wrong}");
    let verb = if what == "domain" { "" } else { "net-" };
    // Without the name: a stranger chose it, and people paste commands.
    Failure::new(said, format!("`virsh {verb}edit` shows and changes it; a recording is made again with `record`"))
}

/// The name in a description that may not be well-formed: what stands in its first `<name>`.
fn name_in(xml: &str) -> Option<String> {
    let (_, rest) = xml.split_once("<name>")?;
    let (name, _) = rest.split_once("</name>")?;
    // A name has 255 bytes at most; whatever is longer is none.
    (name.len() <= 2048).then(|| name.to_owned())
}

/// The hypervisor's machine, to jump through.
fn jump(hypervisor: &Hypervisor) -> Result<Jump, Failure> {
    Uri::new(&hypervisor.uri).jump().ok_or_else(|| {
        let uri = uri::without_password(&hypervisor.uri);
        Failure::new(
            format!("`jump` reaches guests through their hypervisor's SSH, and {uri:?} names no machine to log in to"),
            "use a URI like qemu+ssh://root@hv1/system, write `jump: user@hv1` under `hosts`, or leave `jump` out",
        )
    })
}
