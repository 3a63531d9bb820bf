//! Keys and the way to a machine, as Ansible and OpenSSH themselves understand what we write.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use ansible_referee::Ansible;
use insta::assert_snapshot;
use inventory_core::cluster::{Cluster, Loaded};
use inventory_core::discovery::{Discovery, PassedOver};
use inventory_core::inventory::assemble::{Assembly, assemble};
use inventory_core::inventory::render::ansible_json::List;
use inventory_core::inventory::render::ssh_config;
use inventory_core::machine::{AddressSource, Connection, FoundAddress, Interface, Machine, NamedBy, Reach, State};
use inventory_core::yaml::Source;
use serde_json::{Value as Json, json};

/// A source's section without anything in it.
#[derive(Debug, Clone, Default, serde::Deserialize)]
struct NoOptions {}

fn cluster(settings: &str) -> Cluster {
    let text = format!("plugin: kube_inventory.vms.static\ncluster: c1\nlayout: none\n{settings}");
    let loaded = Loaded::<NoOptions>::parse(Source::new("c.yml", text), Path::new("c.yml"), "static", &|_| None);
    loaded.unwrap_or_else(|error| panic!("{error}\n{settings}")).cluster
}

/// A machine that is reached this way.
fn reached(name: &str, reach: Reach) -> Machine {
    let address = reach.address.or_else(|| Some("127.0.0.1".parse().unwrap()));
    Machine { reach: Reach { address, ..reach }, ..Machine::new(name, NamedBy::Outside, "a test") }
}

fn keys(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|&key| key.to_owned()).collect()
}

fn of(settings: &str, machines: Vec<Machine>) -> Assembly {
    assemble(&cluster(settings), &Discovery { machines, ..Discovery::default() }).unwrap()
}

fn list(assembly: &Assembly) -> Json {
    serde_json::to_value(List(&assembly.inventory)).unwrap()
}

fn var(assembly: &Assembly, host: &str, name: &str) -> Json {
    list(assembly)["_meta"]["hostvars"][host][name].clone()
}

fn refusal(settings: &str, reach: Reach) -> String {
    let discovery = Discovery { machines: vec![reached("n1", reach)], ..Discovery::default() };
    let error = assemble(&cluster(settings), &discovery).unwrap_err();
    assert!(!error.remedy().is_empty());
    error.to_string()
}

