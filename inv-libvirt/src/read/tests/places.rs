//! Several hypervisors.

use super::captures::lab;
use super::*;
use crate::answers::Silence;

fn at(place: &str, uri: &str, answers: Answers) -> Hypervisor {
    let said = answers.hypervisors.into_iter().next().unwrap().said;
    Hypervisor { place: Some(place.to_owned()), uri: uri.to_owned(), said }
}

#[test]
fn everything_says_which_hypervisor_it_is_of() {
    let answers = Answers {
        hypervisors: vec![
            at("hv1", "qemu+ssh://root@hv1/system", lab()),
            at("hv2", "qemu+ssh://ops@[fd00::2]:2222/system", lab()),
        ],
    };
    let discovery = read_all(&answers, &LibvirtOptions { jump: Some(true), ..LibvirtOptions::default() });
    let told = |machine: &Machine| {
        let jump = machine.reach.jump.as_ref().map(ToString::to_string);
        format!("{} at {:?} through {}\n", machine.origin, machine.place.as_deref(), jump.unwrap_or_default())
    };
    let machines: String = [0, 6].map(|at| told(&discovery.machines[at])).concat();
    insta::assert_snapshot!(machines, @r#"
    domain head10 on hv1 at Some("hv1") through root@hv1
    domain head10 on hv2 at Some("hv2") through ops@[fd00::2]:2222
    "#);
    let networks = discovery.environment.nodes.iter().map(|network| network.origin.to_string());
    insta::assert_snapshot!(networks.collect::<Vec<_>>().join("\n"), @"
    libvirt network kube on hv1
    libvirt network storage on hv1
    libvirt network storage on hv1
    libvirt network kube on hv2
    libvirt network storage on hv2
    libvirt network storage on hv2
    ");
}

#[test]
fn a_jump_needs_a_machine_to_log_in_to() {
    let options = LibvirtOptions { jump: Some(true), ..LibvirtOptions::default() };
    insta::assert_snapshot!(refused(&lab(), &options), @r#"
    `jump` reaches guests through their hypervisor's SSH, and "qemu:///system" names no machine to log in to
    use a URI like qemu+ssh://root@hv1/system, write `jump: user@hv1` under `hosts`, or leave `jump` out
    "#);
}

#[test]
fn a_silent_hypervisor_is_an_unreadable_place() {
    let silence = Silence { why: "it does not answer".to_owned(), remedy: "start it".to_owned() };
    let silent = |place: Option<&str>| Hypervisor {
        place: place.map(str::to_owned),
        uri: "esx://root:s3cret@esx1/".to_owned(),
        said: Said::Silent(silence.clone()),
    };
    let answers = Answers { hypervisors: vec![silent(Some("hv1")), silent(None)] };
    let places = read_all(&answers, &LibvirtOptions::default()).unreadable;
    let places: Vec<String> = places.into_iter().map(|place| format!("{}: {}", place.place, place.why)).collect();
    insta::assert_snapshot!(places.join("\n"), @"
    hv1: it does not answer; start it
    esx://root@esx1/: it does not answer; start it
    ");
}
