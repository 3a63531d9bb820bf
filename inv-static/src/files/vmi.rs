//! The output of `kubectl get vmi -o json`: `KubeVirt`'s virtual machine instances. Every string in it is a tenant's.

use std::collections::BTreeMap;
use std::net::IpAddr;

use inventory_core::machine::{AddressSource, FoundAddress, Interface, Machine, NamedBy, State};
use inventory_core::yaml::{Source, explain_json};
use serde::Deserialize;

use crate::error::StaticError;

/// Whether the text is such an output: a list of instances, or one.
pub(crate) fn is_one(text: &str) -> bool {
    let kinds = ["\"VirtualMachineInstance\"", "\"VirtualMachineInstanceList\""];
    text.trim_start().starts_with('{') && kinds.iter().any(|kind| text.contains(kind))
}

/// The machines.
pub(crate) fn read(source: &Source) -> Result<Vec<Machine>, StaticError> {
    let answer: Answer = serde_json::from_str(source.text())
        .map_err(|error| explain_json(source, &error, "write it again with `kubectl get vmi -o json`"))?;
    let instances = match answer {
        Answer { items: Some(items), .. } => items,
        Answer { metadata, spec, status, .. } => vec![Instance { metadata, spec, status }],
    };
    Ok(instances.into_iter().map(|instance| machine(instance, source)).collect())
}

/// A list has `items`; one object has the rest.
#[derive(Deserialize)]
struct Answer {
    items: Option<Vec<Instance>>,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Deserialize)]
struct Instance {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
    #[serde(default)]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    #[serde(default)]
    name: String,
    namespace: Option<String>,
    uid: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    creation_timestamp: Option<String>,
    deletion_timestamp: Option<String>,
}

#[derive(Default, Deserialize)]
struct Spec {
    #[serde(default)]
    domain: Domain,
    #[serde(default)]
    networks: Vec<Network>,
}

#[derive(Default, Deserialize)]
struct Domain {
    #[serde(default)]
    devices: Devices,
}

#[derive(Default, Deserialize)]
struct Devices {
    #[serde(default)]
    interfaces: Vec<Device>,
}

