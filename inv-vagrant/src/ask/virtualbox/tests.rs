//! `VBoxManage`, by its manual and by how Vagrant reads it. Nothing here is recorded.

use std::time::Duration;

use super::*;
use crate::ask::fakes::Fakes;

/// Not recorded. Fields and their spelling: VirtualBox's manual (`VBoxManage showvminfo`), and Vagrant's
/// `plugins/providers/virtualbox/driver/version_5_0.rs` (`read_state`, `read_forwarded_ports`, `read_network_interfaces`).
const SHOWN: &str = r#"name="k8s_node1_1700000000000_12345"
groups="/"
ostype="Debian (64-bit)"
UUID="0d1b2c3d-0000-4000-8000-000000000001"
VMState="running"
VMStateChangeTime="2023-11-14T22:13:20.000000000"
natnet1="nat"
macaddress1="0800278D4FE1"
nic1="nat"
Forwarding(0)="ssh,tcp,127.0.0.1,2222,,22"
Forwarding(1)="tcp16443,tcp,,16443,,6443"
Forwarding(2)="other,tcp,0.0.0.0,2200,,22"
hostonlyadapter2="vboxnet0"
macaddress2="080027AABB02"
nic2="hostonly"
nic3="intnet"
intnet3="storage"
macaddress3="080027AABB03"
nic4="none"
"#;

/// Not recorded. VirtualBox's manual (`VBoxManage guestproperty`), as versions up to 6 print it.
const PROPERTIES_6: &str = "\
Name: /VirtualBox/GuestInfo/OS/Product, value: Linux, timestamp: 1700000000000000000, flags:
Name: /VirtualBox/GuestInfo/Net/0/V4/IP, value: 10.0.2.15, timestamp: 1700000000000000000, flags:
Name: /VirtualBox/GuestInfo/Net/0/MAC, value: 0800278D4FE1, timestamp: 1700000000000000000, flags:
Name: /VirtualBox/GuestInfo/Net/1/V4/IP, value: 192.168.56.11, timestamp: 1700000000000000000, flags:
Name: /VirtualBox/GuestInfo/Net/1/MAC, value: 080027AABB02, timestamp: 1700000000000000000, flags:
";

/// Not recorded. The same as version 7 prints it; the guest counts its interfaces otherwise, and has a bridge.
const PROPERTIES_7: &str = "\
/VirtualBox/GuestInfo/Net/0/V4/IP     = '192.168.56.11'     @ 2023-11-14T22:13:20.000Z
/VirtualBox/GuestInfo/Net/0/MAC       = '080027AABB02'      @ 2023-11-14T22:13:20.000Z
/VirtualBox/GuestInfo/Net/1/V4/IP     = '10.0.2.15'         @ 2023-11-14T22:13:20.000Z
/VirtualBox/GuestInfo/Net/1/MAC       = '0800278D4FE1'      @ 2023-11-14T22:13:20.000Z
/VirtualBox/GuestInfo/Net/2/V4/IP     = '172.17.0.1'        @ 2023-11-14T22:13:20.000Z
/VirtualBox/GuestInfo/Net/2/MAC       = '0242AC110001'      @ 2023-11-14T22:13:20.000Z
/VirtualBox/GuestInfo/Net/3/V4/IP     = '10.233.0.5'        @ 2023-11-14T22:13:20.000Z
/VirtualBox/GuestInfo/Net/3/MAC       = 'EEEEEEEEEEEE'      @ 2023-11-14T22:13:20.000Z
";

/// Not recorded. VirtualBox's manual (`VBoxManage list hostonlyifs`), and Vagrant's `read_host_only_interfaces`.
const HOST_ONLY: &str = "\
Name:            vboxnet0
GUID:            786f6276-656e-4074-8000-0a0027000000
DHCP:            Disabled
IPAddress:       192.168.56.1
NetworkMask:     255.255.255.0
Status:          Up

Name:            vboxnet1
IPAddress:       192.168.57.1
NetworkMask:     255.255.255.0
";

