//! What is made of recorded answers: of the captured run, and of what becomes of it.

mod addresses;
mod places;
mod providers;
mod stale;

use std::path::{Path, PathBuf};

use inventory_core::cluster::{Cluster, Loaded};
use inventory_core::discovery::Discovery;
use inventory_core::inventory::assemble::{Assembly, assemble};
use inventory_core::inventory::render::ansible_json::List;
use inventory_core::machine::Machine;
use inventory_core::yaml::Source;
use serde_json::Value as Json;

use super::read;
use crate::answers::{
    Answers, Card, CardAddress, Forward, Project, ProviderSays, Said, Told, VagrantMachine, VirtualMachine,
};
use crate::options::VagrantOptions;

/// The captured run: three machines, all up.
fn captured() -> Told {
    let answers: Answers = serde_json::from_str(include_str!("../../../tests/recordings/1-up/answers.json")).unwrap();
    let Said::Told(told) = answers.projects.into_iter().next().unwrap().said else { panic!("it was told") };
    told
}

/// The directory of the captured run.
fn home() -> PathBuf {
    "/home/user/lab/vproj".into()
}

fn of(told: Told) -> Answers {
    Answers { projects: vec![Project { place: None, directory: home(), said: Said::Told(told) }] }
}

fn discovered(told: Told) -> Discovery {
    read(&of(told)).unwrap()
}

fn machine<'a>(discovery: &'a Discovery, name: &str) -> &'a Machine {
    discovery.machines.iter().find(|machine| machine.name == name).unwrap_or_else(|| panic!("no {name}"))
}

/// The machine of that name among the answers.
fn answer<'a>(told: &'a mut Told, name: &str) -> &'a mut VagrantMachine {
    told.machines.iter_mut().find(|machine| machine.name == name).unwrap()
}

/// The VM of that name among the answers.
fn vm<'a>(told: &'a mut Told, name: &str) -> &'a mut VirtualMachine {
    match &mut answer(told, name).provider_says {
        ProviderSays::Has(vm) => vm,
        other => panic!("{other:?}"),
    }
}

/// A machine of a provider's, made up.
fn made(name: &str, provider: &str, vm: VirtualMachine) -> VagrantMachine {
    VagrantMachine {
        name: name.to_owned(),
        provider: provider.to_owned(),
        id: Some(format!("id-of-{name}-{provider}")),
        box_name: None,
        keys: vec![format!("/lab/.vagrant/machines/{name}/{provider}/private_key").into()],
        index: None,
        provider_says: ProviderSays::Has(vm),
    }
}

fn running(cards: Vec<Card>, forwards: Vec<Forward>) -> VirtualMachine {
    VirtualMachine { state: "running".to_owned(), cards, forwards }
}

fn card(network: &str, is_management: bool, addresses: &[&str]) -> Card {
    let address = |ip: &&str| CardAddress { ip: ip.parse().unwrap(), expires: None };
    Card {
        network: Some(network.to_owned()),
        is_management,
        addresses: addresses.iter().map(address).collect(),
        ..Card::default()
    }
}

fn forward(name: &str, host: &str, port: u16, guest_port: u16) -> Forward {
    Forward { name: Some(name.to_owned()), host: host.parse().unwrap(), port, guest_port }
}

fn cluster(settings: &str) -> Cluster {
    let text = format!("plugin: kube_inventory.vms.vagrant\ncluster: lab\n{settings}");
    let loaded = Loaded::<VagrantOptions>::parse(
        Source::new("lab.vagrant.yml", text),
        Path::new("lab.vagrant.yml"),
        "vagrant",
        &|_| None,
    );
    loaded.unwrap_or_else(|error| panic!("{error}\n{settings}")).cluster
}

fn assembled(settings: &str, discovery: &Discovery) -> Assembly {
    assemble(&cluster(settings), discovery).unwrap()
}

fn refusal(settings: &str, discovery: &Discovery) -> String {
    let error = assemble(&cluster(settings), discovery).unwrap_err();
    format!("{error}; {}", error.remedy())
}

/// The variables of a host.
fn vars(assembly: &Assembly, host: &str) -> Json {
    serde_json::to_value(List(&assembly.inventory)).unwrap()["_meta"]["hostvars"][host].clone()
}

/// The hosts of a group.
fn hosts(assembly: &Assembly, group: &str) -> Json {
    serde_json::to_value(List(&assembly.inventory)).unwrap()[group]["hosts"].clone()
}
