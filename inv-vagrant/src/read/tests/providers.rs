//! VirtualBox, docker and the others, as their manuals and Vagrant's source describe them; not recorded.

use insta::assert_snapshot;
use inventory_core::machine::{Connection, State};
use serde_json::json;

use super::*;

fn told(machines: Vec<VagrantMachine>) -> Told {
    Told { machines, ..Told::default() }
}

/// `VirtualBox` as Vagrant sets it up: NAT first, then the private network.
fn virtualbox(name: &str, port: u16, private: &[&str]) -> VagrantMachine {
    let mut cards = vec![card("nat", true, &["10.0.2.15"])];
    cards.extend(private.iter().map(|ip| card("vboxnet0", false, &[ip])));
    made(name, "virtualbox", running(cards, vec![forward("ssh", "127.0.0.1", port, 22)]))
}

#[test]
fn virtualbox_is_reached_at_its_forwarded_port_and_ip_is_the_private_networks() {
    let discovery = discovered(told(vec![
        virtualbox("master", 2222, &["192.168.56.10"]),
        virtualbox("node1", 2200, &["192.168.56.11"]),
    ]));
    let assembly = assembled("", &discovery);
    let node = vars(&assembly, "node1");
    assert_eq!(
        (&node["ansible_host"], &node["ansible_port"], &node["ip"]),
        (&json!("127.0.0.1"), &json!(2200), &json!("192.168.56.11"))
    );
    assert_eq!(hosts(&assembly, "lab"), json!(["master", "node1"]));
    let nat = &discovery.environment.others[0];
    assert_eq!(nat.to_string(), "network behind the hypervisor's NAT 10.0.2.0/24 (VirtualBox's NAT)");
}

#[test]
fn behind_the_nat_alone_there_is_no_ip() {
    let discovery = discovered(told(vec![virtualbox("default", 2222, &[])]));
    let reach = &machine(&discovery, "default").reach;
    assert_eq!(reach.ip, None);
    assert_snapshot!(reach.ip_why.as_deref().unwrap(), @"it has no private network, and behind VirtualBox's NAT every machine has 10.0.2.15");
    // What the guest additions say of the host's own address is not believed.
    let discovery = discovered(told(vec![virtualbox("default", 2222, &["192.168.56.1"])]));
    assert_eq!(machine(&discovery, "default").reach.ip, None);
}

#[test]
fn the_rule_called_ssh_wins_and_every_address_of_this_host_is_this_host() {
    let forwards = vec![
        forward("extra", "10.0.0.9", 4022, 22),
        forward("ssh", "0.0.0.0", 2201, 22),
        forward("api", "127.0.0.1", 6443, 6443),
    ];
    let discovery = discovered(told(vec![made("m", "virtualbox", running(vec![], forwards))]));
    let reach = &machine(&discovery, "m").reach;
    assert_eq!((reach.address.as_ref().unwrap().to_string().as_str(), reach.port), ("127.0.0.1", Some(2201)));
}

#[test]
fn windows_is_reached_by_winrm_without_a_password() {
    // Vagrant's config/vm.rb adds the rules where the communicator is WinRM.
    let forwards = vec![
        forward("ssh", "127.0.0.1", 2222, 22),
        forward("winrm", "127.0.0.1", 55985, 5985),
        forward("winrm-ssl", "127.0.0.1", 55986, 5986),
    ];
    let discovery = discovered(told(vec![made("win", "virtualbox", running(vec![], forwards))]));
    let reach = &machine(&discovery, "win").reach;
    assert_eq!((reach.connection, reach.port, reach.keys.len()), (Connection::WinrmHttp, Some(55985), 0));
    let assembly = assembled("layout: none\n", &discovery);
    assert_eq!(vars(&assembly, "win")["ansible_connection"], "winrm");
    assert_eq!(vars(&assembly, "win")["ansible_winrm_scheme"], "http");

    let mut of_libvirt = captured();
    of_libvirt.generated_inventory.as_mut().unwrap().text =
        "minion1 ansible_connection=winrm ansible_host=1.2.3.4 ansible_port=5986 ansible_user='Admin'\n".to_owned();
    let discovery = discovered(of_libvirt);
    let reach = &machine(&discovery, "minion1").reach;
    assert_eq!((reach.connection, reach.port), (Connection::WinrmHttp, Some(5985)));
    assert_eq!(reach.user.as_deref(), Some("Admin"));
}