/// What OpenSSH makes of the command line that Ansible gives it for this host.
fn ssh_as_ansible_calls_it(ansible: Ansible, assembly: &Assembly, host: &str) -> String {
    let session = ansible.session();
    let script = |name: &str, text: String| {
        let path = session.home().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let inventory = script("inventory", format!("#!/bin/sh\ncat <<'END'\n{}\nEND\n", list(assembly)));
    let said = session.home().join("said");
    let ssh = script("ssh", format!("#!/bin/sh\nexec ssh -F /dev/null -G \"$@\" > {}\n", said.display()));
    let session = session.env("ANSIBLE_SSH_EXECUTABLE", ssh);
    let arguments = ["-i", inventory.to_str().unwrap(), "-m", "raw", "-a", "true", host];
    let outcome = session.command("ansible").args(arguments).output().unwrap();
    assert!(outcome.status.success(), "{outcome:?}");
    let told = fs::read_to_string(&said).unwrap();
    let wanted = ["hostname ", "user ", "port ", "identityfile ", "identitiesonly ", "proxycommand ", "proxyjump "];
    told.split_inclusive('\n').filter(|line| wanted.iter().any(|wanted| line.starts_with(wanted))).collect()
}

/// The same for all versions.
fn ssh_as_every_ansible_calls_it(assembly: &Assembly, host: &str) -> String {
    let [old, new] = Ansible::ALL.map(|ansible| ssh_as_ansible_calls_it(ansible, assembly, host));
    assert_eq!(old, new);
    new
}

fn everything() -> Reach {
    Reach {
        port: Some(2222),
        user: Some("vagrant".to_owned()),
        keys: keys(&["/srv/my lab/it's/key", "/srv/{{ x }}/50%%/key", "/k3"]),
        identities_only: true,
        proxy_command: Some(r#"nc -x "a b" '%h' %p"#.to_owned()),
        ..Reach::default()
    }
}

#[test]
fn every_key_and_the_way_there_reach_openssh_as_they_are() {
    let assembly = of("", vec![reached("n1", everything())]);
    assert_snapshot!(ssh_as_every_ansible_calls_it(&assembly, "n1"), @r#"
    user vagrant
    hostname 127.0.0.1
    port 2222
    identitiesonly yes
    identityfile /srv/my lab/it's/key
    identityfile /srv/{{ x }}/50%%/key
    identityfile /k3
    proxycommand nc -x "a b" '%h' %p
    "#);
}

#[test]
fn they_go_together_with_host_keys_and_the_users_own_arguments() {
    let settings =
        "hosts: {host_keys: accept-new, jump: hv9, vars: {ansible_ssh_common_args: -o ServerAliveInterval=7}}";
    let plain = Reach { keys: keys(&["/a b/k1", "/a b/k2"]), identities_only: true, ..Reach::default() };
    let assembly = of(settings, vec![reached("n1", plain)]);
    assert_snapshot!(var(&assembly, "n1", "ansible_ssh_common_args").as_str().unwrap(), @r#"-o ServerAliveInterval=7 -o 'IdentityFile="/a b/k2"' -o IdentitiesOnly=yes -o ProxyJump=hv9 -o HostKeyAlias=n1 -o 'UserKnownHostsFile="{{ inventory_dir }}/.inv/known_hosts"' -o StrictHostKeyChecking=accept-new"#);
    assert_snapshot!(ssh_as_every_ansible_calls_it(&assembly, "n1"), @"
    user root
    hostname 127.0.0.1
    port 22
    identitiesonly yes
    identityfile /a b/k1
    identityfile /a b/k2
    proxyjump hv9
    ");
}

#[test]
fn an_exported_configuration_says_the_same() {
    let reach = Reach { keys: keys(&["/srv/my lab/it's/key", "/k2"]), ..everything() };
    let text = ssh_config::render(&of("", vec![reached("n1", reach)]).inventory, None);
    assert_snapshot!(text, @r#"
    Host n1
      HostName 127.0.0.1
      Port 2222
      IdentityFile "/srv/my lab/it's/key"
      User vagrant
      ProxyCommand nc -x "a b" '%h' %p
      IdentityFile /k2
      IdentitiesOnly yes
    "#);
}

#[test]
fn what_has_no_form_is_refused_and_never_bent() {
    let key = |key: &str| Reach { keys: keys(&[key]), ..Reach::default() };
    assert_snapshot!(refusal("", key("/a\"b/key")), @r#"the private key of n1 is "/a\"b/key", which cannot be written into SSH's arguments"#);
    assert_snapshot!(refusal("", Reach { keys: keys(&["/k", "/a\nb"]), ..Reach::default() }), @r#"the private key of n1 is "/a\nb", which cannot be written into SSH's arguments"#);
    let command = |text: &str| Reach { proxy_command: Some(text.to_owned()), ..Reach::default() };
    assert_snapshot!(refusal("", command("nc\n-v")), @r#"the command that leads there of n1 is "nc\n-v", which cannot be written into SSH's arguments"#);
    assert_snapshot!(refusal("hosts: {host_keys: accept-new}", command("docker inspect -f '{{ .Id }}'")), @r#"an argument for SSH of n1 is "-o 'ProxyCommand=docker inspect -f '\"'\"'{{ .Id }}'\"'\"''", which cannot be written into SSH's arguments"#);
}

#[test]
fn one_address_with_two_ports_or_behind_two_commands_is_two_machines() {
    let port = |name, port| reached(name, Reach { port: Some(port), ..Reach::default() });
    assert_eq!(list(&of("", vec![port("n1", 2222), port("n2", 2200)]))["c1"]["hosts"], json!(["n1", "n2"]));
    let behind =
        |name, command: &str| reached(name, Reach { proxy_command: Some(command.to_owned()), ..Reach::default() });
    assert_eq!(list(&of("", vec![behind("n1", "a"), behind("n2", "b")]))["c1"]["hosts"], json!(["n1", "n2"]));
    let twice = Discovery { machines: vec![behind("n1", "a"), behind("n2", "a")], ..Discovery::default() };
    let error = assemble(&cluster(""), &twice).unwrap_err();
    assert_snapshot!(error.to_string(), @r#"n1 and n2 both have the address 127.0.0.1, through "a"; one of them is wrong, or a guest lies"#);
    let mut apart = twice;
    for (machine, place) in apart.machines.iter_mut().zip(["hv1", "hv2"]) {
        machine.place = Some(place.to_owned());
    }
    let error = assemble(&cluster(""), &apart).unwrap_err();
    assert_snapshot!(error.remedy(), @"they are in different places: behind a host of each, one address is two machines', if each is reached through its own (`jump`); `explain` shows where the addresses come from");
}

#[test]
fn windows_is_reached_by_winrm_and_gets_no_key() {
    let reach = Reach { connection: Connection::WinrmHttp, port: Some(55985), ..everything() };
    let assembly = of("hosts: {host_keys: accept-new}", vec![reached("win", reach)]);
    let vars = list(&assembly)["_meta"]["hostvars"]["win"].clone();
    assert_eq!(
        vars,
        json!({
            "ansible_host": "127.0.0.1", "ansible_port": 55985, "ansible_user": "vagrant", "ansible_connection": "winrm",
        "ansible_winrm_scheme": "http",
            "inv_name": "win", "inv_state": "running",
        })
    );
}

#[test]
fn a_windows_user_may_have_a_domain_and_is_no_template() {
    let reach = |connection| Reach { connection, user: Some(r"LAB\{{ x }}".to_owned()), ..Reach::default() };
    let assembly = of("", vec![reached("win", reach(Connection::WinrmHttps))]);
    assert_eq!(var(&assembly, "win", "ansible_user"), json!({"__ansible_unsafe": r"LAB\{{ x }}"}));
    assert_eq!(var(&assembly, "win", "ansible_winrm_scheme"), "https");
    assert!(refusal("", reach(Connection::Ssh)).contains("may not reach SSH's command line"));
}

#[test]
fn the_forwarded_port_of_a_machine_that_is_off_may_be_anothers() {
    let at = |name, state| Machine { state, ..reached(name, Reach { port: Some(2222), ..Reach::default() }) };
    let settings = "members: [{machine: n1}, {machine: n2, offline: true, address: 127.0.0.1}]";
    let assembly = of(settings, vec![at("n1", State::Running), at("n2", State::Stopped)]);
    assert_eq!(list(&assembly)["c1"]["hosts"], json!(["n1", "n2"]));
}

#[test]
fn the_default_user_yields_to_everybody() {
    let found = |user: Option<&str>| Discovery {
        machines: vec![reached("n1", Reach { user: user.map(str::to_owned), ..Reach::default() })],
        default_user: Some("vagrant".to_owned()),
        ..Discovery::default()
    };
    let user = |settings: &str, discovery: &Discovery| {
        let list = list(&assemble(&cluster(settings), discovery).unwrap());
        (list["c1"]["vars"]["ansible_user"].clone(), list["_meta"]["hostvars"]["n1"]["ansible_user"].clone())
    };
    assert_eq!(user("", &found(None)), (json!("vagrant"), Json::Null));
    assert_eq!(user("hosts: {vars: {ansible_user: me}}", &found(None)), (json!("me"), Json::Null));
    assert_eq!(user("", &found(Some("packer"))), (json!("vagrant"), json!("packer")));
    let hostile = Discovery { default_user: Some("-oProxyCommand=x".to_owned()), ..found(None) };
    assert_eq!(user("", &hostile), (Json::Null, Json::Null));
}

/// A machine in a management network and in a private one.
fn two_cards(ip: Option<&str>, why: &str) -> Machine {
    let card = |network: &str, ip: &str| Interface {
        network: Some(network.to_owned()),
        addresses: vec![FoundAddress::in_guest(ip.parse().unwrap(), AddressSource::Lease)],
        ..Interface::default()
    };
    let address = Some("192.168.121.9".parse().unwrap());
    let ip = ip.map(|ip| ip.parse().unwrap());
    let reach = Reach { address, ip, ip_why: Some(why.to_owned()), ..Reach::default() };
    Machine { interfaces: vec![card("management", "192.168.121.9")], ..reached("n1", reach) }
}

fn kubespray(settings: &str, machine: Machine) -> Assembly {
    let settings = format!("groups: {{kube_control_plane: all, etcd: all, kube_node: all}}\n{settings}");
    let text = format!("plugin: kube_inventory.vms.static\ncluster: c1\n{settings}");
    let loaded = Loaded::<NoOptions>::parse(Source::new("c.yml", text), Path::new("c.yml"), "static", &|_| None);
    let discovery = Discovery { machines: vec![machine], ..Discovery::default() };
    assemble(&loaded.unwrap().cluster, &discovery).unwrap()
}

#[test]
fn a_source_that_tells_ip_apart_is_believed_and_rules_still_win() {
    let left_out = kubespray("", two_cards(None, "it stands nowhere"));
    assert_eq!(var(&left_out, "n1", "ip"), Json::Null);
    assert_eq!(left_out.report.hosts[0].ip_why, "it stands nowhere");
    assert_eq!(left_out.report.hosts[0].candidates.len(), 1, "{:?}", left_out.report.hosts[0].candidates);
    let told = kubespray("", two_cards(Some("10.9.9.9"), "the private network's"));
    assert_eq!(var(&told, "n1", "ip"), json!("10.9.9.9"));
    let ruled = kubespray("hosts: {ip: [{network: management}]}", two_cards(None, "it stands nowhere"));
    assert_eq!(var(&ruled, "n1", "ip"), json!("192.168.121.9"));
}

#[test]
fn a_pinned_member_that_is_away_keeps_its_address_and_gets_no_ip_from_it() {
    let members = "members: [{machine: n1, offline: true, address: 192.168.121.9}]";
    let machine = Machine { state: State::Stopped, ..two_cards(None, "it stands nowhere") };
    let away = kubespray(members, machine);
    assert_eq!(var(&away, "n1", "ansible_host"), json!("192.168.121.9"));
    assert_eq!(var(&away, "n1", "ip"), Json::Null);
}

#[test]
fn a_member_whose_place_is_silent_stays_where_partial_says_so() {
    let unknown = || Machine {
        state: State::Unknown,
        state_why: Some("libvirt does not answer".to_owned()),
        ..two_cards(None, "it stands nowhere")
    };
    let members = "members: [{machine: n1, address: 192.168.121.9}]";
    let kept = kubespray(&format!("partial: true\n{members}"), unknown());
    assert_eq!(var(&kept, "n1", "inv_state"), json!("unknown"));
    let discovery = Discovery { machines: vec![unknown()], ..Discovery::default() };
    let error = assemble(&cluster(members), &discovery).unwrap_err();
    assert_snapshot!(error.to_string(), @"n1 (a test) is a member and is unknown (libvirt does not answer)");
}

#[test]
fn what_a_source_passes_over_is_left_out_and_says_why_a_member_is_missing() {
    let discovery = Discovery {
        machines: vec![reached("n1", Reach::default())],
        passed_over: vec![PassedOver {
            name: "n2".to_owned(),
            origin: "n2 of /lab".to_owned(),
            why: "its VM is gone".to_owned(),
        }],
        ..Discovery::default()
    };
    let report = assemble(&cluster(""), &discovery).unwrap().report;
    assert_eq!((report.left_out[0].machine.as_str(), report.left_out[0].why.as_str()), ("n2", "its VM is gone"));
    let error = assemble(&cluster("members: [{machine: n1}, {machine: n2}]"), &discovery).unwrap_err();
    assert_snapshot!(error.to_string(), @"n2 is listed in `members` and does not exist (its VM is gone)");
}

#[test]
fn of_two_machines_with_a_pinned_name_the_id_or_the_selection_decides() {
    let of_provider = |provider: &str| {
        let mut machine = reached("n1", Reach::default());
        machine.id = Some(format!("id-of-{provider}"));
        machine.tags.insert("provider".to_owned(), provider.to_owned());
        machine
    };
    let discovery = Discovery { machines: vec![of_provider("libvirt"), of_provider("docker")], ..Discovery::default() };
    let id =
        |settings: &str| assemble(&cluster(settings), &discovery).map(|assembly| assembly.report.hosts[0].id.clone());
    let docker = Some("id-of-docker".to_owned());
    assert_eq!(id("machines: {tags: {provider: docker}}\nmembers: [{machine: n1}]").unwrap(), docker);
    assert_eq!(id("machines: {tags: {provider: docker}}\nmembers: [{machine: n1, id: id-of-docker}]").unwrap(), docker);
    assert!(id("members: [{machine: n1}]").is_err());
}

#[test]
fn an_address_that_two_tell_is_chosen_once() {
    let ip: std::net::IpAddr = "10.0.0.1".parse().unwrap();
    let told = |from| FoundAddress::in_guest(ip, from);
    let addresses = vec![told(AddressSource::Lease), told(AddressSource::Static)];
    let interfaces = vec![Interface { addresses, ..Interface::default() }];
    let verdicts = |settings: &str, reach: Reach| {
        let machine =
            Machine { interfaces: interfaces.clone(), reach, ..Machine::new("n1", NamedBy::Outside, "a test") };
        let candidates = kubespray(settings, machine).report.hosts.remove(0).candidates;
        assert_eq!(candidates.iter().filter(|candidate| candidate.is_chosen).count(), 1);
        candidates.into_iter().map(|one| format!("{}: {}", one.from, one.verdict)).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(verdicts("", Reach::default()), @r"
    lease: chosen, the first in the source's order
    static: the same, also told by lease
    ");
    insta::assert_snapshot!(verdicts("hosts: {address: [{from: static}]}", Reach::default()), @r"
    lease: the same, also told by static
    static: chosen, rule 1 of `hosts.address`
    ");
    insta::assert_snapshot!(verdicts("", Reach { address: Some(ip.into()), ..Reach::default() }), @r"
    lease: chosen, the source says so
    static: the same, also told by lease
    ");
}

#[test]
fn an_address_that_no_host_can_have_is_never_chosen() {
    for ip in ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "255.255.255.255", "0.0.0.0", "ff02::1", "127.0.0.1", "fe80::1"] {
        let addresses = vec![FoundAddress::in_guest(ip.parse().unwrap(), AddressSource::Agent)];
        let interfaces = vec![Interface { addresses, ..Interface::default() }];
        let machine = Machine { interfaces, ..Machine::new("n1", NamedBy::Outside, "a test") };
        let found = Discovery { machines: vec![machine], ..Discovery::default() };
        let refused = assemble(&cluster(""), &found).unwrap_err().to_string();
        assert!(refused.contains(&format!("{ip} (never: ")), "{refused}");
    }
}
