//! What docker knows of the machines, in its own JSON: `docker inspect`.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::providers::{Provided, Question, complaint, run};
use super::surroundings::Surroundings;
use super::virtualbox::reachable;
use crate::answers::{Card, CardAddress, Forward, ProviderNetwork, ProviderSays, VirtualMachine};

const PROGRAM: &str = "docker";

/// The network that a container is in when nobody says otherwise.
const DEFAULT_NETWORK: &str = "bridge";

/// A container, what is read of it. There may be passwords in the rest: its environment is part of the answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Container {
    id: String,
    state: ContainerState,
    #[serde(default)]
    network_settings: NetworkSettings,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ContainerState {
    status: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct NetworkSettings {
    ports: Option<BTreeMap<String, Option<Vec<Binding>>>>,
    networks: Option<BTreeMap<String, Endpoint>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Binding {
    #[serde(default)]
    host_ip: String,
    #[serde(default)]
    host_port: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Endpoint {
    #[serde(rename = "MacAddress")]
    mac: String,
    #[serde(rename = "IPAddress")]
    ipv4: String,
    #[serde(rename = "GlobalIPv6Address")]
    ipv6: String,
}

/// A network, what is read of it and handed on.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Network {
    name: String,
    #[serde(default)]
    driver: String,
    #[serde(default)]
    internal: bool,
    #[serde(rename = "IPAM", default)]
    addresses: Addresses,
    #[serde(default)]
    options: Option<BTreeMap<String, String>>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
struct Addresses {
    config: Option<Vec<Range>>,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
struct Range {
    subnet: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    gateway: String,
}

/// The options of a network that say something of its packets.
const OPTIONS: &[&str] = &["com.docker.network.driver.mtu", "com.docker.network.bridge.name"];

/// Asks about all machines that docker made, in one call, and about the networks they are in.
pub(super) fn ask(questions: &[Question<'_>], surroundings: &Surroundings, deadline: Instant) -> Provided {
    let mut provided = Provided::default();
    let is_id = |id: &str| id.len() >= 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (asked, odd): (Vec<Question<'_>>, Vec<Question<'_>>) =
        questions.iter().copied().partition(|question| is_id(question.id));
    for question in odd {
        let why = format!("its id {:?} is no container's, which are hexadecimal digits", question.id);
        provided.says.push((question.machine, ProviderSays::Failed(why)));
    }
    if asked.is_empty() {
        return provided;
    }
    let arguments = ["inspect", "--type", "container"].into_iter().chain(asked.iter().map(|question| question.id));
    let failed = |why: String| asked.iter().map(move |question| (question.machine, ProviderSays::Failed(why.clone())));
    let ended = match run(PROGRAM, arguments, surroundings, deadline) {
        Ok(ended) => ended,
        Err(why) => {
            provided.says.extend(failed(why));
            return provided;
        }
    };
    let containers: Vec<Container> = match serde_json::from_str(ended.stdout.trim()) {
        Ok(containers) => containers,
        Err(_) if !ended.status.success() => {
            provided.says.extend(failed(complaint(PROGRAM, &ended)));
            return provided;
        }
        // What it says may hold passwords, and so may what a parser says of it.
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            provided.says.extend(failed(format!("what `docker inspect` says is not as docker says it: {place}")));
            return provided;
        }
    };
    for question in &asked {
        let container = containers.iter().find(|container| container.id.starts_with(question.id));
        let says = match container {
            Some(container) => ProviderSays::Has(described(container)),
            None if is_unknown(&ended.stderr, question.id) => ProviderSays::Gone("docker".to_owned()),
            None => ProviderSays::Failed(complaint(PROGRAM, &ended)),
        };
        provided.says.push((question.machine, says));
    }
    add_networks(&mut provided, surroundings, deadline);
    provided
}

/// `Error: No such container: ID`, in whatever case a version of docker writes it.
fn is_unknown(stderr: &str, id: &str) -> bool {
    stderr.lines().any(|line| line.to_ascii_lowercase().contains("no such") && line.contains(id))
}

fn described(container: &Container) -> VirtualMachine {
    let settings = &container.network_settings;
    let cards: Vec<Card> = settings.networks.iter().flatten().map(|(name, endpoint)| card(name, endpoint)).collect();
    let bindings = settings.ports.iter().flatten().filter_map(|(port, bindings)| {
        let guest_port = port.strip_suffix("/tcp")?.parse().ok()?;
        Some((guest_port, bindings.as_ref()?))
    });
    let mut forwards: Vec<Forward> = bindings
        .filter(|(guest_port, _)| *guest_port == 22)
        .flat_map(|(guest_port, bindings)| bindings.iter().filter_map(move |binding| forward(guest_port, binding)))
        .collect();
    // One for each family; the older one first.
    forwards.sort_by_key(|forward| (forward.host.is_ipv6(), forward.port));
    let mut machine = VirtualMachine { state: container.state.status.clone(), cards, forwards };
    let own = machine.cards.iter().position(|card| card.network.as_deref() == Some(DEFAULT_NETWORK));
    if let Some(card) = machine.cards.get_mut(own.unwrap_or_default()) {
        card.is_management = true;
    }
    machine
}

fn card(network: &str, endpoint: &Endpoint) -> Card {
    let texts = [&endpoint.ipv4, &endpoint.ipv6];
    let addresses = texts.into_iter().filter_map(|text| text.parse::<IpAddr>().ok());
    Card {
        mac: Some(endpoint.mac.to_ascii_lowercase()).filter(|mac| !mac.is_empty()),
        network: Some(network.to_owned()),
        addresses: addresses.map(|ip| CardAddress { ip, expires: None }).collect(),
        ..Card::default()
    }
}

fn forward(guest_port: u16, binding: &Binding) -> Option<Forward> {
    let host = if binding.host_ip.is_empty() { IpAddr::from([0; 4]) } else { binding.host_ip.parse().ok()? };
    Some(Forward { name: None, host: reachable(host), port: binding.host_port.parse().ok()?, guest_port })
}

fn add_networks(provided: &mut Provided, surroundings: &Surroundings, deadline: Instant) {
    let machines = provided.says.iter().filter_map(|(_, says)| match says {
        ProviderSays::Has(machine) => Some(machine),
        _ => None,
    });
    let mut names: Vec<String> =
        machines.flat_map(|machine| &machine.cards).filter_map(|card| card.network.clone()).collect();
    names.sort();
    names.dedup();
    // A container may be in no network, and a name must not be taken for a flag.
    names.retain(|name| !name.starts_with('-'));
    if names.is_empty() {
        return;
    }
    let arguments = ["network", "inspect"].into_iter().chain(names.iter().map(String::as_str));
    let networks = run(PROGRAM, arguments, surroundings, deadline).and_then(|ended| {
        serde_json::from_str::<Vec<Network>>(ended.stdout.trim()).map_err(|_| complaint(PROGRAM, &ended))
    });
    match networks {
        Ok(networks) => provided.networks.extend(networks.into_iter().filter_map(handed_on)),
        Err(why) => provided.unanswered.push(format!("docker's networks are not known: {why}")),
    }
}

/// A network with nothing in it but what is read, as JSON.
fn handed_on(mut network: Network) -> Option<ProviderNetwork> {
    if let Some(options) = &mut network.options {
        options.retain(|name, _| OPTIONS.contains(&name.as_str()));
    }
    let description = serde_json::to_string(&network).ok()?;
    Some(ProviderNetwork { provider: "docker".to_owned(), name: network.name, description })
}

#[cfg(test)]
mod tests;