#[test]
fn docker_is_reached_at_its_published_port_else_at_its_own_address() {
    let cards = || vec![card("bridge", true, &["172.17.0.2"])];
    let published = made("a", "docker", running(cards(), vec![forward("ssh", "127.0.0.1", 2222, 22)]));
    let bare = made("b", "docker", running(cards(), vec![]));
    let discovery = discovered(told(vec![published, bare]));
    let reach = |name: &str| {
        let reach = &machine(&discovery, name).reach;
        (reach.address.as_ref().unwrap().to_string(), reach.port, reach.ip.unwrap().to_string())
    };
    assert_eq!(reach("a"), ("127.0.0.1".to_owned(), Some(2222), "172.17.0.2".to_owned()));
    assert_eq!(reach("b"), ("172.17.0.2".to_owned(), None, "172.17.0.2".to_owned()));
}

#[test]
fn other_providers_are_listed_and_only_old_papers_tell_their_address() {
    let mut machine_of = made("web", "hyperv", VirtualMachine::default());
    machine_of.provider_says = ProviderSays::NotAsked("hyperv has no way to be asked".to_owned());
    machine_of.index = Some(crate::answers::IndexEntry { state: "running".to_owned(), directory: home() });
    let alone = discovered(told(vec![machine_of.clone()]));
    let web = machine(&alone, "web");
    assert_eq!((web.state, web.reach.address.is_none()), (State::Running, true));
    assert_snapshot!(web.state_why.as_deref().unwrap(), @"Vagrant last saw it running; hyperv has no way to be asked");
    assert_snapshot!(refusal("layout: none\n", &alone), @"web (hyperv, /home/user/lab/vproj) has no usable address: hyperv has no way to be asked; save what `vagrant ssh-config web` prints and name the file in `ssh_config`; wait for it with `wait --for address`, change the rules in `hosts.address`, leave it out with `except`, or write `without_address: skip` under `machines`");

    let generated = crate::answers::TextFile {
        path: "/lab/vagrant_ansible_inventory".into(),
        text: "web ansible_host=172.30.1.9 ansible_port=22 ansible_user='vagrant' ip=172.30.1.9\n".to_owned(),
    };
    let known = discovered(Told { generated_inventory: Some(generated), ..told(vec![machine_of]) });
    assert_eq!(machine(&known, "web").reach.address.as_ref().unwrap().to_string(), "172.30.1.9");
    assert_eq!(machine(&known, "web").reach.ip, "172.30.1.9".parse().ok());
    assert_snapshot!(machine(&known, "web").notes.join("\n"), @"by default it is reached as the provisioner's inventory /lab/vagrant_ansible_inventory says, which may be stale");
}

#[test]
fn the_networks_of_virtualbox_and_docker_are_around() {
    let network = |provider: &str, name: &str, description: &str| crate::answers::ProviderNetwork {
        provider: provider.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
    };
    let host_only = |name: &str, ip: &str| {
        let block = format!("Name: {name}\nDHCP: Disabled\nIPAddress: {ip}\nNetworkMask: 255.255.255.0\nStatus: Up\n");
        network("virtualbox", name, &block)
    };
    let bridge = r#"{"Name": "bridge", "IPAM": {"Config": [{"Subnet": "172.17.0.0/16"}]}}"#;
    let mut told = told(vec![virtualbox("master", 2222, &["192.168.56.10"])]);
    told.networks = vec![
        host_only("vboxnet0", "192.168.56.1"),
        host_only("vboxnet1", "192.168.57.1"),
        network("docker", "bridge", bridge),
    ];
    let environment = discovered(told).environment;
    let nodes: Vec<String> = environment.nodes.iter().map(|node| node.value.cidr.to_string()).collect();
    assert_eq!(nodes, ["192.168.56.0/24"]);
    let others: Vec<String> = environment.others.iter().map(ToString::to_string).collect();
    assert_eq!(
        others,
        [
            "host-only network 192.168.57.0/24 (virtualbox network vboxnet1)",
            "bridge of the container runtime 172.17.0.0/16 (docker network bridge)",
        ]
    );
}

#[test]
fn an_address_of_a_saved_configuration_that_is_none_is_said() {
    let mut told = told(vec![VagrantMachine {
        provider_says: ProviderSays::NotAsked("inv-vagrant has no way to ask hyperv".to_owned()),
        ..made("m", "hyperv", running(vec![], vec![]))
    }]);
    let text = "Host m\n  HostName -oProxyCommand=x\n".to_owned();
    told.ssh_configs = vec![crate::answers::TextFile { path: "/lab/ssh-config".into(), text }];
    let discovery = discovered(told);
    let reach = &machine(&discovery, "m").reach;
    assert_eq!(reach.address, None);
    assert_snapshot!(reach.why_none.as_deref().unwrap(), @r#"/lab/ssh-config says "-oProxyCommand=x", which is neither an address nor a host name"#);
}
