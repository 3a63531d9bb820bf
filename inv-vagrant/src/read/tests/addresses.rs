//! How machines are reached, and which address is their own.

use insta::{assert_debug_snapshot, assert_json_snapshot, assert_snapshot};
use inventory_core::machine::State;
use serde_json::json;

use super::*;

/// What `explain` has to say of a machine's ways.
fn why(discovery: &Discovery, name: &str) -> String {
    let machine = machine(discovery, name);
    let ip = machine.reach.ip.map_or_else(|| "none".to_owned(), |ip| ip.to_string());
    format!("{}\nip {ip}: {}", machine.notes.join("\n"), machine.reach.ip_why.as_deref().unwrap_or("-"))
}

#[test]
fn the_captured_machines_are_three_hosts_that_kubespray_can_use() {
    let discovery = discovered(captured());
    assert_eq!(discovery.machines.len(), 3);
    assert!(discovery.machines.iter().all(|machine| machine.state == State::Running));
    let assembly = assembled("", &discovery);
    assert_eq!(hosts(&assembly, "kube_control_plane"), json!(["master"]));
    assert_eq!(hosts(&assembly, "kube_node"), json!(["minion1", "minion2"]));
    assert_json_snapshot!(vars(&assembly, "master"), @r#"
    {
      "ansible_host": "192.168.121.168",
      "ansible_user": "vagrant",
      "ansible_ssh_private_key_file": "/home/user/lab/vproj/.vagrant/machines/master/libvirt/private_key",
      "ansible_ssh_common_args": "-o IdentitiesOnly=yes",
      "ip": "192.168.160.10",
      "etcd_member_name": "etcd1",
      "inv_name": "master",
      "inv_id": "bdb0525e-1e1a-4834-a067-f3895e9d34c1",
      "inv_state": "running",
      "inv_tags": {
        "ansible_groups": "kube_control_plane,etcd",
        "box": "rig/debian",
        "provider": "libvirt"
      }
    }
    "#);
    assert_snapshot!(why(&discovery, "master"), @"
    by default it is reached at its address in the network vagrant-libvirt, as libvirt says
    ip 192.168.160.10: the provisioner's inventory says so, which may be stale
    ");
}

#[test]
fn without_the_provisioner_the_static_address_stands_nowhere_and_ip_is_left_out() {
    let discovery = discovered(Told { generated_inventory: None, ..captured() });
    assert_snapshot!(why(&discovery, "minion1"), @"
    by default it is reached at its address in the network vagrant-libvirt, as libvirt says
    ip none: of its address in the network vagrant-priv nothing is known: there is no lease, so it is static, and stands nowhere but in the Vagrantfile and in the guest; write `ip: [{from: ssh}]` under `hosts` to ask the guest, `ip` under `hosts.vars`, or `ip` into the `host_vars` of the Vagrantfile's Ansible provisioner
    ");
    let assembly = assembled("", &discovery);
    let vars = vars(&assembly, "minion1");
    assert_eq!((&vars["ansible_host"], &vars["ip"]), (&json!("192.168.121.169"), &Json::Null));
    assert_eq!(discovery.default_user.as_deref(), Some("vagrant"));
    assert_eq!(serde_json::to_value(List(&assembly.inventory)).unwrap()["lab"]["vars"]["ansible_user"], "vagrant");
}

#[test]
fn a_lease_in_the_private_network_is_the_address_whatever_the_provisioner_once_said() {
    let mut told = captured();
    let lease = |ip: &str, expires| CardAddress { ip: ip.parse().unwrap(), expires: Some(expires) };
    vm(&mut told, "minion1").cards[1].addresses = vec![lease("192.168.160.77", 200), lease("192.168.160.70", 100)];
    let discovery = discovered(told);
    assert_snapshot!(why(&discovery, "minion1"), @"
    by default it is reached at its address in the network vagrant-libvirt, as libvirt says
    the provisioner's inventory says `ip` 192.168.160.11, and libvirt knows nothing of it
    ip 192.168.160.77: its address in the network vagrant-priv, as libvirt says
    ");
    let older = &machine(&discovery, "minion1").interfaces[1].addresses[1];
    assert_eq!(older.unfit.as_deref(), Some("an older lease of the same card"));
}

#[test]
fn of_several_networks_the_vagrantfile_chooses() {
    let mut told = captured();
    let vm = vm(&mut told, "minion1");
    vm.cards[1].addresses = card("", false, &["10.7.0.5"]).addresses;
    vm.cards.push(card("other", false, &["192.168.160.11"]));
    assert_snapshot!(why(&discovered(told), "minion1"), @"
    by default it is reached at its address in the network vagrant-libvirt, as libvirt says
    ip 192.168.160.11: the Vagrantfile's `host_vars` say so, and libvirt confirms it
    ");
}

#[test]
fn with_the_management_network_alone_its_address_is_the_guests_own() {
    let mut told = Told { generated_inventory: None, ..captured() };
    vm(&mut told, "master").cards.truncate(1);
    let discovery = discovered(told);
    assert_snapshot!(why(&discovery, "master"), @"
    by default it is reached at its address in the network vagrant-libvirt, as libvirt says
    ip 192.168.121.168: it has no private network, and its address in the network vagrant-libvirt is its own, which others there reach
    ");
}

#[test]
fn rules_choose_among_the_cards() {
    let discovery = discovered(captured());
    let ip = |rules: &str| vars(&assembled(&format!("hosts: {rules}"), &discovery), "minion2").clone();
    assert_eq!(ip("{ip: [{network: vagrant-libvirt}]}")["ip"], "192.168.121.192");
    assert_eq!(ip("{ip: [{network: vagrant-priv}]}")["ip"], "192.168.160.12");
    assert_eq!(ip("{ip: [{from: lease}]}")["ip"], "192.168.121.192");
    assert_eq!(ip("{ip: [{from: static}]}")["ip"], "192.168.160.12");
    assert_eq!(ip("{address: [{cidr: 192.168.160.0/24}]}")["ansible_host"], "192.168.160.12");
}

#[test]
fn a_saved_configuration_gives_the_user_the_keys_and_the_command() {
    let text = "Host minion1\n  HostName 10.9.9.9\n  User packer\n  Port 22\n  IdentityFile \"/a b/k1\"\n  \
                IdentityFile /k2\n  IdentitiesOnly yes\n  ProxyCommand ssh hv1 -W %h:%p\n";
    let saved = crate::answers::TextFile { path: "/lab/ssh-config".into(), text: text.to_owned() };
    let mut told = Told { ssh_configs: vec![saved], ..captured() };
    assert_debug_snapshot!(machine(&discovered(told.clone()), "minion1").reach, @r#"
    Reach {
        address: Some(
            Ip(
                192.168.121.169,
            ),
        ),
        port: None,
        user: Some(
            "packer",
        ),
        keys: [
            "/a b/k1",
            "/k2",
        ],
        identities_only: true,
        proxy_command: Some(
            "ssh hv1 -W %h:%p",
        ),
        connection: Ssh,
        jump: None,
        ip: Some(
            192.168.160.11,
        ),
        ip_why: Some(
            "the provisioner's inventory says so, which may be stale",
        ),
        access_ip: None,
        why_none: None,
        as_inventory_says: false,
    }
    "#);
    // Where nobody else tells the address, it does that too, and comes before the provisioner.
    answer(&mut told, "minion1").provider_says = ProviderSays::NotAsked("hyperv has no way to be asked".to_owned());
    assert_snapshot!(why(&discovered(told), "minion1"), @"
    by default it is reached as /lab/ssh-config says
    ip 192.168.160.11: the provisioner's inventory says so, which may be stale
    ");
}

#[test]
fn a_moved_directory_took_its_keys_along() {
    let mut told = captured();
    let text = "Host minion1\n  HostName 10.9.9.9\n  IdentityFile /old/.vagrant/machines/minion1/libvirt/private_key\n";
    told.ssh_configs = vec![crate::answers::TextFile { path: "/lab/ssh-config".into(), text: text.to_owned() }];
    let discovery = discovered(told);
    assert_eq!(
        machine(&discovery, "minion1").reach.keys,
        ["/home/user/lab/vproj/.vagrant/machines/minion1/libvirt/private_key"]
    );
}

#[test]
fn the_networks_around_are_known() {
    let environment = discovered(captured()).environment;
    assert_json_snapshot!(environment, @r#"
    {
      "nodes": [
        [
          {
            "name": "vagrant-priv",
            "cidr": "192.168.160.0/24",
            "gateway": "192.168.160.1",
            "dhcp": [
              "192.168.160.1-192.168.160.254"
            ],
            "provider": "libvirt",
            "forward": "nat",
            "mtu": 1450
          },
          {
            "found": "libvirt network vagrant-priv"
          }
        ]
      ],
      "machine_mtu": [
        1450,
        {
          "found": "libvirt card in vagrant-priv"
        }
      ],
      "others": [
        {
          "range": "192.168.121.0/24",
          "role": "management",
          "owner": "cluster",
          "origin": {
            "found": "libvirt network vagrant-libvirt"
          }
        }
      ]
    }
    "#);
}

#[test]
fn names_that_kubespray_refuses_get_the_name_that_works() {
    let mut told = captured();
    answer(&mut told, "minion1").name = "proj_minion1".to_owned();
    told.generated_inventory = None;
    let settings =
        "groups: {kube_control_plane: {names: [\"*master\"]}, etcd: {names: [\"*master\"]}, kube_node: all}\n";
    assert_snapshot!(refusal(settings, &discovered(told.clone())), @"kubespray refuses the host name proj_minion1: it wants lower-case letters, digits, `-` and `.`; write `names: {proj_minion1: proj-minion1}` under `hosts`, or a `name` that gives such names");
    for name in ["master", "minion2"] {
        answer(&mut told, name).name = format!("proj_{name}");
    }
    assert_snapshot!(refusal(settings, &discovered(told.clone())), @r#"kubespray refuses the host name proj_master: it wants lower-case letters, digits, `-` and `.`; write `names: ["proj_*"]` under `machines` and `name: "proj-{*}"` under `hosts`"#);
    let works = "machines: {names: [\"proj_*\"]}\nhosts: {name: \"proj-{*}\"}\n";
    let assembly = assembled(&format!("{settings}{works}"), &discovered(told.clone()));
    assert_eq!(hosts(&assembly, "lab"), json!(["proj-master", "proj-minion1", "proj-minion2"]));
}
