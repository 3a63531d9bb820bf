//! What is wrong around hypervisors, beyond that they do not answer.

use inventory_core::cli::Finding;

use super::hypervisor::Questions;
use super::places::Place;
use super::{look, places};
use crate::answers::{Domain, Silence, Told};
use crate::calls::NO_AGENT;
use crate::options::{LibvirtOptions, Teller};

/// How many guests are named before the others are counted.
const NAMED: usize = 5;

/// A hypervisor as it was found.
struct Seen {
    driver: String,
    version: Option<[u32; 3]>,
    told: Told,
}

/// A line for each hypervisor, and one for agents that were asked for and do not answer.
pub(crate) fn doctor(options: &LibvirtOptions) -> Vec<Finding> {
    // Options that name no hypervisor have been found out when the source was looked at.
    let Ok(places) = places(options) else { return Vec::new() };
    let seen = look(&places, options, see);
    let mut findings = Vec::new();
    for (place, seen) in places.iter().zip(seen) {
        match seen {
            Ok(seen) => findings.extend(found(place, &seen)),
            // The one hypervisor there is has been told of already.
            Err(_) if places.len() == 1 => {}
            Err(silence) => {
                findings.push(Finding::unknown(format!("{}: {}", called(place), silence.why), silence.remedy));
            }
        }
    }
    findings
}

fn see(questions: &Questions<'_>) -> Result<Seen, Silence> {
    let told = questions.ask()?;
    // Neither matters to anything but this line.
    let driver = questions.connection.driver().unwrap_or_else(|_| "libvirt".to_owned());
    Ok(Seen { driver, version: questions.connection.version().ok(), told })
}

fn called(place: &Place) -> &str {
    place.name.as_deref().unwrap_or(&place.shown)
}

fn found(place: &Place, seen: &Seen) -> Vec<Finding> {
    let called = called(place);
    let version = seen.version.map(|[major, minor, release]| format!(" {major}.{minor}.{release}")).unwrap_or_default();
    let guests = match seen.told.domains.len() {
        1 => "1 guest".to_owned(),
        count => format!("{count} guests"),
    };
    let mut findings = vec![Finding::fine(format!("{called} answers: {}{version}, {guests}", seen.driver))];
    findings.extend(seen.told.unanswered.iter().map(|unanswered| {
        Finding::note(format!("{called} does not tell {}: {}", unanswered.question, unanswered.why))
    }));
    // Whoever has no address for it is an error elsewhere; with one from a lease nothing is wrong.
    let mute: Vec<_> = seen.told.domains.iter().filter_map(|domain| Some((domain, agent_error(domain)?))).collect();
    let (without, silent): (Vec<_>, Vec<_>) = mute.into_iter().partition(|(_, error)| *error == NO_AGENT);
    if let Some(names) = names(&without) {
        findings.push(Finding::note(format!(
            "{called}: no channel to an agent in {names}; add <channel type='unix'><target type='virtio' \
             name='org.qemu.guest_agent.0'/></channel> to the domain, and qemu-guest-agent to the guest"
        )));
    }
    if let Some(names) = names(&silent) {
        findings.push(Finding::note(format!(
            "{called}: the agent does not answer in {names} (libvirt: {}); is qemu-guest-agent running there?",
            silent.first().map(|(_, error)| *error).unwrap_or_default()
        )));
    }
    findings
}

/// Why the agent of a guest that was asked did not answer.
fn agent_error(domain: &Domain) -> Option<&str> {
    domain.addresses.iter().find(|told| told.from == Teller::Agent)?.error.as_deref()
}

fn names(guests: &[(&Domain, &str)]) -> Option<String> {
    let (first, more) = (guests.iter().take(NAMED), guests.len().saturating_sub(NAMED));
    let text = first.map(|(domain, _)| name(domain)).collect::<Vec<_>>().join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!guests.is_empty()).then_some(text + &more)
}

/// A guest's name; libvirt gives every description one.
fn name(domain: &Domain) -> String {
    let document = roxmltree::Document::parse(&domain.xml).ok();
    let name =
        document.as_ref().and_then(|document| document.root_element().children().find(|it| it.has_tag_name("name")));
    name.and_then(|name| name.text()).unwrap_or("a guest without a name").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Addresses, Unanswered};

    fn guest(name: &str, error: Option<&str>) -> Domain {
        let xml = format!("<domain><name>{name}</name></domain>");
        let error = error.map(str::to_owned);
        let addresses = vec![Addresses { from: Teller::Agent, interfaces: Vec::new(), error }];
        Domain { state: 1, reason: 0, xml, addresses }
    }

    #[test]
    fn a_hypervisor_is_a_line_and_its_mute_agents_another() {
        let place =
            Place { name: Some("hv1".into()), shown: "qemu:///system".into(), dialled: "qemu:///system".into() };
        let mut domains = vec![guest("head&amp;10", None), guest("work11", Some(NO_AGENT))];
        domains.extend((1..=7).map(|n| guest(&format!("n{n}"), Some("Guest agent is not responding: x"))));
        let unanswered = vec![Unanswered { question: "virtual networks".into(), why: "not supported".into() }];
        let told = Told { domains, unanswered, ..Told::default() };
        let seen = Seen { driver: "QEMU".into(), version: Some([7, 2, 22]), told };
        let text: Vec<_> = found(&place, &seen).iter().map(|finding| format!("{finding:?}")).collect();
        insta::assert_snapshot!(text.join("\n"), @r#"
        Fine("hv1 answers: QEMU 7.2.22, 9 guests")
        Note("hv1 does not tell virtual networks: not supported")
        Note("hv1: no channel to an agent in work11; add <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel> to the domain, and qemu-guest-agent to the guest")
        Note("hv1: the agent does not answer in n1, n2, n3, n4, n5 and 2 more (libvirt: Guest agent is not responding: x); is qemu-guest-agent running there?")
        "#);
    }
}