/// How an interface is bound to its network: with these two the guest has the address that the API reports.
#[derive(Deserialize)]
struct Device {
    name: String,
    bridge: Option<serde::de::IgnoredAny>,
    passt: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Network {
    name: String,
    pod: Option<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct Status {
    phase: Option<String>,
    #[serde(default)]
    interfaces: Vec<Reported>,
    #[serde(default)]
    conditions: Vec<Condition>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reported {
    name: Option<String>,
    interface_name: Option<String>,
    mac: Option<String>,
    ip_address: Option<String>,
    #[serde(default)]
    ip_addresses: Vec<String>,
}

#[derive(Deserialize)]
struct Condition {
    #[serde(rename = "type")]
    kind: String,
    status: String,
}

fn machine(instance: Instance, source: &Source) -> Machine {
    let Instance { metadata, spec, status } = instance;
    let origin = format!(
        "vmi {}/{} in {}",
        metadata.namespace.as_deref().unwrap_or("?"),
        metadata.name,
        source.name().display()
    );
    let mut machine = Machine::new(metadata.name, NamedBy::Outside, origin);
    machine.state = state(&status, metadata.deletion_timestamp.is_some());
    machine.id = metadata.uid;
    machine.namespace = metadata.namespace;
    machine.created = metadata.creation_timestamp;
    machine.tags = metadata.labels;
    // An ended instance still reports the addresses it had; somebody else may have them by now.
    if !matches!(machine.state, State::Stopped | State::Failed) {
        machine.interfaces = interfaces(&spec, status.interfaces);
    }
    machine
}

fn state(status: &Status, is_deleted: bool) -> State {
    let holds = |kind: &str| status.conditions.iter().any(|c| c.kind == kind && c.status == "True");
    match status.phase.as_deref() {
        _ if is_deleted => State::Terminating,
        Some("Running") if holds("Paused") => State::Paused,
        Some("Running") => State::Running,
        Some("Succeeded") => State::Stopped,
        Some("Failed") => State::Failed,
        Some("Unknown") => State::Unknown,
        _ => State::Pending,
    }
}

/// The pod network first, then the others as the specification lists them. An interface without a network is one
/// that only the agent inside the guest knows, so no candidate.
fn interfaces(spec: &Spec, reported: Vec<Reported>) -> Vec<Interface> {
    let is_pod = |name: &str| spec.networks.iter().any(|network| network.name == name && network.pod.is_some());
    let rank = |name: &str| spec.networks.iter().position(|network| network.name == name);
    let mut named: Vec<(String, Reported)> =
        reported.into_iter().filter_map(|interface| Some((interface.name.clone()?, interface))).collect();
    named.retain(|(name, _)| rank(name).is_some());
    named.sort_by_key(|(name, _)| (!is_pod(name), rank(name)));
    named
        .into_iter()
        .map(|(network, interface)| {
            let in_guest = spec
                .domain
                .devices
                .interfaces
                .iter()
                .any(|device| device.name == network && (device.bridge.is_some() || device.passt.is_some()));
            let from = if is_pod(&network) { AddressSource::Pod } else { AddressSource::Agent };
            let mut texts: Vec<String> = interface.ip_address.into_iter().chain(interface.ip_addresses).collect();
            let mut seen = std::collections::HashSet::new();
            texts.retain(|text| seen.insert(text.clone()));
            let addresses = texts
                .iter()
                .filter_map(|text| text.parse::<IpAddr>().ok())
                .map(|ip| FoundAddress { ip, from, in_guest: in_guest || from == AddressSource::Agent, unfit: None })
                .collect();
            Interface {
                name: interface.interface_name,
                mac: interface.mac,
                network: Some(network),
                mtu: None,
                addresses,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cut down from a recorded answer; the second interface is one the agent saw, made by a CNI in the guest.
    const ANSWER: &str = r#"{"apiVersion": "v1", "kind": "List", "items": [{
        "kind": "VirtualMachineInstance",
        "metadata": {"name": "ci-kube-1", "namespace": "kubevirt", "uid": "5f0c", "labels": {"app": "{{ x }}"}},
        "spec": {"domain": {"devices": {"interfaces": [{"name": "default", "bridge": {}}]}},
                 "networks": [{"name": "default", "pod": {}}]},
        "status": {"phase": "Running", "interfaces": [
            {"interfaceName": "cni0", "ipAddress": "10.42.1.1"},
            {"name": "default", "interfaceName": "eth0", "ipAddress": "10.233.67.80", "ipAddresses": ["10.233.67.80"]}]}}]}"#;

    #[test]
    fn the_pod_networks_address_is_the_guests_own_behind_a_bridge() {
        assert!(is_one(ANSWER));
        let machines = read(&Source::new("vmis.json", ANSWER)).unwrap();
        let [machine] = machines.as_slice() else { panic!("one machine") };
        assert_eq!((machine.state, machine.id.as_deref()), (State::Running, Some("5f0c")));
        let [interface] = machine.interfaces.as_slice() else { panic!("the agent's interface is no candidate") };
        assert!(interface.addresses[0].in_guest && interface.addresses[0].ip.to_string() == "10.233.67.80");
        let masquerade = read(&Source::new("vmis.json", ANSWER.replace("bridge", "masquerade"))).unwrap();
        assert!(!masquerade[0].interfaces[0].addresses[0].in_guest);
    }

    #[test]
    fn an_ended_instance_has_no_address_any_more() {
        let ended = read(&Source::new("vmis.json", ANSWER.replace("Running", "Succeeded"))).unwrap();
        assert_eq!(ended[0].state, State::Stopped);
        assert!(ended[0].interfaces.is_empty());
    }
}