const ID: &str = "0d1b2c3d-0000-4000-8000-000000000001";
const OTHER: &str = "0d1b2c3d-0000-4000-8000-000000000002";

fn fake(script: &str) -> Fakes {
    let fakes = Fakes::new(&[(PROGRAM, script)]);
    for (name, text) in
        [("shown", SHOWN), ("properties", PROPERTIES_6), ("hostonlyifs", HOST_ONLY), ("natnetworks", "")]
    {
        std::fs::write(fakes.path().join(name), text).unwrap();
    }
    fakes
}

/// A fake that knows one machine.
const ONE: &str = r#"here=${0%/*}
case "$1 $2" in
"showvminfo 0d1b2c3d-0000-4000-8000-000000000001") cat "$here/shown";;
"guestproperty enumerate") cat "$here/properties";;
list*) cat "$here/$2";;
*) echo "VBoxManage: error: Could not find a registered machine with UUID {$2}" >&2
   echo "VBoxManage: error: Details: code VBOX_E_OBJECT_NOT_FOUND (0x80bb0001), component VirtualBoxWrap" >&2; exit 1;;
esac"#;

/// How long whoever answers is given, and how long one that will not.
const PLENTY: Duration = Duration::from_secs(20);
const LITTLE: Duration = Duration::from_millis(500);

fn asked(fakes: &Fakes, ids: &[&str], creator: Option<u32>) -> Provided {
    asked_within(PLENTY, fakes, ids, creator)
}

fn asked_within(limit: Duration, fakes: &Fakes, ids: &[&str], creator: Option<u32>) -> Provided {
    let questions: Vec<_> = ids.iter().enumerate().map(|(machine, id)| Question { machine, id, creator }).collect();
    ask(&questions, &fakes.surroundings(), Instant::now() + limit)
}

