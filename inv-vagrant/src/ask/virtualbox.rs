//! What VirtualBox knows of the machines, through `VBoxManage`: its manual documents what it prints.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Instant;

use super::libvirt::Uuid;
use super::providers::{Provided, Question, complaint, run};
use super::surroundings::Surroundings;
use crate::answers::{Card, CardAddress, Forward, ProviderNetwork, ProviderSays, VirtualMachine};

const PROGRAM: &str = "VBoxManage";

/// How many of it run at once: each waits for the one service behind them.
const AT_ONCE: usize = 4;

/// The guest's ports that lead into it: SSH's, and those of `WinRM`.
const LEAD_IN: [u16; 3] = [22, 5985, 5986];

/// What guests tell of their network, the only properties that are read.
const PROPERTIES: &str = "/VirtualBox/GuestInfo/Net/";

/// Asks about all machines that VirtualBox made, and about its networks where one of them is there.
pub(super) fn ask(questions: &[Question<'_>], surroundings: &Surroundings, deadline: Instant) -> Provided {
    let mut provided = Provided::default();
    for some in questions.chunks(AT_ONCE) {
        std::thread::scope(|scope| {
            let asking: Vec<_> = some
                .iter()
                .map(|question| (question.machine, scope.spawn(|| machine(question, surroundings, deadline))))
                .collect();
            for (machine, asking) in asking {
                let failed = |_| (ProviderSays::Failed("it could not be asked".to_owned()), None);
                let (says, trouble) = asking.join().unwrap_or_else(failed);
                provided.says.push((machine, says));
                provided.unanswered.extend(trouble);
            }
        });
    }
    if provided.says.iter().any(|(_, says)| matches!(says, ProviderSays::Has(_))) {
        for kind in ["hostonlyifs", "natnetworks"] {
            match list(kind, surroundings, deadline) {
                Ok(networks) => provided.networks.extend(networks),
                Err(why) => provided.unanswered.push(format!("VirtualBox's networks ({kind}) are not known: {why}")),
            }
        }
    }
    provided
}

/// What it says of one machine, and what it could not say that is no failure.
fn machine(question: &Question<'_>, surroundings: &Surroundings, deadline: Instant) -> (ProviderSays, Option<String>) {
    let mut machine = match shown(question, surroundings, deadline) {
        Ok(machine) => machine,
        Err(says) => return (says, None),
    };
    // Only a guest that runs has addresses, and only one with guest additions tells of them.
    if machine.state != "running" {
        return (ProviderSays::Has(machine), None);
    }
    let properties = run(PROGRAM, ["guestproperty", "enumerate", question.id], surroundings, deadline);
    let trouble = match properties {
        Ok(ended) if ended.status.success() => {
            add_addresses(&mut machine.cards, &self::properties(&ended.stdout));
            None
        }
        Ok(ended) => Some(complaint(PROGRAM, &ended)),
        Err(why) => Some(why),
    };
    let trouble = trouble.map(|why| format!("the addresses inside {} are not known: {why}", question.id));
    (ProviderSays::Has(machine), trouble)
}

/// The machine as VirtualBox has it set up.
fn shown(
    question: &Question<'_>,
    surroundings: &Surroundings,
    deadline: Instant,
) -> Result<VirtualMachine, ProviderSays> {
    if Uuid::parse(question.id).is_none() {
        return Err(ProviderSays::Failed(format!("its id {:?} is no UUID, as VirtualBox's are", question.id)));
    }
    let ended = run(PROGRAM, ["showvminfo", question.id, "--machinereadable"], surroundings, deadline)
        .map_err(ProviderSays::Failed)?;
    if ended.status.success() {
        described(&ended.stdout).map_err(ProviderSays::Failed)
    } else if is_unknown(&ended.stderr) {
        Err(unknown(question.creator))
    } else {
        Err(ProviderSays::Failed(complaint(PROGRAM, &ended)))
    }
}

/// `VBOX_E_OBJECT_NOT_FOUND`, by its words or its name.
fn is_unknown(stderr: &str) -> bool {
    stderr.contains("Could not find a registered machine") || stderr.contains("VBOX_E_OBJECT_NOT_FOUND")
}

/// Every user has a VirtualBox of one's own: that ours does not know a machine of somebody else's says nothing.
fn unknown(creator: Option<u32>) -> ProviderSays {
    let us = rustix::process::geteuid().as_raw();
    match creator.filter(|creator| *creator != us) {
        Some(creator) => ProviderSays::Failed(format!(
            "VirtualBox keeps machines by user: this one was made by user {creator}, and you are user {us}; run this as \
             that user"
        )),
        None => ProviderSays::Gone("VirtualBox".to_owned()),
    }
}

/// `showvminfo --machinereadable`: `name=value` lines, values mostly in quotes.
fn described(text: &str) -> Result<VirtualMachine, String> {
    let fields: HashMap<&str, &str> = text.lines().filter_map(field).collect();
    let state = match (fields.get("VMState"), fields.get("name")) {
        (Some(state), _) => (*state).to_owned(),
        // Its disk or its settings file is not where it was.
        (None, Some(&"<inaccessible>")) => "inaccessible".to_owned(),
        _ => return Err(format!("what `{PROGRAM}` says of it has no VMState; see `{PROGRAM} showvminfo`")),
    };
    // Numbers of adapters begin at 1; there are at most 36.
    let cards = (1..=36).filter_map(|number| card(&fields, number)).collect();
    let mut forwards: Vec<Forward> = fields
        .iter()
        .filter(|(name, _)| name.starts_with("Forwarding("))
        .filter_map(|(_, rule)| forward(rule))
        .filter(|forward| LEAD_IN.contains(&forward.guest_port))
        .collect();
    // Vagrant calls its own rule `ssh`; among others the lower port is the older one.
    forwards.sort_by_key(|forward| (forward.name.as_deref() != Some("ssh"), forward.port));
    Ok(VirtualMachine { state, cards, forwards })
}

fn field(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim_end().split_once('=')?;
    let quoted = |text| str::strip_prefix(text, '"').and_then(|text| text.strip_suffix('"'));
    Some((quoted(name).unwrap_or(name), quoted(value).unwrap_or(value)))
}

fn card(fields: &HashMap<&str, &str>, number: u32) -> Option<Card> {
    let kind = *fields.get(format!("nic{number}").as_str())?;
    let called = |prefix: &str| fields.get(format!("{prefix}{number}").as_str()).map(|name| (*name).to_owned());
    let network = match kind {
        "none" => return None,
        "nat" => Some("nat".to_owned()),
        "natnetwork" => called("nat-network"),
        "hostonly" => called("hostonlyadapter"),
        "hostonlynetwork" => called("hostonly-network"),
        "bridged" => called("bridgeadapter"),
        "intnet" => called("intnet"),
        other => Some(other.to_owned()),
    };
    let mac = fields.get(format!("macaddress{number}").as_str()).and_then(|mac| with_colons(mac));
    Some(Card { mac, network, is_management: kind == "nat", ..Card::default() })
}

/// `0800278D4FE1` as `08:00:27:8d:4f:e1`.
fn with_colons(mac: &str) -> Option<String> {
    let is_mac = mac.len() == 12 && mac.bytes().all(|byte| byte.is_ascii_hexdigit());
    let pairs = is_mac.then(|| mac.as_bytes().chunks(2).map(String::from_utf8_lossy).collect::<Vec<_>>());
    pairs.map(|pairs| pairs.join(":").to_ascii_lowercase())
}

/// `ssh,tcp,127.0.0.1,2222,,22`: name, protocol, host's address and port, guest's address and port.
fn forward(rule: &str) -> Option<Forward> {
    let parts: Vec<&str> = rule.split(',').collect();
    let [name, "tcp", host, port, _, guest_port] = parts.as_slice() else { return None };
    let host = if host.is_empty() { reachable(IpAddr::from([0; 4])) } else { reachable(host.parse().ok()?) };
    Some(Forward {
        name: Some((*name).to_owned()).filter(|name| !name.is_empty()),
        host,
        port: port.parse().ok()?,
        guest_port: guest_port.parse().ok()?,
    })
}

/// "All addresses of the host" is no address; from the host itself it is this one.
pub(super) fn reachable(host: IpAddr) -> IpAddr {
    match host {
        IpAddr::V4(host) if host.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(host) if host.is_unspecified() => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
        other => other,
    }
}

/// `guestproperty enumerate`, as VirtualBox up to 6 and from 7 on prints it:
/// `Name: /VirtualBox/GuestInfo/Net/0/V4/IP, value: 10.0.2.15, timestamp: 15, flags:` and
/// `/VirtualBox/GuestInfo/Net/0/V4/IP = '10.0.2.15' @ 2023-01-01T00:00:00.000Z`.
fn properties(text: &str) -> HashMap<&str, &str> {
    let property = |line| {
        let (name, value) = if let Some(rest) = str::strip_prefix(line, "Name: ") {
            let (name, rest) = rest.split_once(", value: ")?;
            (name, rest.rsplit_once(", timestamp: ").map_or(rest, |(value, _)| value))
        } else {
            let (name, rest) = line.split_once(" = '")?;
            (name, rest.split('\'').next()?)
        };
        Some((name.trim().strip_prefix(PROPERTIES)?, value))
    };
    text.lines().filter_map(|line| property(line.trim())).collect()
}

/// Gives each card the address that the guest tells of it: by its MAC, since guests count their interfaces and
/// VirtualBox its adapters. An address that ends in 1 is taken for the host's own, as Vagrant does.
fn add_addresses(cards: &mut [Card], properties: &HashMap<&str, &str>) {
    for number in 0..36 {
        let property = |name: &str| properties.get(format!("{number}/{name}").as_str()).copied();
        let Some(Ok(ip)) = property("V4/IP").map(str::parse::<std::net::Ipv4Addr>) else { continue };
        if ip.octets()[3] == 1 || ip.is_unspecified() {
            continue;
        }
        let mac = property("MAC").and_then(with_colons);
        let card = match &mac {
            Some(mac) => cards.iter_mut().find(|card| card.mac.as_ref() == Some(mac)),
            None => cards.get_mut(number),
        };
        if let Some(card) = card {
            card.addresses.push(CardAddress { ip: ip.into(), expires: None });
        }
    }
}

/// `VBoxManage list KIND`: blocks of `Name: value` lines.
fn list(kind: &str, surroundings: &Surroundings, deadline: Instant) -> Result<Vec<ProviderNetwork>, String> {
    let ended = run(PROGRAM, ["list", kind], surroundings, deadline)?;
    if ended.status.success() { Ok(blocks(&ended.stdout)) } else { Err(complaint(PROGRAM, &ended)) }
}

fn blocks(text: &str) -> Vec<ProviderNetwork> {
    let text = text.replace("\r\n", "\n");
    let network = |block: &str| {
        let name = block.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            matches!(key.trim(), "Name" | "NetworkName").then(|| value.trim().to_owned())
        })?;
        Some(ProviderNetwork { provider: "virtualbox".to_owned(), name, description: block.trim().to_owned() })
    };
    text.split("\n\n").filter_map(network).collect()
}

#[cfg(test)]
mod tests;