#[test]
fn a_machine_with_its_cards_its_forwards_and_what_its_guest_tells_is_read() {
    let provided = asked(&fake(ONE), &[ID], None);
    insta::assert_json_snapshot!(provided.says[0].1, @r#"
    {
      "has": {
        "state": "running",
        "cards": [
          {
            "mac": "08:00:27:8d:4f:e1",
            "network": "nat",
            "is_management": true,
            "addresses": [
              {
                "ip": "10.0.2.15"
              }
            ]
          },
          {
            "mac": "08:00:27:aa:bb:02",
            "network": "vboxnet0",
            "is_management": false,
            "addresses": [
              {
                "ip": "192.168.56.11"
              }
            ]
          },
          {
            "mac": "08:00:27:aa:bb:03",
            "network": "storage",
            "is_management": false
          }
        ],
        "forwards": [
          {
            "name": "ssh",
            "host": "127.0.0.1",
            "port": 2222,
            "guest_port": 22
          },
          {
            "name": "other",
            "host": "127.0.0.1",
            "port": 2200,
            "guest_port": 22
          }
        ]
      }
    }
    "#);
    assert_eq!(provided.unanswered, [] as [String; 0]);
    let names: Vec<_> = provided.networks.iter().map(|network| network.name.as_str()).collect();
    assert_eq!(names, ["vboxnet0", "vboxnet1"]);
    assert!(provided.networks[0].description.contains("IPAddress:       192.168.56.1"));
}

#[test]
fn an_address_belongs_to_the_card_with_its_mac_whatever_the_guest_counts() {
    let mut machine = described(SHOWN).unwrap();
    add_addresses(&mut machine.cards, &properties(PROPERTIES_7));
    let told: Vec<_> =
        machine.cards.iter().map(|card| (card.network.as_deref().unwrap(), card.addresses.len())).collect();
    assert_eq!(told, [("nat", 1), ("vboxnet0", 1), ("storage", 0)]);
    assert_eq!(machine.cards[1].addresses[0].ip.to_string(), "192.168.56.11");
}

#[test]
fn lines_of_windows_and_odd_names_are_read() {
    let text = "VMState=\"saved\"\r\nnic1=\"bridged\"\r\nbridgeadapter1=\"Intel(R) = \"x\"\"\r\n\"nic2\"=\"natnetwork\"\r\nnat-network2=\"lab\"\r\nmacaddress2=\"zz\"\r\n";
    let machine = described(text).unwrap();
    assert_eq!(machine.state, "saved");
    let names: Vec<_> = machine.cards.iter().map(|card| card.network.as_deref().unwrap()).collect();
    assert_eq!(names, ["Intel(R) = \"x\"", "lab"]);
    assert_eq!(machine.cards[1].mac, None);
}

#[test]
fn the_ports_of_windows_are_kept_and_those_of_services_are_not() {
    let rules = "VMState=\"running\"\nForwarding(0)=\"winrm,tcp,127.0.0.1,55985,,5985\"\nForwarding(1)=\"winrm-ssl,tcp,127.0.0.1,55986,,5986\"\n\
                 Forwarding(2)=\"rdp,tcp,,53389,,3389\"\nForwarding(3)=\"ssh,tcp,127.0.0.1,2222,,22\"\n";
    let forwards = described(rules).unwrap().forwards;
    let names: Vec<_> = forwards.iter().map(|forward| forward.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["ssh", "winrm", "winrm-ssl"]);
}

#[test]
fn a_machine_whose_files_are_gone_is_inaccessible_and_text_that_is_none_is_a_sentence() {
    assert_eq!(described("name=\"<inaccessible>\"\n").unwrap().state, "inaccessible");
    assert!(described("").unwrap_err().contains("has no VMState"));
}

#[test]
fn a_machine_that_virtualbox_does_not_know_is_gone_unless_another_user_made_it() {
    let provided = asked(&fake(ONE), &[ID, OTHER], None);
    assert!(matches!(provided.says[0].1, ProviderSays::Has(_)));
    assert_eq!(provided.says[1].1, ProviderSays::Gone("VirtualBox".to_owned()));
    let us = rustix::process::geteuid().as_raw();
    assert_eq!(asked(&fake(ONE), &[OTHER], Some(us)).says[0].1, ProviderSays::Gone("VirtualBox".to_owned()));
    let says = &asked(&fake(ONE), &[OTHER], Some(us + 1)).says[0].1;
    assert!(matches!(says, ProviderSays::Failed(why) if why.contains("keeps machines by user")), "{says:?}");
}

#[test]
fn an_id_that_is_no_uuid_is_never_handed_over() {
    let says = &asked(&fake("touch ${0%/*}/called"), &["--help"], None).says[0].1;
    assert!(matches!(says, ProviderSays::Failed(why) if why.contains("is no UUID")), "{says:?}");
}

#[test]
fn a_vboxmanage_that_is_missing_fails_or_hangs_is_a_sentence() {
    let why = |(fakes, limit): (Fakes, Duration)| match &asked_within(limit, &fakes, &[ID], None).says[0].1 {
        ProviderSays::Failed(why) => why.clone(),
        other => panic!("{other:?}"),
    };
    let trace =
        "echo 'VBoxManage: error: Failed to create the VirtualBox object!' >&2; echo '  at foo.cpp:12' >&2; exit 1";
    let told = [(Fakes::new(&[]), PLENTY), (fake(trace), PLENTY), (fake("sleep 60 & wait"), LITTLE)].map(why);
    insta::assert_snapshot!(told.join("\n"), @"
    `VBoxManage` is not installed here, or not on the PATH; run this where the machines run
    `VBoxManage` failed (exit status: 1) and says: VBoxManage: error: Failed to create the VirtualBox object!
    `VBoxManage` did not end in time; see whether it hangs, or allow more time with `timeout`
    ");
}

#[test]
fn a_guest_that_tells_nothing_is_still_a_machine() {
    let script = ONE.replace("cat \"$here/properties\"", "echo 'VBoxManage: error: no guest' >&2; exit 1");
    let provided = asked(&fake(&script), &[ID], None);
    assert!(matches!(&provided.says[0].1, ProviderSays::Has(machine) if machine.forwards.len() == 2));
    assert!(provided.unanswered[0].contains("no guest"), "{:?}", provided.unanswered);
}
